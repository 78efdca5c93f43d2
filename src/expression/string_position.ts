// Parts of strings by position: $substrBytes (also called $substr) and $indexOfBytes count UTF-8 bytes, $substrCP and
// $indexOfCP code points. JavaScript's own UTF-16 positions never show.

import { asInt64Exact, isNumber } from "../bson/number.ts";
import { type BsonValue, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe, indexArgument, TEXT_INDEX_CODES } from "./array_access.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { exactInt32, wholeNumber } from "./number.ts";
import { listOperator } from "./operator_kinds.ts";
import { codePointCount, coerceToText, isAscii, utf8Bytes, utf8Text } from "./text.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

function bytePosition(value: OptionalValue, what: "starting index" | "length"): number {
  if (!isNumber(value)) {
    throw new CommandError(
      what === "length" ? 16035 : 16034,
      `$substrBytes:  ${what} must be a numeric type (is BSON type ${typeNameOf(value)})`,
    );
  }
  return Number(asInt64Exact(value) ?? wholeNumber(value));
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function substringOfBytes([value, from, count]: readonly OptionalValue[]): BsonValue {
  const text = coerceToText(value);
  const start = bytePosition(from, "starting index");
  const length = bytePosition(count, "length");
  if (start < 0) {
    throw new CommandError(
      50752,
      `$substrBytes:  starting index must be non-negative (got: ${start})`,
    );
  }
  if (isAscii(text)) return length < 0 ? text.slice(start) : text.slice(start, start + length);
  const bytes = utf8Bytes(text);
  const end = length < 0 ? bytes.length : Math.min(start + length, bytes.length);
  if (isContinuation(bytes[start])) {
    throw new CommandError(
      28656,
      "$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.",
    );
  }
  if (isContinuation(bytes[end])) {
    throw new CommandError(
      28657,
      "$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.",
    );
  }
  return utf8Text(bytes.subarray(start, end));
}

function codePointPosition(
  value: OptionalValue,
  what: "starting index" | "length",
  codes: readonly [typeCode: number, rangeCode: number],
): number {
  if (!isNumber(value)) {
    throw new CommandError(
      codes[0],
      `$substrCP: ${what} must be a numeric type (is BSON type ${typeNameOf(value)})`,
    );
  }
  const position = exactInt32(value);
  if (position === undefined) {
    throw new CommandError(
      codes[1],
      `$substrCP: ${what} cannot be represented as a 32-bit integral value: ${describe(value)}`,
    );
  }
  return position;
}

function substringOfCodePoints([value, from, count]: readonly OptionalValue[]): BsonValue {
  const text = coerceToText(value);
  const start = codePointPosition(from, "starting index", [34450, 34451]);
  const length = codePointPosition(count, "length", [34452, 34453]);
  if (length < 0) {
    throw new CommandError(34454, "$substrCP: length must be a nonnegative integer.");
  }
  if (start < 0) {
    throw new CommandError(34455, "$substrCP: the starting index must be nonnegative integer.");
  }
  if (isAscii(text)) return text.slice(start, start + length);
  return Array.from(text).slice(start, start + length).join("");
}

/** The operands of an $indexOf operator; null for a null-like text. */
function searchOperands(
  operator: "$indexOfBytes" | "$indexOfCP",
  codes: readonly [first: number, second: number],
  values: readonly OptionalValue[],
): { text: string; sought: string } | null {
  const [text, sought] = values;
  if (isNullish(text)) return null;
  if (typeof text !== "string") {
    throw new CommandError(
      codes[0],
      `${operator} requires a string as the first argument, found: ${typeNameOf(text)}`,
    );
  }
  if (typeof sought !== "string") {
    throw new CommandError(
      codes[1],
      `${operator} requires a string as the second argument, found: ${typeNameOf(sought)}`,
    );
  }
  return { text, sought };
}

/** Start and end of the search in a text of `length` units; undefined when nothing can be found. */
function searchRange(
  operator: string,
  [, , from, to]: readonly OptionalValue[],
  length: number,
): [number, number] | undefined {
  const start = from === undefined
    ? 0
    : indexArgument(operator, "starting index", from, TEXT_INDEX_CODES);
  const end = to === undefined
    ? length
    : indexArgument(operator, "ending index", to, TEXT_INDEX_CODES);
  return start > length || end < start ? undefined : [start, Math.min(end, length)];
}

function indexOfBytes(values: readonly OptionalValue[]): BsonValue {
  const operands = searchOperands("$indexOfBytes", [40091, 40092], values);
  if (operands === null) return null;
  const { text, sought } = operands;
  if (isAscii(text)) {
    const range = searchRange("$indexOfBytes", values, text.length);
    return range === undefined ? -1 : findIn(text, sought, range);
  }
  // One character per byte makes byte positions string positions.
  const bytes = byteString(text);
  const range = searchRange("$indexOfBytes", values, bytes.length);
  return range === undefined ? -1 : findIn(bytes, byteString(sought), range);
}

function byteString(text: string): string {
  return Array.from(utf8Bytes(text), (byte) => String.fromCharCode(byte)).join("");
}

function findIn(text: string, sought: string, [start, end]: readonly [number, number]): number {
  const found = text.indexOf(sought, start);
  return found >= 0 && found + sought.length <= end ? found : -1;
}

function indexOfCodePoints(values: readonly OptionalValue[]): BsonValue {
  const operands = searchOperands("$indexOfCP", [40093, 40094], values);
  if (operands === null) return null;
  const { text, sought } = operands;
  if (isAscii(text)) {
    const range = searchRange("$indexOfCP", values, text.length);
    return range === undefined ? -1 : findIn(text, sought, range);
  }
  const points = Array.from(text);
  const range = searchRange("$indexOfCP", values, points.length);
  if (range === undefined) return -1;
  const [start, end] = range;
  const part = points.slice(start, end).join("");
  const found = part.indexOf(sought);
  return found < 0 ? -1 : start + codePointCount(part.slice(0, found));
}

export const STRING_POSITION_OPERATORS: readonly ExpressionDefinition[] = [
  listOperator("$indexOfBytes", "Byte position of a text, or -1", [2, 4], indexOfBytes),
  listOperator("$indexOfCP", "Code point position of a text, or -1", [2, 4], indexOfCodePoints),
  listOperator("$substr", "Part of a string by bytes", [3, 3], substringOfBytes),
  listOperator("$substrBytes", "Part of a string by bytes", [3, 3], substringOfBytes),
  listOperator("$substrCP", "Part of a string by code points", [3, 3], substringOfCodePoints),
];
