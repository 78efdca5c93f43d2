// Integers as text in base 2, 8, 10 or 16, for $convert's `base`. Digits above 9 are written in capitals and read in either.

import { Decimal128 } from "bson";
import { decimalParts, decimalToBigInt } from "../bson/decimal.ts";
import { isNumber, type NumericValue, toNumber } from "../bson/number.ts";
import type { OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { exactInt32 } from "./number.ts";
import { isNullish } from "./value_type.ts";

export type NumberBase = 2 | 8 | 10 | 16;

const SUFFIX = "in $convert with no onError value";
const DIGITS: Readonly<Record<NumberBase, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^[0-9]+$/,
  16: /^[0-9a-f]+$/i,
};
const PREFIX: Readonly<Record<NumberBase, string>> = { 2: "0b", 8: "0o", 10: "", 16: "0x" };
const LIMIT = 2n ** 63n;

function failure(message: string): CommandError {
  return new CommandError(ErrorCode.ConversionFailure, message);
}

/** The value of a `base` argument; undefined when null or missing. */
export function numberBase(value: OptionalValue): NumberBase | undefined {
  if (isNullish(value)) return undefined;
  const base = isNumber(value) ? exactInt32(value) : undefined;
  if (base === undefined) {
    throw new CommandError(3501300, "In $convert, 'base' argument is not an integer");
  }
  if (base !== 2 && base !== 8 && base !== 10 && base !== 16) {
    throw new CommandError(3501301, "In $convert, 'base' argument is not a valid base");
  }
  return base;
}

function wholeValue(value: NumericValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (value instanceof Decimal128) {
    const parts = decimalParts(value);
    if (parts.kind !== "finite") return undefined;
    // A fraction is lost when truncated and scaled back.
    const { coefficient, exponent } = parts;
    if (exponent < 0 && coefficient % 10n ** BigInt(Math.min(-exponent, 40)) !== 0n) {
      return undefined;
    }
    return decimalToBigInt(parts);
  }
  const number = toNumber(value);
  return Number.isInteger(number) ? BigInt(number) : undefined;
}

/** A whole number as text. */
export function textInBase(value: NumericValue, base: NumberBase): string {
  const whole = wholeValue(value);
  if (whole === undefined) {
    throw failure(`Base conversion is not supported for non-integers ${SUFFIX}: `);
  }
  if (whole < -LIMIT || whole >= LIMIT) {
    throw failure(`Magnitude of the number provided for base conversion is too large ${SUFFIX}: `);
  }
  return whole.toString(base).toUpperCase();
}

/** The int64 that a text stands for. */
export function integerInBase(text: string, base: NumberBase): bigint {
  const [, sign, digits] = /^([+-]?)([^]*)$/.exec(text)!;
  const fail = (reason: string) => failure(`Failed to parse number '${text}' ${SUFFIX}: ${reason}`);
  if (digits === "") throw fail(sign === "" ? "Empty string" : "No digits");
  if (!DIGITS[base].test(digits)) {
    throw fail(
      DIGITS[base].test(digits[0]) ? "Did not consume whole string." : "Did not consume any digits",
    );
  }
  const magnitude = BigInt(PREFIX[base] + digits);
  const whole = sign === "-" ? -magnitude : magnitude;
  if (whole < -LIMIT || whole >= LIMIT) throw fail("Overflow");
  return whole;
}
