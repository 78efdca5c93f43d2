// Converting one value to another type: the rules behind $convert and the $to... operators.
//
// A value that cannot be converted is error 241, which $convert's `onError` catches. Overflow, NaN and infinity are refused when the
// target is an integer; text has to be a number from its first to its last character.

import { Binary, Decimal128, ObjectId, Timestamp } from "bson";
import {
  DECIMAL_NAN,
  decimalFromDouble,
  decimalInfinity,
  decimalParts,
  decimalToBigInt,
} from "../bson/decimal.ts";
import { doubleValue } from "../bson/decode.ts";
import { isInt32, isNumber, type NumericValue, toDecimal128, toNumber } from "../bson/number.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { BsonDate, type BsonValue } from "../bson/value.ts";
import { typeOfValue } from "../bson/value_type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import {
  binaryFromNumber,
  binaryFromText,
  numberFromBinary,
  textFromBinary,
} from "./binary_text.ts";
import { isoDateText } from "./calendar.ts";
import { parseDateText } from "./date_parse.ts";
import { integerInBase, type NumberBase, textInBase } from "./radix.ts";
import { numberInMessage, numberToText, utf8Bytes } from "./text.ts";
import { isTruthy, typeNameOf } from "./value_type.ts";

const SUFFIX = "in $convert with no onError value";
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** How $convert treats binary data and the text of numbers. */
export interface ConversionOptions {
  readonly format?: string | undefined;
  readonly subtype: number;
  readonly byteOrder: "big" | "little";
  /** Of the text of an integer. */
  readonly base?: NumberBase | undefined;
}

export const PLAIN_CONVERSION: ConversionOptions = { subtype: 0, byteOrder: "little" };

export function conversionError(message: string): CommandError {
  return new CommandError(ErrorCode.ConversionFailure, message);
}

function unsupported(value: BsonValue, target: number): CommandError {
  return conversionError(
    `Unsupported conversion from ${typeNameOf(value)} to ${typeName(target)} ${SUFFIX}`,
  );
}

/** The value converted to the type with this type byte. */
export function convertValue(
  value: BsonValue,
  target: number,
  options: ConversionOptions,
): BsonValue {
  switch (target) {
    case BsonType.Double:
      return toDouble(value, options);
    case BsonType.String:
      return toText(value, options);
    case BsonType.Binary:
      return toBinary(value, options);
    case BsonType.ObjectId:
      return toObjectId(value);
    case BsonType.Boolean:
      return isTruthy(value);
    case BsonType.Date:
      return toDate(value);
    case BsonType.Int32:
      return toInteger(value, BsonType.Int32, options);
    case BsonType.Int64:
      return toInteger(value, BsonType.Int64, options);
    case BsonType.Decimal128:
      return toDecimal(value, options);
    default:
      if (typeOfValue(value) === target) return value;
      throw unsupported(value, target);
  }
}

function parseFailure(text: string, reason: string): CommandError {
  return conversionError(`Failed to parse number '${text}' ${SUFFIX}: ${reason}`);
}

function checkNumberText(text: string): void {
  if (/^[+-]?0[xX]/.test(text)) {
    throw conversionError(`Illegal hexadecimal input ${SUFFIX}: ${text}`);
  }
  if (text === "") throw parseFailure(text, "Empty string");
}

function toDouble(value: BsonValue, options: ConversionOptions): BsonValue {
  if (typeof value === "boolean") return doubleValue(value ? 1 : 0);
  if (value instanceof BsonDate) return doubleValue(Number(value.ms));
  if (typeof value === "string") {
    const { base } = options;
    return doubleValue(base === undefined ? doubleOfText(value) : Number(ofBase(value, base)));
  }
  if (value instanceof Binary) return numberFromBinary(value, BsonType.Double, options.byteOrder);
  if (!isNumber(value)) throw unsupported(value, BsonType.Double);
  const number = toNumber(value);
  if (value instanceof Decimal128 && !Number.isFinite(number)) {
    if (decimalParts(value).kind === "finite") throw overflow(value);
  }
  return doubleValue(number);
}

function ofBase(text: string, base: NumberBase): bigint {
  checkNumberText(text);
  return integerInBase(text, base);
}

function doubleOfText(text: string): number {
  checkNumberText(text);
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    const number = Number(text);
    if (!Number.isFinite(number)) throw parseFailure(text, "Out of range");
    return number;
  }
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special === null) {
    throw parseFailure(
      text,
      /^[+-]?\.?\d/.test(text) ? "Did not consume whole string." : "Did not consume any digits",
    );
  }
  if (special[2].toLowerCase() === "nan") return NaN;
  return special[1] === "-" ? -Infinity : Infinity;
}

function overflow(value: BsonValue): CommandError {
  // mongod shows doubles and decimals; of a long it says nothing.
  const shown = isNumber(value) && typeof value !== "bigint" ? numberInMessage(value) : "";
  return conversionError(`Conversion would overflow target type ${SUFFIX}: ${shown}`);
}

function toInteger(value: BsonValue, target: 16 | 18, options: ConversionOptions): BsonValue {
  const whole = integerOf(value, target, options);
  if (target === BsonType.Int64) {
    if (whole < MIN_INT64 || whole > MAX_INT64) throw overflow(value);
    return whole;
  }
  if (whole < -2147483648n || whole > 2147483647n) throw overflow(value);
  return Number(whole);
}

