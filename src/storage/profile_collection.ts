// `system.profile`, where the profiler leaves its documents: a capped collection without an `_id` index, as mongod's.
//
// The documents have no `_id` and never enter the change log, so they do not go through collection_write.ts: a document is a
// record, a count, and the oldest ones gone when there is no room. Clients read the collection like any other and cannot
// write it (namespace.ts).

import { documentFrom } from "../bson/encode.ts";
import { documentEnd } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { isView } from "./catalog.ts";
import type { Collection } from "./collection.ts";
import type { StorageEngine } from "./engine.ts";
import { giveBuffer, takeBuffer } from "./scan_buffers.ts";
import type { Transaction } from "./transaction.ts";

/** How large the collection becomes that is made when the profiler is first turned on. */
const PROFILE_BYTES = 1024 * 1024;
/** Records taken away at once: a large document may push out many small ones. */
const TRIM_RECORDS = 64;

/** The profile of a database, created when it is missing; throws when something else has its name. */
export function profileCollection(engine: StorageEngine, database: string): Collection {
  const namespace = `${database}.system.profile`;
  const entry = engine.catalog.find(namespace) ?? engine.definitions.create(namespace, {
    options: documentFrom({ capped: true, size: PROFILE_BYTES }),
  });
  if (isView(entry) || !entry.isCapped) {
    throw new CommandError(
      ErrorCode.NamespaceExists,
      `${namespace} exists but isn't capped`,
    );
  }
  return entry;
}

/** Adds a document at the end. */
export function appendToProfile(
  engine: StorageEngine,
  collection: Collection,
  document: Uint8Array,
): void {
  engine.run((transaction) => {
    const records = transaction.session.records(collection.ident);
    const recordId = collection.allocateRecordId(() => records.largestKey());
    records.insert(recordId, document, 0, document.length);
    transaction.count(collection.counters, 1, document.length);
    trim(collection, transaction, recordId);
  });
}

/** Takes the oldest documents away until the collection is within its limits. */
function trim(collection: Collection, transaction: Transaction, newest: number): void {
  const { maxBytes, maxDocuments = Infinity } = collection.options.capped!;
  const { counters } = collection;
  const change = transaction.changeOf(counters);
  const isOver = (): boolean =>
    counters.bytes + change.bytes > maxBytes ||
    counters.documents + change.documents > maxDocuments;
  if (!isOver()) return;
  const before = collection.firstRecordId;
  const records = transaction.session.records(collection.ident);
  const buffer = takeBuffer();
  try {
    while (isOver()) {
      const count = records.scan(collection.firstRecordId, true, true, buffer, TRIM_RECORDS);
      if (count === 0 || buffer.recordIds[0] >= newest) break;
      for (let i = 0; i < count && isOver() && buffer.recordIds[i] < newest; i++) {
        const start = buffer.starts[i];
        records.remove(buffer.recordIds[i]);
        transaction.count(counters, -1, start - documentEnd(buffer.bytes, start));
        collection.firstRecordId = buffer.recordIds[i] + 1;
      }
    }
  } finally {
    giveBuffer(buffer);
  }
  transaction.onRollback(() =>
    collection.firstRecordId = Math.min(before, collection.firstRecordId)
  );
}
