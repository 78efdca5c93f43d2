// Sums, differences, products, quotients and remainders, with MongoDB's type promotion.
//
// The result has the widest type of the operands (int, long, double, decimal). An int that overflows becomes a long, a long
// a double. Dates take part in $add and $subtract as milliseconds. null, missing and undefined make the result null.

import { Decimal128 } from "bson";
import { decimalDivide, decimalRemainder } from "../bson/decimal_arithmetic.ts";
import { decimalParts } from "../bson/decimal.ts";
import { doubleValue } from "../bson/decode.ts";
import {
  addPromoting,
  isInt32,
  isNumber,
  multiplyPromoting,
  numericKind,
  type NumericValue,
  subtractPromoting,
  toDecimal128,
  toNumber,
} from "../bson/number.ts";
import { BsonDate, type BsonValue, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { longOf } from "./number.ts";
import { binaryOperator, listOperator } from "./operator_kinds.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** A long that stands for a sum of ints goes back to int where it fits. */
export function narrowToInt(value: NumericValue): NumericValue {
  if (typeof value !== "bigint") return value;
  return value >= -2147483648n && value <= 2147483647n ? Number(value) : value;
}

function addAll(values: readonly OptionalValue[]): BsonValue {
  let total: NumericValue = 0;
  let date: BsonDate | undefined;
  let allInts = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isNumber(value)) {
      if (!isInt32(value)) allInts = false;
      total = addPromoting(total, value);
    } else if (value instanceof BsonDate) {
      if (date !== undefined) {
        throw new CommandError(16612, "only one date allowed in an $add expression");
      }
      date = value;
    } else if (isNullish(value)) return null;
    else {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `$add only supports numeric or date types, not ${typeNameOf(value)}`,
      );
    }
  }
  if (date !== undefined) return shiftDate(date, roundToLong(total), "$add");
  return allInts ? narrowToInt(total) : total;
}

/** A number of milliseconds out of a sum: halves away from zero. */
function roundToLong(value: NumericValue): bigint {
  if (typeof value === "bigint") return value;
  const number = toNumber(value);
  if (!Number.isFinite(number)) throw dateOverflow("$add");
  return BigInt(number < 0 ? -Math.round(-number) : Math.round(number));
}

function dateOverflow(operator: string): CommandError {
  return new CommandError(ErrorCode.Overflow, `date overflow in ${operator}`);
}

function shiftDate(date: BsonDate, ms: bigint, operator: string): BsonDate {
  const shifted = date.ms + ms;
  if (shifted < MIN_INT64 || shifted > MAX_INT64) throw dateOverflow(operator);
  return new BsonDate(shifted);
}

function multiplyAll(values: readonly OptionalValue[]): BsonValue {
  let product: NumericValue = 1;
  let allInts = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isNumber(value)) {
      if (!isInt32(value)) allInts = false;
      product = multiplyPromoting(product, value);
    } else if (isNullish(value)) return null;
    else {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `$multiply only supports numeric types, not ${typeNameOf(value)}`,
      );
    }
  }
  return allInts ? narrowToInt(product) : product;
}

function subtractValues(left: OptionalValue, right: OptionalValue): BsonValue {
  if (isNumber(left) && isNumber(right)) {
    const difference = subtractPromoting(left, right);
    return isInt32(left) && isInt32(right) ? narrowToInt(difference) : difference;
  }
  if (isNullish(left) || isNullish(right)) return null;
  if (left instanceof BsonDate) {
    if (right instanceof BsonDate) {
      const difference = left.ms - right.ms;
      if (difference < MIN_INT64 || difference > MAX_INT64) throw dateOverflow("$subtract");
      return difference;
    }
    if (isNumber(right)) {
      return shiftDate(left, -longOf(right), "$subtract");
    }
  }
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `can't $subtract ${typeNameOf(right)} from ${
      left instanceof BsonDate ? "Date" : typeNameOf(left)
    }`,
  );
}

function isZero(value: NumericValue): boolean {
  if (value instanceof Decimal128) {
    const parts = decimalParts(value);
    return parts.kind === "finite" && parts.coefficient === 0n;
  }
  return toNumber(value) === 0;
}

function divideValues(left: OptionalValue, right: OptionalValue): BsonValue {
  if (isNumber(left) && isNumber(right)) {
    if (isZero(right)) throw new CommandError(ErrorCode.BadValue, "can't $divide by zero");
    if (left instanceof Decimal128 || right instanceof Decimal128) {
      return decimalDivide(toDecimal128(left), toDecimal128(right));
    }
    return doubleValue(toNumber(left) / toNumber(right));
  }
  if (isNullish(left) || isNullish(right)) return null;
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `$divide only supports numeric types, not ${typeNameOf(left)} and ${typeNameOf(right)}`,
  );
}

function remainderOf(left: OptionalValue, right: OptionalValue): BsonValue {
  if (isNumber(left) && isNumber(right)) {
    if (isZero(right)) {
      const isDecimal = left instanceof Decimal128 || right instanceof Decimal128;
      throw new CommandError(isDecimal ? 5733415 : 16610, "can't $mod by zero");
    }
    if (left instanceof Decimal128 || right instanceof Decimal128) {
      return decimalRemainder(toDecimal128(left), toDecimal128(right));
    }
    if (numericKind(left) === "double" || numericKind(right) === "double") {
      return doubleValue(toNumber(left) % toNumber(right));
    }
    if (typeof left === "number" && typeof right === "number") return (left % right) + 0;
    return BigInt(left as bigint) % BigInt(right as bigint);
  }
  if (isNullish(left) || isNullish(right)) return null;
  throw new CommandError(
    16611,
    `$mod only supports numeric types, not ${typeNameOf(left)} and ${typeNameOf(right)}`,
  );
}

export const ARITHMETIC_OPERATORS: readonly ExpressionDefinition[] = [
  listOperator("$add", "Sum of numbers, or a date and milliseconds", [0, Infinity], addAll),
  binaryOperator("$divide", "Quotient, a double or decimal", divideValues),
  binaryOperator("$mod", "Remainder; its sign follows the dividend", remainderOf),
  listOperator("$multiply", "Product of numbers", [0, Infinity], multiplyAll),
  binaryOperator(
    "$subtract",
    "Difference of numbers or dates, or a date less milliseconds",
    subtractValues,
  ),
];
