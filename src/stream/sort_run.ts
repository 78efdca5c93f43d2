// A run: documents with their sort keys, sorted in memory a few thousand at a time.
//
// Sorting 200,000 documents in one go would hold the event loop for a tenth of a second; runs of a few thousand are sorted
// as the input arrives (some milliseconds each) and merged while the output is read. Keys are compared by their first six bytes,
// held as an exact double, and only then byte by byte. Equal keys keep their order of arrival.

import { readInt32 } from "../bson/read.ts";

/** How documents are ordered: query/sort_spec.ts implements it for sort specifications. */
export interface SortOrder {
  /** The comparable key of the document at `start`; the bytes may be reused by the next call. */
  key(bytes: Uint8Array, start: number): Uint8Array;
  /** Set when keys do not compare bytewise (collation). */
  readonly compareKeys?: ((a: Uint8Array, b: Uint8Array) => number) | undefined;
}

/** One key and document in place: what a merge looks at. */
export interface SortEntry {
  keyBytes: Uint8Array;
  keyStart: number;
  keyEnd: number;
  /** The first six bytes of the key as a number. */
  prefix: number;
  bytes: Uint8Array;
  start: number;
  recordId: number;
}

/** Sorted entries one after another: a run in memory or on disk. */
export interface SortedSource {
  /** The current entry; the object is reused by `advance`. */
  readonly entry: SortEntry;
  /** Goes to the next entry; false at the end. Starts before the first. */
  advance(): boolean;
  close(): void;
}

/** The first six bytes of a key as a double: exact, and ordered as the bytes are. */
export function keyPrefix(bytes: Uint8Array, start: number, end: number): number {
  if (end - start >= 6) {
    return ((bytes[start] << 16) | (bytes[start + 1] << 8) | bytes[start + 2]) * 16777216 +
      ((bytes[start + 3] << 16) | (bytes[start + 4] << 8) | bytes[start + 5]);
  }
  let prefix = 0;
  for (let i = 0; i < 6; i++) prefix = prefix * 256 + (start + i < end ? bytes[start + i] : 0);
  return prefix;
}

/** Order of two byte ranges, shorter first when one begins the other. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = a[aStart + i] - b[bStart + i];
    if (difference !== 0) return difference;
  }
  return (aEnd - aStart) - (bEnd - bStart);
}

/** Order of two entries by key. */
export function compareEntries(
  a: SortEntry,
  b: SortEntry,
  compareKeys: SortOrder["compareKeys"],
): number {
  if (compareKeys !== undefined) {
    return compareKeys(
      a.keyBytes.subarray(a.keyStart, a.keyEnd),
      b.keyBytes.subarray(b.keyStart, b.keyEnd),
    );
  }
  if (a.prefix !== b.prefix) return a.prefix < b.prefix ? -1 : 1;
  return compareBytes(a.keyBytes, a.keyStart, a.keyEnd, b.keyBytes, b.keyStart, b.keyEnd);
}

const INITIAL_BYTES = 64 * 1024;
/** Up to this length a loop copies faster than a view of the bytes is made. */
const SHORT_BYTES = 64;

/** Collects entries, sorts them once, then gives them in order. */
export class MemoryRun implements SortedSource {
  readonly entry: SortEntry = {
    keyBytes: new Uint8Array(0),
    keyStart: 0,
    keyEnd: 0,
    prefix: 0,
    bytes: new Uint8Array(0),
    start: 0,
    recordId: 0,
  };
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #keyBytes: Uint8Array<ArrayBuffer>;
  #keyLength = 0;
  #starts: Int32Array;
  #keyEnds: Int32Array;
  #prefixes: Float64Array;
  #recordIds: Float64Array;
  #order = new Uint32Array(0);
  #count = 0;
  #at = -1;
  readonly #compareKeys: SortOrder["compareKeys"];

  /** A run before this one tells about how much memory its like needs. */
  constructor(capacity: number, compareKeys: SortOrder["compareKeys"], before?: MemoryRun) {
    this.#bytes = new Uint8Array(before === undefined ? INITIAL_BYTES : roomFor(before.#length));
    this.#keyBytes = new Uint8Array(
      before === undefined ? INITIAL_BYTES / 4 : roomFor(before.#keyLength),
    );
    this.#starts = new Int32Array(capacity);
    this.#keyEnds = new Int32Array(capacity);
    this.#prefixes = new Float64Array(capacity);
    this.#recordIds = new Float64Array(capacity);
    this.#compareKeys = compareKeys;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#starts.length;
  }

  /** Bytes of documents and keys held, with what an entry costs beside them. */
  get memoryBytes(): number {
    return this.#length + this.#keyLength + this.#count * 24;
  }

