// The order of BSON values, across all types: what sort, range queries, unique indexes and $min/$max agree on.
//
// Types order by CANONICAL_ORDER; numbers of all types compare by exact value, NaN lowest; strings by UTF-8 bytes or a
// collation; documents field by field: type, then name, then value (field order matters). Missing (type byte 0) ties
// with undefined. `index/key_encoding.ts` produces bytes in this same order.
// Source: MongoDB manual, "Comparison/Sort Order".

import { assert } from "../assert.ts";
import type { Collation } from "./collation.ts";
import { encodeDocument, encodeValue } from "./encode.ts";
import { compareNumbers, compareNumbersRaw, isNumber } from "./number.ts";
import {
  cstringEnd,
  documentEnd,
  type RawValue,
  readInt32,
  readString,
  readUint32,
  valueEnd,
} from "./read.ts";
import { BsonType, CANONICAL_ORDER } from "./type.ts";
import { BsonDate, MISSING, type OptionalValue } from "./value.ts";
import { typeOfValue } from "./value_type.ts";
import { ObjectId } from "bson";

/** -1, 0 or 1: the order of two values in place. */
export function compareRaw(
  aBytes: Uint8Array,
  aType: number,
  aAt: number,
  bBytes: Uint8Array,
  bType: number,
  bAt: number,
  collation?: Collation,
): number {
  if (aType !== bType) {
    const a = CANONICAL_ORDER[aType];
    const b = CANONICAL_ORDER[bType];
    if (a !== b) return a < b ? -1 : 1;
  }
  switch (aType) {
    case BsonType.Int32:
    case BsonType.Double:
    case BsonType.Int64:
    case BsonType.Decimal128:
      return compareNumbersRaw(aBytes, aType, aAt, bBytes, bType, bAt);
    case BsonType.String:
    case BsonType.Symbol:
      if (collation !== undefined) {
        return sign(collation.compare(readString(aBytes, aAt), readString(bBytes, bAt)));
      }
      return compareText(aBytes, aAt, bBytes, bAt);
    case BsonType.Code:
      return compareText(aBytes, aAt, bBytes, bAt);
    case BsonType.Document:
      return compareDocuments(aBytes, aAt, bBytes, bAt, collation);
    case BsonType.Array:
      return compareElements(aBytes, aAt, bBytes, bAt, false, collation);
    case BsonType.ObjectId:
      return compareBytes(aBytes, aAt, aAt + 12, bBytes, bAt, bAt + 12);
    case BsonType.Boolean:
      return aBytes[aAt] === bBytes[bAt] ? 0 : aBytes[aAt] < bBytes[bAt] ? -1 : 1;
    case BsonType.Date:
      return compareInt64(aBytes, aAt, bBytes, bAt);
    case BsonType.Timestamp:
      return compareUint64(aBytes, aAt, bBytes, bAt);
    default:
      return compareRare(aBytes, aType, aAt, bBytes, bAt, collation);
  }
}

function compareRare(
  aBytes: Uint8Array,
  type: number,
  aAt: number,
  bBytes: Uint8Array,
  bAt: number,
  collation: Collation | undefined,
): number {
  switch (type) {
    case BsonType.Binary: {
      // Length first, then subtype and bytes, which stand together.
      const a = readInt32(aBytes, aAt);
      const b = readInt32(bBytes, bAt);
      if (a !== b) return a < b ? -1 : 1;
      return compareBytes(aBytes, aAt + 4, aAt + 5 + a, bBytes, bAt + 4, bAt + 5 + b);
    }
    case BsonType.Regex: {
      const aStop = cstringEnd(aBytes, aAt);
      const bStop = cstringEnd(bBytes, bAt);
      return compareBytes(aBytes, aAt, aStop, bBytes, bAt, bStop) ||
        compareBytes(
          aBytes,
          aStop + 1,
          cstringEnd(aBytes, aStop + 1),
          bBytes,
          bStop + 1,
          cstringEnd(bBytes, bStop + 1),
        );
    }
    case BsonType.DBPointer: {
      const a = readInt32(aBytes, aAt);
      const b = readInt32(bBytes, bAt);
      if (a !== b) return a < b ? -1 : 1;
      return compareBytes(aBytes, aAt + 4, aAt + 16 + a, bBytes, bAt + 4, bAt + 16 + b);
    }
    case BsonType.CodeWithScope:
      return compareText(aBytes, aAt + 4, bBytes, bAt + 4) || compareDocuments(
        aBytes,
        aAt + 8 + readInt32(aBytes, aAt + 4),
        bBytes,
        bAt + 8 + readInt32(bBytes, bAt + 4),
        collation,
      );
    default:
      return 0; // missing, undefined, null, MinKey, MaxKey
  }
}

