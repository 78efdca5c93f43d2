// Powers, roots, logarithms and the logistic function. Doubles through Math, decimals through decimal.js at 34 digits.

import { Decimal128 } from "bson";
import type { Decimal as DecimalJs } from "decimal.js";
import { viaDecimalJs } from "../bson/decimal_arithmetic.ts";
import { doubleValue } from "../bson/decode.ts";
import { isInt32, isNumber, type NumericValue, toDecimal128, toNumber } from "../bson/number.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { binaryOperator, unaryOperator } from "./operator_kinds.ts";
import { numericOperand } from "./rounding.ts";
import { numberInMessage, valueInMessage } from "./text.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** A function of one number with its double and decimal forms and a check of the domain. */
export function realFunction(
  operator: string,
  help: string,
  onDouble: (value: number) => number,
  onDecimal: (value: DecimalJs) => DecimalJs,
  check?: (value: NumericValue) => void,
  /** Tells of a decimal result that it was not rounded. */
  isExact?: (result: DecimalJs, value: DecimalJs) => boolean,
): ExpressionDefinition {
  return unaryOperator(operator, help, (value) => {
    const number = numericOperand(operator, value);
    if (number === null) return null;
    check?.(number);
    if (number instanceof Decimal128) return viaDecimalJs([number], onDecimal, isExact);
    return doubleValue(onDouble(toNumber(number)));
  });
}

/** True for NaN and for numbers above zero. */
function isPositiveOrNaN(value: NumericValue): boolean {
  return !(toNumber(value) <= 0);
}

function requirePositive(code: number, operator: string): (value: NumericValue) => void {
  return (value) => {
    if (isPositiveOrNaN(value)) return;
    throw new CommandError(
      code,
      `${operator}'s argument must be a positive number, but is ${numberInMessage(value)}`,
    );
  };
}

function logarithm(value: OptionalValue, base: OptionalValue): BsonValue {
  if (isNullish(value) || isNullish(base)) return null;
  if (!isNumber(value)) {
    throw new CommandError(28756, `$log's argument must be numeric, not ${typeNameOf(value)}`);
  }
  if (!isNumber(base)) {
    throw new CommandError(28757, `$log's base must be numeric, not ${typeNameOf(base)}`);
  }
  if (!isPositiveOrNaN(value)) {
    throw new CommandError(
      28758,
      `$log's argument must be a positive number, but is ${numberInMessage(value)}`,
    );
  }
  if (!isPositiveOrNaN(base) || toNumber(base) === 1) {
    throw new CommandError(
      28759,
      `$log's base must be a positive number not equal to 1, but is ${valueInMessage(base)}`,
    );
  }
  const isNaN = Number.isNaN(toNumber(value)) || Number.isNaN(toNumber(base));
  if (!isNaN && (value instanceof Decimal128 || base instanceof Decimal128)) {
    return viaDecimalJs(
      [toDecimal128(value), toDecimal128(base)],
      (argument, baseNumber) => argument.ln().div(baseNumber.ln()),
    );
  }
  return doubleValue(Math.log(toNumber(value)) / Math.log(toNumber(base)));
}

function power(base: OptionalValue, exponent: OptionalValue): BsonValue {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumber(base)) {
    throw new CommandError(28762, `$pow's base must be numeric, not ${typeNameOf(base)}`);
  }
  if (!isNumber(exponent)) {
    throw new CommandError(28763, `$pow's exponent must be numeric, not ${typeNameOf(exponent)}`);
  }
  if (toNumber(base) === 0 && toNumber(exponent) < 0) {
    throw new CommandError(28764, "$pow cannot take a base of 0 and a negative exponent");
  }
  if (base instanceof Decimal128 || exponent instanceof Decimal128) {
    return viaDecimalJs([toDecimal128(base), toDecimal128(exponent)], (x, y) => x.pow(y));
  }
  const integers = (typeof base === "bigint" || isInt32(base)) &&
    (typeof exponent === "bigint" || isInt32(exponent));
  if (!integers) return doubleValue(Math.pow(toNumber(base), toNumber(exponent)));
  const result = integerPower(BigInt(base as number), BigInt(exponent as number));
  if (result === undefined) return doubleValue(Math.pow(toNumber(base), toNumber(exponent)));
  const isLong = typeof base === "bigint" || typeof exponent === "bigint";
  return !isLong && result >= -2147483648n && result <= 2147483647n ? Number(result) : result;
}

/** base^exponent when that is an int64, else undefined. */
function integerPower(base: bigint, exponent: bigint): bigint | undefined {
  if (base === 1n) return 1n;
  if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
  if (exponent < 0n || (base !== 0n && exponent > 63n)) return undefined;
  if (base === 0n) return exponent === 0n ? 1n : 0n;
  const result = base ** exponent;
  return result < MIN_INT64 || result > MAX_INT64 ? undefined : result;
}

function requireNotNegative(value: NumericValue): void {
  if (toNumber(value) < 0) {
    throw new CommandError(28714, "$sqrt's argument must be greater than or equal to 0");
  }
}

export const EXPONENTIAL_OPERATORS: readonly ExpressionDefinition[] = [
  realFunction(
    "$exp",
    "e to the power of the number",
    Math.exp,
    (value) => value.exp(),
    undefined,
    (_result, value) => value.isZero(),
  ),
  realFunction(
    "$ln",
    "Natural logarithm",
    Math.log,
    (value) => value.ln(),
    requirePositive(28766, "$ln"),
  ),
  binaryOperator("$log", "Logarithm to a base", logarithm),
  realFunction(
    "$log10",
    "Logarithm to base 10",
    Math.log10,
    (value) => value.log(10),
    requirePositive(28761, "$log10"),
    (result) => result.isInteger(),
  ),
  binaryOperator("$pow", "Power", power),
  realFunction(
    "$sigmoid",
    "Logistic function 1 / (1 + e^-x)",
    (value) => 1 / (1 + Math.exp(-value)),
    (value) => value.neg().exp().plus(1).pow(-1),
  ),
  realFunction(
    "$sqrt",
    "Square root",
    Math.sqrt,
    (value) => value.sqrt(),
    requireNotNegative,
    // The root of 34 digits has 17 at most.
    (result, value) => result.precision() <= 17 && result.times(result).eq(value),
  ),
];
