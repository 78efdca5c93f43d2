// Indexes with a collation, made anew when the runtime's ICU has changed.
//
// Their keys come from comparing strings (index/collation_key.ts), and another version of ICU may compare otherwise. The
// catalog notes the version an index was made with; at open, before anybody reads, an index of another one is emptied
// and filled from its documents. Documents that a unique index would now refuse stay, as they do in a real upgrade.

import { COLLATION_KEY_VERSION } from "../index/collation_key.ts";
import type { Collection } from "./collection.ts";
import type { Index } from "./index.ts";
import { giveBuffer, takeBuffer } from "./scan_buffers.ts";
import { CATALOG_TABLE, type TableStore } from "./table_store.ts";

const BATCH_RECORDS = 1024;

/** Rebuilds what another version of ICU made; returns the names of the indexes. */
export function rebuildCollated(store: TableStore, collection: Collection): string[] {
  const stale = collection.indexes.filter((index) =>
    index.spec.collation !== undefined && index.collationVersion !== COLLATION_KEY_VERSION
  );
  if (stale.length === 0) return [];
  for (const index of stale) {
    store.runAside((session) => session.keys(index.ident).truncate(null, null));
  }
  fill(store, collection, stale);
  for (const index of stale) index.collationVersion = COLLATION_KEY_VERSION;
  const ident = new TextEncoder().encode(collection.ident);
  store.runAside((session) => session.keys(CATALOG_TABLE).put(ident, collection.record()));
  return stale.map((index) => index.name);
}

function fill(store: TableStore, collection: Collection, indexes: readonly Index[]): void {
  const buffer = takeBuffer();
  try {
    let after = 0;
    while (true) {
      let count = 0;
      store.runAside((session) => {
        count = session.records(collection.ident)
          .scan(after, false, true, buffer, BATCH_RECORDS);
        for (let i = 0; i < count; i++) {
          for (const index of indexes) {
            for (const key of index.storedKeys(buffer.bytes, buffer.starts[i])) {
              session.keys(index.ident).putEntry(key, buffer.recordIds[i]);
            }
          }
        }
      });
      if (count === 0) return;
      after = buffer.recordIds[count - 1];
    }
  } finally {
    giveBuffer(buffer);
  }
}
