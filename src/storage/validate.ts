// `validate`: walks every record and every index entry of a collection and compares them.
//
// Both walks read one snapshot. Entries are compared by count and by a sum of hashes first, which costs no lookups; only an
// index that differs is looked at entry by entry. Works in batches and yields between them. `repair` puts right what it
// can: entries that are missing or too many, and the counts.

import { validateDocument } from "../bson/validate.ts";
import { readInt32 } from "../bson/read.ts";
import { CommandError } from "../error.ts";
import { NO_TYPES } from "../index/key_losses.ts";
import type { Collection } from "./collection.ts";
import { addEntry, RECORD_ID_BYTES, removeEntry } from "./index_entries.ts";
import type { Index } from "./index.ts";
import { IndexScan, type KeyBatch } from "./index_scan.ts";
import { giveBuffer, takeBuffer } from "./scan_buffers.ts";
import type { TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";
import { yieldTurn } from "../stream/turn.ts";

const BATCH_RECORDS = 1024;
const TIME_SLICE_MS = 5;
const MAX_REPORTED = 100;

export interface ValidateOptions {
  readonly repair?: boolean | undefined;
  /** Throws when the operation was killed or timed out. */
  readonly checkInterrupt?: (() => void) | undefined;
}

/** An entry that is missing from an index, or that no document explains. */
export interface EntryProblem {
  readonly indexName: string;
  readonly recordId: number;
  readonly key: Uint8Array;
  /** What the key lost (index/key_losses.ts); an entry with other types counts as missing. */
  readonly types?: Uint8Array;
}

export interface ValidationResult {
  valid: boolean;
  repaired: boolean;
  records: number;
  dataBytes: number;
  invalidDocuments: number;
  readonly corruptRecords: number[];
  /** Entries per index name. */
  readonly keysPerIndex: Map<string, number>;
  readonly validIndexes: Map<string, boolean>;
  readonly errors: string[];
  readonly warnings: string[];
  readonly missingEntries: EntryProblem[];
  readonly extraEntries: EntryProblem[];
}

/** Count and order-free sum of hashes of an index's entries. */
class EntrySum {
  count = 0;
  #low = 0;
  #high = 0;

  add(key: Uint8Array, types: Uint8Array, recordId: number): void {
    let a = 2166136261;
    for (let i = 0; i < types.length; i++) a = Math.imul(a ^ (types[i] + i * 256), 16777619);
    let b = recordId | 0;
    for (let i = 0; i < key.length; i++) {
      a = Math.imul(a ^ key[i], 16777619);
      b = Math.imul(b + key[i], 2654435761) ^ (b >>> 15);
    }
    a = Math.imul(a ^ (recordId | 0), 16777619);
    b = Math.imul(b ^ Math.floor(recordId / 4294967296), 2246822519);
    this.#low = (this.#low + (a >>> 0)) >>> 0;
    this.#high = (this.#high + (b >>> 0)) >>> 0;
    this.count++;
  }

  equals(other: EntrySum): boolean {
    return this.count === other.count && this.#low === other.#low && this.#high === other.#high;
  }
}

export async function validateCollection(
  store: TableStore,
  collection: Collection,
  options: ValidateOptions = {},
): Promise<ValidationResult> {
  const result: ValidationResult = {
    valid: true,
    repaired: false,
    records: 0,
    dataBytes: 0,
    invalidDocuments: 0,
    corruptRecords: [],
    keysPerIndex: new Map(),
    validIndexes: new Map(),
    errors: [],
    warnings: [],
    missingEntries: [],
    extraEntries: [],
  };
  const indexes = collection.indexes.filter((index) => index.isReady);
  const transaction = store.begin();
  const walk = new Walk(store, collection, transaction, options.checkInterrupt ?? (() => {}));
  try {
    const count = collection.count;
    const expected = await walk.records(indexes, result);
    if (result.records !== count) {
      result.warnings.push(
        `the count of records was ${count}, ${result.records} were found`,
      );
    }
    for (let i = 0; i < indexes.length; i++) {
      await checkIndex(walk, indexes[i], expected[i], result);
    }
  } finally {
    transaction.rollback();
  }
  result.valid = result.errors.length === 0;
  if (options.repair === true) repair(store, collection, result);
  return result;
}

async function checkIndex(
  walk: Walk,
  index: Index,
  expected: EntrySum,
  result: ValidationResult,
): Promise<void> {
  const found = await walk.entries(index, () => {});
  result.keysPerIndex.set(index.name, found.count);
  const isValid = found.equals(expected);
  result.validIndexes.set(index.name, isValid);
  if (isValid) return;
  const missing = result.missingEntries.length;
  const extra = result.extraEntries.length;
  await walk.compare(index, result);
  result.errors.push(
    `index '${index.name}' does not agree with the records: ` +
      `${result.missingEntries.length - missing} entries missing, ` +
      `${result.extraEntries.length - extra} too many`,
  );
}

/** The walks over one snapshot. */
class Walk {
  constructor(
    private readonly store: TableStore,
    private readonly collection: Collection,
    private readonly transaction: Transaction,
    private readonly checkInterrupt: () => void,
  ) {}

  #sliceEnd = performance.now() + TIME_SLICE_MS;

  async #pause(): Promise<void> {
    await yieldTurn();
    this.checkInterrupt();
    this.#sliceEnd = performance.now() + TIME_SLICE_MS;
  }

  async eachRecord(
    visit: (bytes: Uint8Array, start: number, end: number, recordId: number) => void,
  ): Promise<void> {
    const buffer = takeBuffer();
    try {
      const cursor = this.transaction.session.records(this.collection.ident);
      let from = 0;
      while (true) {
        const count = cursor.scan(from, false, true, buffer, BATCH_RECORDS);
        if (count === 0) return;
        for (let i = 0; i < count; i++) {
          visit(buffer.bytes, buffer.starts[i], buffer.starts[i + 1], buffer.recordIds[i]);
          if (performance.now() > this.#sliceEnd) await this.#pause();
        }
        from = buffer.recordIds[count - 1];
      }
    } finally {
      giveBuffer(buffer);
    }
  }

  /** Checks the documents; what the indexes should hold. */
  async records(indexes: readonly Index[], result: ValidationResult): Promise<EntrySum[]> {
    const sums = indexes.map(() => new EntrySum());
    await this.eachRecord((bytes, start, end, recordId) => {
      result.records++;
      result.dataBytes += end - start;
      if (!isIntact(bytes, start, end)) {
        result.invalidDocuments++;
        result.corruptRecords.push(recordId);
        result.errors.push(`record ${recordId} is not a valid document`);
        return;
      }
      for (let i = 0; i < indexes.length; i++) {
        const { keys, types } = indexes[i].keys(bytes, start);
        for (let k = 0; k < keys.length; k++) {
          sums[i].add(keys[k], types?.[k] ?? NO_TYPES, recordId);
        }
      }
    });
    return sums;
  }

  async entries(
    index: Index,
    visit: (key: Uint8Array, recordId: number) => void,
  ): Promise<EntrySum> {
    const sum = new EntrySum();
    const scan = new IndexScan(this.store, this.collection, index, {
      transaction: this.transaction,
      keepsDuplicates: true,
      withTypes: index.keepsTypes,
    });
    try {
      for (
        let batch: KeyBatch | null = scan.nextKeys();
        batch !== null;
        batch = scan.nextKeys()
      ) {
        for (let i = 0; i < batch.count; i++) {
          const key = batch.key(i);
          sum.add(key, index.keepsTypes ? batch.types(i) : NO_TYPES, batch.recordIds[i]);
          visit(key, batch.recordIds[i]);
          if (performance.now() > this.#sliceEnd) await this.#pause();
        }
      }
    } finally {
      scan.close();
    }
    return sum;
  }

  /** Finds the entries that differ, one by one. */
  async compare(index: Index, result: ValidationResult): Promise<void> {
    const { session } = this.transaction;
    await this.eachRecord((bytes, start, end, recordId) => {
      if (!isIntact(bytes, start, end)) return;
      const { keys, types } = index.keys(bytes, start);
      keys.forEach((key, k) => {
        if (result.missingEntries.length >= MAX_REPORTED) return;
        const own = types?.[k] ?? NO_TYPES;
        if (hasEntry(session, index, key, recordId, own)) return;
        result.missingEntries.push({
          indexName: index.name,
          recordId,
          key: key.slice(),
          types: own,
        });
      });
    });
    const records = session.records(this.collection.ident);
    const suspects: EntryProblem[] = [];
    await this.entries(index, (key, recordId) => {
      if (suspects.length >= MAX_REPORTED) return;
      const document = records.get(recordId);
      const isIn = document !== null && index.keys(document, 0).keys.some((one) => same(one, key));
      if (!isIn) suspects.push({ indexName: index.name, recordId, key: key.slice() });
    });
    result.extraEntries.push(...suspects);
  }
}

function isIntact(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5 || readInt32(bytes, start) !== end - start) return false;
  try {
    validateDocument(bytes, start, end);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function hasEntry(
  session: Transaction["session"],
  index: Index,
  key: Uint8Array,
  recordId: number,
  types: Uint8Array,
): boolean {
  const cursor = session.keys(index.ident);
  let stored: Uint8Array | null;
  if (index.isKeyUnique) {
    if (cursor.getRecordId(key) !== recordId) return false;
    stored = cursor.get(key);
  } else {
    const entry = new Uint8Array(key.length + RECORD_ID_BYTES);
    entry.set(key);
    new DataView(entry.buffer).setBigUint64(key.length, BigInt(recordId));
    stored = cursor.get(entry);
  }
  if (stored === null) return false;
  return !index.keepsTypes ||
    same(index.isKeyUnique ? stored.subarray(RECORD_ID_BYTES) : stored, types);
}

/** Adds missing entries, removes extra ones; corrupt records are left for the owner to judge. */
function repair(store: TableStore, collection: Collection, result: ValidationResult): void {
  if (result.missingEntries.length + result.extraEntries.length === 0) return;
  store.run((transaction) => {
    for (const { indexName, key, recordId } of result.extraEntries) {
      const index = collection.index(indexName);
      if (index !== undefined) removeEntry(transaction.session, index, key, recordId);
    }
    for (const { indexName, key, recordId, types } of result.missingEntries) {
      const index = collection.index(indexName);
      if (index === undefined) continue;
      // One with wrong types is there.
      const cursor = transaction.session.keys(index.ident);
      const isOwn = index.isKeyUnique && cursor.getRecordId(key) === recordId;
      if (isOwn) removeEntry(transaction.session, index, key, recordId);
      addEntry(transaction.session, index, key, recordId, types);
    }
  });
  result.repaired = true;
  result.warnings.push(
    `added ${result.missingEntries.length} index entries, removed ${result.extraEntries.length}`,
  );
}
