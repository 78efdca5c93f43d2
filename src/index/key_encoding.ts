// Key bytes: a sequence of values as bytes whose unsigned byte order is the order of bson/compare.ts.
//
// Each value starts with a class byte (0x0a to 0xf0, so 0x00 and 0xff are free for terminators and range ends) and ends
// by its own rule, so values follow each other without separators. A descending part has all its bytes inverted.
//
//   MinKey 0a, undefined 14, null 1e, MaxKey f0           class byte only; missing is written as null
//   numbers    28 NaN, 29 -Infinity, 2a negative, 2b zero, 2c positive, 2d Infinity; 2a and 2c go on with
//              |double bits of the magnitude, rounded towards zero, 63|inexact, 1|  8 bytes big-endian; if inexact:
//              |place of the first digit + 8192, 2 bytes|34 digits as an integer, 15 bytes|   (all inverted for 2a)
//   string 3c  UTF-8, 00 written 01 01, 01 written 01 02, then 00      code a0, with scope aa: + document
//   object 46  per field |place of its type|name 00|value|, then 00    array 50  values, then 00
//   binary 5a  |length, 4|subtype|bytes|      ObjectId 64  12 bytes       false 6e, true 6f
//   date 78    8 bytes, sign flipped          timestamp 82  8 bytes       regex 8c  pattern 00 options 00
//   DBPointer 96  |length, 4|namespace|id, 12|
//
// Equal values of different numeric types give equal bytes, so unique indexes and lookups need nothing else; what the
// key loses (the numeric type, symbol against string) stands beside it (key_losses.ts). Under a collation a string is 3c and its
// collation key (collation_key.ts): equal values still give equal keys, but equal keys only candidates.

import type { Collation } from "../bson/collation.ts";
import {
  compareDecimalToDouble,
  type DecimalParts,
  decimalToDouble,
  digitCount,
  powerOfTen,
  readDecimal,
} from "../bson/decimal.ts";
import { copyToSlab } from "../bson/document_slab.ts";
import {
  cstringEnd,
  documentEnd,
  type RawValue,
  readDouble,
  readInt32,
  readInt64,
  readInt64AsNumber,
  readString,
  valueEnd,
} from "../bson/read.ts";
import { BsonType, CANONICAL_ORDER } from "../bson/type.ts";
import { MISSING } from "../bson/value.ts";
import { unreachable } from "../assert.ts";
import { collationKey } from "./collation_key.ts";

/** First byte of a value's ascending encoding. */
export const KeyClass = {
  MinKey: 0x0a,
  Undefined: 0x14,
  Null: 0x1e,
  NaN: 0x28,
  NegativeInfinity: 0x29,
  Negative: 0x2a,
  Zero: 0x2b,
  Positive: 0x2c,
  Infinity: 0x2d,
  String: 0x3c,
  Object: 0x46,
  Array: 0x50,
  Binary: 0x5a,
  ObjectId: 0x64,
  False: 0x6e,
  True: 0x6f,
  Date: 0x78,
  Timestamp: 0x82,
  Regex: 0x8c,
  DBPointer: 0x96,
  Code: 0xa0,
  CodeWithScope: 0xaa,
  MaxKey: 0xf0,
} as const;

const scratch = new DataView(new ArrayBuffer(8));
const MAX_DOUBLE = Number.MAX_VALUE;

/** Collects the encoded values of one key in a buffer that is used again for the next. */
export class KeyWriter {
  private buffer = new Uint8Array(256);
  private position = 0;
  /** What strings are encoded by; undefined for their bytes. */
  collation: Collation | undefined;

  constructor(collation?: Collation) {
    this.collation = collation;
  }

  get length(): number {
    return this.position;
  }

  reset(): void {
    this.position = 0;
  }

  /** A copy of the key, in the slab: a buffer for each key costs the allocator more than the key. */
  bytes(): Uint8Array {
    return copyToSlab(this.view(), 0, this.position);
  }

