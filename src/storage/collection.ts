// A collection: reading and writing its documents. What rooms above storage work with.
//
// Reads take a transaction or undefined (what is committed now); writes always take one, see table_store.ts `run`. Documents
// come out as bytes of their own (`get`, `findById`) or in batches that are valid until the scan goes on.

import { getBuffer, type WtRecordCursor } from "../../ffi/record_cursor.ts";
import { compareRawValues } from "../bson/compare.ts";
import { copyToSlab } from "../bson/document_slab.ts";
import { getField, type RawValue } from "../bson/read.ts";
import { KeyWriter } from "../index/key_encoding.ts";
import { Batch } from "../stream/batch.ts";
import { CollectionState } from "./collection_state.ts";
import type { CollectionOptions } from "./collection_options.ts";
import { recordsOf } from "./collated_unique.ts";
import {
  insertDocument,
  removeDocument,
  updateDocument,
  type UpdateOptions,
  type WriteContext,
} from "./collection_write.ts";
import type { Counters } from "./counters.ts";
import { translateError } from "./errors.ts";
import type { Index } from "./index.ts";
import { findUnique } from "./index_entries.ts";
import { IndexScan, type IndexScanOptions } from "./index_scan.ts";
import type { InsertNotifier } from "./insert_notifier.ts";
import type { Namespace } from "./namespace.ts";
import type { PlannerState } from "./planner_state.ts";
import { RecordScan, type RecordScanOptions } from "./record_scan.ts";
import { giveBuffer, takeBuffer } from "./scan_buffers.ts";
import type { Transaction } from "./transaction.ts";

export type { UpdateOptions } from "./collection_write.ts";

const idKey = new KeyWriter();

function readRecord(cursor: WtRecordCursor, recordId: number): Uint8Array | null {
  const length = cursor.getInto(recordId);
  return length < 0 ? null : copyToSlab(getBuffer(), 0, length);
}

/** A document and where it is kept. */
export interface FoundDocument {
  readonly recordId: number;
  readonly document: Uint8Array;
}

export class Collection extends CollectionState {
  readonly #context: WriteContext;

  constructor(
    context: WriteContext,
    name: Namespace,
    uuid: Uint8Array,
    ident: string,
    options: CollectionOptions,
    counters?: Counters,
  ) {
    super(name, uuid, ident, options, counters);
    this.#context = context;
  }

  /** Documents in the collection, as committed. */
  get count(): number {
    return this.counters.documents;
  }

  /** Bytes of all documents, as committed. */
  get dataSize(): number {
    return this.counters.bytes;
  }

  /** What the planner knows of the whole engine. */
  get planner(): PlannerState {
    return this.#context.store.planner;
  }

  /** Wakes those who wait for new documents. */
  get onInsert(): InsertNotifier {
    return this.counters.inserts;
  }

  /** The index on `_id`; undefined for the few collections without one (the change log). */
  get idIndex(): Index | undefined {
    const first = this.indexes[0];
    return first?.isIdIndex ? first : undefined;
  }

  #session(transaction: Transaction | undefined | null) {
    return transaction?.session ?? this.#context.store.reader;
  }

  /** Inserts the document at `start`, which has an `_id`; returns its RecordId. All or nothing: see collection_write.ts. */
  insert(transaction: Transaction, document: Uint8Array, start = 0): number {
    return insertDocument(this.#context, this, transaction, document, start);
  }

  /** Replaces the document of a record. */
  update(
    transaction: Transaction,
    recordId: number,
    before: Uint8Array,
    after: Uint8Array,
    options?: UpdateOptions,
  ): void {
    updateDocument(this.#context, this, transaction, recordId, before, after, options);
  }

  /** Removes a record; `before` is its document. */
  remove(transaction: Transaction, recordId: number, before: Uint8Array): void {
    removeDocument(this.#context, this, transaction, recordId, before);
  }

  /** The document of a record, null when there is none. */
  get(transaction: Transaction | undefined | null, recordId: number): Uint8Array | null {
    try {
      return readRecord(this.#session(transaction).records(this.ident), recordId);
    } catch (error) {
      throw translateError(error);
    }
  }

  /** The document with this `_id`: the shortest way there is. */
  findById(transaction: Transaction | undefined | null, id: RawValue): FoundDocument | null {
    const index = this.idIndex;
    if (index === undefined) return null;
    idKey.reset();
    idKey.collation = index.spec.collation;
    idKey.append(id);
    if (index.comparesDocuments) return this.#findCandidate(transaction, index, idKey.bytes(), id);
    return this.findUnique(transaction, index, idKey.view());
  }

  /**
   * The committed document with this `_id` at the beginning of a buffer that the next read of any collection overwrites: for
   * an answer that copies it at once.
   */
  peekById(id: RawValue): Uint8Array | null {
    const index = this.idIndex;
    if (index === undefined || index.spec.collation !== undefined) {
      return this.findById(undefined, id)?.document ?? null;
    }
    idKey.reset();
    idKey.collation = undefined;
    idKey.append(id);
    try {
      const session = this.#session(undefined);
      const recordId = findUnique(session, index, idKey.view());
      const isFound = recordId >= 0 && session.records(this.ident).getInto(recordId) >= 0;
      return isFound ? getBuffer() : null;
    } catch (error) {
      throw translateError(error);
    }
  }

  /** Of an `_id` index with a collation: the document whose `_id` is exactly this one. */
  #findCandidate(
    transaction: Transaction | undefined | null,
    index: Index,
    key: Uint8Array,
    id: RawValue,
  ): FoundDocument | null {
    try {
      const session = this.#session(transaction);
      for (const recordId of recordsOf(session, index, key)) {
        const document = readRecord(session.records(this.ident), recordId);
        const own = document === null ? undefined : getField(document, "_id");
        if (own !== undefined && compareRawValues(own, id) === 0) {
          return { recordId, document: document! };
        }
      }
      return null;
    } catch (error) {
      throw translateError(error);
    }
  }

  /** The document behind a key of a unique index. */
  findUnique(
    transaction: Transaction | undefined | null,
    index: Index,
    key: Uint8Array,
  ): FoundDocument | null {
    try {
      const session = this.#session(transaction);
      const recordId = findUnique(session, index, key);
      if (recordId < 0) return null;
      const document = readRecord(session.records(this.ident), recordId);
      return document === null ? null : { recordId, document };
    } catch (error) {
      throw translateError(error);
    }
  }

  /** All documents in RecordId order. */
  scan(options: RecordScanOptions = {}): RecordScan {
    return new RecordScan(this.#context.store, this, options);
  }

  /** The documents behind ranges of an index, in key order. Counts as a use of the index. */
  indexScan(index: Index, options: IndexScanOptions = {}): IndexScan {
    index.accesses.operations++;
    return new IndexScan(this.#context.store, this, index, options);
  }

  /** The documents of some records, in the given order, missing ones left out; at most what fits into one batch. */
  fetch(
    transaction: Transaction | undefined | null,
    recordIds: Float64Array,
    from = 0,
    count: number = recordIds.length - from,
  ): Batch {
    const buffer = takeBuffer();
    try {
      const session = this.#session(transaction);
      session.records(this.ident).fetch(recordIds, from, count, buffer);
      return new Batch(
        buffer.bytes.slice(0, buffer.byteLength),
        buffer.starts.slice(0, buffer.count),
        buffer.count,
        buffer.recordIds.slice(0, buffer.count),
      );
    } catch (error) {
      throw translateError(error);
    } finally {
      giveBuffer(buffer);
    }
  }
}
