// Numbers as arguments: whole numbers out of any numeric type, and text of numbers for messages.

import { Decimal128 } from "bson";
import { decimalParts, decimalToBigInt } from "../bson/decimal.ts";
import { asInt64Exact, isNumber, toNumber } from "../bson/number.ts";
import type { OptionalValue } from "../bson/value.ts";

/** The value truncated to an integer that a double holds; NaN when it is no number. */
export function wholeNumber(value: OptionalValue): number {
  if (!isNumber(value)) return NaN;
  if (value instanceof Decimal128) return Number(decimalToBigInt(decimalParts(value)) ?? NaN);
  return Math.trunc(toNumber(value));
}

/** The value when it is a whole number in int32 range, of whatever numeric type; else undefined. */
export function exactInt32(value: OptionalValue): number | undefined {
  if (typeof value === "number") return (value | 0) === value ? value : undefined;
  const exact = asInt64Exact(value);
  if (exact === undefined || exact < -2147483648n || exact > 2147483647n) return undefined;
  return Number(exact);
}
