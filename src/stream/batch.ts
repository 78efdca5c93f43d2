// A batch: one buffer that holds several raw documents, and the offsets where they start.
//
// Storage fills batches, streams narrow their offsets or build new ones, replies copy byte ranges out of them. No view
// object is made per document. A batch is valid until the next `next()` of the stream that gave it: whoever keeps
// documents longer copies them (`copyDocument`, `BatchBuilder`). Parallel arrays carry what travels beside a document.

import { documentEnd, readInt32 } from "../bson/read.ts";

const NO_STARTS = new Int32Array(0);
const NO_BYTES = new Uint8Array(0);

export class Batch {
  /** Holds all documents; there may be unused bytes between and behind them. */
  bytes: Uint8Array;
  /** Where each document starts; only the first `count` entries mean something. */
  starts: Int32Array;
  count: number;
  /** RecordIds parallel to `starts`, when the documents come straight from a collection. */
  recordIds: Float64Array | undefined;
  /** Sort keys parallel to `starts`, as BSON arrays, when a later part asked for `$meta: "sortKey"`. */
  sortKeys: Uint8Array[] | undefined = undefined;
  /** Index keys parallel to `starts`, as BSON documents, when `returnKey` or `$meta: "indexKey"` asked for them. */
  indexKeys: (Uint8Array | undefined)[] | undefined = undefined;

  constructor(bytes: Uint8Array, starts: Int32Array, count: number, recordIds?: Float64Array) {
    this.bytes = bytes;
    this.starts = starts;
    this.count = count;
    this.recordIds = recordIds;
  }

  /** A batch of whole documents, each a Uint8Array of its own: for tests and small results. */
  static of(documents: readonly Uint8Array[]): Batch {
    const builder = new BatchBuilder(documents.length);
    for (const document of documents) builder.append(document, 0);
    return builder.take();
  }

  /** The document at `index` as a view, valid as long as the batch. */
  view(index: number): Uint8Array {
    const start = this.starts[index];
    return this.bytes.subarray(start, start + readInt32(this.bytes, start));
  }

  /** The document at `index` as bytes of its own. */
  copyDocument(index: number): Uint8Array {
    const start = this.starts[index];
    return this.bytes.slice(start, start + readInt32(this.bytes, start));
  }

  /** Copies of all documents: for tests and small results. */
  documents(): Uint8Array[] {
    const documents: Uint8Array[] = [];
    for (let i = 0; i < this.count; i++) documents.push(this.copyDocument(i));
    return documents;
  }

  /** Moves entry `from` to `to`; a filter packs its survivors to the front with it. */
  move(from: number, to: number): void {
    this.starts[to] = this.starts[from];
    if (this.recordIds !== undefined) this.recordIds[to] = this.recordIds[from];
    if (this.sortKeys !== undefined) this.sortKeys[to] = this.sortKeys[from];
    if (this.indexKeys !== undefined) this.indexKeys[to] = this.indexKeys[from];
  }

  /** The entries from `from` to before `to` as a batch over the same bytes. */
  slice(from: number, to: number): Batch {
    const part = new Batch(this.bytes, this.starts.subarray(from, to), to - from);
    part.recordIds = this.recordIds?.subarray(from, to);
    part.sortKeys = this.sortKeys?.slice(from, to);
    part.indexKeys = this.indexKeys?.slice(from, to);
    return part;
  }
}

/** "Still working": the stream has nothing yet; its caller checks for interrupts and asks again. */
export const EMPTY_BATCH: Batch = Object.freeze(
  new Batch(NO_BYTES, NO_STARTS, 0),
) as Batch;

/** Collects documents into a batch of its own buffer, growing as needed. */
export class BatchBuilder {
  #bytes: Uint8Array;
  #starts: Int32Array;
  #count = 0;
  #length = 0;

  constructor(documentCapacity = 128, byteCapacity = 4096) {
    this.#bytes = new Uint8Array(byteCapacity);
    this.#starts = new Int32Array(Math.max(documentCapacity, 1));
  }

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#length;
  }

  /** Copies the document at `start` behind the others. */
  append(bytes: Uint8Array, start: number): void {
    this.appendRange(bytes, start, documentEnd(bytes, start));
  }

  appendRange(bytes: Uint8Array, start: number, end: number): void {
    const at = this.#length;
    const length = end - start;
    if (at + length > this.#bytes.length) this.#grow(at + length);
    if (length < 64) {
      const target = this.#bytes;
      for (let i = 0; i < length; i++) target[at + i] = bytes[start + i];
    } else {
      this.#bytes.set(bytes.subarray(start, end), at);
    }
    this.#addStart(at);
    this.#length = at + length;
  }

  #addStart(at: number): void {
    if (this.#count === this.#starts.length) {
      const wider = new Int32Array(this.#starts.length * 2);
      wider.set(this.#starts);
      this.#starts = wider;
    }
    this.#starts[this.#count++] = at;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  /** Forgets the documents but keeps the memory; the batch handed out before is no longer valid. */
  reset(): void {
    this.#count = 0;
    this.#length = 0;
  }

  /** The batch collected so far; it shares the builder's memory until `reset`. */
  take(): Batch {
    return new Batch(this.#bytes, this.#starts, this.#count);
  }
}
