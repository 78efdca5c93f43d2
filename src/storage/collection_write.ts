// Writing documents: the record, its index entries, its change log entry and the counts, all in the caller's transaction.
//
// Each function either does all of its work or, when it throws a CommandError (E11000, 171, ...), none of it: keys are made
// and unique entries are tried before anything else is written, and tried entries are taken back. So a caller may catch the
// error and go on in the same transaction with the next document; a multi-document insert keeps the documents before the
// failing one simply by committing. Only WT_ROLLBACK (a WiredTigerError) spoils the transaction; the runner repeats it then.
//
// Not checked here: validity of the BSON, validators, size limits, immutability of `_id`. That is the writers' (write/).

import { assert } from "../assert.ts";
import { diffDocuments } from "../bson/diff.ts";
import { cstringEnd, documentEnd, findElement, nameBytes, valueEnd } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { compareKeys } from "../index/key_encoding.ts";
import { NEEDS_TYPE, NO_TYPES } from "../index/key_losses.ts";
import type { ChangeLog } from "./change_log.ts";
import type { CollectionState } from "./collection_state.ts";
import { isTaken } from "./collated_unique.ts";
import { duplicateKeyError } from "./duplicate_key.ts";
import type { DocumentKeys, Index } from "./index.ts";
import { addEntry, removeEntry } from "./index_entries.ts";
import { giveBuffer, takeBuffer } from "./scan_buffers.ts";
import { CATALOG_TABLE, type TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";

const ID_NAME = nameBytes("_id");
const NO_KEYS: readonly Uint8Array[] = [];
const encoder = new TextEncoder();

/** The parts of the engine that writing needs. */
export interface WriteContext {
  readonly store: TableStore;
  readonly changeLog: ChangeLog;
}

/** How an update is logged. */
export interface UpdateOptions {
  /** The whole document was replaced: the log carries it whole. */
  readonly isReplacement?: boolean;
}

/** What a document has in one index. */
interface EntryKeys {
  /** The only key, as a view into the index's generator; undefined when there are none or many. */
  single: Uint8Array | undefined;
  /** What the only key lost. */
  types: Uint8Array;
  many: readonly Uint8Array[];
  /** Parallel to the many; undefined when they lost nothing. */
  manyTypes: readonly Uint8Array[] | undefined;
}

// Reused per statement: writing is synchronous and never nests.
const entryKeys: EntryKeys[] = [];

/**
 * The keys of a document to be written. One that cannot be indexed (171) is the writer's error in a ready index; one that
 * is being built lets the write pass and fails instead.
 */
function newKeys(index: Index, bytes: Uint8Array, start: number): DocumentKeys {
  try {
    return index.keys(bytes, start);
  } catch (error) {
    if (index.isReady || !(error instanceof CommandError)) throw error;
    index.buildFailure ??= error;
    return { keys: NO_KEYS, multikeyParts: undefined };
  }
}

/** Notes in the catalog that a document has arrays on the index's paths, before the first such entry is written. */
export function widenMultikey(
  store: TableStore,
  state: CollectionState,
  index: Index,
  met: readonly number[] | undefined,
): void {
  const widened = index.widenedMultikeyParts(met);
  if (widened === undefined) return;
  // In a transaction of its own: setting it early is harmless, and two open transactions must not conflict over it.
  const before = index.multikeyParts;
  index.multikeyParts = widened;
  try {
    store.runAside((session) =>
      session.keys(CATALOG_TABLE).put(encoder.encode(state.ident), state.record())
    );
  } catch (error) {
    index.multikeyParts = before;
    throw error;
  }
}

/** Keys of every index for a document; throws 171 before anything is written. */
function prepareKeys(
  store: TableStore,
  state: CollectionState,
  bytes: Uint8Array,
  start: number,
): void {
  const indexes = state.indexes;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i];
    const keys = entryKeys[i] ??= noEntries();
    keys.many = NO_KEYS;
    keys.manyTypes = undefined;
    keys.single = undefined;
    const scalar = index.scalarKey(bytes, start);
    if (scalar === null) {
      const set = newKeys(index, bytes, start);
      widenMultikey(store, state, index, set.multikeyParts);
      keys.many = set.keys;
      keys.manyTypes = set.types;
    } else if (index.comparesDocuments) {
      // Comparing makes other keys with the same generator.
      if (scalar.length > 0) keys.many = [scalar.slice()];
    } else if (scalar.length > 0) {
      keys.single = scalar;
      keys.types = index.scalarTypes;
    }
  }
}

