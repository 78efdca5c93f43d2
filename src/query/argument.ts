// Reading the arguments of operators: truth, and whole numbers with MongoDB's rules and error texts.

import { decodeValue } from "../bson/decode.ts";
import { toShellText } from "../bson/json.ts";
import { asInt64Exact, rawToNumber } from "../bson/number.ts";
import type { RawElement, RawValue } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";

/** MongoDB's truth of a value: false, zero, null and undefined are false. */
export function isTrue({ bytes, type, at }: RawValue): boolean {
  if (isNumericType(type)) return rawToNumber(bytes, type, at) !== 0;
  if (type === BsonType.Boolean) return bytes[at] !== 0;
  return type !== BsonType.Null && type !== BsonType.Undefined;
}

/** The element as messages show it: `$size: "x"`. */
export function elementText(element: RawElement): string {
  return `${element.name}: ${toShellText(element)}`;
}

/** The argument as an exact int64. */
export function parseLong(element: RawElement): bigint {
  if (!isNumericType(element.type)) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `Expected a number in: ${elementText(element)}`,
    );
  }
  const value = asInt64Exact(decodeValue(element));
  if (value !== undefined) return value;
  throw new CommandError(ErrorCode.FailedToParse, `${notInt64(element)}: ${elementText(element)}`);
}

/** What is wrong with a number that is no int64, as messages begin. */
export function notInt64(value: RawValue): string {
  const number = rawToNumber(value.bytes, value.type, value.at);
  if (value.type === BsonType.Double && Number.isNaN(number)) {
    return "Expected an integer, but found NaN in";
  }
  return value.type === BsonType.Decimal128 || Math.abs(number) >= 2 ** 63
    ? "Cannot represent as a 64-bit integer"
    : "Expected an integer";
}

/** The argument as an exact int64 that is not negative. */
export function parseNonNegativeLong(element: RawElement): bigint {
  const value = parseLong(element);
  if (value < 0n) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `Expected a non-negative number in: ${elementText(element)}`,
    );
  }
  return value;
}
