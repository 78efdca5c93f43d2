// Walking an index over key ranges, in batches; and fetching the documents behind the entries.
//
// `nextKeys` hands out keys and RecordIds, for counts and distinct; `nextMade` what a covered query makes of them; `next` the
// documents, in index order, read in the same snapshot as their keys. Like a record scan it holds nothing between batches
// and finds its place again by the last key. In a multikey index a document is handed out once. Entries outside the bounds
// of later fields are passed over, and after a run of them the scan goes on where the next ones inside may be.

import type { KeyScanBuffer, ScanBuffer } from "../../ffi/scan_buffer.ts";
import { copyToSlab } from "../bson/document_slab.ts";
import { compareKeys } from "../index/key_encoding.ts";
import type { KeyBounds } from "../index/key_bounds.ts";
import { Batch, EMPTY_BATCH } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import { collectionDropped, indexDropped, translateError } from "./errors.ts";
import type { Index } from "./index.ts";
import { RECORD_ID_BYTES } from "./index_entries.ts";
import {
  BUFFER_ENTRIES,
  giveBuffer,
  giveKeyBuffer,
  takeBuffer,
  takeKeyBuffer,
} from "./scan_buffers.ts";
import type { StorageSession } from "./storage_session.ts";
import type { TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";

/** Key bytes from `low` to before `high`; undefined leaves an end open. */
export interface IndexRange {
  readonly low: Uint8Array | undefined;
  readonly high: Uint8Array | undefined;
}

export interface IndexScanOptions {
  /** Sorted and disjoint; default the whole index. */
  readonly ranges?: readonly IndexRange[];
  readonly forward?: boolean;
  readonly transaction?: Transaction | undefined;
  /** Every entry of a multikey index, also further ones of the same document. */
  readonly keepsDuplicates?: boolean;
  /** Each range holds the entries of one whole key, so that the length of all of them is known. */
  readonly isPoint?: boolean;
  /** Bounds that the ranges do not express. */
  readonly bounds?: KeyBounds | undefined;
  /** Read what the keys lost too (index/key_losses.ts). */
  readonly withTypes?: boolean;
  /** Whose documents `next` fetches: puts the wanted RecordIds in front and returns how many they are. */
  readonly select?: ((entries: KeyBatch, read: ReadRecord) => number) | undefined;
}

/** The collection behind the index. */
export interface ScannedCollection {
  readonly ident: string;
  readonly isDropped: boolean;
  readonly namespace: string;
}

/** Entries of an index, valid until the scan goes on. */
export interface KeyBatch {
  readonly count: number;
  readonly recordIds: Float64Array;
  /** Holds the keys, each with its RecordId where the index has it there. */
  readonly keys: Uint8Array;
  keyStart(i: number): number;
  /** Holds the types, when the scan reads them. */
  readonly typeBytes: Uint8Array;
  typesStart(i: number): number;
  typesEnd(i: number): number;
  /** The key of entry `i`, without the RecordId. */
  key(i: number): Uint8Array;
  types(i: number): Uint8Array;
}

/** Makes a batch of entries; `read` gives the document of a record in the same snapshot. */
export type MakeBatch = (entries: KeyBatch, read: ReadRecord) => Batch;

/** The document of a record, in the snapshot the entries were read in. */
export type ReadRecord = (recordId: number) => Uint8Array | null;

const WHOLE_INDEX: readonly IndexRange[] = [{ low: undefined, high: undefined }];
const FIRST_BATCH_ENTRIES = 128;
/** So many entries outside the bounds in a row are passed over one by one. */
const SEEK_AFTER = 32;
const BATCH_AFTER_SEEK = 64;
const NO_RECORD_IDS: Float64Array = new Float64Array(0);

export class IndexScan implements DocumentStream {
  readonly #store: TableStore;
  readonly #collection: ScannedCollection;
  readonly #index: Index;
  readonly #ranges: readonly IndexRange[];
  readonly #forward: boolean;
  readonly #transaction: Transaction | undefined;
  #range: number;
  /** Where the current range goes on, undefined at its start. */
  #lastKey: Uint8Array | undefined;
  /** True when the entry at `#lastKey` itself was not read yet: a scan upwards that has jumped. */
  #lastIsNew = false;
  readonly #seen: Set<number> | undefined;
  readonly #isPoint: boolean;
  readonly #bounds: KeyBounds | undefined;
  readonly #withTypes: boolean;
  readonly #selectEntries: IndexScanOptions["select"];
  #keys: KeyScanBuffer | undefined;
  #buffer: ScanBuffer | undefined;
  #wanted = FIRST_BATCH_ENTRIES;
  /** RecordIds scanned but not fetched yet, from `#pendingFrom` on. */
  #pending = NO_RECORD_IDS;
  #pendingFrom = 0;
  #pendingCount = 0;
  keysExamined = 0;
  documentsExamined = 0;
  seeks = 0;
  duplicatesDropped = 0;

  constructor(
    store: TableStore,
    collection: ScannedCollection,
    index: Index,
    options: IndexScanOptions,
  ) {
    this.#store = store;
    this.#collection = collection;
    this.#index = index;
    this.#ranges = options.ranges ?? WHOLE_INDEX;
    this.#forward = options.forward ?? true;
    this.#transaction = options.transaction;
    this.#range = this.#forward ? 0 : this.#ranges.length - 1;
    // A wildcard index has a document's keys for each of its paths: several ranges, or one over them, may meet it again.
    // Of collated keys only ranges are read, which may take in more paths than the bounds.
    const isOnePath = this.#ranges.length <= 1 && options.bounds === undefined &&
      index.spec.collation === undefined;
    const mayRepeat = index.isMultikey ||
      (!isOnePath && index.parts.some(({ wildcard }) => wildcard === true));
    this.#seen = mayRepeat && options.keepsDuplicates !== true ? new Set() : undefined;
    this.#isPoint = options.isPoint ?? false;
    this.#bounds = options.bounds;
    this.#withTypes = options.withTypes ?? false;
    this.#selectEntries = options.select;
  }

  expect(documents: number): void {
    this.#wanted = Math.max(1, Math.min(documents, BUFFER_ENTRIES));
  }

  /** Goes on from `key`, upwards and within the current range; does nothing when it is further already. */
  jump(key: Uint8Array): void {
    if (this.#lastKey !== undefined && compareKeys(this.#lastKey, key) >= 0) return;
    this.#lastKey = key;
    this.#lastIsNew = true;
    this.#wanted = BATCH_AFTER_SEEK;
    this.seeks++;
  }

  /** The next entries, duplicates of a multikey index left out; null at the end. */
  nextKeys(): KeyBatch | null {
    try {
      return this.#scanKeys(this.#transaction?.session ?? this.#store.reader);
    } catch (error) {
      throw translateError(error);
    }
  }

  /** The documents behind the next entries; null at the end. */
  next(): Batch | null {
    if (this.#pendingFrom === this.#pendingCount && this.#isAtEnd) return null;
    return this.#inSnapshot((session) => this.#nextDocuments(session));
  }

  /** What `make` makes of the next entries; null at the end. */
  nextMade(make: MakeBatch): Batch | null {
    return this.#inSnapshot((session) => {
      const entries = this.#scanKeys(session);
      if (entries === null) return null;
      return make(entries, this.#readerOf(session));
    });
  }

  #inSnapshot(read: (session: StorageSession) => Batch | null): Batch | null {
    const session = this.#transaction?.session ?? this.#store.reader;
    try {
      if (this.#transaction !== undefined) return read(session);
      session.wt.begin();
      try {
        return read(session);
      } finally {
        session.wt.rollback();
      }
    } catch (error) {
      throw translateError(error);
    }
  }

  #readerOf(session: StorageSession): ReadRecord {
    return (recordId) => session.records(this.#collection.ident).get(recordId);
  }

  #nextDocuments(session: StorageSession): Batch | null {
    while (true) {
      if (this.#pendingFrom === this.#pendingCount) {
        const batch = this.#scanKeys(session);
        if (batch === null) return null;
        this.#pending = batch.recordIds;
        this.#pendingFrom = 0;
        this.#pendingCount = this.#selectEntries === undefined
          ? batch.count
          : this.#selectEntries(batch, this.#readerOf(session));
        if (this.#pendingCount === 0) return EMPTY_BATCH;
      }
      const buffer = this.#buffer ??= takeBuffer();
      const { consumed, count } = session.records(this.#collection.ident).fetch(
        this.#pending,
        this.#pendingFrom,
        this.#pendingCount - this.#pendingFrom,
        buffer,
      );
      this.#pendingFrom += consumed;
      this.documentsExamined += count;
      if (count > 0) return new Batch(buffer.bytes, buffer.starts, count, buffer.recordIds);
    }
  }

  get #isAtEnd(): boolean {
    return this.#range < 0 || this.#range >= this.#ranges.length;
  }

  #scanKeys(session: StorageSession): KeyBatch | null {
    this.#checkAlive();
    while (!this.#isAtEnd) {
      const buffer = this.#keys ??= takeKeyBuffer(
        this.#index.isKeyUnique ? "value" : "key",
        this.#withTypes,
      );
      const wanted = this.#wanted;
      const count = this.#fill(session, buffer);
      if (count === 0) {
        this.#endRange();
        continue;
      }
      const { keys, keyStarts } = buffer;
      // A call ends early only when the buffer is full, which entries of this length do not make it.
      const entryBytes = keyStarts[count] / count;
      if (this.#isPoint && count < wanted && wanted * entryBytes <= keys.length) this.#endRange();
      else {
        this.#lastKey = copyToSlab(keys, keyStarts[count - 1], keyStarts[count]);
        this.#lastIsNew = false;
      }
      const batch = this.#select(buffer, count);
      if (batch.count > 0) return batch;
    }
    return null;
  }

  #endRange(): void {
    this.#lastKey = undefined;
    this.#range += this.#forward ? 1 : -1;
  }

  /** Reads the next entries of the current range. */
  #fill(session: StorageSession, buffer: KeyScanBuffer): number {
    const { low, high } = this.#ranges[this.#range];
    const last = this.#lastKey;
    if (last === undefined) this.seeks++;
    return this.#forward
      ? session.keys(this.#index.ident).scan(
        last ?? low ?? null,
        last === undefined || this.#lastIsNew,
        high ?? null,
        false,
        true,
        buffer,
        this.#wanted,
      )
      : session.keys(this.#index.ident).scan(
        low ?? null,
        true,
        last ?? high ?? null,
        false,
        false,
        buffer,
        this.#wanted,
      );
  }

  #checkAlive(): void {
    if (this.#collection.isDropped) throw collectionDropped(this.#collection.namespace);
    if (this.#index.isDropped) throw indexDropped(this.#index.name);
  }

  /** Leaves out what is outside the bounds, and further entries of the same document. */
  #select(buffer: KeyScanBuffer, count: number): KeyBatch {
    const suffix = this.#index.isKeyUnique ? 0 : RECORD_ID_BYTES;
    const seen = this.#seen;
    if (this.#bounds === undefined) {
      this.keysExamined += count;
      this.#wanted = BUFFER_ENTRIES;
      if (seen === undefined) return new ScannedKeys(buffer, undefined, count, suffix);
    }
    const entries = new Int32Array(count);
    const inside = this.#bounds === undefined
      ? undefined
      : this.#findInside(this.#bounds, buffer, count, entries);
    const found = inside ?? count;
    const { recordIds } = buffer;
    let kept = 0;
    for (let i = 0; i < found; i++) {
      const entry = inside === undefined ? i : entries[i];
      const recordId = recordIds[entry];
      if (seen !== undefined) {
        if (seen.has(recordId)) continue;
        seen.add(recordId);
      }
      entries[kept] = entry;
      recordIds[kept++] = recordId;
    }
    this.duplicatesDropped += found - kept;
    return new ScannedKeys(buffer, entries, kept, suffix);
  }

  /** Puts the entries inside the bounds into `entries`; may move the scan to where the next ones can be. */
  #findInside(
    bounds: KeyBounds,
    buffer: KeyScanBuffer,
    count: number,
    entries: Int32Array,
  ): number {
    const { keys, keyStarts } = buffer;
    let found = 0;
    let misses = 0;
    this.#wanted = Math.min(this.#wanted * 4, BUFFER_ENTRIES);
    for (let i = 0; i < count; i++) {
      this.keysExamined++;
      if (bounds.holds(keys, keyStarts[i])) {
        misses = 0;
        entries[found++] = i;
        continue;
      }
      if (++misses < SEEK_AFTER) continue;
      const target = bounds.seekTarget(keys, keyStarts[i], this.#forward);
      const next = this.#placeOf(target, buffer, i + 1, count);
      this.seeks++;
      if (next === count) {
        this.#lastKey = target;
        this.#lastIsNew = this.#forward;
        this.#wanted = BATCH_AFTER_SEEK;
        break;
      }
      // Where jumps are short, they are no better than steps.
      misses = next - i < SEEK_AFTER ? 0 : SEEK_AFTER - 1;
      i = next - 1;
    }
    return found;
  }

  /** The first entry from `from` on that is not before `target` in the direction of the scan. */
  #placeOf(target: Uint8Array, buffer: KeyScanBuffer, from: number, count: number): number {
    while (from < count) {
      const middle = (from + count) >> 1;
      const order = compareKeys(buffer.key(middle), target);
      if (this.#forward ? order < 0 : order >= 0) from = middle + 1;
      else count = middle;
    }
    return from;
  }

  close(): void {
    this.#range = -1;
    this.#pendingFrom = this.#pendingCount = 0;
    if (this.#buffer !== undefined) giveBuffer(this.#buffer);
    if (this.#keys !== undefined) giveKeyBuffer(this.#keys);
    this.#buffer = this.#keys = undefined;
  }
}

class ScannedKeys implements KeyBatch {
  readonly recordIds: Float64Array;
  readonly keys: Uint8Array;
  readonly typeBytes: Uint8Array;
  /** Where the types begin in the value of an entry. */
  readonly #typesOffset: number;

  constructor(
    private readonly buffer: KeyScanBuffer,
    private readonly entries: Int32Array | undefined,
    readonly count: number,
    private readonly suffix: number,
  ) {
    this.recordIds = buffer.recordIds;
    this.keys = buffer.keys;
    this.typeBytes = buffer.values;
    this.#typesOffset = RECORD_ID_BYTES - suffix;
  }

  #entry(i: number): number {
    return this.entries === undefined ? i : this.entries[i];
  }

  keyStart(i: number): number {
    return this.buffer.keyStarts[this.#entry(i)];
  }

  typesStart(i: number): number {
    return this.buffer.valueStarts[this.#entry(i)] + this.#typesOffset;
  }

  typesEnd(i: number): number {
    return this.buffer.valueStarts[this.#entry(i) + 1];
  }

  key(i: number): Uint8Array {
    const entry = this.#entry(i);
    const { keys, keyStarts } = this.buffer;
    return keys.subarray(keyStarts[entry], keyStarts[entry + 1] - this.suffix);
  }

  types(i: number): Uint8Array {
    return this.typeBytes.subarray(this.typesStart(i), this.typesEnd(i));
  }
}
