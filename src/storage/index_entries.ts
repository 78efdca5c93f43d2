// Index entries: their writing and removing inside a transaction.
//
// A RecordId is 8 bytes big-endian (packed in the glue), so entries of equal keys stand in insertion order. Keys may be views
// into buffers that are used again: WiredTiger has copied an entry when the call returns.

import { NO_TYPES } from "../index/key_losses.ts";
import { isDuplicateKey } from "./errors.ts";
import type { Index } from "./index.ts";
import type { StorageSession } from "./storage_session.ts";

/** What an entry of an index that is not unique has behind its key. */
export const RECORD_ID_BYTES = 8;

/**
 * Adds an entry; false when a unique index has the key for another record already. With a collation the caller has
 * asked collated_unique.ts before. `types` are what the key lost (index/key_losses.ts).
 */
export function addEntry(
  session: StorageSession,
  index: Index,
  key: Uint8Array,
  recordId: number,
  types: Uint8Array = NO_TYPES,
): boolean {
  const cursor = session.keys(index.ident);
  if (!index.isKeyUnique) {
    cursor.putEntry(key, recordId, key.length, types);
    return true;
  }
  try {
    cursor.insertUnique(key, recordId, key.length, types);
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return cursor.getRecordId(key) === recordId;
  }
}

/** Removes an entry; of a unique index only when it belongs to the record. True when there was one. */
export function removeEntry(
  session: StorageSession,
  index: Index,
  key: Uint8Array,
  recordId: number,
): boolean {
  const cursor = session.keys(index.ident);
  if (!index.isKeyUnique) return cursor.removeEntry(key, recordId);
  // During a build the key may stand for the record whose duplicate made the build fail.
  if (!index.isReady && cursor.getRecordId(key) !== recordId) return false;
  return cursor.remove(key);
}

/** The RecordId a unique index has for a key, or -1. */
export function findUnique(session: StorageSession, index: Index, key: Uint8Array): number {
  return session.keys(index.ident).getRecordId(key);
}
