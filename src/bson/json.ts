// Values as text, the way the server writes them into error messages and explain output: `{ a: 1, b: "x" }`.
//
// Not JSON and not parsed by anyone; but people and test suites match on it. Doubles always show a point or an exponent
// (`1.0`), ObjectIds and dates show as the shell spells them. Long strings stay whole. Extended JSON is npm:bson's EJSON.

import { Decimal128 } from "bson";
import { encodeValue } from "./encode.ts";
import {
  cstringEnd,
  elements,
  type RawValue,
  readDouble,
  readInt32,
  readInt64,
  readString,
  readText,
} from "./read.ts";
import { BsonType, typeName } from "./type.ts";
import type { BsonValue } from "./value.ts";

/** The text of a value in place or a decoded one. */
export function toShellText(value: RawValue | BsonValue): string {
  const raw = isRawValue(value) ? value : encodeValue(value);
  return valueText(raw.bytes, raw.type, raw.at);
}

/** The text of a stand-alone document, or of the one at `start`. */
export function documentText(document: Uint8Array, start = 0): string {
  return valueText(document, BsonType.Document, start);
}

function isRawValue(value: RawValue | BsonValue): value is RawValue {
  return typeof value === "object" && value !== null && "bytes" in value && "at" in value &&
    "type" in value;
}

/** A double with at most 16 significant digits; `.0` marks it as a double. */
export function doubleText(value: number): string {
  const text = plainDouble(value, 16);
  return /[.EN]/.test(text) ? text : `${text}.0`;
}

/** A double in a message: as above, but without `.0` behind an exponent, `inf` and `nan`. */
function messageDouble(value: number): string {
  const text = plainDouble(value, 16);
  return /[.ein]/.test(text) ? text : `${text}.0`;
}

/** C's %.<digits>g. */
export function plainDouble(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponentText] = value.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return trimZeros(value.toFixed(Math.max(digits - 1 - exponent, 0)));
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function hex(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let i = from; i < to; i++) text += bytes[i].toString(16).padStart(2, "0");
  return text;
}

function valueText(bytes: Uint8Array, type: number, at: number): string {
  switch (type) {
    case BsonType.Double:
      return messageDouble(readDouble(bytes, at));
    case BsonType.String:
    case BsonType.Symbol:
      return `"${readString(bytes, at)}"`;
    case BsonType.Document:
      return containerText(bytes, at, "{", "}", true);
    case BsonType.Array:
      return containerText(bytes, at, "[", "]", false);
    case BsonType.Binary:
      return binaryText(bytes, at);
    case BsonType.ObjectId:
      return `ObjectId('${hex(bytes, at, at + 12)}')`;
    case BsonType.Boolean:
      return bytes[at] === 0 ? "false" : "true";
    case BsonType.Date:
      return `new Date(${readInt64(bytes, at)})`;
    case BsonType.Int32:
      return String(readInt32(bytes, at));
    case BsonType.Timestamp:
      return `Timestamp(${readInt32(bytes, at + 4) >>> 0}, ${readInt32(bytes, at) >>> 0})`;
    case BsonType.Int64:
      return String(readInt64(bytes, at));
    case BsonType.Decimal128:
      return new Decimal128(bytes.slice(at, at + 16)).toString();
    default:
      return rareText(bytes, type, at);
  }
}

function rareText(bytes: Uint8Array, type: number, at: number): string {
  switch (type) {
    case BsonType.Regex: {
      const stop = cstringEnd(bytes, at);
      const options = readText(bytes, stop + 1, cstringEnd(bytes, stop + 1));
      return `/${readText(bytes, at, stop)}/${options}`;
    }
    case BsonType.DBPointer: {
      const id = at + 4 + readInt32(bytes, at);
      return `DBRef('${readString(bytes, at)}',${hex(bytes, id, id + 12)})`;
    }
    case BsonType.Code:
      return readString(bytes, at);
    case BsonType.CodeWithScope: {
      const scope = at + 8 + readInt32(bytes, at + 4);
      return `CodeWScope( ${readString(bytes, at + 4)}, ${documentText(bytes, scope)})`;
    }
    case BsonType.MinKey:
      return "MinKey";
    case BsonType.MaxKey:
      return "MaxKey";
    default:
      return typeName(type); // null, undefined
  }
}

function containerText(
  bytes: Uint8Array,
  start: number,
  open: string,
  close: string,
  withNames: boolean,
): string {
  const parts: string[] = [];
  for (const element of elements(bytes, start)) {
    const text = valueText(bytes, element.type, element.at);
    parts.push(withNames ? `${element.name}: ${text}` : text);
  }
  return parts.length === 0 ? open + close : `${open} ${parts.join(", ")} ${close}`;
}

function binaryText(bytes: Uint8Array, at: number): string {
  const length = readInt32(bytes, at);
  const subtype = bytes[at + 4];
  const digits = hex(bytes, at + 5, at + 5 + length);
  if (subtype === 4 && length === 16) {
    const groups = [0, 8, 12, 16, 20, 32].slice(1).map((to, i) =>
      digits.slice([0, 8, 12, 16, 20][i], to)
    );
    return `UUID("${groups.join("-")}")`;
  }
  return `BinData(${subtype}, ${digits.toUpperCase()})`;
}
