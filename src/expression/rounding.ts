// $abs, $ceil, $floor, $round, $trunc. Rounding is half to even; a double is rounded by its exact value, through decimal.

import { Decimal128 } from "bson";
import {
  decimalAbsolute,
  decimalQuantize,
  decimalRound,
  type RoundingMode,
} from "../bson/decimal_arithmetic.ts";
import { decimalFromDouble, decimalParts, decimalToDouble } from "../bson/decimal.ts";
import { doubleValue } from "../bson/decode.ts";
import { toShellText } from "../bson/json.ts";
import { asInt64Exact, isInt32, isNumber, type NumericValue, toNumber } from "../bson/number.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { narrowToInt } from "./arithmetic.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { longOf } from "./number.ts";
import { listOperator, unaryOperator } from "./operator_kinds.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const LOWEST_PLACE = -20;
const HIGHEST_PLACE = 100;

/** A numeric operand, null for null-like ones, error 28765 for others. */
export function numericOperand(operator: string, value: OptionalValue): NumericValue | null {
  if (isNumber(value)) return value;
  if (isNullish(value)) return null;
  throw new CommandError(
    28765,
    `${operator} only supports numeric types, not ${typeNameOf(value)}`,
  );
}

function absolute(value: OptionalValue): BsonValue {
  const number = numericOperand("$abs", value);
  if (number === null) return null;
  if (typeof number === "bigint") {
    if (number === MIN_INT64) {
      throw new CommandError(28680, "can't take $abs of long long min");
    }
    return number < 0n ? -number : number;
  }
  if (number instanceof Decimal128) return decimalAbsolute(number);
  if (isInt32(number)) return number === -2147483648 ? 2147483648n : Math.abs(number);
  return doubleValue(Math.abs(toNumber(number)));
}

function roundUpOrDown(operator: "$ceil" | "$floor"): (value: OptionalValue) => BsonValue {
  const mode: RoundingMode = operator === "$ceil" ? "ceiling" : "floor";
  const round = operator === "$ceil" ? Math.ceil : Math.floor;
  return (value) => {
    const number = numericOperand(operator, value);
    if (number === null || typeof number === "bigint" || isInt32(number)) return number;
    if (number instanceof Decimal128) return decimalRound(number, 0, mode);
    return doubleValue(round(toNumber(number)));
  };
}

function placeOf(operator: string, value: OptionalValue): number {
  const place = longOf(value);
  const isInt = place >= -2147483648n && place <= 2147483647n;
  if (!isNumber(value) || !isInt || asInt64Exact(value) !== place) {
    throw new CommandError(51082, `precision argument to  ${operator} must be a integral value`);
  }
  if (place < LOWEST_PLACE || place > HIGHEST_PLACE) {
    throw new CommandError(
      51083,
      `cannot apply ${operator} with precision value ${place} value must be in [-20, 100]`,
    );
  }
  return Number(place);
}

/** An int or long rounded at a place before the point. */
function roundInteger(
  operator: string,
  value: number | bigint,
  place: number,
  mode: RoundingMode,
): BsonValue {
  if (place >= 0) return value;
  const unit = 10n ** BigInt(-place);
  const whole = BigInt(value);
  let quotient = whole / unit;
  if (mode === "halfEven") {
    const rest = whole % unit;
    const twice = (rest < 0n ? -rest : rest) * 2n;
    if (twice > unit || (twice === unit && (quotient & 1n) === 1n)) {
      quotient += whole < 0n ? -1n : 1n;
    }
  }
  const rounded = quotient * unit;
  if (rounded < MIN_INT64 || rounded > MAX_INT64) {
    throw new CommandError(
      51080,
      `invalid conversion from Decimal128 result in ${operator} resulting from arguments: ` +
        `[${toShellText(value)}, ${place}]`,
    );
  }
  return typeof value === "number" ? narrowToInt(rounded) : rounded;
}

function roundAt(operator: "$round" | "$trunc") {
  const mode: RoundingMode = operator === "$round" ? "halfEven" : "truncate";
  return (values: readonly OptionalValue[]): BsonValue => {
    const value = values[0];
    const precision = values.length > 1 ? values[1] : 0;
    if (isNullish(precision)) return null;
    const place = placeOf(operator, precision);
    if (isNullish(value)) return null;
    if (!isNumber(value)) {
      throw new CommandError(
        51081,
        `${operator} only supports numeric types, not ${typeNameOf(value)}`,
      );
    }
    if (typeof value === "bigint" || isInt32(value)) {
      return roundInteger(operator, value, place, mode);
    }
    if (value instanceof Decimal128) return decimalQuantize(value, place, mode);
    const double = toNumber(value);
    if (!Number.isFinite(double)) return value;
    const rounded = decimalRound(decimalFromDouble(double, 34), place, mode);
    return doubleValue(decimalToDouble(decimalParts(rounded)));
  };
}

export const ROUNDING_OPERATORS: readonly ExpressionDefinition[] = [
  unaryOperator("$abs", "Absolute value", absolute),
  unaryOperator("$ceil", "Smallest integer not below the number", roundUpOrDown("$ceil")),
  unaryOperator("$floor", "Largest integer not above the number", roundUpOrDown("$floor")),
  listOperator("$round", "Rounds half to even at a decimal place", [1, 2], roundAt("$round")),
  listOperator("$trunc", "Cuts off at a decimal place", [1, 2], roundAt("$trunc")),
];
