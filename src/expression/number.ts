// Numbers as arguments: whole numbers out of any numeric type, and text of numbers for messages.

import { Decimal128 } from "bson";
import { decimalParts, decimalToBigInt } from "../bson/decimal.ts";
import { asInt64Exact, isNumber, toNumber } from "../bson/number.ts";
import type { OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { shortDoubleText } from "./text.ts";
import { typeNameOf } from "./value_type.ts";

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** The value truncated to an integer that a double holds; NaN when it is no number. */
export function wholeNumber(value: OptionalValue): number {
  if (!isNumber(value)) return NaN;
  if (value instanceof Decimal128) return Number(decimalToBigInt(decimalParts(value)) ?? NaN);
  return Math.trunc(toNumber(value));
}

/**
 * A number as a long, cut off at the point: 31109 for what no long can hold; 16004 for what is no number.
 * Value::coerceToLong in mongod.
 */
export function longOf(value: OptionalValue): bigint {
  if (typeof value === "bigint") return value;
  if (!isNumber(value)) {
    throw new CommandError(16004, `can't convert from BSON type ${typeNameOf(value)} to long`);
  }
  const whole = value instanceof Decimal128
    ? decimalToBigInt(decimalParts(value))
    : wholeBigInt(toNumber(value));
  if (whole !== undefined && whole >= MIN_INT64 && whole <= MAX_INT64) return whole;
  const text = value instanceof Decimal128 ? value.toString() : shortDoubleText(toNumber(value));
  throw new CommandError(31109, `Can't coerce out of range value ${text} to long`);
}

function wholeBigInt(value: number): bigint | undefined {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

/** The value when it is a whole number in int32 range, of whatever numeric type; else undefined. */
export function exactInt32(value: OptionalValue): number | undefined {
  if (typeof value === "number") return (value | 0) === value ? value : undefined;
  const exact = asInt64Exact(value);
  if (exact === undefined || exact < -2147483648n || exact > 2147483647n) return undefined;
  return Number(exact);
}
