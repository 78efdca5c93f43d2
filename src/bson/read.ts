// Reading raw BSON in place.
//
// A document is bytes and the offset where it starts; nothing is decoded until a value is asked for. An element is
// addressed by the offset of its type byte; its value by (bytes, type, at), the offset just behind the name.
//
//   start              at                    value
//   |int32 length|     |type|name ... 0x00|  |value ...|   ...   |0x00|
//
// These functions trust the structure: documents from outside pass bson/validate.ts first.
// Source: bsonspec.org, version 1.1.

import { BsonType } from "./type.ts";
import { AssertionError } from "../assert.ts";

/** A value inside a document: what most of the engine passes around instead of decoded objects. */
export interface RawValue {
  readonly bytes: Uint8Array;
  readonly type: number;
  /** Offset of the value's first byte. */
  readonly at: number;
}

/** A value and its field name. */
export interface RawElement extends RawValue {
  readonly name: string;
}

const scratchDouble = new Float64Array(1);
const scratchBytes = new Uint8Array(scratchDouble.buffer);
const scratchInt64 = new BigInt64Array(scratchDouble.buffer);
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

export function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) >>> 0;
}

function loadScratch(bytes: Uint8Array, at: number): void {
  scratchBytes[0] = bytes[at];
  scratchBytes[1] = bytes[at + 1];
  scratchBytes[2] = bytes[at + 2];
  scratchBytes[3] = bytes[at + 3];
  scratchBytes[4] = bytes[at + 4];
  scratchBytes[5] = bytes[at + 5];
  scratchBytes[6] = bytes[at + 6];
  scratchBytes[7] = bytes[at + 7];
}

export function readDouble(bytes: Uint8Array, at: number): number {
  loadScratch(bytes, at);
  return scratchDouble[0];
}

export function readInt64(bytes: Uint8Array, at: number): bigint {
  loadScratch(bytes, at);
  return scratchInt64[0];
}

/** An int64 as a number: exact up to 2^53, rounded beyond. */
export function readInt64AsNumber(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at + 4) * 4294967296 + readUint32(bytes, at);
}

/** UTF-8 text between two offsets; short ASCII, the usual case, without the decoder. */
export function readText(bytes: Uint8Array, from: number, to: number): string {
  if (to - from <= 24) {
    let text = "";
    for (let i = from; i < to; i++) {
      const unit = bytes[i];
      if (unit >= 0x80) return utf8.decode(bytes.subarray(from, to));
      text += String.fromCharCode(unit);
    }
    return text;
  }
  return utf8.decode(bytes.subarray(from, to));
}

/** The string, symbol or code value at `at`. */
export function readString(bytes: Uint8Array, at: number): string {
  return readText(bytes, at + 4, at + 3 + readInt32(bytes, at));
}

/** Offset of the NUL that ends the name (or regular expression part) starting at `at`. */
export function cstringEnd(bytes: Uint8Array, at: number): number {
  while (bytes[at] !== 0) at++;
  return at;
}

/** Offset just behind the document that starts at `start`. */
export function documentEnd(bytes: Uint8Array, start: number): number {
  return start + readInt32(bytes, start);
}

/** Offset just behind the value of the given type at `at`. */
export function valueEnd(bytes: Uint8Array, type: number, at: number): number {
  switch (type) {
    case BsonType.Int32:
      return at + 4;
    case BsonType.String:
    case BsonType.Code:
    case BsonType.Symbol:
      return at + 4 + readInt32(bytes, at);
    case BsonType.Double:
    case BsonType.Date:
    case BsonType.Timestamp:
    case BsonType.Int64:
      return at + 8;
    case BsonType.Document:
    case BsonType.Array:
    case BsonType.CodeWithScope:
      return at + readInt32(bytes, at);
    case BsonType.Binary:
      return at + 5 + readInt32(bytes, at);
    case BsonType.ObjectId:
      return at + 12;
    case BsonType.Boolean:
      return at + 1;
    case BsonType.Undefined:
    case BsonType.Null:
    case BsonType.MinKey:
    case BsonType.MaxKey:
      return at;
    case BsonType.Regex:
      return cstringEnd(bytes, cstringEnd(bytes, at) + 1) + 1;
    case BsonType.DBPointer:
      return at + 4 + readInt32(bytes, at) + 12;
    case BsonType.Decimal128:
      return at + 16;
    default:
      throw new AssertionError(`BSON type byte ${type} at offset ${at}`);
  }
}

const encoder = new TextEncoder();
const encodedNames = new Map<string, Uint8Array>();

/** The UTF-8 bytes of a field name; names used by the engine itself are few, so they are remembered. */
export function nameBytes(name: string): Uint8Array {
  let encoded = encodedNames.get(name);
  if (encoded === undefined) {
    encoded = encoder.encode(name);
    if (encodedNames.size < 4096) encodedNames.set(name, encoded);
  }
  return encoded;
}

/**
 * The offset of the type byte of the first element called `name` in the document at `start`, or -1.
 * The value begins at `offset + name.length + 2`.
 */
export function findElement(bytes: Uint8Array, start: number, name: Uint8Array): number {
  const length = name.length;
  const end = start + readInt32(bytes, start) - 1;
  let at = start + 4;
  while (at < end) {
    const nameStart = at + 1;
    let i = 0;
    while (i < length && bytes[nameStart + i] === name[i]) i++;
    if (i === length && bytes[nameStart + length] === 0) return at;
    at = valueEnd(bytes, bytes[at], cstringEnd(bytes, nameStart + (i < length ? i : length)) + 1);
  }
  return -1;
}

/** The first field called `name` of a document, or undefined when it is missing. */
export function getField(document: Uint8Array, name: string, start = 0): RawValue | undefined {
  const encoded = nameBytes(name);
  const at = findElement(document, start, encoded);
  return at < 0 ? undefined : { bytes: document, type: document[at], at: at + encoded.length + 2 };
}

/** The elements of a document or array, in order. For paths that are not hot; hot ones walk offsets. */
export function* elements(bytes: Uint8Array, start = 0): Generator<RawElement> {
  const end = documentEnd(bytes, start) - 1;
  let at = start + 4;
  while (at < end) {
    const type = bytes[at];
    const stop = cstringEnd(bytes, at + 1);
    yield { name: readText(bytes, at + 1, stop), bytes, type, at: stop + 1 };
    at = valueEnd(bytes, type, stop + 1);
  }
}

/** True when the document has no elements. */
export function isEmptyDocument(bytes: Uint8Array, start = 0): boolean {
  return readInt32(bytes, start) === 5;
}

/** The sub-document or array as a document of its own: a view, not a copy. */
export function documentOf(value: RawValue): Uint8Array {
  return value.bytes.subarray(value.at, documentEnd(value.bytes, value.at));
}
