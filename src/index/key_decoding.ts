// From key bytes and types (key_losses.ts) back to BSON values: what covered queries read instead of documents.
//
// `keyValueEnd` walks over one value without looking into it, which is also what bounds on later fields need
// (key_bounds.ts). `KeyDecoder` writes one value as an element; where the types say that the key cannot give the value
// back it answers false and writes nothing. Not for keys of collated strings, hashes or wildcard paths.

import { makeDecimal } from "../bson/decimal.ts";
import type { BsonWriter } from "../bson/encode.ts";
import { nameBytes } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { unreachable } from "../assert.ts";
import { KeyClass } from "./key_encoding.ts";
import { KeyType } from "./key_losses.ts";

const scratch = new DataView(new ArrayBuffer(16));
const scratchBytes = new Uint8Array(scratch.buffer);
const REMAINDER_BYTES = 17;
const REMAINDER_DIGITS = 34;
const PLACE_OFFSET = 8192;

/** Offset behind the value at `at`; `flip` is 0xff in a descending part, else 0. */
export function keyValueEnd(key: Uint8Array, at: number, flip: number): number {
  switch (key[at] ^ flip) {
    case KeyClass.Negative:
    case KeyClass.Positive: {
      // The mark for a remainder is inverted with a negative number.
      const isNegative = (key[at] ^ flip) === KeyClass.Negative ? 1 : 0;
      const isInexact = ((key[at + 8] ^ flip) & 1) !== isNegative;
      return at + 9 + (isInexact ? REMAINDER_BYTES : 0);
    }
    case KeyClass.String:
    case KeyClass.Code:
      return zeroEnd(key, at + 1, flip);
    case KeyClass.ObjectId:
      return at + 13;
    case KeyClass.Date:
    case KeyClass.Timestamp:
      return at + 9;
    case KeyClass.Object:
      return fieldsEnd(key, at + 1, flip);
    case KeyClass.Array:
      return itemsEnd(key, at + 1, flip);
    case KeyClass.Binary:
      return at + 6 + length32(key, at + 1, flip);
    case KeyClass.Regex:
      return zeroEnd(key, zeroEnd(key, at + 1, flip), flip);
    case KeyClass.DBPointer:
      return at + 17 + length32(key, at + 1, flip);
    case KeyClass.CodeWithScope:
      return fieldsEnd(key, zeroEnd(key, at + 1, flip), flip);
    default:
      return at + 1;
  }
}

function zeroEnd(key: Uint8Array, at: number, flip: number): number {
  while (key[at] !== flip) at++;
  return at + 1;
}

function fieldsEnd(key: Uint8Array, at: number, flip: number): number {
  while (key[at] !== flip) at = keyValueEnd(key, zeroEnd(key, at + 1, flip), flip);
  return at + 1;
}

function itemsEnd(key: Uint8Array, at: number, flip: number): number {
  while (key[at] !== flip) at = keyValueEnd(key, at, flip);
  return at + 1;
}

function length32(key: Uint8Array, at: number, flip: number): number {
  return ((key[at] ^ flip) << 24) | ((key[at + 1] ^ flip) << 16) | ((key[at + 2] ^ flip) << 8) |
    (key[at + 3] ^ flip);
}

/** Writes key values as elements. One decoder serves one scan; it is not reentrant. */
export class KeyDecoder {
  #key: Uint8Array = new Uint8Array(0);
  /** Where the next value stands. */
  #at = 0;
  #inverted = new Uint8Array(64);

  /**
   * Writes the value in key[from, to) as the element `name` (encoded); one that is missing is not written. False when the
   * key cannot give the value back.
   */
  write(
    writer: BsonWriter,
    name: Uint8Array,
    key: Uint8Array,
    from: number,
    to: number,
    descending: boolean,
    code: number,
  ): boolean {
    if (code === KeyType.Fetch) return false;
    if (code === KeyType.Missing || code === KeyType.MissingInside) return true;
    if (descending) {
      const length = to - from;
      if (this.#inverted.length < length) this.#inverted = new Uint8Array(length * 2);
      for (let i = 0; i < length; i++) this.#inverted[i] = key[from + i] ^ 0xff;
      this.#key = this.#inverted;
      this.#at = 0;
    } else {
      this.#key = key;
      this.#at = from;
    }
    this.#value(writer, name, code);
    return true;
  }

  #value(writer: BsonWriter, name: Uint8Array, code: number): void {
    const key = this.#key;
    const at = this.#at;
    const keyClass = key[at];
    switch (keyClass) {
      case KeyClass.Positive:
      case KeyClass.Negative:
        return this.#number(writer, name, code, keyClass === KeyClass.Negative);
      case KeyClass.String:
        writer.headerBytes(code === KeyType.Symbol ? BsonType.Symbol : BsonType.String, name);
        return this.#text(writer, at + 1);
      case KeyClass.ObjectId:
        writer.headerBytes(BsonType.ObjectId, name);
        writer.append(key, at + 1, at + 13);
        this.#at = at + 13;
        return;
      case KeyClass.Date:
        return this.#eightBytes(writer, name, BsonType.Date, 0x80);
      case KeyClass.Timestamp:
        return this.#eightBytes(writer, name, BsonType.Timestamp, 0);
      case KeyClass.Object:
        writer.headerBytes(BsonType.Document, name);
        this.#at++;
        return this.#fields(writer);
      case KeyClass.Array:
        writer.headerBytes(BsonType.Array, name);
        this.#at++;
        return this.#items(writer);
      default:
        this.#at = keyValueEnd(key, at, 0);
        return this.#rareValue(writer, name, keyClass, code, at + 1);
    }
  }

