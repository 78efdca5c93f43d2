// Numbers of the four types: exact comparison, and arithmetic with the server's type promotion.
//
// The result has the wider type of the two operands (int, long, double, decimal); an int overflow gives a long. A
// long overflow is an error in updates (`add` returns undefined and the caller throws) and a double in expressions
// (`addPromoting`). Fast paths avoid bigint wherever a double is exact.

import { Decimal128, Double } from "bson";
import {
  compareDecimals,
  compareDecimalToDouble,
  decimalFromBigInt,
  decimalFromDouble,
  type DecimalParts,
  decimalParts,
  decimalToBigInt,
  decimalToDouble,
  readDecimal,
} from "./decimal.ts";
import { decimalAdd, decimalMultiply, decimalSubtract } from "./decimal_arithmetic.ts";
import { doubleValue } from "./decode.ts";
import {
  type RawValue,
  readDouble,
  readInt32,
  readInt64,
  readInt64AsNumber,
  readUint32,
} from "./read.ts";
import { BsonType } from "./type.ts";
import type { OptionalValue } from "./value.ts";

export type NumericValue = number | Double | bigint | Decimal128;
export type NumericKind = "int" | "long" | "double" | "decimal";

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const TWO_63 = 2 ** 63;

export function isNumber(value: OptionalValue): value is NumericValue {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Double ||
    value instanceof Decimal128;
}

/** True for a decoded int32: an integer in range that is not -0. */
export function isInt32(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value && !Object.is(value, -0);
}

export function numericKind(value: NumericValue): NumericKind {
  if (typeof value === "number") return isInt32(value) ? "int" : "double";
  if (typeof value === "bigint") return "long";
  return value instanceof Double ? "double" : "decimal";
}

/** The nearest double. */
export function toNumber(value: NumericValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return value instanceof Double ? value.value : decimalToDouble(decimalParts(value));
}

/** The value as decimal; a double is rounded to 15 digits, as the server does when types meet. */
export function toDecimal128(value: NumericValue): Decimal128 {
  if (value instanceof Decimal128) return value;
  if (typeof value === "bigint") return decimalFromBigInt(value);
  if (isInt32(value)) return decimalFromBigInt(BigInt(value));
  return decimalFromDouble(value instanceof Double ? value.value : value);
}

/** The value as int64 when it is integral and in range, else undefined. */
export function asInt64Exact(value: OptionalValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (value instanceof Decimal128) {
    const parts = decimalParts(value);
    const integer = decimalToBigInt(parts);
    if (integer === undefined || integer < MIN_INT64 || integer > MAX_INT64) return undefined;
    return compareDecimals(parts, bigIntParts(integer)) === 0 ? integer : undefined;
  }
  if (typeof value !== "number" && !(value instanceof Double)) return undefined;
  const number = typeof value === "number" ? value : value.value;
  if (!Number.isInteger(number) || number < -TWO_63 || number >= TWO_63) return undefined;
  return BigInt(number);
}

/** The raw number as a JavaScript integer when it is integral and exact (up to 2^53), else undefined. */
export function rawSafeInteger(value: RawValue): number | undefined {
  const { bytes, type, at } = value;
  let number: number;
  if (type === BsonType.Int32) return readInt32(bytes, at);
  if (type === BsonType.Int64) number = readInt64AsNumber(bytes, at);
  else if (type === BsonType.Double) number = readDouble(bytes, at);
  else if (type === BsonType.Decimal128) {
    const parts = readDecimal(bytes, at);
    number = decimalToDouble(parts);
    if (compareDecimalToDouble(parts, number) !== 0) return undefined;
  } else return undefined;
  return Number.isSafeInteger(number) ? number + 0 : undefined;
}

/** The nearest double of a raw value of numeric type. */
export function rawToNumber(bytes: Uint8Array, type: number, at: number): number {
  switch (type) {
    case BsonType.Int32:
      return readInt32(bytes, at);
    case BsonType.Double:
      return readDouble(bytes, at);
    case BsonType.Int64:
      return readInt64AsNumber(bytes, at);
    default:
      return decimalToDouble(readDecimal(bytes, at));
  }
}

function bigIntParts(value: bigint): DecimalParts {
  const negative = value < 0n;
  return { kind: "finite", negative, coefficient: negative ? -value : value, exponent: 0 };
}

/** Doubles in order: NaN equal to itself and below everything, -0 equal to 0. */
export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function compareInt64ToDouble(a: bigint, b: number): number {
  if (Number.isNaN(b)) return 1;
  // Rounding is monotonic, so a difference after rounding decides.
  const rounded = Number(a);
  if (rounded !== b) return rounded < b ? -1 : 1;
  if (Number.isSafeInteger(rounded)) return 0;
  const exact = BigInt(b);
  return a < exact ? -1 : a > exact ? 1 : 0;
}

