// What key bytes lose of a value, one byte per key field, so that an index entry alone can give the value back.
//
// Equal numbers have equal keys whatever their type, missing is written as null, a symbol as a string. The commonest reading
// of a key has the code 0 and costs nothing: an entry whose fields are all of that kind has no types at all.
//
//   0 Usual          int32 where the number is one, else the double; int64 where no double has the value; null; string;
//                    objects, arrays and scopes all of whose values are usual
//   80 | zeros       Decimal128, with so many zeros at the end of its digits
//   Fetch            cannot be made from the key: the document has to be read
//
// Left out: collated strings, hashes and wildcard paths; indexes with those keep no types (storage/index.ts).

import { readDecimal } from "../bson/decimal.ts";
import { copyToSlab } from "../bson/document_slab.ts";
import {
  cstringEnd,
  documentEnd,
  readDouble,
  readInt32,
  readInt64,
  readInt64AsNumber,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";

export const KeyType = {
  Usual: 0,
  Double: 1,
  Int64: 2,
  /** Nothing at the first part of the path. */
  Missing: 3,
  /** The object that should hold the last part of the path is there, the field is not. */
  MissingInside: 4,
  Symbol: 5,
  NegativeZero: 6,
  Fetch: 7,
  Decimal: 0x80,
} as const;

export const NO_TYPES: Uint8Array = new Uint8Array(0);

/** 1 for the types (0: missing) that need a look; all others are as usual. */
export const NEEDS_TYPE: Uint8Array = new Uint8Array(256);
for (
  const type of [
    0,
    BsonType.Double,
    BsonType.Document,
    BsonType.Array,
    BsonType.Symbol,
    BsonType.CodeWithScope,
    BsonType.Int64,
    BsonType.Decimal128,
  ]
) {
  NEEDS_TYPE[type] = 1;
}

/** The code of a value in place; a missing one (type 0) is Missing. */
export function keyTypeOf(bytes: Uint8Array, type: number, at: number): number {
  switch (type) {
    case 0:
      return KeyType.Missing;
    case BsonType.Double:
      return doubleType(bytes, at);
    case BsonType.Int64: {
      const rounded = readInt64AsNumber(bytes, at);
      const isDouble = Number.isSafeInteger(rounded) || BigInt(rounded) === readInt64(bytes, at);
      return isDouble ? KeyType.Int64 : KeyType.Usual;
    }
    case BsonType.Decimal128:
      return decimalType(bytes, at);
    case BsonType.Symbol:
      return KeyType.Symbol;
    case BsonType.Document:
    case BsonType.Array:
      return isUsual(bytes, at, type === BsonType.Array) ? KeyType.Usual : KeyType.Fetch;
    case BsonType.CodeWithScope: {
      const scope = at + 8 + readInt32(bytes, at + 4);
      return isUsual(bytes, scope, false) ? KeyType.Usual : KeyType.Fetch;
    }
    default:
      return KeyType.Usual;
  }
}

function doubleType(bytes: Uint8Array, at: number): number {
  const value = readDouble(bytes, at);
  if ((value | 0) === value) {
    return value === 0 && bytes[at + 7] !== 0 ? KeyType.NegativeZero : KeyType.Double;
  }
  if (value === value) return KeyType.Usual;
  // Of all NaNs only the one without sign and payload.
  let rest = 0;
  for (let i = 0; i < 6; i++) rest |= bytes[at + i];
  return rest === 0 && bytes[at + 6] === 0xf8 && bytes[at + 7] === 0x7f
    ? KeyType.Usual
    : KeyType.Fetch;
}

function decimalType(bytes: Uint8Array, at: number): number {
  const { kind, coefficient } = readDecimal(bytes, at);
  // A zero keeps an exponent that its key does not have.
  if (kind !== "finite" || coefficient === 0n) return KeyType.Fetch;
  let zeros = 0;
  for (let rest = coefficient; rest % 10n === 0n; rest /= 10n) zeros++;
  return KeyType.Decimal | zeros;
}

/** True when everything in an object or array is as usual, the names in an array too. */
function isUsual(bytes: Uint8Array, start: number, isArray: boolean): boolean {
  const end = documentEnd(bytes, start) - 1;
  let at = start + 4;
  for (let index = 0; at < end; index++) {
    const type = bytes[at];
    const nameEnd = cstringEnd(bytes, at + 1);
    if (isArray && !isIndexName(bytes, at + 1, nameEnd, index)) return false;
    if (NEEDS_TYPE[type] !== 0 && keyTypeOf(bytes, type, nameEnd + 1) !== KeyType.Usual) {
      return false;
    }
    at = valueEnd(bytes, type, nameEnd + 1);
  }
  return true;
}

function isIndexName(bytes: Uint8Array, from: number, to: number, index: number): boolean {
  for (let i = to - 1; i >= from; i--) {
    if (bytes[i] !== 48 + index % 10) return false;
    index = Math.trunc(index / 10);
    if (index === 0) return i === from;
  }
  return false;
}

/** Gathers the codes of a key's fields; trailing usual ones are not written. */
export class KeyTypes {
  readonly #codes: Uint8Array;
  #count = 0;

  constructor(fields: number) {
    this.#codes = new Uint8Array(fields);
  }

  reset(): void {
    this.#count = 0;
  }

  /** Fields are set in rising order. */
  set(field: number, code: number): void {
    if (code === KeyType.Usual) return;
    this.#codes.fill(0, this.#count, field);
    this.#codes[field] = code;
    this.#count = field + 1;
  }

  /** The codes without a copy: valid until the next reset. */
  view(): Uint8Array {
    return this.#count === 0 ? NO_TYPES : this.#codes.subarray(0, this.#count);
  }

  bytes(): Uint8Array {
    return this.#count === 0 ? NO_TYPES : copyToSlab(this.#codes, 0, this.#count);
  }
}