  /** A value whose end is known already; its bytes behind the class start at `at`. */
  #rareValue(
    writer: BsonWriter,
    name: Uint8Array,
    keyClass: number,
    code: number,
    at: number,
  ): void {
    const key = this.#key;
    switch (keyClass) {
      case KeyClass.Zero:
        return code === KeyType.NegativeZero
          ? double(writer, name, -0)
          : this.#simpleNumber(writer, name, 0, code);
      case KeyClass.NaN:
        return double(writer, name, NaN);
      case KeyClass.Infinity:
        return double(writer, name, Infinity);
      case KeyClass.NegativeInfinity:
        return double(writer, name, -Infinity);
      case KeyClass.Null:
        return writer.headerBytes(BsonType.Null, name);
      case KeyClass.Undefined:
        return writer.headerBytes(BsonType.Undefined, name);
      case KeyClass.MinKey:
        return writer.headerBytes(BsonType.MinKey, name);
      case KeyClass.MaxKey:
        return writer.headerBytes(BsonType.MaxKey, name);
      case KeyClass.False:
      case KeyClass.True:
        writer.headerBytes(BsonType.Boolean, name);
        scratchBytes[0] = keyClass - KeyClass.False;
        return writer.append(scratchBytes, 0, 1);
      case KeyClass.Binary:
        return this.#sized(writer, name, BsonType.Binary, at);
      case KeyClass.DBPointer:
        return this.#sized(writer, name, BsonType.DBPointer, at);
      case KeyClass.Regex:
        writer.headerBytes(BsonType.Regex, name);
        return writer.append(key, at, this.#at);
      case KeyClass.Code:
        writer.headerBytes(BsonType.Code, name);
        return this.#text(writer, at);
      case KeyClass.CodeWithScope:
        return this.#codeWithScope(writer, name, at);
      default:
        unreachable(keyClass as never, "key class");
    }
  }

  #number(writer: BsonWriter, name: Uint8Array, code: number, isNegative: boolean): void {
    const key = this.#key;
    const at = this.#at + 1;
    const flip = isNegative ? 0xff : 0;
    for (let i = 0; i < 8; i++) scratchBytes[i] = key[at + i] ^ flip;
    const high = scratch.getUint32(0);
    const low = scratch.getUint32(4);
    const isInexact = (low & 1) !== 0;
    scratch.setUint32(0, (high >>> 1) | (isNegative ? 0x80000000 : 0));
    scratch.setUint32(4, (high << 31) | (low >>> 1));
    const value = scratch.getFloat64(0);
    this.#at = at + 8;
    if (!isInexact) return this.#simpleNumber(writer, name, value, code);
    this.#at += REMAINDER_BYTES;
    const place = ((key[at + 8] ^ flip) << 8) | (key[at + 9] ^ flip);
    let digits = 0n;
    for (let i = 10; i < 25; i++) digits = (digits << 8n) | BigInt(key[at + i] ^ flip);
    const exponent = place - PLACE_OFFSET - REMAINDER_DIGITS;
    if (code >= KeyType.Decimal) {
      return decimal(writer, name, isNegative, digits, exponent, code & 0x3f);
    }
    const magnitude = digits / 10n ** BigInt(-exponent);
    int64(writer, name, isNegative ? -magnitude : magnitude);
  }

  /** A number that is a double. */
  #simpleNumber(writer: BsonWriter, name: Uint8Array, value: number, code: number): void {
    if (code === KeyType.Usual && (value | 0) === value) {
      writer.headerBytes(BsonType.Int32, name);
      scratch.setInt32(0, value, true);
      return writer.append(scratchBytes, 0, 4);
    }
    if (code === KeyType.Int64) return int64(writer, name, BigInt(value));
    if (code < KeyType.Decimal) return double(writer, name, value);
    const { coefficient, exponent } = exactDigits(Math.abs(value));
    decimal(writer, name, value < 0, coefficient, exponent, code & 0x3f);
  }

  #eightBytes(writer: BsonWriter, name: Uint8Array, type: number, flip: number): void {
    const key = this.#key;
    const at = this.#at + 1;
    writer.headerBytes(type, name);
    for (let i = 0; i < 8; i++) scratchBytes[i] = key[at + 7 - i];
    scratchBytes[7] ^= flip;
    writer.append(scratchBytes, 0, 8);
    this.#at = at + 8;
  }

  /** Length, bytes without their escapes, NUL; the text starts at `at`. */
  #text(writer: BsonWriter, at: number): void {
    const key = this.#key;
    let end = at;
    let escapes = 0;
    while (key[end] !== 0) {
      // 01 comes only before an escaped byte.
      if (key[end] === 1) {
        escapes++;
        end++;
      }
      end++;
    }
    this.#at = end + 1;
    scratch.setInt32(0, end - at - escapes + 1, true);
    writer.append(scratchBytes, 0, 4);
    if (escapes === 0) return writer.append(key, at, end + 1);
    for (let from = at; from <= end;) {
      let to = from;
      while (to <= end && key[to] !== 1) to++;
      writer.append(key, from, to);
      if (to > end) return;
      scratchBytes[0] = key[to + 1] - 1;
      writer.append(scratchBytes, 0, 1);
      from = to + 2;
    }
  }

  #sized(writer: BsonWriter, name: Uint8Array, type: number, at: number): void {
    writer.headerBytes(type, name);
    scratch.setInt32(0, length32(this.#key, at, 0), true);
    writer.append(scratchBytes, 0, 4);
    writer.append(this.#key, at + 4, this.#at);
  }

  #codeWithScope(writer: BsonWriter, name: Uint8Array, at: number): void {
    // Its own writer, as the length in front covers what follows.
    writer.headerBytes(BsonType.CodeWithScope, name);
    const start = writer.length;
    scratch.setInt32(0, 0, true);
    writer.append(scratchBytes, 0, 4);
    this.#text(writer, at);
    this.#fields(writer);
    writer.patchLength(start);
  }

  /** A document: its length is filled in behind its fields. */
  #fields(writer: BsonWriter): void {
    const start = writer.length;
    scratch.setInt32(0, 0, true);
    writer.append(scratchBytes, 0, 4);
    while (this.#key[this.#at] !== 0) {
      const from = this.#at + 1;
      this.#at = zeroEnd(this.#key, from, 0);
      this.#value(writer, this.#key.subarray(from, this.#at - 1), KeyType.Usual);
    }
    this.#endDocument(writer, start);
  }

  #items(writer: BsonWriter): void {
    const start = writer.length;
    scratch.setInt32(0, 0, true);
    writer.append(scratchBytes, 0, 4);
    for (let index = 0; this.#key[this.#at] !== 0; index++) {
      this.#value(writer, nameBytes(String(index)), KeyType.Usual);
    }
    this.#endDocument(writer, start);
  }

  #endDocument(writer: BsonWriter, start: number): void {
    scratchBytes[0] = 0;
    writer.append(scratchBytes, 0, 1);
    writer.patchLength(start);
    this.#at++;
  }
}

