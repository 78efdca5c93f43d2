// Binary data as text (base64, base64url, hex, utf8, uuid) and as numbers in either byte order, for $convert.

import { Buffer } from "node:buffer";
import { Binary } from "bson";
import { doubleValue } from "../bson/decode.ts";
import { isInt32, type NumericValue, toNumber } from "../bson/number.ts";
import { BsonType } from "../bson/type.ts";
import type { BsonValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";

const SUFFIX = "in $convert with no onError value";
const UUID_SUBTYPE = 4;
const UUID_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const FORMATS: ReadonlySet<string> = new Set([
  "auto",
  "base64",
  "base64url",
  "hex",
  "utf8",
  "uuid",
]);

/** Checks a `format` argument. */
export function checkBinaryFormat(format: string): void {
  if (!FORMATS.has(format)) {
    throw new CommandError(4341125, `Invalid 'format' argument for $convert: ${format}`);
  }
}

function failure(message: string): CommandError {
  return new CommandError(ErrorCode.ConversionFailure, message);
}

function requireFormat(format: string | undefined, from: string, to: string): string {
  if (format !== undefined) return format;
  throw new CommandError(
    4341115,
    `Format must be speficied when converting from '${from}' to '${to}'`,
  );
}

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

export function textFromBinary(value: Binary, requested: string | undefined): string {
  const bytes = value.buffer.subarray(0, value.position);
  let format = requireFormat(requested, "binData", "string");
  const isUuid = value.sub_type === UUID_SUBTYPE && bytes.length === 16;
  const notValid = (what: string) =>
    failure(
      `Failed to convert 'BinData(${value.sub_type}, "${
        Buffer.from(bytes).toString("hex").toUpperCase()
      }")' to string ${SUFFIX}: BinData does not represent a valid ${what}`,
    );
  if (format === "auto") format = isUuid ? "uuid" : "base64";
  switch (format) {
    case "hex":
      return Buffer.from(bytes).toString("hex").toUpperCase();
    case "utf8":
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        throw notValid("UTF-8 string");
      }
    case "uuid":
      if (!isUuid) throw notValid("UUID");
      return uuidText(bytes);
    case "base64url":
      return Buffer.from(bytes).toString("base64url");
    default:
      return Buffer.from(bytes).toString("base64");
  }
}

/** The bytes of a text, or what is wrong with it. */
function bytesFromText(text: string, format: string): Uint8Array | string {
  switch (format) {
    case "utf8":
      return new TextEncoder().encode(text);
    case "hex":
      if (text.length % 2 !== 0) return "Hex blob with odd digit count";
      if (!/^[0-9a-f]*$/i.test(text)) return "Invalid hex digit";
      return new Uint8Array(Buffer.from(text, "hex"));
    case "uuid":
      if (!UUID_FORM.test(text)) return `Invalid UUID string: ${text}`;
      return new Uint8Array(Buffer.from(text.replaceAll("-", ""), "hex"));
    case "base64url":
      if (!/^[A-Za-z0-9_-]*={0,2}$/.test(text)) return "Invalid base64url string";
      return new Uint8Array(Buffer.from(text, "base64url"));
    case "base64":
      if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
        return "Invalid base64 string";
      }
      return new Uint8Array(Buffer.from(text, "base64"));
    default:
      // "auto" is for reading only.
      return `Invalid format '${format}'`;
  }
}

export function binaryFromText(
  text: string,
  requested: string | undefined,
  subtype: number,
): BsonValue {
  const format = requireFormat(requested, "string", "binData");
  const bytes = (format === "uuid") !== (subtype === UUID_SUBTYPE)
    ? "Only the 'uuid' format is allowed with the UUID subtype"
    : bytesFromText(text, format);
  if (typeof bytes !== "string") return new Binary(bytes, subtype);
  throw failure(`Failed to parse BinData '${text}' ${SUFFIX}: ${bytes}`);
}

export function binaryFromNumber(
  value: NumericValue,
  subtype: number,
  byteOrder: "big" | "little",
): BsonValue {
  const isLittle = byteOrder === "little";
  const size = isInt32(value) ? 4 : 8;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (isInt32(value)) view.setInt32(0, value, isLittle);
  else if (typeof value === "bigint") view.setBigInt64(0, value, isLittle);
  else view.setFloat64(0, toNumber(value), isLittle);
  return new Binary(bytes, subtype);
}

/** The number that 1, 2, 4 or 8 bytes (4 or 8 for a double) stand for. */
export function numberFromBinary(
  value: Binary,
  target: number,
  byteOrder: "big" | "little",
): BsonValue {
  const bytes = value.buffer.slice(0, value.position);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = byteOrder === "little";
  const size = bytes.length;
  if (target === BsonType.Double) {
    if (size === 4) return doubleValue(view.getFloat32(0, isLittle));
    if (size === 8) return doubleValue(view.getFloat64(0, isLittle));
  } else if (size === 1) return BigInt(view.getInt8(0));
  else if (size === 2) return BigInt(view.getInt16(0, isLittle));
  else if (size === 4) return BigInt(view.getInt32(0, isLittle));
  else if (size === 8 && target === BsonType.Int64) return view.getBigInt64(0, isLittle);
  throw failure(
    `Failed to convert 'BinData(${value.sub_type}, "${
      value.toString("hex").toUpperCase()
    }")' to number in $convert because of invalid length: ${size}`,
  );
}
