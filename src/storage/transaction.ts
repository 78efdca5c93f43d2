// A transaction: one WiredTiger session between begin and commit, and what has to happen around the commit.
//
// Two kinds. A statement runs from begin to commit without awaiting (table_store.ts `run`). A client transaction stays open
// between commands; its change log entries are collected and written as one `applyOps` entry when it commits. Both keep
// their changes of counts apart until the commit has succeeded.

import { assert } from "../assert.ts";
import type { WriteOrigin } from "./change_entry.ts";
import type { CountChange, Counters } from "./counters.ts";
import { translateError } from "./errors.ts";
import type { StorageSession } from "./storage_session.ts";

/** What the store does around the commits of its transactions. */
export interface TransactionHost {
  /** Before WiredTiger commits: marks sizes, writes the change log entry of a client transaction. */
  beforeCommit(transaction: Transaction): void;
  /** After it committed, when the transaction wrote: counts, wakes readers. */
  afterCommit(transaction: Transaction): void;
  /** The transaction has ended; its session is free. */
  release(transaction: Transaction): void;
}

let lastNumber = 0;

/** Number of the transaction opened last: what was published before a later one is visible in its snapshot. */
export function lastTransactionNumber(): number {
  return lastNumber;
}

export class Transaction {
  readonly session: StorageSession;
  /** Rises in the order of opening. */
  readonly number: number = ++lastNumber;
  /** True for a transaction that a client keeps open between commands. */
  readonly isClient: boolean;
  /** Who writes: recorded in change log entries of retryable writes and transactions. */
  origin: WriteOrigin | undefined = undefined;
  /** The wall clock of all entries of a statement. */
  readonly wallMs: number;
  /** RecordId of the latest change log entry written here, 0 before the first. */
  lastChange = 0;
  /** The operations of a client transaction, for its `applyOps` entry. */
  readonly operations: Uint8Array[] = [];
  readonly changes: CountChange[] = [];
  #latest: CountChange | undefined;
  #onCommit: (() => void)[] | undefined;
  #onRollback: (() => void)[] | undefined;
  #state: "open" | "committed" | "rolledBack" = "open";
  readonly #host: TransactionHost;

  constructor(host: TransactionHost, session: StorageSession, isClient: boolean) {
    this.#host = host;
    this.session = session;
    this.isClient = isClient;
    this.wallMs = Date.now();
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** True when something was written. */
  get hasWritten(): boolean {
    return this.changes.length > 0 || this.lastChange !== 0 || this.operations.length > 0;
  }

  /** Notes that documents came, went or changed size; added to the collection's counts at commit. */
  count(counters: Counters, documents: number, bytes: number): void {
    const change = this.changeOf(counters);
    change.documents += documents;
    change.bytes += bytes;
    if (documents > 0) change.inserted = true;
  }

  /** What this transaction has done to the collection so far. */
  changeOf(counters: Counters): CountChange {
    if (this.#latest?.counters === counters) return this.#latest;
    let change = this.changes.find((one) => one.counters === counters);
    if (change === undefined) {
      change = { counters, documents: 0, bytes: 0, inserted: false };
      this.changes.push(change);
    }
    this.#latest = change;
    return change;
  }

  /** Runs after a successful commit. */
  onCommit(action: () => void): void {
    (this.#onCommit ??= []).push(action);
  }

  /** Runs after a rollback, whoever asked for it. */
  onRollback(action: () => void): void {
    (this.#onRollback ??= []).push(action);
  }

  /** Commits; on failure everything is rolled back and the error is the client's. */
  commit(): void {
    assert(this.isOpen, "commit of a finished transaction");
    try {
      this.#host.beforeCommit(this);
    } catch (error) {
      this.rollback();
      throw this.isClient ? translateError(error) : error;
    }
    try {
      this.session.wt.commit();
    } catch (error) {
      this.#rolledBack(); // WiredTiger has rolled back by itself
      throw this.isClient ? translateError(error) : error;
    }
    this.#state = "committed";
    this.#host.release(this);
    if (this.hasWritten) this.#host.afterCommit(this);
    if (this.#onCommit !== undefined) { for (const action of this.#onCommit) action(); }
  }

  /** Takes everything back; harmless on a finished transaction. */
  rollback(): void {
    if (!this.isOpen) return;
    try {
      this.session.wt.rollback();
    } finally {
      this.#rolledBack();
    }
  }

  #rolledBack(): void {
    this.#state = "rolledBack";
    this.#host.release(this);
    if (this.#onRollback !== undefined) { for (const action of this.#onRollback) action(); }
  }
}
