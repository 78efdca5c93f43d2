// getMore: the next batch of an open cursor.
// Manual: "getMore".

import type { BsonWriter } from "../../bson/encode.ts";
import { typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { ClientCursor } from "../../session/cursors.ts";
import { interruptError } from "../../session/operation.ts";
import { addExamined } from "../../session/operation_plan.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { inExecutor } from "./executor_error.ts";
import { QueryCursor } from "./query_cursor.ts";

/** How long an awaitData cursor waits for documents when the client does not say. */
const DEFAULT_AWAIT_MS = 1000;

export const getMore = defineCommand({
  name: "getMore",
  help: "Returns the next batch of documents of a cursor.",
  auth: "required",
  apiVersion1: true,
  counter: "getmore",
  arguments: {
    batchSize: { type: "long", min: 0 },
    collection: { type: "string", fate: "required" },
    includeQueryStatsMetrics: { type: "exactBool", fate: "ignored" },
    lastKnownCommittedOpTime: { type: "object", fate: "ignored" },
    term: { type: "long", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    const { type, bytes, at } = args.target;
    if (type !== 18) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `BSON field 'getMore.getMore' is the wrong type '${typeName(type)}', expected type 'long'`,
      );
    }
    const id = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true);
    const collection = args.string("collection", "");
    checkCollectionName(collection);
    const namespace = `${context.database}.${collection}`;
    const { cursors } = context.server;
    const cursor = cursors.checkOut(id, context.operation);
    try {
      checkAccess(context, cursor, namespace);
      const source = queryCursorOf(cursor);
      noteCursor(context, cursor, source);
      if (args.maxTimeMS > 0 && cursor.options.awaitData !== true) {
        throw new RefusedGetMore(
          ErrorCode.BadValue,
          "cannot set maxTimeMS on getMore command for a non-awaitData cursor",
        );
      }
      const awaitMs = args.maxTimeMS > 0 ? args.maxTimeMS : DEFAULT_AWAIT_MS;
      limitTime(context, cursor, source);
      const batchSize = args.int("batchSize", 0) || Infinity;
      return nextBatch(context, cursor, source, { batchSize, awaitMs });
    } catch (error) {
      abandon(context, cursor, error);
      throw error;
    }
  },
});

/** Tells currentOp and the profiler what this is about; the work of earlier batches is not this operation's. */
function noteCursor(
  { operation }: CommandContext,
  cursor: ClientCursor,
  source: QueryCursor,
): void {
  operation.namespace = cursor.namespace;
  operation.cursor = cursor;
  if (source.plans === undefined) return;
  operation.use(source.plans);
  const { keys, documents } = addExamined(source.plans.plan, { keys: 0, documents: 0 });
  cursor.keysBefore = keys;
  cursor.documentsBefore = documents;
}

/** What the find's maxTimeMS left over is the deadline; waiting for data has none, maxTimeMS says how long to wait. */
function limitTime(context: CommandContext, cursor: ClientCursor, source: QueryCursor): void {
  const { operation, server } = context;
  operation.deadline = Infinity;
  if (source.timeLeftMs === Infinity || cursor.options.awaitData === true) return;
  if (server.failPoints.isActive && server.failPoints.enter("maxTimeAlwaysTimeOut")) {
    throw interruptError(ErrorCode.MaxTimeMSExpired);
  }
  operation.deadline = operation.startedAt + Math.max(source.timeLeftMs, 0);
}

interface Wanted {
  readonly batchSize: number;
  readonly awaitMs: number;
}

function checkCollectionName(name: string): void {
  let problem: string | undefined;
  if (name === "") problem = "Collection names cannot be empty";
  else if (name[0] === ".") problem = `Collection names cannot start with '.': ${name}`;
  else if (name.includes("\0")) problem = "Collection names cannot have embedded null characters";
  if (problem !== undefined) throw new CommandError(ErrorCode.InvalidNamespace, problem);
}

