// Walking an index over key ranges, in batches; and fetching the documents behind the entries.
//
// `nextKeys` hands out keys and RecordIds, for counts, distinct and covered queries; `next` the documents, in index order,
// read in the same snapshot as their keys. Like a record scan it holds nothing between batches and finds its place again
// by the last key. In a multikey index a document is handed out once.

import type { KeyScanBuffer, ScanBuffer } from "../../ffi/scan_buffer.ts";
import { copyToSlab } from "../bson/document_slab.ts";
import { Batch } from "../stream/batch.ts";
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
  /** The key of entry `i`, without the RecordId. */
  key(i: number): Uint8Array;
}

const WHOLE_INDEX: readonly IndexRange[] = [{ low: undefined, high: undefined }];
const FIRST_BATCH_ENTRIES = 128;
const NO_RECORD_IDS: Float64Array = new Float64Array(0);

export class IndexScan implements DocumentStream {
  readonly #store: TableStore;
  readonly #collection: ScannedCollection;
  readonly #index: Index;
  readonly #ranges: readonly IndexRange[];
  readonly #forward: boolean;
  readonly #transaction: Transaction | undefined;
  #range: number;
  /** Where the current range goes on (excluded), undefined at its start. */
  #lastKey: Uint8Array | undefined;
  readonly #seen: Set<number> | undefined;
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
    this.#seen = index.isMultikey && options.keepsDuplicates !== true ? new Set() : undefined;
  }

  expect(documents: number): void {
    this.#wanted = Math.max(1, Math.min(documents, BUFFER_ENTRIES));
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
    const session = this.#transaction?.session ?? this.#store.reader;
    try {
      if (this.#transaction !== undefined) return this.#nextDocuments(session);
      session.wt.begin();
      try {
        return this.#nextDocuments(session);
      } finally {
        session.wt.rollback();
      }
    } catch (error) {
      throw translateError(error);
    }
  }

  #nextDocuments(session: StorageSession): Batch | null {
    while (true) {
      if (this.#pendingFrom === this.#pendingCount) {
        const batch = this.#scanKeys(session);
        if (batch === null) return null;
        this.#pending = batch.recordIds;
        this.#pendingFrom = 0;
        this.#pendingCount = batch.count;
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

  #scanKeys(session: StorageSession): KeyBatch | null {
    this.#checkAlive();
    while (this.#range >= 0 && this.#range < this.#ranges.length) {
      const buffer = this.#keys ??= takeKeyBuffer(this.#index.isKeyUnique ? "value" : "key");
      const { low, high } = this.#ranges[this.#range];
      const last = this.#lastKey;
      if (last === undefined) this.seeks++;
      const count = this.#forward
        ? session.keys(this.#index.ident).scan(
          last ?? low ?? null,
          last === undefined,
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
      if (count === 0) {
        this.#lastKey = undefined;
        this.#range += this.#forward ? 1 : -1;
        continue;
      }
      this.keysExamined += count;
      this.#wanted = BUFFER_ENTRIES;
      const { keys, keyStarts } = buffer;
      this.#lastKey = copyToSlab(keys, keyStarts[count - 1], keyStarts[count]);
      const batch = this.#distinct(buffer, count);
      if (batch.count > 0) return batch;
    }
    return null;
  }

  #checkAlive(): void {
    if (this.#collection.isDropped) throw collectionDropped(this.#collection.namespace);
    if (this.#index.isDropped) throw indexDropped(this.#index.name);
  }

  #distinct(buffer: KeyScanBuffer, count: number): KeyBatch {
    const suffix = this.#index.isKeyUnique ? 0 : RECORD_ID_BYTES;
    const seen = this.#seen;
    if (seen === undefined) return new ScannedKeys(buffer, undefined, count, suffix);
    const entries = new Int32Array(count);
    let kept = 0;
    const recordIds = buffer.recordIds;
    for (let i = 0; i < count; i++) {
      const recordId = recordIds[i];
      if (seen.has(recordId)) continue;
      seen.add(recordId);
      entries[kept] = i;
      recordIds[kept++] = recordId;
    }
    this.duplicatesDropped += count - kept;
    return new ScannedKeys(buffer, entries, kept, suffix);
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

  constructor(
    private readonly buffer: KeyScanBuffer,
    private readonly entries: Int32Array | undefined,
    readonly count: number,
    private readonly suffix: number,
  ) {
    this.recordIds = buffer.recordIds;
  }

  key(i: number): Uint8Array {
    const entry = this.entries === undefined ? i : this.entries[i];
    const { keys, keyStarts } = this.buffer;
    return keys.subarray(keyStarts[entry], keyStarts[entry + 1] - this.suffix);
  }
}
