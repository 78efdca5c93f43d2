// WtSession: one WiredTiger session, its tables and its transaction.
//
// A session runs one transaction at a time and is used from one thread, synchronously. Cursors belong to it and die with
// it. Ownership: whoever opened it closes it, or closes the connection, which closes all. After either, every use
// throws instead of crashing. Pooling and retries are left to storage/.

import { cString, optionalCString } from "./c_string.ts";
import type { FailureSource } from "./errors.ts";
import { WtKeyCursor } from "./key_cursor.ts";
import { WtRecordCursor } from "./record_cursor.ts";
import { CLOSED_SYMBOLS, type NativeSymbols } from "./symbols.ts";
import { TableStatistic } from "./statistic.ts";

/** What a session needs from its connection: errors with their text, and work on background threads. */
export interface SessionOwner extends FailureSource {
  compact(uri: string, config?: string): Promise<void>;
  salvage(uri: string, config?: string): Promise<void>;
  statistic(key: number, uri?: string): bigint;
  verify(uri: string, config?: string): Promise<void>;
}

/** What a session needs to know of its cursors. */
interface OwnedCursor {
  invalidate(): void;
}

export class WtSession {
  readonly connection: SessionOwner;
  #native: NativeSymbols;
  #pointer: Deno.PointerValue;
  readonly #siblings: Set<WtSession>;
  readonly #cursors = new Set<OwnedCursor>();
  #inTransaction = false;

  /** Use WtConnection.openSession. */
  constructor(
    connection: SessionOwner,
    native: NativeSymbols,
    pointer: Deno.PointerValue,
    siblings: Set<WtSession>,
  ) {
    this.connection = connection;
    this.#native = native;
    this.#pointer = pointer;
    this.#siblings = siblings;
  }

  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  begin(config?: string): void {
    const code = this.#native.swt_begin(this.#pointer, optionalCString(config));
    if (code < 0) throw this.connection.failure("begin", code);
    this.#inTransaction = true;
  }

  /** When it throws, the transaction has been rolled back. */
  commit(config?: string): void {
    this.#inTransaction = false;
    const code = this.#native.swt_commit(this.#pointer, optionalCString(config));
    if (code < 0) throw this.connection.failure("commit", code);
  }

  rollback(): void {
    this.#inTransaction = false;
    const code = this.#native.swt_rollback(this.#pointer);
    if (code < 0) throw this.connection.failure("rollback", code);
  }

  /** Gives up all cursor positions and the snapshot behind them. Not inside a transaction. */
  reset(): void {
    this.#check("reset", this.#native.swt_session_reset(this.#pointer));
  }

  create(uri: string, config: string): void {
    this.#check(
      `create ${uri}`,
      this.#native.swt_create(this.#pointer, cString(uri), cString(config)),
    );
  }

  /** WtCode.busy while any session has a cursor open on it. */
  drop(uri: string, config?: string): void {
    const native = this.#native;
    this.#check(
      `drop ${uri}`,
      native.swt_drop(this.#pointer, cString(uri), optionalCString(config)),
    );
  }

  rename(fromUri: string, toUri: string): void {
    const native = this.#native;
    this.#check(
      `rename ${fromUri}`,
      native.swt_rename(this.#pointer, cString(fromUri), cString(toUri)),
    );
  }

  alter(uri: string, config: string): void {
    this.#check(
      `alter ${uri}`,
      this.#native.swt_alter(this.#pointer, cString(uri), cString(config)),
    );
  }

  /** Empties a table. */
  truncate(uri: string): void {
    this.#check(`truncate ${uri}`, this.#native.swt_truncate_table(this.#pointer, cString(uri)));
  }

  /** Size of a table's file in bytes. */
  tableBytes(uri: string): number {
    return Number(this.connection.statistic(TableStatistic.blockSize, `statistics:${uri}`));
  }

  compact(uri: string, config?: string): Promise<void> {
    return this.connection.compact(uri, config);
  }

  verify(uri: string, config?: string): Promise<void> {
    return this.connection.verify(uri, config);
  }

  salvage(uri: string, config?: string): Promise<void> {
    return this.connection.salvage(uri, config);
  }

  /** A cursor on a table with key_format=q, value_format=u. `config` for example "bulk". */
  openRecords(uri: string, config?: string): WtRecordCursor {
    const pointer = this.#openCursor(uri, config);
    const cursor = new WtRecordCursor(this.connection, this.#native, pointer, uri, this.#cursors);
    this.#cursors.add(cursor);
    return cursor;
  }

  /** A cursor on a table with key_format=u, value_format=u. */
  openKeys(uri: string, config?: string): WtKeyCursor {
    const pointer = this.#openCursor(uri, config);
    const cursor = new WtKeyCursor(this.connection, this.#native, pointer, uri, this.#cursors);
    this.#cursors.add(cursor);
    return cursor;
  }

  #openCursor(uri: string, config: string | undefined): Deno.PointerValue {
    const code = new Uint8Array(4);
    const pointer = this.#native.swt_cursor_open(
      this.#pointer,
      cString(uri),
      optionalCString(config),
      code,
    );
    if (pointer !== null) return pointer;
    throw this.connection.failure(`open ${uri}`, new Int32Array(code.buffer)[0]);
  }

  #check(operation: string, code: number): void {
    if (code < 0) throw this.connection.failure(operation, code);
  }

  /** Closes the session and its cursors; an open transaction is rolled back. Idempotent. */
  close(): void {
    if (this.#native === CLOSED_SYMBOLS) return;
    const native = this.#native, pointer = this.#pointer;
    this.invalidate();
    this.#siblings.delete(this);
    const code = native.swt_session_close(pointer);
    if (code < 0) throw this.connection.failure("close session", code);
  }

  /** For the connection: from now on every use of the session and its cursors throws. */
  invalidate(): void {
    for (const cursor of this.#cursors) cursor.invalidate();
    this.#cursors.clear();
    this.#native = CLOSED_SYMBOLS;
    this.#pointer = null;
    this.#inTransaction = false;
  }
}
