// Building indexes over existing documents while clients go on reading and writing.
//
// The indexes are in the catalog as "building" before the build begins, so every writer maintains them already; the build
// adds the entries of the documents that were there, batch by batch in transactions of its own, and passes over entries that
// are there. What could go wrong between the two:
//   - a transaction opened before the index was registered does not maintain it: the build waits for those first;
//   - an open transaction removes an entry the build has not added yet: it leaves a note (missedRemovals), and the build
//     looks at that record again at its end, when no transaction older than its last batch is open;
//   - a duplicate in a unique index fails the build, whoever brings it.

import { CommandError } from "../error.ts";
import { compareKeys } from "../index/key_encoding.ts";
import type { Collection } from "./collection.ts";
import { widenMultikey } from "./collection_write.ts";
import { isTaken } from "./collated_unique.ts";
import { duplicateKeyError } from "./duplicate_key.ts";
import type { Index } from "./index.ts";
import { addEntry, removeEntry } from "./index_entries.ts";
import { giveBuffer, takeBuffer } from "./scan_buffers.ts";
import type { TableStore } from "./table_store.ts";
import { lastTransactionNumber, type Transaction } from "./transaction.ts";
import { yieldTurn } from "../stream/turn.ts";

const BATCH_RECORDS = 1024;
/** How long one batch may keep the thread: documents with long arrays have thousands of keys. */
const TIME_SLICE_MS = 5;
const INDEX_BUILD_ABORTED = 276;

export interface BuildProgress {
  readonly indexNames: readonly string[];
  done: number;
  readonly total: number;
}

export interface BuildOptions {
  /** Throws when the operation was killed or timed out. */
  readonly checkInterrupt?: (() => void) | undefined;
  /** Is told where the progress of the build can be seen. */
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

function checkAlive(collection: Collection, indexes: readonly Index[]): void {
  if (collection.isDropped) {
    throw new CommandError(INDEX_BUILD_ABORTED, "Index build aborted: collection dropped");
  }
  for (const index of indexes) {
    if (index.buildFailure !== undefined) throw index.buildFailure;
    if (index.isDropped) {
      throw new CommandError(INDEX_BUILD_ABORTED, `Index build aborted: ${index.name} dropped`);
    }
  }
}

/** Fills the indexes; throws when one of them cannot be built. The caller registers before and publishes after. */
export async function buildIndexes(
  store: TableStore,
  collection: Collection,
  indexes: readonly Index[],
  progress: BuildProgress,
  options: BuildOptions = {},
): Promise<void> {
  const check = () => {
    options.checkInterrupt?.();
    checkAlive(collection, indexes);
  };
  await store.transactionsEnded(lastTransactionNumber(), check);
  let position = 0;
  while (true) {
    check();
    const after = position;
    const next = await store.runRetrying(
      (t) => addBatch(store, t, collection, indexes, after, progress),
      check,
    );
    if (next < 0) break;
    position = next;
    await yieldTurn();
  }
  await store.transactionsEnded(lastTransactionNumber(), check);
  await store.runRetrying((t) => recheck(t, collection, indexes), check);
  check();
}

/** Adds the entries of some records behind `after`; returns the RecordId of the last of them, -1 at the end. */
function addBatch(
  store: TableStore,
  t: Transaction,
  collection: Collection,
  indexes: readonly Index[],
  after: number,
  progress: BuildProgress,
): number {
  const buffer = takeBuffer();
  try {
    const count = t.session.records(collection.ident)
      .scan(after, false, true, buffer, BATCH_RECORDS);
    const sliceEnd = performance.now() + TIME_SLICE_MS;
    let done = 0;
    while (done < count) {
      for (const index of indexes) {
        addDocument(
          store,
          t,
          collection,
          index,
          buffer.bytes,
          buffer.starts[done],
          buffer.recordIds[done],
        );
      }
      done++;
      if (performance.now() > sliceEnd) break;
    }
    t.onCommit(() => progress.done += done);
    return count === 0 ? -1 : buffer.recordIds[done - 1];
  } finally {
    giveBuffer(buffer);
  }
}

function addDocument(
  store: TableStore,
  t: Transaction,
  collection: Collection,
  index: Index,
  bytes: Uint8Array,
  start: number,
  recordId: number,
): void {
  const scalar = index.comparesDocuments ? null : index.scalarKey(bytes, start);
  if (scalar !== null) {
    const types = index.scalarTypes;
    if (scalar.length > 0) addOrFail(t, collection, index, scalar, bytes, start, recordId, types);
    return;
  }
  const { keys, types, multikeyParts } = index.keys(bytes, start);
  widenMultikey(store, collection, index, multikeyParts);
  keys.forEach((key, i) =>
    addOrFail(t, collection, index, key, bytes, start, recordId, types?.[i])
  );
}

function addOrFail(
  t: Transaction,
  collection: Collection,
  index: Index,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  recordId: number,
  types: Uint8Array | undefined,
): void {
  const isFree = !index.comparesDocuments ||
    !isTaken(t.session, collection, index, key, bytes, start, recordId);
  if (isFree && addEntry(t.session, index, key, recordId, types)) return;
  throw duplicateKeyError(collection.namespace, index, key.slice(), bytes, start);
}

/** Takes away what the build added from versions that open transactions replaced meanwhile. */
function recheck(t: Transaction, collection: Collection, indexes: readonly Index[]): void {
  for (const index of indexes) {
    for (const { key, recordId } of index.missedRemovals) {
      const document = t.session.records(collection.ident).get(recordId);
      const keys = document === null ? [] : index.storedKeys(document, 0);
      if (!keys.some((one) => compareKeys(one, key) === 0)) {
        removeEntry(t.session, index, key, recordId);
      }
    }
  }
}