  /** The key without a copy: valid until the next write. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.position);
  }

  /** Takes back what was written behind `length`. */
  truncate(length: number): void {
    this.position = length;
  }

  private reserve(count: number): void {
    if (this.position + count <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.position + count));
    larger.set(this.buffer);
    this.buffer = larger;
  }

  /** One value; missing is written as null, as index keys and sort keys have it. */
  append(value: RawValue | typeof MISSING, descending = false): void {
    if (value === MISSING) this.appendClass(KeyClass.Null, descending);
    else this.appendRaw(value.bytes, value.type, value.at, descending);
  }

  /** A value in place; type 0 is missing. */
  appendRaw(bytes: Uint8Array, type: number, at: number, descending: boolean): void {
    const start = this.position;
    if (type === BsonType.Int32) this.number(readInt32(bytes, at), false);
    else this.value(bytes, type, at);
    if (descending) this.invert(start);
  }

  /** A value that is its class byte alone (null, undefined, MinKey, MaxKey). */
  appendClass(keyClass: number, descending = false): void {
    this.reserve(1);
    this.buffer[this.position++] = descending ? keyClass ^ 0xff : keyClass;
  }

  /** Key bytes as they are, inverted for a descending part. */
  appendEncoded(encoded: Uint8Array, descending = false): void {
    const start = this.position;
    this.reserve(encoded.length);
    this.buffer.set(encoded, start);
    this.position += encoded.length;
    if (descending) this.invert(start);
  }

  /** One byte as it is: range ends. */
  appendByte(byte: number): void {
    this.reserve(1);
    this.buffer[this.position++] = byte;
  }

  private invert(from: number): void {
    const buffer = this.buffer;
    for (let i = from; i < this.position; i++) buffer[i] ^= 0xff;
  }

  private value(bytes: Uint8Array, type: number, at: number): void {
    switch (type) {
      case BsonType.Double:
        return this.number(readDouble(bytes, at), false);
      case BsonType.String:
      case BsonType.Symbol:
        this.appendByte(KeyClass.String);
        if (this.collation !== undefined) return this.collated(this.collation, bytes, at);
        return this.text(bytes, at);
      case BsonType.Document:
        this.appendByte(KeyClass.Object);
        return this.fields(bytes, at);
      case BsonType.Array:
        this.appendByte(KeyClass.Array);
        return this.items(bytes, at);
      case BsonType.Binary:
        return this.sized(KeyClass.Binary, bytes, at, readInt32(bytes, at) + 1);
      case BsonType.ObjectId:
        this.appendByte(KeyClass.ObjectId);
        return this.copy(bytes, at, at + 12);
      case BsonType.Boolean:
        return this.appendByte(bytes[at] === 0 ? KeyClass.False : KeyClass.True);
      case BsonType.Date:
        this.appendByte(KeyClass.Date);
        return this.bigEndian64(bytes, at, 0x80);
      case BsonType.Int32:
        return this.number(readInt32(bytes, at), false);
      case BsonType.Timestamp:
        this.appendByte(KeyClass.Timestamp);
        return this.bigEndian64(bytes, at, 0);
      case BsonType.Int64:
        return this.int64(bytes, at);
      case BsonType.Decimal128:
        return this.decimal(readDecimal(bytes, at));
      default:
        return this.rareValue(bytes, type, at);
    }
  }

  private rareValue(bytes: Uint8Array, type: number, at: number): void {
    switch (type) {
      case 0: // missing
      case BsonType.Null:
        return this.appendByte(KeyClass.Null);
      case BsonType.Undefined:
        return this.appendByte(KeyClass.Undefined);
      case BsonType.MinKey:
        return this.appendByte(KeyClass.MinKey);
      case BsonType.MaxKey:
        return this.appendByte(KeyClass.MaxKey);
      case BsonType.Regex:
        this.appendByte(KeyClass.Regex);
        return this.copy(bytes, at, valueEnd(bytes, type, at));
      case BsonType.DBPointer:
        return this.sized(KeyClass.DBPointer, bytes, at, readInt32(bytes, at) + 12);
      case BsonType.Code:
        this.appendByte(KeyClass.Code);
        return this.text(bytes, at);
      case BsonType.CodeWithScope:
        this.appendByte(KeyClass.CodeWithScope);
        this.text(bytes, at + 4);
        return this.fields(bytes, at + 8 + readInt32(bytes, at + 4));
      default:
        unreachable(type as never, "BSON type byte");
    }
  }

  /** A finite or special number; `inexact` when the value lies a little further from zero than `value`. */
  private number(value: number, inexact: boolean): void {
    this.reserve(9);
    if (value === 0 && !inexact) {
      this.buffer[this.position++] = KeyClass.Zero;
      return;
    }
    if (value - value !== 0) {
      this.buffer[this.position++] = value === Infinity
        ? KeyClass.Infinity
        : value === -Infinity
        ? KeyClass.NegativeInfinity
        : KeyClass.NaN;
      return;
    }
    scratch.setFloat64(0, value);
    const highBits = scratch.getUint32(0);
    const lowBits = scratch.getUint32(4);
    const flip = highBits >>> 31 === 0 ? 0 : -1;
    const high = ((highBits << 1) | (lowBits >>> 31)) ^ flip;
    const low = ((lowBits << 1) | (inexact ? 1 : 0)) ^ flip;
    const buffer = this.buffer;
    let at = this.position;
    buffer[at++] = flip === 0 ? KeyClass.Positive : KeyClass.Negative;
    buffer[at++] = high >>> 24;
    buffer[at++] = high >>> 16;
    buffer[at++] = high >>> 8;
    buffer[at++] = high;
    buffer[at++] = low >>> 24;
    buffer[at++] = low >>> 16;
    buffer[at++] = low >>> 8;
    buffer[at++] = low;
    this.position = at;
  }

  private int64(bytes: Uint8Array, at: number): void {
    const rounded = readInt64AsNumber(bytes, at);
    if (Number.isSafeInteger(rounded)) return this.number(rounded, false);
    const exact = readInt64(bytes, at);
    const negative = exact < 0n;
    const magnitude = negative ? -exact : exact;
    if (BigInt(rounded) === exact) return this.number(rounded, false);
    const truncated = BigInt(Math.abs(rounded)) > magnitude
      ? previousDouble(Math.abs(rounded))
      : Math.abs(rounded);
    this.number(negative ? -truncated : truncated, true);
    this.remainder(negative, magnitude, 0);
  }

  private decimal(parts: DecimalParts): void {
    const rounded = decimalToDouble(parts);
    if (parts.kind !== "finite" || parts.coefficient === 0n) return this.number(rounded, false);
    const { negative } = parts;
    let magnitude = Math.abs(rounded);
    if (magnitude === Infinity) magnitude = MAX_DOUBLE;
    else if (magnitude !== 0) {
      const order = compareDecimalToDouble({ ...parts, negative: false }, magnitude);
      if (order === 0) return this.number(rounded, false);
      if (order < 0) magnitude = previousDouble(magnitude);
    }
    this.number(negative ? -magnitude : magnitude, true);
    this.remainder(negative, parts.coefficient, parts.exponent);
  }

  /** Place of the first digit and the digits: orders all values that share their double. */
  private remainder(negative: boolean, coefficient: bigint, exponent: number): void {
    const start = this.position;
    this.reserve(17);
    const digits = digitCount(coefficient);
    const place = digits + exponent + 8192;
    let scaled = coefficient * powerOfTen(34 - digits);
    this.buffer[start] = place >> 8;
    this.buffer[start + 1] = place;
    for (let i = 16; i >= 2; i--) {
      this.buffer[start + i] = Number(scaled & 0xffn);
      scaled >>= 8n;
    }
    this.position = start + 17;
    if (negative) this.invert(start);
  }

  /** A string (length, bytes, NUL): its bytes escaped, then 00. */
  private text(bytes: Uint8Array, at: number): void {
    const from = at + 4;
    const to = from + readInt32(bytes, at) - 1;
    this.reserve((to - from) * 2 + 1);
    const buffer = this.buffer;
    let position = this.position;
    for (let i = from; i < to; i++) {
      const byte = bytes[i];
      if (byte > 1) {
        buffer[position++] = byte;
      } else {
        buffer[position++] = 1;
        buffer[position++] = byte + 1;
      }
    }
    buffer[position++] = 0;
    this.position = position;
  }

  private collated(collation: Collation, bytes: Uint8Array, at: number): void {
    const key = collationKey(collation, readString(bytes, at));
    this.copy(key, 0, key.length);
  }

  private fields(bytes: Uint8Array, start: number): void {
    const end = documentEnd(bytes, start) - 1;
    let at = start + 4;
    while (at < end) {
      const type = bytes[at];
      const valueAt = cstringEnd(bytes, at + 1) + 1;
      this.appendByte(CANONICAL_ORDER[type]);
      this.copy(bytes, at + 1, valueAt);
      this.value(bytes, type, valueAt);
      at = valueEnd(bytes, type, valueAt);
    }
    this.appendByte(0);
  }

  private items(bytes: Uint8Array, start: number): void {
    const end = documentEnd(bytes, start) - 1;
    let at = start + 4;
    while (at < end) {
      const type = bytes[at];
      const valueAt = cstringEnd(bytes, at + 1) + 1;
      this.value(bytes, type, valueAt);
      at = valueEnd(bytes, type, valueAt);
    }
    this.appendByte(0);
  }

  /** A little-endian length, written big-endian, and the `size` bytes behind it. */
  private sized(keyClass: number, bytes: Uint8Array, at: number, size: number): void {
    this.reserve(5);
    this.buffer[this.position] = keyClass;
    this.buffer[this.position + 1] = bytes[at + 3];
    this.buffer[this.position + 2] = bytes[at + 2];
    this.buffer[this.position + 3] = bytes[at + 1];
    this.buffer[this.position + 4] = bytes[at];
    this.position += 5;
    this.copy(bytes, at + 4, at + 4 + size);
  }

  private bigEndian64(bytes: Uint8Array, at: number, flip: number): void {
    this.reserve(8);
    const buffer = this.buffer;
    const position = this.position;
    for (let i = 0; i < 8; i++) buffer[position + i] = bytes[at + 7 - i];
    buffer[position] ^= flip;
    this.position = position + 8;
  }

  private copy(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.reserve(length);
    const buffer = this.buffer;
    const position = this.position;
    if (length <= 32) {
      for (let i = 0; i < length; i++) buffer[position + i] = bytes[from + i];
    } else {
      buffer.set(bytes.subarray(from, to), position);
    }
    this.position = position + length;
  }
}

/** The next double towards zero of a positive one. */
function previousDouble(value: number): number {
  scratch.setFloat64(0, value);
  scratch.setBigInt64(0, scratch.getBigInt64(0) - 1n);
  return scratch.getFloat64(0);
}

const shared = new KeyWriter();

/** The key of a list of values; `descending` tells the inverted parts. */
export function encodeKey(
  values: ReadonlyArray<RawValue | typeof MISSING>,
  descending: readonly boolean[] = [],
  collation?: Collation,
): Uint8Array {
  shared.reset();
  shared.collation = collation;
  for (let i = 0; i < values.length; i++) shared.append(values[i], descending[i] ?? false);
  return copyToSlab(shared.view(), 0, shared.length);
}

/** Byte order of two whole keys: -1, 0 or 1. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const length = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0;
}
