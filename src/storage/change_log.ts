// The change log: every write as an entry of local.oplog.rs, committed together with the write it describes.
//
//   oplog   key the entry's time as RecordId (clock.ts)   value the entry, BSON (change_entry.ts)
//
// Entries of a statement are written one by one; those of a client transaction are collected and become one `applyOps` entry
// when it commits (several, chained by prevOpTime, beyond 15 MB). The log is capped by bytes: `prune` takes the oldest
// entries away in small steps, off the hot path. Readers see it as a capped collection and follow it through `counters.inserts`.

import { BsonWriter } from "../bson/encode.ts";
import { documentEnd } from "../bson/read.ts";
import { ScanBuffer } from "../../ffi/scan_buffer.ts";
import { ChangeEntryWriter, namespaceElements, type OperationLetter } from "./change_entry.ts";
import { timestampOfRecordId } from "./clock.ts";
import { Counters } from "./counters.ts";
import type { Sizes } from "./sizes.ts";
import type { TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";

export const OPLOG_TABLE = "oplog";
export const OPLOG_NAMESPACE = "local.oplog.rs";
const MAX_APPLY_OPS_BYTES = 15 * 2 ** 20;
const PRUNE_STEP_ENTRIES = 4096;

/** What the entries of one collection have in common. */
export interface ChangeTarget {
  /** The elements `ns` and `ui`. */
  readonly elements: Uint8Array;
  /** False for collections whose writes are not logged. */
  readonly isLogged: boolean;
}

const ADMIN_COMMAND = namespaceElements("admin.$cmd", undefined);

export class ChangeLog {
  readonly counters: Counters = new Counters(OPLOG_TABLE);
  readonly isEnabled: boolean;
  maxBytes: number;
  readonly #store: TableStore;
  readonly #sizes: Sizes;
  readonly #writer = new ChangeEntryWriter();
  readonly #pruneBuffer: ScanBuffer = new ScanBuffer(2 ** 20, PRUNE_STEP_ENTRIES);

  constructor(store: TableStore, sizes: Sizes, options: { isEnabled: boolean; maxBytes: number }) {
    this.#store = store;
    this.#sizes = sizes;
    this.isEnabled = options.isEnabled;
    this.maxBytes = options.maxBytes;
    store.ensureTable(OPLOG_TABLE, "records");
  }

  /** Loads sizes and sets the clock behind the last entry; writes the first entry of a new log. */
  open(): void {
    const cursor = this.#store.reader.records(OPLOG_TABLE);
    const last = cursor.largestKey();
    if (last > 0) this.#store.clock.advanceTo(timestampOfRecordId(last));
    if (!this.#sizes.load(this.counters)) this.#recount();
    if (last === 0 && this.isEnabled) this.#store.run((t) => this.noop(t, "initiating set"));
  }

  #recount(): void {
    this.counters.documents = 0;
    this.counters.bytes = 0;
    const cursor = this.#store.reader.records(OPLOG_TABLE);
    const buffer = this.#pruneBuffer;
    let from = 0;
    while (true) {
      const count = cursor.scan(from, false, true, buffer, PRUNE_STEP_ENTRIES);
      if (count === 0) return;
      this.counters.documents += count;
      this.counters.bytes += documentEnd(buffer.bytes, buffer.starts[count - 1]);
      from = buffer.recordIds[count - 1];
    }
  }

  /** Logs an inserted document; its `_id` element lies between `idFrom` and `idTo`. */
  insert(
    transaction: Transaction,
    target: ChangeTarget,
    bytes: Uint8Array,
    start: number,
    end: number,
    idFrom: number,
    idTo: number,
  ): void {
    if (!this.#begin(transaction, target, "i")) return;
    this.#writer.document("o", bytes, start, end);
    this.#writer.idDocument("o2", bytes, idFrom, idTo);
    this.#finish(transaction);
  }

  /** Logs an update: `change` is `{ $v: 2, diff }` or the whole replacement. */
  update(
    transaction: Transaction,
    target: ChangeTarget,
    change: Uint8Array,
    document: Uint8Array,
    idFrom: number,
    idTo: number,
  ): void {
    if (!this.#begin(transaction, target, "u")) return;
    this.#writer.document("o", change, 0, change.length);
    this.#writer.idDocument("o2", document, idFrom, idTo);
    this.#finish(transaction);
  }

  remove(
    transaction: Transaction,
    target: ChangeTarget,
    document: Uint8Array,
    idFrom: number,
    idTo: number,
  ): void {
    if (!this.#begin(transaction, target, "d")) return;
    this.#writer.idDocument("o", document, idFrom, idTo);
    this.#finish(transaction);
  }

  /** Logs a command on a database: create, drop, createIndexes, collMod, ... */
  command(
    transaction: Transaction,
    target: ChangeTarget,
    command: Uint8Array,
    details?: Uint8Array,
  ): void {
    if (!this.#begin(transaction, target, "c")) return;
    this.#writer.document("o", command, 0, command.length);
    if (details !== undefined) this.#writer.document("o2", details, 0, details.length);
    this.#finish(transaction);
  }

  /** Logs that nothing happened: moves the log's time on. */
  noop(transaction: Transaction, message: string): void {
    if (!this.isEnabled) return;
    const writer = new BsonWriter(64);
    writer.startDocument();
    writer.string("msg", message);
    writer.end();
    const document = writer.bytes();
    this.#writer.begin("n", namespaceElements("", undefined), undefined);
    this.#writer.document("o", document, 0, document.length);
    this.#append(transaction);
  }

  #begin(transaction: Transaction, target: ChangeTarget, letter: OperationLetter): boolean {
    if (!this.isEnabled || !target.isLogged) {
      // Without a log the clock still moves, and the transaction still knows that it wrote.
      transaction.lastChange = this.#store.clock.tick();
      return false;
    }
    const origin = transaction.isClient ? undefined : transaction.origin;
    this.#writer.begin(letter, target.elements, origin);
    return true;
  }

  #finish(transaction: Transaction): void {
    if (transaction.isClient) {
      transaction.operations.push(this.#writer.finishOperation());
      return;
    }
    this.#append(transaction);
  }

  #append(transaction: Transaction): void {
    const recordId = this.#store.clock.tick();
    this.#writer.finish(recordId, transaction.wallMs, transaction.origin);
    this.#put(transaction, recordId);
    if (transaction.origin !== undefined) transaction.origin.previous = recordId;
  }

  #put(transaction: Transaction, recordId: number): void {
    const writer = this.#writer;
    transaction.session.records(OPLOG_TABLE).insert(recordId, writer.buffer, 0, writer.length);
    transaction.count(this.counters, 1, writer.length);
    transaction.lastChange = recordId;
  }

  /** Writes the collected operations of a client transaction, just before it commits. */
  writeTransaction(transaction: Transaction): void {
    const operations = transaction.operations;
    if (operations.length === 0 || !this.isEnabled) return;
    let from = 0;
    let previous = 0;
    while (from < operations.length) {
      let to = from;
      let bytes = 0;
      while (to < operations.length && (to === from || bytes < MAX_APPLY_OPS_BYTES)) {
        bytes += operations[to++].length + 16;
      }
      if (to > from + 1 && bytes > MAX_APPLY_OPS_BYTES) to--;
      const isLast = to === operations.length;
      const entry = applyOps(operations, from, to, isLast, operations.length);
      const recordId = this.#store.clock.tick();
      const origin = transaction.origin === undefined
        ? undefined
        : { ...transaction.origin, previous, statementId: undefined };
      this.#writer.begin("c", ADMIN_COMMAND, origin);
      this.#writer.document("o", entry, 0, entry.length);
      this.#writer.finish(recordId, transaction.wallMs, origin);
      this.#put(transaction, recordId);
      previous = recordId;
      from = to;
    }
  }

  /** Time of the oldest entry, 0n when the log is empty: readers that want older ones have lost them. */
  oldestTimestamp(): bigint {
    const cursor = this.#store.reader.records(OPLOG_TABLE);
    const count = cursor.scan(0, false, true, this.#pruneBuffer, 1);
    return count === 0 ? 0n : timestampOfRecordId(this.#pruneBuffer.recordIds[0]);
  }

  /** Takes one step of old entries away when the log is larger than it may be; true when there is more to do. */
  prune(): boolean {
    const excess = this.counters.bytes - this.maxBytes;
    if (excess <= 0) return false;
    const buffer = this.#pruneBuffer;
    const cursor = this.#store.reader.records(OPLOG_TABLE);
    const count = cursor.scan(0, false, true, buffer, PRUNE_STEP_ENTRIES);
    let removed = 0;
    let bytes = 0;
    while (removed < count && bytes < excess) {
      bytes = documentEnd(buffer.bytes, buffer.starts[removed]);
      removed++;
    }
    if (removed === 0) return false;
    const last = buffer.recordIds[removed - 1];
    this.#store.run((transaction) => {
      transaction.session.records(OPLOG_TABLE).truncate(0, last);
      transaction.count(this.counters, -removed, -bytes);
    }, true);
    return bytes < excess;
  }
}

/** The command of one `applyOps` entry; all but the last are marked partial. */
function applyOps(
  operations: readonly Uint8Array[],
  from: number,
  to: number,
  isLast: boolean,
  total: number,
): Uint8Array {
  const writer = new BsonWriter(1024);
  writer.startDocument();
  writer.startArray("applyOps");
  for (let i = from; i < to; i++) writer.document(undefined, operations[i]);
  writer.end();
  if (!isLast) writer.bool("partialTxn", true);
  else if (from > 0) writer.int64("count", BigInt(total));
  writer.end();
  return writer.bytes();
}
