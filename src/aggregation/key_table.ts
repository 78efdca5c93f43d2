// Numbers the distinct keys of a $group or $addToSet: equal values get the same number, in the order they were first met.
//
// A key is canonical bytes (KeyBytes): a string's own UTF-8, an ObjectId's 12 bytes, and for everything else the index key,
// in which numbers of all types are one. The table hashes those bytes and compares them in one growing buffer, so that
// no JavaScript string is made per document. With a collation strings that it calls equal are first mapped to one of them.

import { BSONSymbol } from "bson";
import type { Collation } from "../bson/collation.ts";
import { decode, documentEntries, isDocumentValue } from "../bson/decode.ts";
import { BsonWriter } from "../bson/encode.ts";
import { readInt32 } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { KeyWriter } from "../index/key_encoding.ts";

const STRING_TAG = 1;
const OBJECT_ID_TAG = 2;
const ENCODED_TAG = 3;
const COMPOUND_TAG = 4;
/** Stands in a compound key for a field that is not there; no encoded value begins with it. */
const ABSENT = 1;

/** What a table looks up: a tag and a range of bytes. */
export interface TableKey {
  readonly tag: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** The canonical bytes of one value at a time: equal values have equal tag and bytes. Missing is null. */
export class KeyBytes implements TableKey {
  tag = 0;
  bytes: Uint8Array = new Uint8Array(0);
  from = 0;
  to = 0;
  private readonly writer = new KeyWriter();
  private readonly scratch = new BsonWriter(64);
  /** With a collation: strings met so far, in its order. */
  private readonly strings: string[] = [];

  constructor(private readonly collation?: Collation) {}

  /** A value in place; type 0 is missing. */
  setRaw(bytes: Uint8Array, type: number, at: number): void {
    if (this.collation !== undefined && mayHoldStrings(type)) {
      const unified = this.written(this.unified(decode(bytes, type, at)));
      this.writer.reset();
      this.writer.appendRaw(unified, unified[4], 6, false);
      return this.useWriter();
    }
    if (type === BsonType.String) {
      this.tag = STRING_TAG;
      this.bytes = bytes;
      this.from = at + 4;
      this.to = at + 3 + readInt32(bytes, at);
    } else if (type === BsonType.ObjectId) {
      this.tag = OBJECT_ID_TAG;
      this.bytes = bytes;
      this.from = at;
      this.to = at + 12;
    } else {
      this.writer.reset();
      this.writer.appendRaw(bytes, type, at, false);
      this.useWriter();
    }
  }

  set(value: OptionalValue): void {
    if (value === MISSING) return this.setRaw(this.bytes, BsonType.Null, 0);
    const bytes = this.written(value);
    this.setRaw(bytes, bytes[4], 6);
  }

  /** False when strings need a look at those met before, which `appendRaw` does not take. */
  get canCompose(): boolean {
    return this.collation === undefined;
  }

  /** Begins a key of several values, for documents whose fields are always the same. */
  beginCompound(): void {
    this.writer.reset();
  }

  /** One value of a compound key; type 0 is a field that is not there, which is not null. */
  appendRaw(bytes: Uint8Array, type: number, at: number): void {
    if (type === 0) this.writer.appendByte(ABSENT);
    else this.writer.appendRaw(bytes, type, at, false);
  }

  append(value: OptionalValue): void {
    if (value === MISSING) return this.writer.appendByte(ABSENT);
    const bytes = this.written(value);
    this.writer.appendRaw(bytes, bytes[4], 6, false);
  }

  endCompound(): void {
    this.useWriter();
    this.tag = COMPOUND_TAG;
  }

  /** A document whose only field, named "", is the value; valid until the next call. */
  private written(value: BsonValue): Uint8Array {
    const { scratch } = this;
    scratch.reset();
    scratch.startDocument();
    scratch.value("", value);
    scratch.end();
    return scratch.view();
  }

  private useWriter(): void {
    const view = this.writer.view();
    this.tag = ENCODED_TAG;
    this.bytes = view;
    this.from = 0;
    this.to = view.length;
  }

  /** The value with each string replaced by the first met that the collation calls equal. */
  private unified(value: BsonValue): BsonValue {
    if (typeof value === "string") return this.representative(value);
    if (value instanceof BSONSymbol) return this.representative(value.value);
    if (Array.isArray(value)) return value.map((item) => this.unified(item));
    if (!isDocumentValue(value)) return value;
    const fields = Array.from(
      documentEntries(value),
      ([name, inner]) => [name, this.unified(inner)] as const,
    );
    return new Map(fields);
  }