function noEntries(): EntryKeys {
  return { single: undefined, types: NO_TYPES, many: NO_KEYS, manyTypes: undefined };
}

/** The document whose entries are added. */
interface Written {
  readonly state: CollectionState;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly recordId: number;
}

/** Under a collation keys that were there before may stand for other values now: all of the document's are tried. */
function addCollated(
  t: Transaction,
  index: Index,
  added: readonly Uint8Array[],
  written: Written,
): Uint8Array | undefined {
  const { state, bytes, start, recordId } = written;
  for (const key of index.keys(bytes, start).keys) {
    if (isTaken(t.session, state, index, key, bytes, start, recordId)) return key;
  }
  for (const key of added) addEntry(t.session, index, key, recordId);
  return undefined;
}

/** Adds entries to a unique index; on a collision takes back what this call added and gives the colliding key. */
function addUnique(
  t: Transaction,
  index: Index,
  { single, types, many, manyTypes }: EntryKeys,
  written: Written,
): Uint8Array | undefined {
  if (index.comparesDocuments) return addCollated(t, index, many, written);
  const { recordId } = written;
  if (single !== undefined) {
    return addEntry(t.session, index, single, recordId, types) ? undefined : single;
  }
  for (let i = 0; i < many.length; i++) {
    if (addEntry(t.session, index, many[i], recordId, manyTypes?.[i])) continue;
    for (let j = 0; j < i; j++) removeEntry(t.session, index, many[j], recordId);
    return many[i];
  }
  return undefined;
}

/**
 * An entry that is not there while the index is built may be added by the build from the version this transaction is
 * about to replace: the build looks at the record again when this transaction has committed.
 */
function removeKey(t: Transaction, index: Index, key: Uint8Array, recordId: number): void {
  const wasThere = removeEntry(t.session, index, key, recordId);
  if (wasThere || index.isReady || !t.isClient) return;
  const missed = { key: key.slice(), recordId };
  t.onCommit(() => index.missedRemovals.push(missed));
}

function removeKeys(
  t: Transaction,
  index: Index,
  single: Uint8Array | undefined,
  many: readonly Uint8Array[],
  recordId: number,
): void {
  if (single !== undefined) removeKey(t, index, single, recordId);
  for (let i = 0; i < many.length; i++) removeKey(t, index, many[i], recordId);
}

/**
 * A collision in a ready index is the writer's error. In one that is being built the write goes on and the build fails,
 * as it would have had the document been there before it began.
 */
function collision(
  state: CollectionState,
  index: Index,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
): CommandError | undefined {
  const error = duplicateKeyError(state.namespace, index, key.slice(), bytes, start);
  if (index.isReady) return error;
  index.buildFailure ??= error;
  return undefined;
}

/** Offset behind the `_id` element that starts at `at`. */
function elementEnd(bytes: Uint8Array, at: number): number {
  return valueEnd(bytes, bytes[at], cstringEnd(bytes, at + 1) + 1);
}

/** Inserts the document at `start` and returns its RecordId. */
export function insertDocument(
  context: WriteContext,
  state: CollectionState,
  t: Transaction,
  bytes: Uint8Array,
  start: number,
): number {
  const end = documentEnd(bytes, start);
  const { session } = t;
  const records = session.records(state.ident);
  if (state.options.capped !== undefined && end - start > state.options.capped.maxBytes) {
    throw new CommandError(ErrorCode.BadValue, "object to insert exceeds cappedMaxSize");
  }
  const indexes = state.indexes;
  prepareKeys(context.store, state, bytes, start);
  const recordId = state.allocateRecordId(() => records.largestKey());
  const written = { state, bytes, start, recordId };
  for (let i = 0; i < indexes.length; i++) {
    if (!indexes[i].isUnique) continue;
    const colliding = addUnique(t, indexes[i], entryKeys[i], written);
    if (colliding === undefined) continue;
    const error = collision(state, indexes[i], colliding, bytes, start);
    if (error === undefined) continue;
    for (let j = 0; j < i; j++) {
      if (indexes[j].isUnique) {
        removeKeys(t, indexes[j], entryKeys[j].single, entryKeys[j].many, recordId);
      }
    }
    throw error;
  }
  records.insert(recordId, bytes, start, end);
  for (let i = 0; i < indexes.length; i++) {
    if (indexes[i].isUnique) continue;
    const { single, types, many, manyTypes } = entryKeys[i];
    if (single !== undefined) addEntry(session, indexes[i], single, recordId, types);
    for (let k = 0; k < many.length; k++) {
      addEntry(session, indexes[i], many[k], recordId, manyTypes?.[k]);
    }
  }
  const idAt = findElement(bytes, start, ID_NAME);
  assert(idAt >= 0, "a document to insert has no _id");
  const idEnd = elementEnd(bytes, idAt);
  context.changeLog.insert(t, state.changeTarget, bytes, start, end, idAt, idEnd);
  t.count(state.counters, 1, end - start);
  if (state.options.capped !== undefined) trimCapped(context, state, t, recordId);
  return recordId;
}

