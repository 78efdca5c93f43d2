// Scratch bytes of one update: the values an operator computes and the fields it creates.
//
// Edits refer to ranges of the arena by offset, so it may grow while an update is being collected. It is reset, not
// freed, between documents: one arena serves a whole multi-update. Unlike BsonWriter it writes bare elements and
// values, with no document open around them.

import { readInt32, valueEnd } from "../../bson/read.ts";
import { allocateDocument } from "../../bson/document_slab.ts";

const COPY_LOOP_BYTES = 48;
const KEPT_BYTES = 1024 * 1024;
const numberScratch = new DataView(new ArrayBuffer(8));
const numberBytes = new Uint8Array(numberScratch.buffer);

/** Copies a range; short ones in a loop, which beats making two views. */
export function copyBytes(
  source: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  at: number,
): void {
  if (to - from <= COPY_LOOP_BYTES) {
    for (let i = from; i < to; i++) target[at++] = source[i];
  } else {
    target.set(source.subarray(from, to), at);
  }
}

export class ByteArena {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Forgets the contents; the memory of a large document is given back. */
  reset(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(1024);
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  int32(value: number): void {
    this.reserve(4);
    this.patchInt32(this.length, value);
    this.length += 4;
  }

  private patchInt32(at: number, value: number): void {
    const bytes = this.bytes;
    bytes[at] = value;
    bytes[at + 1] = value >> 8;
    bytes[at + 2] = value >> 16;
    bytes[at + 3] = value >> 24;
  }

  double(value: number): void {
    numberScratch.setFloat64(0, value, true);
    this.copy(numberBytes, 0, 8);
  }

  int64(value: bigint): void {
    numberScratch.setBigInt64(0, value, true);
    this.copy(numberBytes, 0, 8);
  }

  copy(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    copyBytes(source, from, to, this.bytes, this.length);
    this.length += to - from;
  }

  /** Type byte and name of an element. */
  header(type: number, name: Uint8Array): void {
    this.reserve(name.length + 2);
    this.bytes[this.length++] = type;
    this.copy(name, 0, name.length);
    this.bytes[this.length++] = 0;
  }

  /** Type byte and name of an array's element. */
  indexHeader(type: number, index: number): void {
    this.reserve(14);
    this.bytes[this.length++] = type;
    let divisor = 1;
    while (divisor * 10 <= index) divisor *= 10;
    for (; divisor >= 1; divisor /= 10) {
      this.bytes[this.length++] = 48 + Math.trunc(index / divisor) % 10;
    }
    this.bytes[this.length++] = 0;
  }

  /** Starts a document or array value; give the result to `close`. */
  open(): number {
    const mark = this.length;
    this.int32(0);
    return mark;
  }

  close(mark: number): void {
    this.byte(0);
    this.patchInt32(mark, this.length - mark);
  }

  /** A copy of the value's bytes with its type already known to the caller. */
  value(source: Uint8Array, type: number, at: number): void {
    this.copy(source, at, valueEnd(source, type, at));
  }

  /** A copy of the document that starts at `mark`. */
  document(mark: number): Uint8Array {
    const document = allocateDocument(readInt32(this.bytes, mark));
    copyBytes(this.bytes, mark, mark + document.length, document, 0);
    return document;
  }
}
