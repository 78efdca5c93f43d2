// Replying with documents that are at hand: the cursor of listCollections and listIndexes, and of bulkWrite's results.

import { Batch } from "../../stream/batch.ts";
import { BatchesStream } from "../../stream/document_stream.ts";
import { OperationHolder, QueryCursor, writeFirstBatch } from "../crud/query_cursor.ts";
import type { CommandContext, Reply } from "../definition.ts";

/** All that fit, unless the client asked for a batch size. */
const UNLIMITED = 2 ** 31 - 1;

/** Writes `cursor: {firstBatch, id, ns}`; what does not fit waits for getMore. */
export function replyWithDocuments(
  context: CommandContext,
  documents: readonly Uint8Array[],
  namespace: string,
  batchSize: number = UNLIMITED,
): Reply | Promise<Reply> {
  const holder = new OperationHolder(context.operation);
  return writeFirstBatch(context.reply, {
    cursor: new QueryCursor({
      stream: new BatchesStream([Batch.of(documents)]),
      holder,
      limit: documents.length,
    }),
    namespace,
    batchSize: documents.length === 0 ? 1 : batchSize,
    singleBatch: false,
    operation: context.operation,
    registry: context.server.cursors,
    session: context.session,
    command: context.body,
    noTimeout: false,
    awaitData: false,
  });
}
