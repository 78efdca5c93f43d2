// Open cursors: what find and aggregate leave behind for getMore.
//
// The registry knows who may go on with a cursor and when it is given up: after ten minutes without use, with its
// session, by killCursors, or at shutdown. What a cursor still has to return is its source's business.
// While a getMore works on a cursor it is "pinned"; a kill then interrupts that operation, which closes the cursor.

import { CommandError, ErrorCode } from "../error.ts";
import type { Operation } from "./operation.ts";
import type { PlanHolder } from "./operation_plan.ts";
import type { Session } from "./sessions.ts";

/** mongod's cursorTimeoutMillis. */
export const CURSOR_TIMEOUT_MS = 600_000;

/** What a cursor reads from; commands keep their own state in a class that implements it. */
export interface CursorSource {
  /** Frees whatever the cursor holds. Called once. */
  close(): void;
}

export interface CursorOptions {
  readonly source: CursorSource;
  /** "db.collection". */
  readonly namespace: string;
  readonly session?: Session | undefined;
  readonly noTimeout?: boolean | undefined;
  /** A copy of the command that opened it, for currentOp. */
  readonly command?: Uint8Array | undefined;
  /** Knows the plan it reads from. */
  readonly holder?: PlanHolder | undefined;
  readonly tailable?: boolean | undefined;
  readonly awaitData?: boolean | undefined;
  /** The user who opened it may go on with it. */
  readonly owner?: string | undefined;
}

export class ClientCursor {
  readonly createdMs: number = Date.now();
  lastUseMs: number = this.createdMs;
  /** The operation that works on it now. */
  operation: Operation | undefined;
  documentsReturned = 0;
  batchesReturned = 1;
  /** What its plan had examined when the getMore at work began. */
  keysBefore = 0;
  documentsBefore = 0;
  /** Why it can return nothing more (its collection is gone); the next getMore says so. */
  failure: CommandError | undefined;

  constructor(readonly id: bigint, readonly options: CursorOptions) {}

  get namespace(): string {
    return this.options.namespace;
  }

  get source(): CursorSource {
    return this.options.source;
  }
}

function cursorNotFound(id: bigint): CommandError {
  return new CommandError(ErrorCode.CursorNotFound, `cursor id ${id} not found`);
}

export class CursorRegistry {
  readonly #cursors = new Map<bigint, ClientCursor>();
  #random = new BigInt64Array(64);
  #randomLeft = 0;
  /** Cursors given up because nobody used them, for serverStatus. */
  timedOut = 0;
  opened = 0;
  /** A fail point's way to make a getMore fail that has its cursor: the error to throw, undefined for none. */
  failAfterCheckOut: (() => Error | undefined) | undefined;
  timeoutMs = CURSOR_TIMEOUT_MS;

  get size(): number {
    return this.#cursors.size;
  }

  create(options: CursorOptions): ClientCursor {
    let id = this.#newId();
    while (this.#cursors.has(id)) id = this.#newId();
    const cursor = new ClientCursor(id, options);
    this.#cursors.set(id, cursor);
    options.session?.cursorIds.add(id);
    this.opened++;
    return cursor;
  }

  /** Positive and not guessable, as mongod's. */
  #newId(): bigint {
    for (;;) {
      if (this.#randomLeft === 0) {
        crypto.getRandomValues(this.#random);
        this.#randomLeft = this.#random.length;
      }
      const id = this.#random[--this.#randomLeft] & 0x7fffffffffffffffn;
      if (id !== 0n) return id;
    }
  }

  get(id: bigint): ClientCursor | undefined {
    return this.#cursors.get(id);
  }

  /** Takes a cursor for a getMore: 43 when it is gone, 143 when another getMore has it. */
  checkOut(id: bigint, operation: Operation): ClientCursor {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) throw cursorNotFound(id);
    if (cursor.operation !== undefined) {
      throw new CommandError(ErrorCode.CursorInUse, `cursor id ${id} is already in use`);
    }
    const failure = cursor.failure ?? this.failAfterCheckOut?.();
    if (failure !== undefined) {
      this.close(cursor);
      throw failure;
    }
    cursor.operation = operation;
    return cursor;
  }

  /** Gives a cursor back after a getMore. */
  checkIn(cursor: ClientCursor): void {
    cursor.operation = undefined;
    cursor.lastUseMs = Date.now();
    cursor.batchesReturned++;
  }

  /** Removes and closes a cursor, if it is still there. */
  close(cursor: ClientCursor): void {
    if (!this.#cursors.delete(cursor.id)) return;
    cursor.options.session?.cursorIds.delete(cursor.id);
    if (cursor.failure === undefined || cursor.operation !== undefined) cursor.source.close();
  }

  /** killCursors: false when there is no such cursor. A pinned one is closed by the operation that has it. */
  kill(id: bigint): boolean {
    const cursor = this.#cursors.get(id);
    if (cursor === undefined) return false;
    const { operation } = cursor;
    if (operation === undefined) {
      this.close(cursor);
    } else {
      operation.kill(ErrorCode.CursorKilled);
    }
    return true;
  }

  killForSession(session: Session): void {
    for (const id of [...session.cursorIds]) this.kill(id);
  }

  /**
   * Ends the cursors of a collection that is dropped or renamed. Their clients learn why from their next getMore, one
   * that is running now is stopped.
   */
  killForNamespace(namespace: string, reason: string): void {
    const failure = new CommandError(ErrorCode.QueryPlanKilled, reason);
    for (const cursor of this.#cursors.values()) {
      if (cursor.namespace !== namespace) continue;
      if (cursor.failure !== undefined) continue;
      cursor.failure = failure;
      if (cursor.operation === undefined) cursor.source.close();
      else cursor.operation.kill(ErrorCode.QueryPlanKilled);
    }
  }

  /** Closes cursors nobody used for the time-out. Cursors of a session live as long as it does. */
  closeIdle(nowMs: number): void {
    const oldest = nowMs - this.timeoutMs;
    for (const cursor of [...this.#cursors.values()]) {
      const { noTimeout, session } = cursor.options;
      const exempt = noTimeout === true || session !== undefined || cursor.operation !== undefined;
      if (exempt || cursor.lastUseMs > oldest) continue;
      this.timedOut++;
      this.close(cursor);
    }
  }

  closeAll(): void {
    for (const cursor of [...this.#cursors.values()]) this.close(cursor);
  }

  list(): Iterable<ClientCursor> {
    return this.#cursors.values();
  }
}
