// Unique indexes with a collation: keys of strings only tell candidates, so documents are compared.
//
// Such an index is laid out as one that is not unique (|key|RecordId|). Before an entry is added, the documents behind the
// entries of the same key are read and their values compared under the collation. Two transactions that do not see each
// other's entries meet in the guard table: each puts the key there and takes it away again, and WiredTiger lets only
// one of them pass.

import { compareRawValues } from "../bson/compare.ts";
import type { RawValue } from "../bson/read.ts";
import { compareKeys } from "../index/key_encoding.ts";
import type { Index } from "./index.ts";
import { RECORD_ID_BYTES } from "./index_entries.ts";
import { giveKeyBuffer, takeKeyBuffer } from "./scan_buffers.ts";
import type { StorageSession } from "./storage_session.ts";

export const GUARD_TABLE = "unique-guards";

const NOTHING = new Uint8Array(0);
const CANDIDATES = 256;
const encoder = new TextEncoder();

/** The records a table of documents has. */
interface Records {
  readonly ident: string;
}

/** True when another record has values at `key` that equal the document's; holds off others who ask the same. */
export function isTaken(
  session: StorageSession,
  records: Records,
  index: Index,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  recordId: number,
): boolean {
  const guard = guardKey(index, key);
  const guards = session.keys(GUARD_TABLE);
  guards.put(guard, NOTHING);
  guards.remove(guard);
  return hasEqualRecord(session, records, index, key, bytes, start, recordId);
}

/** The question alone, without holding anybody off. */
export function hasEqualRecord(
  session: StorageSession,
  records: Records,
  index: Index,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  recordId: number,
): boolean {
  let own: readonly (readonly RawValue[])[] | undefined;
  for (const other of recordsOf(session, index, key)) {
    if (other === recordId) continue;
    const document = session.records(records.ident).get(other);
    if (document === null) continue;
    own ??= valuesAt(index, key, bytes, start);
    const others = valuesAt(index, key, document, 0);
    if (own.some((values) => others.some((one) => areEqual(index, values, one)))) return true;
  }
  return false;
}

function guardKey(index: Index, key: Uint8Array): Uint8Array {
  const ident = encoder.encode(`${index.ident}\0`);
  const guard = new Uint8Array(ident.length + key.length);
  guard.set(ident);
  guard.set(key, ident.length);
  return guard;
}

/** The records with an entry of this key. */
export function recordsOf(session: StorageSession, index: Index, key: Uint8Array): number[] {
  const found: number[] = [];
  // A RecordId never starts with ff.
  const high = new Uint8Array(key.length + 1);
  high.set(key);
  high[key.length] = 0xff;
  const buffer = takeKeyBuffer("key");
  try {
    const cursor = session.keys(index.ident);
    let from: Uint8Array = key.slice();
    let isFirst = true;
    while (true) {
      const count = cursor.scan(from, isFirst, high, false, true, buffer, CANDIDATES);
      if (count === 0) return found;
      for (let i = 0; i < count; i++) {
        const length = buffer.keyStarts[i + 1] - buffer.keyStarts[i];
        if (length === key.length + RECORD_ID_BYTES) found.push(buffer.recordIds[i]);
      }
      from = buffer.lastKey();
      isFirst = false;
    }
  } finally {
    giveKeyBuffer(buffer);
  }
}

/** The values a document has behind one key. */
function valuesAt(index: Index, key: Uint8Array, bytes: Uint8Array, start: number) {
  return index.generator.entries(bytes, start)
    .filter((entry) => compareKeys(entry.key, key) === 0)
    .map((entry) => entry.values);
}

function areEqual(index: Index, a: readonly RawValue[], b: readonly RawValue[]): boolean {
  const { collation } = index.spec;
  return a.every((value, i) => compareRawValues(value, b[i], collation) === 0);
}
