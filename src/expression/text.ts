// Text of values and positions in text, the way the server counts: UTF-8 bytes and code points, not UTF-16 units.

import { Decimal128 } from "bson";
import { isInt32, isNumber, numericKind, type NumericValue, toNumber } from "../bson/number.ts";
import { decodeValue } from "../bson/decode.ts";
import { encodeValue } from "../bson/encode.ts";
import { plainDouble, toShellText } from "../bson/json.ts";
import { elements } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { BsonDate, MISSING, type OptionalValue } from "../bson/value.ts";
import { Binary, BSONSymbol, Code, ObjectId, Timestamp } from "bson";
import { CommandError } from "../error.ts";
import { civilTimeOf, isoDateText, pad } from "./calendar.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** True when every character is one byte, so that all ways of counting agree. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** The number of code points. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}

/** A double as `$toString` writes it: shortest digits, exponent from 1e16 and below 1e-4, with two digits. */
export function doubleToText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponentText] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? "-" : "+";
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent >= 0) return String(value);
  const digits = mantissa.replace(/[-.]/g, "");
  return `${value < 0 ? "-" : ""}0.${"0".repeat(-exponent - 1)}${digits}`;
}

/** A number of any type as text. */
export function numberToText(value: NumericValue): string {
  if (typeof value === "bigint" || isInt32(value)) return String(value);
  if (value instanceof Decimal128) return value.toString();
  return doubleToText(toNumber(value));
}

/** A double as the server writes it into messages and where a string is asked for: C's `%g`, six digits. */
export function shortDoubleText(value: number): string {
  return plainDouble(value, 6);
}

/** A value in a message, as `Value::toString` of mongod writes it: `{a: 1, b: [1, "x"]}`, ISO dates, `%g` doubles. */
export function valueInMessage(value: OptionalValue): string {
  if (value === MISSING) return "missing";
  if (typeof value === "string") return `"${value}"`;
  if (isNumber(value) && numericKind(value) === "double") return shortDoubleText(toNumber(value));
  if (value instanceof BsonDate) return isoDateText(value.ms);
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof Binary) {
    return `BinData(${value.sub_type}, "${value.toString("hex").toUpperCase()}")`;
  }
  if (Array.isArray(value)) return `[${value.map(valueInMessage).join(", ")}]`;
  const raw = encodeValue(value);
  if (raw.type !== BsonType.Document) return toShellText(raw);
  const fields = [...elements(raw.bytes, raw.at)]
    .map((field) => `${field.name}: ${valueInMessage(decodeValue(field))}`);
  return `{${fields.join(", ")}}`;
}

/** A number in a message about arguments of real functions, which see ints and longs as doubles. */
export function numberInMessage(value: NumericValue): string {
  return value instanceof Decimal128 ? value.toString() : shortDoubleText(toNumber(value));
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A timestamp where a string is asked for: `Nov 14 22:13:20:1`, in UTC. */
function timestampText({ t, i }: Timestamp): string {
  const { month, day, hour, minute, second } = civilTimeOf(BigInt(t) * 1000n);
  const time = [hour, minute, second].map((part) => pad(part, 2)).join(":");
  return `${MONTHS[month - 1]} ${String(day).padStart(2)} ${time}:${i}`;
}

/** A value as text where an operator asks for a string: null-like is "", numbers and dates have their text. */
export function coerceToText(value: OptionalValue): string {
  if (typeof value === "string") return value;
  if (isNullish(value)) return "";
  if (isNumber(value) && numericKind(value) === "double") return shortDoubleText(toNumber(value));
  if (isNumber(value)) return numberToText(value);
  if (value instanceof BsonDate) return isoDateText(value.ms);
  if (value instanceof Code) return String(value.code);
  if (value instanceof BSONSymbol) return value.value;
  if (value instanceof Timestamp) return timestampText(value);
  throw new CommandError(16007, `can't convert from BSON type ${typeNameOf(value)} to String`);
}
