// collStats: counts and sizes of a collection and its indexes.
// Manual: "collStats (database command)".

import { writeStorageStats } from "../../aggregation/storage_stats.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { checkScale } from "./db_stats.ts";

export const collStats = defineCommand({
  name: "collStats",
  aliases: ["collstats"],
  help: "Shows counts and sizes of a collection.",
  auth: "required",
  target: "collection",
  counter: "command",
  arguments: {
    scale: { type: "long" },
    verbose: { type: "safeBool", fate: "ignored" },
    waitForLock: { type: "safeBool", fate: "ignored" },
    numericOnly: { type: "safeBool", fate: "ignored" },
  },
  run(context, args): Reply {
    const { engine, namespace, reply } = context;
    const scale = checkScale(args.int("scale", 1));
    reply.string("ns", namespace);
    const collection = engine.catalog.collection(namespace);
    if (collection === undefined) {
      if (engine.catalog.view(namespace) !== undefined) {
        throw new CommandError(
          ErrorCode.CommandNotSupportedOnView,
          `Namespace ${namespace} is a view, not a collection`,
        );
      }
      for (const name of ["size", "count", "numOrphanDocs", "storageSize", "totalSize"]) {
        reply.int32(name, 0);
      }
      reply.int32("nindexes", 0);
      reply.int32("totalIndexSize", 0);
      reply.startDocument("indexDetails");
      reply.end();
      reply.startDocument("indexSizes");
      reply.end();
      reply.int32("scaleFactor", scale);
      return reply;
    }
    writeStorageStats(reply, engine.store, collection, scale);
    return reply;
  },
});