function integerOf(value: BsonValue, target: 16 | 18, options: ConversionOptions): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "string") {
    const { base } = options;
    return base === undefined ? integerOfText(value, target) : ofBase(value, base);
  }
  if (value instanceof Binary) {
    return BigInt(numberFromBinary(value, target, options.byteOrder) as bigint);
  }
  if (value instanceof BsonDate && target === BsonType.Int64) return value.ms;
  if (!isNumber(value)) throw unsupported(value, target);
  if (value instanceof Decimal128) {
    const { kind } = decimalParts(value);
    if (kind !== "finite") throw notFinite(kind === "nan");
    return decimalToBigInt(decimalParts(value))!;
  }
  const number = toNumber(value);
  if (!Number.isFinite(number)) throw notFinite(Number.isNaN(number));
  return BigInt(Math.trunc(number));
}

function notFinite(isNaN: boolean): CommandError {
  return conversionError(
    `Attempt to convert ${isNaN ? "NaN" : "infinity"} value to integer type ${SUFFIX}`,
  );
}

function integerOfText(text: string, target: 16 | 18): bigint {
  if (/^[+-]?$/.test(text)) throw parseFailure(text, "No digits");
  if (!/^[+-]?\d+$/.test(text)) throw parseFailure(text, "Did not consume whole string.");
  const whole = BigInt(text.startsWith("+") ? text.slice(1) : text);
  const limit = target === BsonType.Int32 ? 2147483648n : 2n ** 63n;
  if (whole < -limit || whole >= limit) throw parseFailure(text, "Overflow");
  return whole;
}

function toDecimal(value: BsonValue, { base }: ConversionOptions): BsonValue {
  if (value instanceof Decimal128) return value;
  if (typeof value === "boolean") return toDecimal128(value ? 1 : 0);
  if (value instanceof BsonDate) return toDecimal128(value.ms);
  if (typeof value === "string") {
    return base === undefined ? decimalOfText(value) : toDecimal128(ofBase(value, base));
  }
  if (!isNumber(value)) throw unsupported(value, BsonType.Decimal128);
  const isDouble = typeof value !== "bigint" && !isInt32(value);
  return isDouble ? decimalFromDouble(toNumber(value), 15) : toDecimal128(value as NumericValue);
}

function decimalOfText(text: string): Decimal128 {
  checkNumberText(text);
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    try {
      return Decimal128.fromStringWithRounding(text);
    } catch {
      throw parseFailure(text, "Conversion from string to decimal would overflow");
    }
  }
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special === null) throw parseFailure(text, "Failed to parse string to decimal");
  if (special[2].toLowerCase() === "nan") return DECIMAL_NAN;
  return decimalInfinity(special[1] === "-");
}

function toText(value: BsonValue, options: ConversionOptions): BsonValue {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (isNumber(value)) {
    return options.base === undefined ? numberToText(value) : textInBase(value, options.base);
  }
  if (value instanceof BsonDate) return isoDateText(value.ms);
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Binary) return textFromBinary(value, options.format);
  throw unsupported(value, BsonType.String);
}

function toBinary(value: BsonValue, options: ConversionOptions): BsonValue {
  if (typeof value === "string") return binaryFromText(value, options.format, options.subtype);
  if (value instanceof Binary) {
    if (value.sub_type === options.subtype) return value;
    throw conversionError("Conversions between different BinData subtypes are not supported");
  }
  if (typeof value === "bigint" || isInt32(value) || typeOfValue(value) === BsonType.Double) {
    return binaryFromNumber(value as NumericValue, options.subtype, options.byteOrder);
  }
  throw unsupported(value, BsonType.Binary);
}

function toObjectId(value: BsonValue): BsonValue {
  if (value instanceof ObjectId) return value;
  if (typeof value !== "string") throw unsupported(value, BsonType.ObjectId);
  if (value.length !== 24) {
    throw conversionError(
      `Failed to parse objectId '${value}' ${SUFFIX}: Invalid string length for parsing to OID, ` +
        `expected 24 but found ${utf8Bytes(value).length}`,
    );
  }
  const wrong = /[^0-9a-fA-F]/.exec(value);
  if (wrong !== null) {
    throw conversionError(
      `Failed to parse objectId '${value}' ${SUFFIX}: Invalid character found in hex string: '${
        wrong[0]
      }'`,
    );
  }
  return new ObjectId(value);
}

function toDate(value: BsonValue): BsonValue {
  if (value instanceof BsonDate) return value;
  if (typeof value === "string") return new BsonDate(parseDateText(value, undefined));
  if (value instanceof ObjectId) return new BsonDate(BigInt(value.getTimestamp().getTime()));
  if (value instanceof Timestamp) return new BsonDate(BigInt(value.t) * 1000n);
  if (!isNumber(value) || isInt32(value)) throw unsupported(value, BsonType.Date);
  const ms = integerOf(value, BsonType.Int64, PLAIN_CONVERSION);
  if (ms < MIN_INT64 || ms > MAX_INT64) throw overflow(value);
  return new BsonDate(ms);
}