/** Exact comparison of two raw values of numeric type. */
export function compareNumbersRaw(
  aBytes: Uint8Array,
  aType: number,
  aAt: number,
  bBytes: Uint8Array,
  bType: number,
  bAt: number,
): number {
  if (aType === BsonType.Int32 && bType === BsonType.Int32) {
    const a = readInt32(aBytes, aAt);
    const b = readInt32(bBytes, bAt);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (aType === BsonType.Int64 && bType === BsonType.Int64) {
    const a = readInt32(aBytes, aAt + 4);
    const b = readInt32(bBytes, bAt + 4);
    if (a !== b) return a < b ? -1 : 1;
    const aLow = readUint32(aBytes, aAt);
    const bLow = readUint32(bBytes, bAt);
    return aLow < bLow ? -1 : aLow > bLow ? 1 : 0;
  }
  if (aType === BsonType.Decimal128 || bType === BsonType.Decimal128) {
    return compareWithDecimal(aBytes, aType, aAt, bBytes, bType, bAt);
  }
  const a = rawToNumber(aBytes, aType, aAt);
  const b = rawToNumber(bBytes, bType, bAt);
  if (a < b) return -1;
  if (a > b) return 1;
  if (aType === BsonType.Int64 && bType === BsonType.Double) {
    return compareInt64ToDouble(readInt64(aBytes, aAt), b);
  }
  if (aType === BsonType.Double && bType === BsonType.Int64) {
    return -compareInt64ToDouble(readInt64(bBytes, bAt), a) + 0;
  }
  return a === b ? 0 : compareDoubles(a, b);
}

function compareWithDecimal(
  aBytes: Uint8Array,
  aType: number,
  aAt: number,
  bBytes: Uint8Array,
  bType: number,
  bAt: number,
): number {
  if (bType === BsonType.Double) {
    return compareDecimalToDouble(readDecimal(aBytes, aAt), readDouble(bBytes, bAt));
  }
  if (aType === BsonType.Double) {
    return -compareDecimalToDouble(readDecimal(bBytes, bAt), readDouble(aBytes, aAt)) + 0;
  }
  return compareDecimals(partsOf(aBytes, aType, aAt), partsOf(bBytes, bType, bAt));
}

function partsOf(bytes: Uint8Array, type: number, at: number): DecimalParts {
  if (type === BsonType.Decimal128) return readDecimal(bytes, at);
  return bigIntParts(type === BsonType.Int64 ? readInt64(bytes, at) : BigInt(readInt32(bytes, at)));
}

/** Exact comparison of two decoded numbers. */
export function compareNumbers(a: NumericValue, b: NumericValue): number {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    if (isDouble(b)) return compareDecimalToDouble(decimalParts(a as Decimal128), toNumber(b));
    if (isDouble(a)) return -compareDecimalToDouble(decimalParts(b as Decimal128), toNumber(a)) + 0;
    return compareDecimals(exactParts(a), exactParts(b));
  }
  if (typeof a === "bigint") {
    if (typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
    return compareInt64ToDouble(a, toNumber(b));
  }
  if (typeof b === "bigint") return -compareInt64ToDouble(b, toNumber(a)) + 0;
  return compareDoubles(toNumber(a), toNumber(b));
}

function isDouble(value: NumericValue): boolean {
  return value instanceof Double || (typeof value === "number" && !isInt32(value));
}

function exactParts(value: NumericValue): DecimalParts {
  if (value instanceof Decimal128) return decimalParts(value);
  return bigIntParts(BigInt(value as number | bigint)); // doubles went another way
}

type Operation = "add" | "subtract" | "multiply";
const DECIMAL_OPERATION = {
  add: decimalAdd,
  subtract: decimalSubtract,
  multiply: decimalMultiply,
};

/** undefined stands for a long overflow. */
function combine(operation: Operation, a: NumericValue, b: NumericValue): NumericValue | undefined {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    return DECIMAL_OPERATION[operation](toDecimal128(a), toDecimal128(b));
  }
  if (isDouble(a) || isDouble(b)) {
    return doubleValue(combineNumbers(operation, toNumber(a), toNumber(b)));
  }
  if (typeof a === "number" && typeof b === "number") {
    const result = combineNumbers(operation, a, b) + 0; // + 0: an int has no negative zero
    if ((result | 0) === result) return result;
    return Number.isSafeInteger(result)
      ? BigInt(result)
      : combineIntegers(operation, BigInt(a), BigInt(b));
  }
  const result = combineIntegers(operation, BigInt(a as bigint), BigInt(b as bigint));
  return result < MIN_INT64 || result > MAX_INT64 ? undefined : result;
}

function combineNumbers(operation: Operation, a: number, b: number): number {
  return operation === "add" ? a + b : operation === "subtract" ? a - b : a * b;
}

function combineIntegers(operation: Operation, a: bigint, b: bigint): bigint {
  return operation === "add" ? a + b : operation === "subtract" ? a - b : a * b;
}

function combinePromoting(operation: Operation, a: NumericValue, b: NumericValue): NumericValue {
  return combine(operation, a, b) ??
    doubleValue(Number(combineIntegers(operation, BigInt(a as bigint), BigInt(b as bigint))));
}

/** a + b as updates do it; undefined when a long overflows. */
export function add(a: NumericValue, b: NumericValue): NumericValue | undefined {
  return combine("add", a, b);
}

export function subtract(a: NumericValue, b: NumericValue): NumericValue | undefined {
  return combine("subtract", a, b);
}

export function multiply(a: NumericValue, b: NumericValue): NumericValue | undefined {
  return combine("multiply", a, b);
}

/** a + b as expressions do it: a long overflow becomes a double. */
export function addPromoting(a: NumericValue, b: NumericValue): NumericValue {
  return combinePromoting("add", a, b);
}

export function subtractPromoting(a: NumericValue, b: NumericValue): NumericValue {
  return combinePromoting("subtract", a, b);
}

export function multiplyPromoting(a: NumericValue, b: NumericValue): NumericValue {
  return combinePromoting("multiply", a, b);
}
