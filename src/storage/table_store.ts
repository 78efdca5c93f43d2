// Tables and transactions: what collections, the catalog and the change log are built on.
//
// One connection; a pool of sessions for transactions, one session for reads outside of them (each read leaves its cursors
// reset, so nothing is held between batches), one for small side transactions that must not conflict with the statement
// they serve. Creating and dropping tables is not transactional in WiredTiger; the list of orphans in the catalog table
// makes it so: a table is on the list before it is created and until the record that uses it is committed, and again from
// the commit that stops using it until it is gone. Opening a home drops what is on the list.

import type { WtConnection } from "../../ffi/connection.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { Clock } from "./clock.ts";
import { isBusy, isRollback, translateError } from "./errors.ts";
import type { Home } from "./home.ts";
import { Journal } from "./journal.ts";
import { PlannerState } from "./planner_state.ts";
import { SessionPool, StorageSession } from "./storage_session.ts";
import { Transaction, type TransactionHost } from "./transaction.ts";

export const CATALOG_TABLE = "catalog";
const RECORD_CONFIG = "key_format=q,value_format=u,memory_page_max=10m,split_pct=90," +
  "leaf_value_max=64MB,leaf_page_max=32KB";
/**
 * A page that grows past memory_page_max is split by the thread that wrote to it: with random keys 60 to 100 ms for 10 MB,
 * 20 to 30 ms for 2 MB, in which no other client is served. The sum of the splits is the same.
 */
const KEY_CONFIG = "key_format=u,value_format=u,memory_page_max=2m,internal_page_max=16KB," +
  "leaf_page_max=16KB,prefix_compression=true,leaf_key_max=4MB";
/** Conflicts inside one process cannot go away while we do not yield; a few tries cover eviction's. */
const SYNCHRONOUS_TRIES = 3;
const MAX_BACKOFF_MS = 64;
const TRANSACTION_POLL_MS = 5;

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

export type TableKind = "records" | "keys";

/** The key of an entry in the list of orphans. */
function orphanKey(ident: string): Uint8Array {
  return encoder.encode(`orphan:${ident}`);
}

export class TableStore {
  readonly home: Home;
  readonly clock: Clock = new Clock();
  readonly journal: Journal;
  readonly planner: PlannerState = new PlannerState();
  /** For reads outside transactions; every use ends with its cursors reset. */
  readonly reader: StorageSession;
  readonly #connection: WtConnection;
  readonly #pool: SessionPool;
  readonly #side: StorageSession;
  readonly #orphans = new Set<string>();
  readonly #open = new Set<Transaction>();
  #host: TransactionHost;
  /** Thrown by every new writing statement while set: disk full, shutting down. */
  refusal: Error | undefined = undefined;

