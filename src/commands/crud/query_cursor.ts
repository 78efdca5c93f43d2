// A stream on its way into replies: writes `firstBatch` and `nextBatch` arrays and keeps the rest for getMore.
//
// Documents are copied by range from the stream's batch into the reply; what of a batch did not fit stays where it is until
// the next getMore. Between batches the operation's deadline is looked at, and other clients are let in when a time slice
// is used up. All of it is synchronous as long as the stream is and the slice lasts.

import type { BsonWriter } from "../../bson/encode.ts";
import { toShellText } from "../../bson/json.ts";
import { elements, readInt32 } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { CursorRegistry, CursorSource } from "../../session/cursors.ts";
import type { Operation } from "../../session/operation.ts";
import type { PlanHolder } from "../../session/operation_plan.ts";
import type { Session } from "../../session/sessions.ts";
import type { Batch } from "../../stream/batch.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";

/** Documents of the first batch when the client does not say. */
export const DEFAULT_FIRST_BATCH = 101;
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** What a stored document may have, and 16 KB more. */
const MAX_DOCUMENT_BYTES = MAX_REPLY_BYTES + 16 * 1024;

/** An error that tells of a large value must not be as large itself. */
const MAX_SHOWN_LENGTH = 1000;

/** A computed document may be too large for any client. */
function tooLarge(bytes: Uint8Array, start: number): CommandError {
  const length = readInt32(bytes, start);
  const first = elements(bytes, start).next().value;
  const text = first === undefined ? "" : toShellText(first);
  const cut = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text;
  const shown = first === undefined ? "" : ` First element: ${first.name}: ${cut}`;
  return new CommandError(
    ErrorCode.BSONObjectTooLarge,
    `BSONObj size: ${length} (0x${length.toString(16).toUpperCase()}) is invalid. ` +
      `Size must be between 0 and ${MAX_DOCUMENT_BYTES}(16MB)${shown}`,
  );
}

/** Who pays for the work: the operation of the command that is running now. */
export class OperationHolder {
  operation: Operation;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  readonly checkInterrupt = (): void => this.operation.checkInterrupt();
}

export interface QueryCursorOptions {
  readonly stream: DocumentStream;
  readonly holder: OperationHolder;
  /** Knows the plan behind the stream, for currentOp and the profiler. */
  readonly plans?: PlanHolder | undefined;
  /** So many documents and the query is answered; 0: unknown. */
  readonly limit?: number;
  /** The end of the stream is not the end of the cursor. */
  readonly tailable?: boolean;
  /** Waits until there may be more at the end of a tailable stream, or the time is over. */
  readonly waitForMore?: ((timeoutMs: number) => Promise<void>) | undefined;
}

export class QueryCursor implements CursorSource {
  readonly #stream: DocumentStream;
  readonly #holder: OperationHolder;
  readonly #limit: number;
  readonly plans: PlanHolder | undefined;
  readonly tailable: boolean;
  readonly waitForMore: QueryCursorOptions["waitForMore"];
  #batch: Batch | null = null;
  #at = 0;
  #isEnded = false;
  #returned = 0;
  /** What is left of the find's maxTimeMS for later getMores; Infinity without one. */
  timeLeftMs = Infinity;

  constructor(options: QueryCursorOptions) {
    this.#stream = options.stream;
    this.#holder = options.holder;
    this.plans = options.plans;
    this.#limit = options.limit ?? 0;
    this.tailable = options.tailable ?? false;
    this.waitForMore = options.waitForMore;
  }

  /** Documents handed out so far. */
  get returned(): number {
    return this.#returned;
  }