  private representative(text: string): string {
    const { strings } = this;
    let low = 0;
    let high = strings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = this.collation!.compare(strings[middle], text);
      if (order === 0) return strings[middle];
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    strings.splice(low, 0, text);
    return text;
  }
}

function mayHoldStrings(type: number): boolean {
  return type === BsonType.String || type === BsonType.Document || type === BsonType.Array ||
    type === BsonType.Symbol;
}

const FIRST_KEYS = 64;
const LEAST_LOAD = 0.38;
const SEGMENTS = 16;
/** From this size on a table is kept in segments, which grow one by one: all at once takes too long. */
const SEGMENTED_SLOTS = 64 * 1024;

export class KeyTable {
  /** Number of distinct keys. */
  count = 0;
  /** One or SEGMENTS of them, chosen by the high bits of the hash; -1 is a free slot. */
  private segments: Int32Array[];
  private used = new Int32Array(SEGMENTS);
  private hashes: Int32Array;
  /** Where each key ends in `bytes`; it begins, with its tag, where the one before ends. */
  private ends: Int32Array;
  private bytes: Uint8Array<ArrayBuffer>;
  private length = 0;
  private readonly firstCapacity: number;
  /** How full each segment may be: of all segments and phases no two are full at the same time. */
  private readonly loads: Float64Array;

  /** `phase`, from 0 to 1: tables that are filled alike grow at different times when theirs differ. */
  constructor(phase = 0) {
    this.firstCapacity = Math.floor(FIRST_KEYS * (1 + phase));
    this.loads = Float64Array.from(
      { length: SEGMENTS },
      (_, segment) => LEAST_LOAD * 2 ** ((segment / SEGMENTS + phase) % 1),
    );
    this.segments = [freeSlots(FIRST_KEYS * 2)];
    this.hashes = new Int32Array(this.firstCapacity);
    this.ends = new Int32Array(this.firstCapacity);
    this.bytes = new Uint8Array(this.firstCapacity * 16);
  }

  /** The key's number; a key not met before gets the next one, which `count` then shows. */
  numberOf(key: TableKey): number {
    const hash = hashOf(key);
    const segment = (hash >>> 28) & (this.segments.length - 1);
    const slots = this.segments[segment];
    const mask = slots.length - 1;
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const number = slots[slot];
      if (number < 0) {
        slots[slot] = this.count;
        const added = this.append(key, hash);
        if (++this.used[segment] > slots.length * this.loads[segment]) this.grow(segment);
        return added;
      }
      if (this.hashes[number] === hash && this.isEqual(number, key)) return number;
    }
  }

  private isEqual(number: number, key: TableKey): boolean {
    const start = number === 0 ? 0 : this.ends[number - 1];
    const length = key.to - key.from;
    if (this.ends[number] - start !== length + 1 || this.bytes[start] !== key.tag) return false;
    const { bytes } = this;
    const { bytes: other, from } = key;
    for (let i = 0; i < length; i++) if (bytes[start + 1 + i] !== other[from + i]) return false;
    return true;
  }

  private append(key: TableKey, hash: number): number {
    const number = this.count++;
    const length = key.to - key.from + 1;
    if (this.length + length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes[this.length] = key.tag;
    this.bytes.set(key.bytes.subarray(key.from, key.to), this.length + 1);
    this.length += length;
    this.ends[number] = this.length;
    this.hashes[number] = hash;
    if (this.count === this.ends.length) {
      this.ends = widened(this.ends);
      this.hashes = widened(this.hashes);
    }
    return number;
  }

  private grow(segment: number): void {
    const slots = this.segments[segment];
    if (this.segments.length === 1 && slots.length >= SEGMENTED_SLOTS) return this.split();
    const wider = freeSlots(slots.length * 2);
    for (let i = 0; i < slots.length; i++) if (slots[i] >= 0) this.place(slots[i], wider);
    this.segments[segment] = wider;
  }

  private split(): void {
    const length = this.segments[0].length * 2 / SEGMENTS;
    this.segments = Array.from({ length: SEGMENTS }, () => freeSlots(length));
    this.used = new Int32Array(SEGMENTS);
    for (let number = 0; number < this.count; number++) {
      const segment = this.hashes[number] >>> 28;
      this.used[segment]++;
      this.place(number, this.segments[segment]);
    }
  }

  /** Puts a key into a free slot. */
  private place(number: number, slots: Int32Array): void {
    const mask = slots.length - 1;
    let slot = this.hashes[number] & mask;
    while (slots[slot] >= 0) slot = (slot + 1) & mask;
    slots[slot] = number;
  }

  /** The canonical bytes of a key, with its tag in front: a view. */
  keyAt(number: number): Uint8Array {
    return this.bytes.subarray(number === 0 ? 0 : this.ends[number - 1], this.ends[number]);
  }

  get byteLength(): number {
    let slots = 0;
    for (const segment of this.segments) slots += segment.length;
    return this.bytes.length + slots * 4 + this.ends.length * 8;
  }

  /** Forgets all keys and gives memory back. */
  clear(): void {
    this.count = 0;
    this.length = 0;
    this.segments = [freeSlots(FIRST_KEYS * 2)];
    this.used = new Int32Array(SEGMENTS);
    this.hashes = new Int32Array(this.firstCapacity);
    this.ends = new Int32Array(this.firstCapacity);
    this.bytes = new Uint8Array(this.firstCapacity * 16);
  }
}

function freeSlots(length: number): Int32Array {
  return new Int32Array(length).fill(-1);
}

function widened(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(numbers.length * 2);
  wider.set(numbers);
  return wider;
}

/** FNV-1a over tag and bytes, mixed once more because the table uses the low bits. */
function hashOf(key: TableKey): number {
  const { bytes, to } = key;
  let hash = (0x811c9dc5 ^ key.tag) | 0;
  for (let i = key.from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d);
}