  constructor(home: Home) {
    this.home = home;
    this.#connection = home.connection;
    this.#pool = new SessionPool(home.connection);
    this.journal = new Journal(home.isInMemory ? undefined : home.connection, translateError);
    this.reader = new StorageSession(home.connection.openSession());
    this.#side = new StorageSession(home.connection.openSession());
    this.#host = {
      beforeCommit: () => {},
      afterCommit: () => this.journal.noteWrite(),
      release: (transaction) => this.#release(transaction),
    };
  }

  get connection(): WtConnection {
    return this.#connection;
  }

  /** Client transactions that are open now. */
  get openTransactions(): number {
    return this.#open.size;
  }

  /** Resolves when no client transaction opened up to `number` is open any more. */
  async transactionsEnded(number: number, checkInterrupt: () => void): Promise<void> {
    const isOpen = () => {
      for (const transaction of this.#open) if (transaction.number <= number) return true;
      return false;
    };
    while (isOpen()) {
      await new Promise((resolve) => setTimeout(resolve, TRANSACTION_POLL_MS));
      checkInterrupt();
    }
  }

  /** Puts the parts that take part in commits (sizes, change log) in place. */
  hookCommits(hooks: {
    beforeCommit(transaction: Transaction): void;
    afterCommit(transaction: Transaction): void;
  }): void {
    this.#host = {
      beforeCommit: hooks.beforeCommit,
      afterCommit: (transaction) => {
        this.journal.noteWrite();
        hooks.afterCommit(transaction);
      },
      release: (transaction) => this.#release(transaction),
    };
  }

  #release(transaction: Transaction): void {
    this.#pool.give(transaction.session);
    if (transaction.isClient) this.#open.delete(transaction);
  }

  /** Opens a transaction that stays open until its `commit` or `rollback`. */
  begin(isClient = true): Transaction {
    const session = this.#pool.borrow();
    session.wt.begin();
    const transaction = new Transaction(this.#host, session, isClient);
    if (isClient) this.#open.add(transaction);
    return transaction;
  }

  /**
   * Runs one synchronous statement in a transaction of its own and commits it. When the statement throws, everything it
   * did is rolled back. A conflict with an open client transaction throws WriteConflict: `runRetrying` waits for it.
   * `evenWhenRefused` is for what makes room again: dropping, pruning.
   */
  run<T>(statement: (transaction: Transaction) => T, evenWhenRefused = false): T {
    if (this.refusal !== undefined && !evenWhenRefused) throw this.refusal;
    for (let attempt = 1;; attempt++) {
      const transaction = this.begin(false);
      try {
        const result = statement(transaction);
        transaction.commit();
        return result;
      } catch (error) {
        transaction.rollback();
        if (isRollback(error) && attempt < SYNCHRONOUS_TRIES) continue;
        throw translateError(error);
      }
    }
  }

  /**
   * Like `run`, but a statement that conflicts with an open client transaction is tried again until it succeeds or
   * `checkInterrupt` throws. Answers at once, without a promise, when the first try succeeds.
   */
  runRetrying<T>(
    statement: (transaction: Transaction) => T,
    checkInterrupt: () => void = () => {},
  ): T | Promise<T> {
    try {
      return this.run(statement);
    } catch (error) {
      if (!isConflict(error)) throw error;
      return this.#runLater(statement, checkInterrupt);
    }
  }

  /** Runs a statement as part of an open client transaction; a conflict is WriteConflict then, and not tried again. */
  runIn<T>(transaction: Transaction, statement: (transaction: Transaction) => T): T {
    if (this.refusal !== undefined) throw this.refusal;
    try {
      return statement(transaction);
    } catch (error) {
      throw translateError(error);
    }
  }

  async #runLater<T>(
    statement: (transaction: Transaction) => T,
    checkInterrupt: () => void,
  ): Promise<T> {
    for (let backoffMs = 1;; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
      await new Promise((resolve) => setTimeout(resolve, backoffMs));
      checkInterrupt();
      try {
        return this.run(statement);
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  }

  /** A small transaction of the engine's own, committed before the statement that needs it goes on. */
  runAside(action: (session: StorageSession) => void): void {
    const session = this.#side;
    session.wt.begin();
    try {
      action(session);
    } catch (error) {
      session.wt.rollback();
      throw error;
    }
    session.wt.commit();
  }

  /** Creates one of the engine's own tables when it is not there. */
  ensureTable(ident: string, kind: TableKind, extraConfig = ""): void {
    this.#side.wt.create(`table:${ident}`, tableConfig(kind) + extraConfig);
  }

  /** Creates a table that stays an orphan until a transaction adopts it. */
  createTable(ident: string, kind: TableKind): void {
    this.#orphans.add(ident);
    this.runAside((session) => session.keys(CATALOG_TABLE).put(orphanKey(ident), NOTHING));
    this.#side.wt.create(`table:${ident}`, tableConfig(kind));
  }

  /** The transaction's record uses the table from now on. */
  adoptTable(transaction: Transaction, ident: string): void {
    transaction.session.keys(CATALOG_TABLE).remove(orphanKey(ident));
    transaction.onCommit(() => this.#orphans.delete(ident));
  }

  /** No record uses the table any more; it is dropped when nobody has it open. */
  abandonTable(transaction: Transaction, ident: string): void {
    transaction.session.keys(CATALOG_TABLE).put(orphanKey(ident), NOTHING);
    transaction.onCommit(() => this.#orphans.add(ident));
  }

  /** Tables that wait for their end. */
  get orphanCount(): number {
    return this.#orphans.size;
  }

  /** Drops the orphans that can be dropped now; the others are tried again later. */
  dropOrphans(): void {
    for (const ident of this.#orphans) this.#dropOrphan(ident);
  }

  #dropOrphan(ident: string): void {
    this.#pool.forgetTable(ident);
    this.reader.forgetTable(ident);
    this.#side.forgetTable(ident);
    try {
      this.#side.wt.drop(`table:${ident}`, "force=true,checkpoint_wait=false,lock_wait=false");
    } catch (error) {
      if (isBusy(error)) return;
      throw translateError(error);
    }
    this.#orphans.delete(ident);
    this.runAside((session) => session.keys(CATALOG_TABLE).remove(orphanKey(ident)));
  }

  /** Idents found on the list of orphans when the home was opened. */
  noteOrphan(ident: string): void {
    this.#orphans.add(ident);
  }

  /** Closes all sessions and the connection; open transactions are rolled back. */
  async close(): Promise<void> {
    await this.journal.idle();
    this.#pool.close();
    this.reader.close();
    this.#side.close();
    await this.home.close();
  }
}

function tableConfig(kind: TableKind): string {
  return kind === "records" ? RECORD_CONFIG : KEY_CONFIG;
}

function isConflict(error: unknown): boolean {
  return error instanceof CommandError && error.code === ErrorCode.WriteConflict;
}