/** Takes the oldest documents of a capped collection away until it is within its limits again. */
function trimCapped(
  context: WriteContext,
  state: CollectionState,
  t: Transaction,
  newest: number,
): void {
  const { maxBytes, maxDocuments } = state.options.capped!;
  const change = t.changeOf(state.counters);
  const { counters } = state;
  const isOver = () =>
    counters.bytes + change.bytes > maxBytes ||
    (maxDocuments !== undefined && counters.documents + change.documents > maxDocuments);
  if (!isOver()) return;
  const before = state.firstRecordId;
  const buffer = takeBuffer();
  try {
    while (isOver()) {
      const found = t.session.records(state.ident).scan(state.firstRecordId, true, true, buffer, 1);
      if (found === 0 || buffer.recordIds[0] >= newest) break;
      const oldest = buffer.recordIds[0];
      removeDocument(context, state, t, oldest, buffer.bytes.slice(0, buffer.starts[1]));
      state.firstRecordId = oldest + 1;
    }
  } finally {
    giveBuffer(buffer);
  }
  t.onRollback(() => state.firstRecordId = Math.min(before, state.firstRecordId));
}

/** Removes a record whose document is `before`. */
export function removeDocument(
  context: WriteContext,
  state: CollectionState,
  t: Transaction,
  recordId: number,
  before: Uint8Array,
): void {
  const indexes = state.indexes;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i];
    const scalar = index.scalarKey(before, 0);
    if (scalar === null) removeKeys(t, index, undefined, index.storedKeys(before, 0), recordId);
    else if (scalar.length > 0) removeKeys(t, index, scalar, NO_KEYS, recordId);
  }
  t.session.records(state.ident).remove(recordId);
  const idAt = findElement(before, 0, ID_NAME);
  context.changeLog.remove(t, state.changeTarget, before, idAt, elementEnd(before, idAt));
  t.count(state.counters, -1, -before.length);
}

/** True when the value at the top-level field is the same bytes in both documents (or missing in both). */
function sameField(before: Uint8Array, after: Uint8Array, name: Uint8Array): boolean {
  const a = findElement(before, 0, name);
  const b = findElement(after, 0, name);
  if (a < 0 || b < 0) return a === b;
  const aEnd = valueEnd(before, before[a], a + name.length + 2);
  const bEnd = valueEnd(after, after[b], b + name.length + 2);
  if (aEnd - a !== bEnd - b) return false;
  for (let i = a, j = b; i < aEnd; i++, j++) if (before[i] !== after[j]) return false;
  return true;
}

/** An _id never changes its value, but 5 may become 5.0; it is the first field of a stored document. */
function keepsIdType(before: Uint8Array, after: Uint8Array): boolean {
  const type = before[4];
  return (NEEDS_TYPE[type] === 0 && type === after[4]) || sameField(before, after, ID_NAME);
}

function leavesAlone(index: Index, before: Uint8Array, after: Uint8Array): boolean {
  if (index.isIdIndex) return keepsIdType(before, after);
  if (index.isPartial || index.coversAllFields) return false;
  const fields = index.topFields;
  for (let i = 0; i < fields.length; i++) {
    if (!sameField(before, after, nameBytes(fields[i]))) return false;
  }
  return true;
}

/** Keys with what they lost. */
interface Entries {
  readonly keys: Uint8Array[];
  readonly types: Uint8Array[];
}

interface EntryChange {
  readonly index: Index;
  readonly removed: readonly Uint8Array[];
  readonly added: Entries;
  /** The key stays, but stands for a value of another type: 5 became 5.0. */
  readonly retyped: Entries;
}

function typesAt(entries: DocumentKeys, i: number): Uint8Array {
  return entries.types?.[i] ?? NO_TYPES;
}

