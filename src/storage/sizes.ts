// Counts and sizes of collections across restarts.
//
//   sizes   key ident   value |documents f64|bytes f64|dirty u8|
//
// The numbers are saved at checkpoints and at close. Before the first write after that, the record is marked dirty in a
// transaction of its own, ahead of the write, so that after a crash exactly the collections written since the last save are
// counted again at open. The mark cannot conflict with anybody, and a mark without a write costs only a count.

import type { Counters } from "./counters.ts";
import type { TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";

export const SIZES_TABLE = "sizes";
const RECORD_BYTES = 17;

const encoder = new TextEncoder();

function encodeSizes(counters: Counters, isDirty: boolean): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, counters.documents);
  view.setFloat64(8, counters.bytes);
  bytes[16] = isDirty ? 1 : 0;
  return bytes;
}

export class Sizes {
  readonly #store: TableStore;
  readonly #dirty = new Set<Counters>();

  constructor(store: TableStore) {
    this.#store = store;
    store.ensureTable(SIZES_TABLE, "keys");
  }

  /**
   * Loads the saved numbers. False when they are not to be trusted (or there are none): the caller counts and hands
   * the counters to `recounted`.
   */
  load(counters: Counters): boolean {
    const saved = this.#store.reader.keys(SIZES_TABLE).get(encoder.encode(counters.ident));
    if (saved === null) {
      this.noteNew(counters);
      return false;
    }
    const view = new DataView(saved.buffer, saved.byteOffset, saved.byteLength);
    counters.documents = view.getFloat64(0);
    counters.bytes = view.getFloat64(8);
    counters.isDirty = saved[16] !== 0;
    if (counters.isDirty) this.#dirty.add(counters);
    return !counters.isDirty;
  }

  /** A new collection has no saved numbers until the next save. */
  noteNew(counters: Counters): void {
    counters.isDirty = true;
    this.#dirty.add(counters);
  }

  /** Says before a transaction commits that the saved numbers will be wrong. */
  markDirty(counters: Counters): void {
    if (counters.isDirty) return;
    this.#store.runAside((session) => {
      session.keys(SIZES_TABLE).put(encoder.encode(counters.ident), encodeSizes(counters, true));
    });
    counters.isDirty = true;
    this.#dirty.add(counters);
  }

  /** Saves all numbers that have changed. */
  save(): void {
    if (this.#dirty.size === 0) return;
    this.#store.runAside((session) => {
      for (const counters of this.#dirty) {
        session.keys(SIZES_TABLE).put(encoder.encode(counters.ident), encodeSizes(counters, false));
      }
    });
    for (const counters of this.#dirty) counters.isDirty = false;
    this.#dirty.clear();
  }

  /** Forgets a collection that is dropped, in the transaction that drops it. */
  remove(transaction: Transaction, counters: Counters): void {
    transaction.session.keys(SIZES_TABLE).remove(encoder.encode(counters.ident));
    transaction.onCommit(() => this.#dirty.delete(counters));
  }
}