  /**
   * Appends documents to the open array of the reply until `batchSize` or 16 MB, the end, or (tailable) the end for now.
   * True when the cursor is exhausted.
   */
  fill(reply: BsonWriter, batchSize: number, operation: Operation): boolean | Promise<boolean> {
    this.#holder.operation = operation;
    const limit = this.#returned + batchSize;
    if (this.#returned === 0) this.#stream.expect?.(Math.min(batchSize, 4096));
    const startLength = reply.length;
    for (;;) {
      const done = this.#copy(reply, limit, startLength);
      if (done !== undefined) return done;
      const waiting = operation.pause();
      if (waiting !== undefined) return this.#fillLater(reply, limit, startLength, waiting);
      const next = this.#stream.next();
      if (next instanceof Promise) return this.#fillLater(reply, limit, startLength, next);
      this.#take(next);
    }
  }

  async #fillLater(
    reply: BsonWriter,
    limit: number,
    startLength: number,
    waiting: Promise<void | Batch | null>,
  ): Promise<boolean> {
    const first = await waiting;
    if (first !== undefined) this.#take(first);
    const { operation } = this.#holder;
    for (;;) {
      const done = this.#copy(reply, limit, startLength);
      if (done !== undefined) return done;
      const pause = operation.pause();
      if (pause !== undefined) await pause;
      const next = this.#stream.next();
      this.#take(next instanceof Promise ? await next : next);
    }
  }

  #take(batch: Batch | null): void {
    this.#batch = batch;
    this.#at = 0;
    if (batch === null) this.#isEnded = true;
  }

  /** Copies what fits; undefined when more has to come from the stream, else whether the cursor is exhausted. */
  #copy(reply: BsonWriter, limit: number, startLength: number): boolean | undefined {
    if (this.#isEnded) {
      // A tailable stream may have more next time.
      if (this.tailable) this.#isEnded = false;
      return !this.tailable;
    }
    const batch = this.#batch;
    if (batch !== null) {
      const { bytes, starts, count } = batch;
      while (this.#at < count) {
        if (this.#returned === limit) return false;
        const start = starts[this.#at];
        const length = readInt32(bytes, start);
        if (length > MAX_DOCUMENT_BYTES) throw tooLarge(bytes, start);
        const written = reply.length - startLength;
        if (written > 0 && written + length + 16 > MAX_REPLY_BYTES) return false;
        reply.document(undefined, bytes, start);
        this.#at++;
        this.#returned++;
        if (this.#returned === this.#limit) return true;
      }
    }
    return this.#returned === limit ? false : undefined;
  }

  close(): void {
    this.#batch = null;
    this.#isEnded = true;
    this.#stream.close();
  }
}

export interface FirstReply {
  readonly cursor: QueryCursor;
  readonly namespace: string;
  readonly batchSize: number;
  readonly singleBatch: boolean;
  readonly operation: Operation;
  readonly registry: CursorRegistry;
  readonly session: Session | undefined;
  /** The command, kept for currentOp. */
  readonly command: Uint8Array;
  readonly noTimeout: boolean;
  readonly awaitData: boolean;
  /** A tailable cursor on a collection that has no documents yet is dead at once, as in mongod. */
  readonly hasNoDocuments?: boolean;
}

/** Writes `cursor: {firstBatch, id, ns}` into the reply and registers what is left. */
export function writeFirstBatch(
  reply: BsonWriter,
  first: FirstReply,
): BsonWriter | Promise<BsonWriter> {
  const { cursor, batchSize, operation } = first;
  reply.startDocument("cursor");
  reply.startArray("firstBatch");
  let isExhausted: boolean | Promise<boolean>;
  try {
    isExhausted = batchSize === 0 ? false : cursor.fill(reply, batchSize, operation);
  } catch (error) {
    cursor.close();
    throw error;
  }
  if (isExhausted instanceof Promise) {
    return isExhausted.then(
      (exhausted) => finishFirstBatch(reply, first, exhausted),
      (error) => {
        cursor.close();
        throw error;
      },
    );
  }
  return finishFirstBatch(reply, first, isExhausted);
}

function finishFirstBatch(reply: BsonWriter, first: FirstReply, isExhausted: boolean): BsonWriter {
  const { cursor } = first;
  let id = 0n;
  const isDead = cursor.tailable && first.hasNoDocuments === true;
  if (isExhausted || isDead || (first.singleBatch && first.batchSize > 0)) {
    cursor.close();
  } else {
    cursor.timeLeftMs = first.operation.deadline - performance.now();
    id = first.registry.create({
      source: cursor,
      namespace: first.namespace,
      session: first.session,
      noTimeout: first.noTimeout,
      command: first.command,
      holder: cursor.plans,
      tailable: cursor.tailable,
      awaitData: first.awaitData,
    }).id;
  }
  reply.end();
  reply.int64("id", id);
  reply.string("ns", first.namespace);
  reply.end();
  return reply;
}