function double(writer: BsonWriter, name: Uint8Array, value: number): void {
  writer.headerBytes(BsonType.Double, name);
  scratch.setFloat64(0, value, true);
  writer.append(scratchBytes, 0, 8);
}

function int64(writer: BsonWriter, name: Uint8Array, value: bigint): void {
  writer.headerBytes(BsonType.Int64, name);
  scratch.setBigInt64(0, value, true);
  writer.append(scratchBytes, 0, 8);
}

/** A decimal of these digits with so many zeros behind its last other digit. */
function decimal(
  writer: BsonWriter,
  name: Uint8Array,
  negative: boolean,
  coefficient: bigint,
  exponent: number,
  zeros: number,
): void {
  while (coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent++;
  }
  const made = makeDecimal(negative, coefficient * 10n ** BigInt(zeros), exponent - zeros);
  writer.headerBytes(BsonType.Decimal128, name);
  writer.append(made.bytes, 0, 16);
}

/** A positive double as digits and a power of ten, exactly. */
function exactDigits(value: number): { coefficient: bigint; exponent: number } {
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  const biased = high >>> 20;
  let mantissa = (BigInt(high & 0xfffff) << 32n) | BigInt(scratch.getUint32(4));
  if (biased > 0) mantissa |= 1n << 52n;
  let exponent = Math.max(biased, 1) - 1075;
  while ((mantissa & 1n) === 0n) {
    mantissa >>= 1n;
    exponent++;
  }
  return exponent >= 0
    ? { coefficient: mantissa << BigInt(exponent), exponent: 0 }
    : { coefficient: mantissa * 5n ** BigInt(-exponent), exponent };
}
