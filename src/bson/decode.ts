// Decoding one value at a time, for the places that need a value rather than bytes.
//
// Documents decode to views on the same bytes, not copies: whoever keeps a decoded document longer than the batch it
// came from copies it first (`copyValue`). Scalars never point into the batch. Writing a decoded value gives the bytes it came from;
// that is why doubles equal to an int32 become Double objects and why code keeps its scope as raw bytes.

import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  type Document,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";
import { AssertionError } from "../assert.ts";
import { encodeDocument } from "./encode.ts";
import {
  cstringEnd,
  documentEnd,
  elements,
  type RawValue,
  readDouble,
  readInt32,
  readInt64,
  readString,
  readText,
  valueEnd,
} from "./read.ts";
import { BsonType } from "./type.ts";
import { BsonDate, type BsonValue, DBPointer, type DocumentValue, UNDEFINED } from "./value.ts";

const MIN_KEY = new MinKey();
const MAX_KEY = new MaxKey();

export function decodeValue(value: RawValue): BsonValue {
  return decode(value.bytes, value.type, value.at);
}

/** The value of the given type at `at`. */
export function decode(bytes: Uint8Array, type: number, at: number): BsonValue {
  switch (type) {
    case BsonType.Double:
      return doubleValue(readDouble(bytes, at));
    case BsonType.String:
      return readString(bytes, at);
    case BsonType.Document:
      return bytes.subarray(at, documentEnd(bytes, at));
    case BsonType.Array:
      return decodeArray(bytes, at);
    case BsonType.Binary:
      return new Binary(bytes.slice(at + 5, at + 5 + readInt32(bytes, at)), bytes[at + 4]);
    case BsonType.Undefined:
      return UNDEFINED;
    case BsonType.ObjectId:
      return new ObjectId(bytes.slice(at, at + 12));
    case BsonType.Boolean:
      return bytes[at] !== 0;
    case BsonType.Date:
      return new BsonDate(readInt64(bytes, at));
    case BsonType.Null:
      return null;
    case BsonType.Int32:
      return readInt32(bytes, at);
    case BsonType.Timestamp:
      return new Timestamp(BigInt.asUintN(64, readInt64(bytes, at)));
    case BsonType.Int64:
      return readInt64(bytes, at);
    case BsonType.Decimal128:
      return new Decimal128(bytes.slice(at, at + 16));
    case BsonType.MinKey:
      return MIN_KEY;
    case BsonType.MaxKey:
      return MAX_KEY;
    default:
      return decodeRare(bytes, type, at);
  }
}

function decodeRare(bytes: Uint8Array, type: number, at: number): BsonValue {
  switch (type) {
    case BsonType.Regex: {
      const stop = cstringEnd(bytes, at);
      const regex = new BSONRegExp(readText(bytes, at, stop));
      // The constructor sorts and checks options; a stored regex keeps what was stored.
      regex.options = readText(bytes, stop + 1, cstringEnd(bytes, stop + 1));
      return regex;
    }
    case BsonType.DBPointer: {
      const idAt = at + 4 + readInt32(bytes, at);
      return new DBPointer(readString(bytes, at), new ObjectId(bytes.slice(idAt, idAt + 12)));
    }
    case BsonType.Code:
      return new Code(readString(bytes, at));
    case BsonType.Symbol:
      return new BSONSymbol(readString(bytes, at));
    case BsonType.CodeWithScope: {
      const scopeAt = at + 8 + readInt32(bytes, at + 4);
      const scope = bytes.slice(scopeAt, documentEnd(bytes, scopeAt));
      return new Code(readString(bytes, at + 4), scope as unknown as Document);
    }
    default:
      throw new AssertionError(`BSON type byte ${type} at offset ${at}`);
  }
}

/** A double as a decoded value: wrapped when it would be taken for an int32. */
export function doubleValue(value: number): number | Double {
  return (value | 0) === value ? new Double(value) : value;
}

function decodeArray(bytes: Uint8Array, at: number): BsonValue[] {
  const values: BsonValue[] = [];
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  while (element < end) {
    const type = bytes[element];
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    values.push(decode(bytes, type, valueAt));
    element = valueEnd(bytes, type, valueAt);
  }
  return values;
}

/** The fields of a document in order, duplicates included. */
export function* documentEntries(document: DocumentValue): Generator<[string, BsonValue]> {
  if (document instanceof Map) yield* document.entries();
  else for (const element of elements(document)) yield [element.name, decodeValue(element)];
}

/** The fields by name, in order; of duplicates the first, which is the one operators see. */
export function toMap(document: DocumentValue): Map<string, BsonValue> {
  if (document instanceof Map) return document;
  const map = new Map<string, BsonValue>();
  for (const element of elements(document)) {
    if (!map.has(element.name)) map.set(element.name, decodeValue(element));
  }
  return map;
}

/** The document as bytes that start at offset 0. */
export function toDocument(value: DocumentValue): Uint8Array {
  return encodeDocument(value);
}

/** A value that stays valid when the batch it was decoded from is reused. */
export function copyValue(value: BsonValue): BsonValue {
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copyValue);
  if (value instanceof Map) {
    return new Map(Array.from(value, ([name, inner]) => [name, copyValue(inner)]));
  }
  return value;
}

/** True for a decoded document (raw or Map). */
export function isDocumentValue(value: unknown): value is DocumentValue {
  return value instanceof Uint8Array || value instanceof Map;
}
