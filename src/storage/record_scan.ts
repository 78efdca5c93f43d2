// Walking a collection in RecordId order, in batches.
//
// Nothing is held between batches: each `next()` finds its place again by the last RecordId, so a scan can stay open for
// any time beside writers, and sees what is committed when it gets there. Inside a transaction it sees that transaction's
// snapshot. A tailable scan may be asked again after its end; it reports when the record it stood on is gone (136).

import type { ScanBuffer } from "../../ffi/scan_buffer.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { Batch } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import { collectionDropped, translateError } from "./errors.ts";
import type { ScannedCollection } from "./index_scan.ts";
import { BUFFER_RECORDS, giveBuffer, takeBuffer } from "./scan_buffers.ts";
import type { TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";

export interface RecordScanOptions {
  /** Default true: rising RecordIds. */
  readonly forward?: boolean;
  /** First RecordId in the direction of travel, included; default the collection's end. */
  readonly from?: number;
  /** Last RecordId in the direction of travel, included. */
  readonly to?: number;
  /** Goes on behind this RecordId (excluded): a scan continued from outside. Beats `from`. */
  readonly after?: number;
  readonly transaction?: Transaction | undefined;
  /** Can be asked again after its end. */
  readonly tailable?: boolean;
}

const BEFORE_ALL = 0;
const BEHIND_ALL = Number.MAX_SAFE_INTEGER;

export class RecordScan implements DocumentStream {
  readonly #store: TableStore;
  readonly #collection: ScannedCollection;
  readonly #options: RecordScanOptions;
  readonly #forward: boolean;
  #position: number;
  #inclusive: boolean;
  /** The record the scan stands on, -1 before the first. */
  #last = -1;
  #buffer: ScanBuffer | undefined;
  #isAtEnd = false;
  #expected = BUFFER_RECORDS;
  /** Records looked at so far, for explain. */
  examined = 0;

  constructor(store: TableStore, collection: ScannedCollection, options: RecordScanOptions = {}) {
    this.#store = store;
    this.#collection = collection;
    this.#options = options;
    this.#forward = options.forward ?? true;
    this.#inclusive = options.after === undefined;
    this.#position = options.after ?? options.from ?? (this.#forward ? BEFORE_ALL : BEHIND_ALL);
    if (options.after !== undefined) this.#last = options.after;
  }

  /** How many documents are wanted first: the first batch reads no more than that. */
  expect(documents: number): void {
    this.#expected = Math.max(1, Math.min(documents, BUFFER_RECORDS));
  }

  /** RecordId of the last record handed out, -1 before the first: where a tail or a resumed scan goes on. */
  get lastRecordId(): number {
    return this.#last;
  }

  next(): Batch | null {
    if (this.#isAtEnd && this.#options.tailable !== true) return null;
    if (this.#collection.isDropped) throw collectionDropped(this.#collection.namespace);
    if (this.#options.tailable === true) this.#checkPosition();
    const buffer = this.#buffer ??= takeBuffer();
    const session = this.#options.transaction?.session ?? this.#store.reader;
    let count: number;
    try {
      count = session.records(this.#collection.ident).scan(
        this.#position,
        this.#inclusive,
        this.#forward,
        buffer,
        this.#expected,
      );
    } catch (error) {
      throw translateError(error);
    }
    this.#expected = BUFFER_RECORDS;
    count = this.#cutAtEnd(buffer, count);
    if (count === 0) {
      this.#isAtEnd = true;
      return null;
    }
    this.examined += count;
    this.#last = this.#position = buffer.recordIds[count - 1];
    this.#inclusive = false;
    return new Batch(buffer.bytes, buffer.starts, count, buffer.recordIds);
  }

  /** Leaves off records behind `to`. */
  #cutAtEnd(buffer: ScanBuffer, count: number): number {
    const { to } = this.#options;
    if (to === undefined) return count;
    const recordIds = buffer.recordIds;
    while (count > 0 && (this.#forward ? recordIds[count - 1] > to : recordIds[count - 1] < to)) {
      count--;
      this.#isAtEnd = true;
    }
    return count;
  }

  /** A capped collection may have lost the record a tail stands on: then some were lost unseen. */
  #checkPosition(): void {
    if (this.#last < 0) return;
    const session = this.#options.transaction?.session ?? this.#store.reader;
    if (session.records(this.#collection.ident).get(this.#last) !== null) return;
    throw new CommandError(
      ErrorCode.CappedPositionLost,
      `CollectionScan died due to position in capped collection being deleted. Last seen record ` +
        `id: RecordId(${this.#last})`,
    );
  }

  close(): void {
    this.#isAtEnd = true;
    if (this.#buffer !== undefined) giveBuffer(this.#buffer);
    this.#buffer = undefined;
  }
}