/** What has to be done to the entries of a document; keys are in byte order. */
function changeOf(index: Index, old: DocumentKeys, now: DocumentKeys): EntryChange {
  const removed: Uint8Array[] = [];
  const added: Entries = { keys: [], types: [] };
  const retyped: Entries = { keys: [], types: [] };
  let i = 0;
  let j = 0;
  while (i < old.keys.length || j < now.keys.length) {
    const order = i === old.keys.length
      ? 1
      : j === now.keys.length
      ? -1
      : compareKeys(old.keys[i], now.keys[j]);
    if (order < 0) {
      removed.push(old.keys[i++]);
      continue;
    }
    const types = typesAt(now, j);
    const isChanged = order > 0 || compareKeys(typesAt(old, i), types) !== 0;
    if (isChanged) {
      const list = order > 0 ? added : retyped;
      list.keys.push(now.keys[j]);
      list.types.push(types);
    }
    if (order === 0) i++;
    j++;
  }
  return { index, removed, added, retyped };
}

/** What the change of a document does to the indexes; throws 171 before anything is written. */
function entryChanges(
  store: TableStore,
  state: CollectionState,
  before: Uint8Array,
  after: Uint8Array,
): EntryChange[] {
  const changes: EntryChange[] = [];
  for (const index of state.indexes) {
    if (leavesAlone(index, before, after)) continue;
    const old = index.storedEntries(before, 0);
    const now = newKeys(index, after, 0);
    const change = changeOf(index, old, now);
    widenMultikey(store, state, index, now.multikeyParts);
    const { removed, added, retyped } = change;
    const isChanged = removed.length + added.keys.length + retyped.keys.length > 0;
    if (isChanged || index.comparesDocuments) changes.push(change);
  }
  return changes;
}

/** The entries of a change but those added to a unique index, which were tried before. */
function writeChange(t: Transaction, change: EntryChange, recordId: number): void {
  const { index, removed, added, retyped } = change;
  for (const key of removed) removeKey(t, index, key, recordId);
  if (!index.isUnique) {
    for (let i = 0; i < added.keys.length; i++) {
      addEntry(t.session, index, added.keys[i], recordId, added.types[i]);
    }
  }
  for (let i = 0; i < retyped.keys.length; i++) {
    removeKey(t, index, retyped.keys[i], recordId);
    addEntry(t.session, index, retyped.keys[i], recordId, retyped.types[i]);
  }
}

/** Replaces the document of a record; touches only the index entries that change. */
export function updateDocument(
  context: WriteContext,
  state: CollectionState,
  t: Transaction,
  recordId: number,
  before: Uint8Array,
  after: Uint8Array,
  options: UpdateOptions = {},
): void {
  const changes = entryChanges(context.store, state, before, after);
  const written = { state, bytes: after, start: 0, recordId };
  for (let i = 0; i < changes.length; i++) {
    const { index, added } = changes[i];
    if (!index.isUnique) continue;
    const entries = { ...noEntries(), many: added.keys, manyTypes: added.types };
    const colliding = addUnique(t, index, entries, written);
    if (colliding === undefined) continue;
    const error = collision(state, index, colliding, after, 0);
    if (error === undefined) continue;
    for (let j = 0; j < i; j++) {
      if (changes[j].index.isUnique) {
        removeKeys(t, changes[j].index, undefined, changes[j].added.keys, recordId);
      }
    }
    throw error;
  }
  for (const change of changes) writeChange(t, change, recordId);
  t.session.records(state.ident).update(recordId, after);
  logUpdate(context.changeLog, state, t, before, after, options);
  t.count(state.counters, 0, after.length - before.length);
}

function logUpdate(
  changeLog: ChangeLog,
  state: CollectionState,
  t: Transaction,
  before: Uint8Array,
  after: Uint8Array,
  options: UpdateOptions,
): void {
  const target = state.changeTarget;
  const idAt = findElement(after, 0, ID_NAME);
  const idEnd = elementEnd(after, idAt);
  const isLogged = changeLog.isEnabled && target.isLogged;
  let change = after;
  if (isLogged && options.isReplacement !== true) {
    const diff = diffDocuments(before, after);
    // A difference that is no smaller than the document is logged as a replacement, as in mongod.
    if (diff.length < after.length) change = diff;
  }
  changeLog.update(t, target, change, after, idAt, idEnd);
}
