// find: documents of a collection or view, as a cursor.
// Manual: "find (database command)".
//
// The commonest find, `{ _id: X }` and nothing else, is answered first and without a plan, a stream or a cursor:
// its filter is recognised on the raw bytes, storage looks the key up, the document is copied into the reply.

import type { RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { expressIdOf } from "../../plan/express.ts";
import type { Collection } from "../../storage/collection.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { inExecutor } from "./executor_error.ts";
import {
  type FindArguments,
  findArguments,
  type FindQuery,
  openFind,
  prepareFind,
} from "./find_query.ts";
import {
  DEFAULT_FIRST_BATCH,
  OperationHolder,
  QueryCursor,
  writeFirstBatch,
} from "./query_cursor.ts";
import { findOnView } from "./view_query.ts";

export const find = defineCommand({
  name: "find",
  help: "Returns the documents that match a filter.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "query",
  takesReadConcern: true,
  arguments: findArguments,
  run(context, args): Reply | Promise<Reply> {
    const { namespace } = context;
    const collection = context.engine.catalog.collection(namespace);
    if (collection !== undefined) {
      const id = expressRequest(args);
      if (id !== undefined && hasOneKey(id, collection)) return answerById(context, collection, id);
    } else {
      const isView = context.engine.catalog.view(namespace) !== undefined;
      if (isView) return findOnView(context, args);
    }
    const holder = new OperationHolder(context.operation);
    const query = prepareFind(args, collection, namespace, holder, context.engine);
    context.operation.use(query);
    return answerWithCursor(context, args, collection, query, holder);
  },
});

/** Options that an express answer has to do without. */
const PLAIN_OPTIONS: readonly (keyof typeof findArguments)[] = [
  "batchSize",
  "collation",
  "hint",
  "let",
  "max",
  "min",
  "projection",
  "returnKey",
  "showRecordId",
  "skip",
  "sort",
  "tailable",
  "awaitData",
];

/** The `_id` asked for by a find that has nothing but a filter (a limit changes nothing). */
function expressRequest(args: FindArguments): RawValue | undefined {
  const at = args.offset("filter");
  if (at === 0) return undefined;
  const id = expressIdOf(args.body, at);
  if (id === undefined) return undefined;
  for (const option of PLAIN_OPTIONS) if (args.has(option)) return undefined;
  return id;
}

/** Under a collation strings, and what may hold them, can equal several keys. */
function hasOneKey({ type }: RawValue, collection: Collection): boolean {
  return collection.options.collation === undefined ||
    (type !== BsonType.String && type !== BsonType.Document);
}

function answerById(context: CommandContext, collection: Collection, id: RawValue): Reply {
  const { reply } = context;
  context.operation.planSummary = "EXPRESS_IXSCAN { _id: 1 }";
  const document = collection.peekById(id);
  reply.startDocument("cursor");
  reply.startArray("firstBatch");
  if (document !== null) reply.document(undefined, document);
  reply.end();
  reply.int64("id", 0n);
  reply.string("ns", context.namespace);
  reply.end();
  return reply;
}

function answerWithCursor(
  context: CommandContext,
  args: FindArguments,
  collection: Collection | undefined,
  query: FindQuery,
  holder: OperationHolder,
): Reply | Promise<Reply> {
  const errorContext = `Executor error during find command: ${context.namespace}`;
  const cursor = new QueryCursor({
    stream: openFind(query, collection, { counting: context.server.profiler.isWatching }),
    holder,
    plans: query,
    limit: query.limit,
    tailable: query.tailable && collection !== undefined,
    waitForMore: query.awaitData && collection !== undefined
      ? waitForInsert(collection, holder)
      : undefined,
  });
  // Nothing can come from a collection that does not exist: such a cursor is never left open.
  const isMissing = collection === undefined;
  const batchSize = args.int("batchSize", DEFAULT_FIRST_BATCH);
  return inExecutor(errorContext, () =>
    writeFirstBatch(context.reply, {
      cursor,
      namespace: context.namespace,
      batchSize: isMissing ? Math.max(batchSize, 1) : batchSize,
      singleBatch: args.boolean("singleBatch"),
      operation: context.operation,
      registry: context.server.cursors,
      session: context.session,
      command: context.body,
      noTimeout: args.boolean("noCursorTimeout"),
      awaitData: query.awaitData,
      hasNoDocuments: query.tailable && (collection?.count ?? 0) === 0,
    }));
}

/** Waits for the next insert; `version` is noted before each look, so that none is missed. */
function waitForInsert(
  collection: Collection,
  holder: OperationHolder,
): (timeoutMs: number) => Promise<void> {
  let version = collection.onInsert.version;
  return async (timeoutMs) => {
    await holder.operation.waitFor(collection.onInsert.changed(version), timeoutMs);
    version = collection.onInsert.version;
  };
}
