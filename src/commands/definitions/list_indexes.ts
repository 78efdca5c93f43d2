// listIndexes: the specifications of a collection's indexes, as a cursor.
// Manual: "listIndexes (database command)".

import { CommandError, ErrorCode } from "../../error.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { existingCollection } from "./existing_collection.ts";
import { batchSizeOf } from "./list_cursor.ts";
import { replyWithDocuments } from "./document_reply.ts";

export const listIndexes = defineCommand({
  name: "listIndexes",
  help: "Lists the indexes of a collection.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  arguments: {
    cursor: { type: "object" },
    includeBuildUUIDs: { type: "safeBool", fate: "ignored" },
    includeIndexBuildInfo: { type: "safeBool", fate: "ignored" },
    collectionUUID: { type: "binData", fate: "ignored" },
    isTimeseriesNamespace: { type: "safeBool", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    const collection = existingCollection(
      context,
      () =>
        new CommandError(ErrorCode.NamespaceNotFound, `ns does not exist: ${context.namespace}`),
    );
    const ready = collection.indexes.filter((index) => index.isReady);
    return replyWithDocuments(
      context,
      ready.map((index) => index.spec.document),
      context.namespace,
      batchSizeOf(args.document("cursor"), "listIndexes.cursor"),
    );
  },
});