/** The order of two byte ranges: byte by byte, unsigned, a prefix before what it is a prefix of. */
export function compareBytes(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const aLength = aTo - aFrom;
  const bLength = bTo - bFrom;
  const length = aLength < bLength ? aLength : bLength;
  for (let i = 0; i < length; i++) {
    const difference = a[aFrom + i] - b[bFrom + i];
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return aLength < bLength ? -1 : aLength > bLength ? 1 : 0;
}

/** Two strings (length, bytes, NUL) by their UTF-8 bytes; NULs inside count like any byte. */
function compareText(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  const aFrom = aAt + 4;
  const bFrom = bAt + 4;
  const aTo = aFrom + readInt32(a, aAt) - 1;
  const bTo = bFrom + readInt32(b, bAt) - 1;
  return compareBytes(a, aFrom, aTo, b, bFrom, bTo);
}

function compareInt64(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  const aHigh = readInt32(a, aAt + 4);
  const bHigh = readInt32(b, bAt + 4);
  if (aHigh !== bHigh) return aHigh < bHigh ? -1 : 1;
  const aLow = readUint32(a, aAt);
  const bLow = readUint32(b, bAt);
  return aLow < bLow ? -1 : aLow > bLow ? 1 : 0;
}

function compareUint64(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): number {
  const aHigh = readUint32(a, aAt + 4);
  const bHigh = readUint32(b, bAt + 4);
  if (aHigh !== bHigh) return aHigh < bHigh ? -1 : 1;
  const aLow = readUint32(a, aAt);
  const bLow = readUint32(b, bAt);
  return aLow < bLow ? -1 : aLow > bLow ? 1 : 0;
}

/** The order of two documents: per field its type's place, its name, its value; then fewer fields first. */
export function compareDocuments(
  aBytes: Uint8Array,
  aStart: number,
  bBytes: Uint8Array,
  bStart: number,
  collation?: Collation,
): number {
  return compareElements(aBytes, aStart, bBytes, bStart, true, collation);
}

function compareElements(
  aBytes: Uint8Array,
  aStart: number,
  bBytes: Uint8Array,
  bStart: number,
  withNames: boolean,
  collation: Collation | undefined,
): number {
  const aEnd = documentEnd(aBytes, aStart) - 1;
  const bEnd = documentEnd(bBytes, bStart) - 1;
  let a = aStart + 4;
  let b = bStart + 4;
  while (a < aEnd && b < bEnd) {
    const aType = aBytes[a];
    const bType = bBytes[b];
    const aPlace = CANONICAL_ORDER[aType];
    const bPlace = CANONICAL_ORDER[bType];
    if (aPlace !== bPlace) return aPlace < bPlace ? -1 : 1;
    const aValue = cstringEnd(aBytes, a + 1) + 1;
    const bValue = cstringEnd(bBytes, b + 1) + 1;
    if (withNames) {
      const names = compareBytes(aBytes, a + 1, aValue - 1, bBytes, b + 1, bValue - 1);
      if (names !== 0) return names;
    }
    const values = compareRaw(aBytes, aType, aValue, bBytes, bType, bValue, collation);
    if (values !== 0) return values;
    a = valueEnd(aBytes, aType, aValue);
    b = valueEnd(bBytes, bType, bValue);
  }
  return a < aEnd ? 1 : b < bEnd ? -1 : 0;
}

export function compareRawValues(a: RawValue, b: RawValue, collation?: Collation): number {
  return compareRaw(a.bytes, a.type, a.at, b.bytes, b.type, b.at, collation);
}

/** Equality of two values in place; most types decide on their bytes. */
export function equalRaw(
  aBytes: Uint8Array,
  aType: number,
  aAt: number,
  bBytes: Uint8Array,
  bType: number,
  bAt: number,
  collation?: Collation,
): boolean {
  if (aType === bType) {
    switch (aType) {
      case BsonType.Int32:
        return readInt32(aBytes, aAt) === readInt32(bBytes, bAt);
      case BsonType.Int64:
      case BsonType.Date:
      case BsonType.Timestamp:
        return readInt32(aBytes, aAt) === readInt32(bBytes, bAt) &&
          readInt32(aBytes, aAt + 4) === readInt32(bBytes, bAt + 4);
      case BsonType.String: {
        if (collation !== undefined) break;
        const length = readInt32(aBytes, aAt);
        if (readInt32(bBytes, bAt) !== length) return false;
        for (let i = 4; i < length + 4; i++) {
          if (aBytes[aAt + i] !== bBytes[bAt + i]) return false;
        }
        return true;
      }
    }
  }
  return compareRaw(aBytes, aType, aAt, bBytes, bType, bAt, collation) === 0;
}

export function equalRawValues(a: RawValue, b: RawValue, collation?: Collation): boolean {
  return equalRaw(a.bytes, a.type, a.at, b.bytes, b.type, b.at, collation);
}

function sign(order: number): number {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/** Two JavaScript strings in the order of their UTF-8 bytes, which is the order of code points. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < length; i++) {
    let left = a.charCodeAt(i);
    let right = b.charCodeAt(i);
    if (left === right) continue;
    // Surrogates stand for code points above every other unit.
    if (left >= 0xd800 && right >= 0xd800) {
      left = left >= 0xe000 ? left - 0x800 : left + 0x2000;
      right = right >= 0xe000 ? right - 0x800 : right + 0x2000;
    }
    return left < right ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** The order of two decoded values; MISSING ties with undefined. */
export function compareValues(a: OptionalValue, b: OptionalValue, collation?: Collation): number {
  if (typeof a === "number" && typeof b === "number") {
    if (a < b) return -1;
    if (a > b) return 1;
    if (a === b) return 0;
  } else if (typeof a === "string" && typeof b === "string") {
    return collation === undefined ? compareStrings(a, b) : sign(collation.compare(a, b));
  }
  const aType = typeOfValue(a);
  const bType = typeOfValue(b);
  const aPlace = CANONICAL_ORDER[aType];
  const bPlace = CANONICAL_ORDER[bType];
  if (aPlace !== bPlace) return aPlace < bPlace ? -1 : 1;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (a instanceof BsonDate && b instanceof BsonDate) return a.ms < b.ms ? -1 : a.ms > b.ms ? 1 : 0;
  if (a instanceof ObjectId && b instanceof ObjectId) {
    return compareBytes(a.id, 0, 12, b.id, 0, 12);
  }
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b, collation);
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return compareDocuments(a, 0, b, 0, collation);
  }
  return compareEncoded(a, b, collation);
}

function compareArrays(
  a: readonly OptionalValue[],
  b: readonly OptionalValue[],
  collation: Collation | undefined,
): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i], b[i], collation);
    if (order !== 0) return order;
  }
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0;
}

function compareEncoded(
  a: OptionalValue,
  b: OptionalValue,
  collation: Collation | undefined,
): number {
  if (a === MISSING || b === MISSING || typeof a === "symbol") return 0; // missing or undefined
  if (a === null) return 0;
  if (a instanceof Map || b instanceof Map) {
    assert(a instanceof Map || a instanceof Uint8Array, "a document compares with a document");
    assert(b instanceof Map || b instanceof Uint8Array, "a document compares with a document");
    return compareDocuments(encodeDocument(a), 0, encodeDocument(b), 0, collation);
  }
  return compareRawValues(encodeValue(a), encodeValue(b), collation);
}

/** Equality of decoded values, by the same rules. */
export function equalValues(a: OptionalValue, b: OptionalValue, collation?: Collation): boolean {
  return compareValues(a, b, collation) === 0;
}