  append(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    bytes: Uint8Array,
    start: number,
    recordId: number,
  ): void {
    const keyLength = keyEnd - keyStart;
    if (this.#keyLength + keyLength > this.#keyBytes.length) {
      this.#keyBytes = enlarged(this.#keyBytes, this.#keyLength, keyLength);
    }
    const keys = this.#keyBytes;
    const keyAt = this.#keyLength;
    for (let i = 0; i < keyLength; i++) keys[keyAt + i] = key[keyStart + i];
    this.#keyLength += keyLength;
    const length = readInt32(bytes, start);
    if (this.#length + length > this.#bytes.length) {
      this.#bytes = enlarged(this.#bytes, this.#length, length);
    }
    if (length > SHORT_BYTES) {
      this.#bytes.set(bytes.subarray(start, start + length), this.#length);
    } else {
      const own = this.#bytes;
      const at = this.#length;
      for (let i = 0; i < length; i++) own[at + i] = bytes[start + i];
    }
    const index = this.#count++;
    this.#starts[index] = this.#length;
    this.#keyEnds[index] = this.#keyLength;
    this.#prefixes[index] = keyPrefix(keys, keyAt, this.#keyLength);
    this.#recordIds[index] = recordId;
    this.#length += length;
  }

  /** Puts the entries in order and goes before the first. */
  sort(): void {
    const order = new Uint32Array(this.#count);
    for (let i = 0; i < order.length; i++) order[i] = i;
    if (this.#compareKeys !== undefined) this.#sortByComparator(order, this.#compareKeys);
    else this.#sortByBytes(order);
    this.#order = order;
    this.#at = -1;
  }

  #sortByBytes(order: Uint32Array): void {
    const prefixes = this.#prefixes;
    const ends = this.#keyEnds;
    const keys = this.#keyBytes;
    order.sort((a, b) => {
      const difference = prefixes[a] - prefixes[b];
      if (difference !== 0) return difference;
      const aStart = a === 0 ? 0 : ends[a - 1];
      const bStart = b === 0 ? 0 : ends[b - 1];
      const byKey = compareBytes(keys, aStart, ends[a], keys, bStart, ends[b]);
      return byKey !== 0 ? byKey : a - b;
    });
  }

  #sortByComparator(
    order: Uint32Array,
    compareKeys: (a: Uint8Array, b: Uint8Array) => number,
  ): void {
    const views: Uint8Array[] = [];
    for (let i = 0; i < this.#count; i++) {
      views.push(this.#keyBytes.subarray(i === 0 ? 0 : this.#keyEnds[i - 1], this.#keyEnds[i]));
    }
    order.sort((a, b) => compareKeys(views[a], views[b]) || a - b);
  }

  advance(): boolean {
    if (++this.#at >= this.#count) return false;
    const index = this.#order[this.#at];
    const entry = this.entry;
    entry.keyBytes = this.#keyBytes;
    entry.keyStart = index === 0 ? 0 : this.#keyEnds[index - 1];
    entry.keyEnd = this.#keyEnds[index];
    entry.prefix = this.#prefixes[index];
    entry.bytes = this.#bytes;
    entry.start = this.#starts[index];
    entry.recordId = this.#recordIds[index];
    return true;
  }

  /** Forgets the entries and keeps the memory, to be filled again. */
  reset(): void {
    this.#count = 0;
    this.#length = 0;
    this.#keyLength = 0;
  }

  close(): void {
    this.reset();
    this.#bytes = new Uint8Array(0);
    this.#keyBytes = new Uint8Array(0);
  }
}

/** An eighth more, so that about equal runs do not grow. */
function roomFor(length: number): number {
  return length + (length >> 3) + 1024;
}

function enlarged(
  bytes: Uint8Array<ArrayBuffer>,
  used: number,
  more: number,
): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(bytes.length * 2, used + more));
  larger.set(bytes.subarray(0, used));
  return larger;
}

/** Merges sorted sources; of equal keys the earlier source's comes first. */
export class Merge implements SortedSource {
  readonly #compareKeys: SortOrder["compareKeys"];
  /** A binary heap of source numbers, least entry at the top. */
  #heap: number[] = [];
  readonly #sources: SortedSource[];
  #started = false;

  constructor(sources: SortedSource[], compareKeys: SortOrder["compareKeys"]) {
    this.#sources = sources;
    this.#compareKeys = compareKeys;
  }

  get entry(): SortEntry {
    return this.#sources[this.#heap[0]].entry;
  }

  advance(): boolean {
    if (!this.#started) {
      this.#started = true;
      for (let i = 0; i < this.#sources.length; i++) {
        if (this.#sources[i].advance()) this.#heap.push(i);
      }
      for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(i);
      return this.#heap.length > 0;
    }
    if (this.#heap.length === 0) return false;
    if (!this.#sources[this.#heap[0]].advance()) {
      const last = this.#heap.pop() as number;
      if (this.#heap.length === 0) return false;
      this.#heap[0] = last;
    }
    this.#sink(0);
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    const order = compareEntries(this.#sources[a].entry, this.#sources[b].entry, this.#compareKeys);
    return order !== 0 ? order < 0 : a < b;
  }

  #sink(at: number): void {
    const heap = this.#heap;
    const moved = heap[at];
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#isBefore(heap[child + 1], heap[child])) child++;
      if (!this.#isBefore(heap[child], moved)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moved;
  }

  close(): void {
    for (const source of this.#sources) source.close();
    this.#heap = [];
  }
}
