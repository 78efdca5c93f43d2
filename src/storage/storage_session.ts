// A WiredTiger session with its cursors, and the pool of them.
//
// Opening a cursor costs far more than using it, so a session keeps one cursor per table. A table can only be dropped
// when no session has a cursor on it: `forgetTable` closes those of all sessions that are not inside a transaction. The
// number of kept cursors is bounded; the ones opened longest ago go first.

import type { WtConnection } from "../../ffi/connection.ts";
import type { WtKeyCursor } from "../../ffi/key_cursor.ts";
import type { WtRecordCursor } from "../../ffi/record_cursor.ts";
import type { WtSession } from "../../ffi/session.ts";

const MAX_CURSORS = 1000;

export class StorageSession {
  readonly wt: WtSession;
  readonly #records = new Map<string, WtRecordCursor>();
  readonly #keys = new Map<string, WtKeyCursor>();

  constructor(wt: WtSession) {
    this.wt = wt;
  }

  /** The cursor on a table of records (RecordId to bytes). */
  records(ident: string): WtRecordCursor {
    const kept = this.#records.get(ident);
    if (kept !== undefined) return kept;
    const cursor = this.wt.openRecords(`table:${ident}`);
    this.#records.set(ident, cursor);
    return cursor;
  }

  /** The cursor on a table of keys (bytes to bytes). */
  keys(ident: string): WtKeyCursor {
    const kept = this.#keys.get(ident);
    if (kept !== undefined) return kept;
    const cursor = this.wt.openKeys(`table:${ident}`);
    this.#keys.set(ident, cursor);
    return cursor;
  }

  /** Closes the cursors on a table. */
  forgetTable(ident: string): void {
    this.#records.get(ident)?.close();
    this.#records.delete(ident);
    this.#keys.get(ident)?.close();
    this.#keys.delete(ident);
  }

  /** Closes cursors when there are too many; never while a transaction runs. */
  trim(): void {
    closeOldest(this.#records);
    closeOldest(this.#keys);
  }

  close(): void {
    this.wt.close();
    this.#records.clear();
    this.#keys.clear();
  }
}

function closeOldest(cursors: Map<string, { close(): void }>): void {
  if (cursors.size <= MAX_CURSORS) return;
  let excess = cursors.size - MAX_CURSORS / 2;
  for (const [ident, cursor] of cursors) {
    if (excess-- <= 0) return;
    cursor.close();
    cursors.delete(ident);
  }
}

export class SessionPool {
  readonly #connection: WtConnection;
  readonly #free: StorageSession[] = [];
  readonly #borrowed = new Set<StorageSession>();

  constructor(connection: WtConnection) {
    this.#connection = connection;
  }

  /** Sessions lent out: open transactions. */
  get borrowedCount(): number {
    return this.#borrowed.size;
  }

  borrow(): StorageSession {
    const session = this.#free.pop() ?? new StorageSession(this.#connection.openSession());
    this.#borrowed.add(session);
    return session;
  }

  give(session: StorageSession): void {
    this.#borrowed.delete(session);
    session.trim();
    this.#free.push(session);
  }

  /** Closes the cursors on a table in every session that is not lent out. */
  forgetTable(ident: string): void {
    for (const session of this.#free) session.forgetTable(ident);
  }

  close(): void {
    for (const session of this.#free) session.close();
    for (const session of this.#borrowed) session.close();
    this.#free.length = 0;
    this.#borrowed.clear();
  }
}
