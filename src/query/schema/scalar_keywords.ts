// pattern, maxLength, minLength, multipleOf, maximum, minimum (with exclusiveMaximum, exclusiveMinimum).

import { decodeValue } from "../../bson/decode.ts";
import { decimalRemainder } from "../../bson/decimal_arithmetic.ts";
import { readDecimal } from "../../bson/decimal.ts";
import { decimalParts } from "../../bson/decimal.ts";
import { isNumber, rawToNumber, toDecimal128 } from "../../bson/number.ts";
import { type RawElement, type RawValue, readInt32, readString } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { parseNonNegativeLong } from "../argument.ts";
import type { ValueTest } from "../predicate.ts";
import { RegularExpression } from "../regex.ts";
import { type CompareOperator, comparisonTest } from "../value_comparison.ts";
import type { SchemaKeywordDefinition, SchemaRule } from "./definition.ts";
import { failedToParse, writeKeyword, writeReason, wrongType } from "./details.ts";

/** A rule whose details name the keyword, the reason and the value. */
function simpleRule(
  specified: readonly RawElement[],
  reason: string,
  holds: ValueTest,
): SchemaRule {
  return {
    holds,
    explain(value, details): void {
      details.startDocument(undefined);
      writeKeyword(details, ...specified);
      writeReason(details, reason, value);
      details.end();
    },
  };
}

const pattern: SchemaKeywordDefinition = {
  name: "pattern",
  parse(argument, { checkInterrupt }) {
    if (argument.type !== BsonType.String) throw wrongType("pattern", "must be a string");
    const source = readString(argument.bytes, argument.at);
    const regex = new RegularExpression(source, "", checkInterrupt);
    return simpleRule(
      [argument],
      "regular expression did not match",
      (bytes, type, at) => type !== BsonType.String || regex.matches(bytes, type, at),
    );
  },
};

/** Characters of a UTF-8 string: bytes that do not continue another. */
function characterCount(bytes: Uint8Array, at: number): number {
  const end = at + 3 + readInt32(bytes, at);
  let count = 0;
  for (let i = at + 4; i < end; i++) if ((bytes[i] & 0xc0) !== 0x80) count++;
  return count;
}

function lengthKeyword(
  name: string,
  accepts: (length: number, limit: number) => boolean,
): SchemaKeywordDefinition {
  return {
    name,
    parse(argument) {
      const limit = Number(parseNonNegativeLong(argument));
      return simpleRule(
        [argument],
        "specified string length was not satisfied",
        (bytes, type, at) => type !== BsonType.String || accepts(characterCount(bytes, at), limit),
      );
    },
  };
}

/** True when the remainder is zero, computed as decimals (a double has 15 digits then). */
function isMultiple(value: RawValue, divisor: RawValue): boolean {
  if (value.type === BsonType.Int32 && divisor.type === BsonType.Int32) {
    return readInt32(value.bytes, value.at) % readInt32(divisor.bytes, divisor.at) === 0;
  }
  const dividend = decodeValue(value);
  const by = decodeValue(divisor);
  if (!isNumber(dividend) || !isNumber(by)) return false;
  const remainder = decimalParts(decimalRemainder(toDecimal128(dividend), toDecimal128(by)));
  return remainder.kind === "finite" && remainder.coefficient === 0n;
}

const multipleOf: SchemaKeywordDefinition = {
  name: "multipleOf",
  parse(argument) {
    if (!isNumericType(argument.type)) throw wrongType("multipleOf", "must be a number");
    if (!isPositive(argument)) throw failedToParse("multipleOf", "must have a positive value");
    return simpleRule(
      [argument],
      "considered value is not a multiple of the specified value",
      (bytes, type, at) => !isNumericType(type) || isMultiple({ bytes, type, at }, argument),
    );
  },
};

function isPositive({ bytes, type, at }: RawValue): boolean {
  if (type === BsonType.Decimal128) {
    const parts = readDecimal(bytes, at);
    return parts.kind !== "nan" && !parts.negative &&
      (parts.kind === "infinity" || parts.coefficient > 0n);
  }
  return rawToNumber(bytes, type, at) > 0;
}

function limitKeyword(
  name: "maximum" | "minimum",
  exclusive: "exclusiveMaximum" | "exclusiveMinimum",
): SchemaKeywordDefinition {
  return {
    name,
    parse(argument, { keywords }) {
      if (!isNumericType(argument.type)) throw wrongType(name, "must be a number");
      const flag = keywords.get(exclusive);
      if (flag !== undefined && flag.type !== BsonType.Boolean) {
        throw wrongType(exclusive, "must be a boolean");
      }
      const isExclusive = flag !== undefined && flag.bytes[flag.at] !== 0;
      const operator = (name === "maximum" ? "$lt" : "$gt") + (isExclusive ? "" : "e");
      const test = comparisonTest(operator as CompareOperator, argument);
      return simpleRule(
        flag === undefined ? [argument] : [argument, flag],
        "comparison failed",
        (bytes, type, at) => !isNumericType(type) || test(bytes, type, at),
      );
    },
  };
}

/** The exclusive flags are read with their limits; alone they are refused. */
function exclusiveKeyword(name: string, limit: string): SchemaKeywordDefinition {
  return {
    name,
    parse(_argument, { keywords }) {
      if (!keywords.has(limit)) {
        throw failedToParse(limit, `must be a present if ${name} is present`);
      }
      return undefined;
    },
  };
}

export const scalarKeywords: readonly SchemaKeywordDefinition[] = [
  pattern,
  lengthKeyword("maxLength", (length, limit) => length <= limit),
  lengthKeyword("minLength", (length, limit) => length >= limit),
  multipleOf,
  limitKeyword("maximum", "exclusiveMaximum"),
  exclusiveKeyword("exclusiveMaximum", "maximum"),
  limitKeyword("minimum", "exclusiveMinimum"),
  exclusiveKeyword("exclusiveMinimum", "minimum"),
];
