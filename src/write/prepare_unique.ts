// Indexes with `prepareUnique`: not unique yet, but writes may add no further duplicates.
//
// collMod sets the flag before it turns an index into a unique one, so that the duplicates there are can be cleared while
// clients work. The check reads the index inside the writer's transaction; unique indexes check themselves.

import { compareKeys } from "../index/key_encoding.ts";
import { hasEqualRecord } from "../storage/collated_unique.ts";
import type { Collection } from "../storage/collection.ts";
import { duplicateKeyError } from "../storage/duplicate_key.ts";
import type { Index } from "../storage/index.ts";
import type { Transaction } from "../storage/transaction.ts";

/** The record that is changed. */
export interface ChangedRecord {
  readonly recordId: number;
  readonly before: Uint8Array;
}

/** Throws E11000 when the document would come to share a key with another record; keys it had before it may keep. */
export function checkPrepareUnique(
  transaction: Transaction,
  collection: Collection,
  document: Uint8Array,
  changed?: ChangedRecord,
): void {
  const recordId = changed?.recordId ?? -1;
  for (const index of collection.indexes) {
    if (!index.spec.prepareUnique || index.isUnique || !index.isReady) continue;
    // The generator's keys are valid until it makes the next ones.
    const had = changed === undefined
      ? []
      : index.keys(changed.before, 0).keys.map((key) => key.slice());
    for (const key of index.keys(document, 0).keys.map((one) => one.slice())) {
      if (had.some((old) => compareKeys(old, key) === 0)) continue;
      const isShared = index.spec.collation === undefined
        ? belongsToOther(transaction, collection, index, key, recordId)
        : hasEqualRecord(transaction.session, collection, index, key, document, 0, recordId);
      if (!isShared) continue;
      throw duplicateKeyError(collection.namespace, index, key, document, 0);
    }
  }
}

function belongsToOther(
  transaction: Transaction,
  collection: Collection,
  index: Index,
  key: Uint8Array,
  recordId: number,
): boolean {
  // Entries are key and RecordId, whose first byte is never 255.
  const high = new Uint8Array(key.length + 1);
  high.set(key);
  high[key.length] = 255;
  const scan = collection.indexScan(index, {
    ranges: [{ low: key, high }],
    transaction,
    keepsDuplicates: true,
  });
  try {
    for (let keys = scan.nextKeys(); keys !== null; keys = scan.nextKeys()) {
      for (let i = 0; i < keys.count; i++) if (keys.recordIds[i] !== recordId) return true;
    }
    return false;
  } finally {
    scan.close();
  }
}