/** Cursors of other rooms (change streams) implement the same class. */
function queryCursorOf(cursor: ClientCursor): QueryCursor {
  if (cursor.source instanceof QueryCursor) return cursor.source;
  throw new CommandError(ErrorCode.IllegalOperation, "cursor cannot be read by getMore");
}

function checkAccess(context: CommandContext, cursor: ClientCursor, namespace: string): void {
  if (cursor.namespace !== namespace) {
    throw new RefusedGetMore(
      ErrorCode.Unauthorized,
      `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ` +
        cursor.namespace,
    );
  }
  const { session } = cursor.options;
  if (session !== context.session) {
    const [code, which] = session === undefined
      ? [50736, `was not created in a session, in session ${context.session?.text}`] as const
      : context.session === undefined
      ? [50737, `was created in session ${session.text}, without an lsid`] as const
      : [
        50738,
        `was created in session ${session.text}, in session ${context.session.text}`,
      ] as const;
    throw new RefusedGetMore(code, `Cannot run getMore on cursor ${cursor.id}, which ${which}`);
  }
}

/** The request was wrong, the cursor lives on. */
class RefusedGetMore extends CommandError {}

/** After an error the cursor is gone, unless it was the request's fault alone. */
function abandon(context: CommandContext, cursor: ClientCursor, error: unknown): void {
  const { cursors } = context.server;
  cursors.checkIn(cursor);
  if (!(error instanceof RefusedGetMore)) cursors.close(cursor);
}

function nextBatch(
  context: CommandContext,
  cursor: ClientCursor,
  source: QueryCursor,
  wanted: Wanted,
): Reply | Promise<Reply> {
  const { reply, operation } = context;
  reply.startDocument("cursor");
  reply.startArray("nextBatch");
  const before = source.returned;
  const isExhausted = inExecutor(
    "Executor error during getMore",
    () => source.fill(reply, wanted.batchSize, operation),
  );
  if (!(isExhausted instanceof Promise)) {
    const mayWait = !isExhausted && source.tailable && source.returned === before &&
      source.waitForMore !== undefined;
    if (!mayWait) return finish(context, cursor, source, isExhausted);
  }
  return waitAndFinish(context, cursor, source, isExhausted, wanted).catch((error) => {
    abandon(context, cursor, error);
    throw error;
  });
}

async function waitAndFinish(
  context: CommandContext,
  cursor: ClientCursor,
  source: QueryCursor,
  first: boolean | Promise<boolean>,
  wanted: Wanted,
): Promise<BsonWriter> {
  const { reply, operation } = context;
  const before = source.returned;
  let isExhausted = await first;
  const endMs = performance.now() + wanted.awaitMs;
  while (
    !isExhausted && source.tailable && source.returned === before &&
    source.waitForMore !== undefined
  ) {
    const now = performance.now();
    const leftMs = endMs - now;
    if (leftMs <= 0) break;
    await source.waitForMore(leftMs);
    operation.waitedMs += performance.now() - now;
    operation.checkInterrupt();
    isExhausted = await source.fill(reply, wanted.batchSize, operation);
  }
  return finish(context, cursor, source, isExhausted);
}

function finish(
  context: CommandContext,
  cursor: ClientCursor,
  source: QueryCursor,
  isExhausted: boolean,
): BsonWriter {
  const { reply, operation } = context;
  operation.checkInterrupt();
  context.server.cursors.checkIn(cursor);
  if (operation.deadline !== Infinity) {
    source.timeLeftMs = Math.max(operation.deadline - performance.now(), 1);
  }
  if (isExhausted) context.server.cursors.close(cursor);
  else if (context.exhaustAllowed) context.exhaustRequest = context.body;
  reply.end();
  reply.int64("id", isExhausted ? 0n : cursor.id);
  reply.string("ns", cursor.namespace);
  reply.end();
  return reply;
}
