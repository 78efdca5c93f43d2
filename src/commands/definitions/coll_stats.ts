// collStats: counts and sizes of a collection and its indexes.
// Manual: "collStats (database command)".

import { writeSeriesStats, writeStorageStats } from "../../aggregation/storage_stats.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { defineCommand, type Reply } from "../definition.ts";

export const collStats = defineCommand({
  name: "collStats",
  aliases: ["collstats"],
  help: "Shows counts and sizes of a collection.",
  auth: "required",
  target: "collection",
  counter: "command",
  arguments: {
    scale: { type: "long", min: 1, max: 2 ** 50 },
    verbose: { type: "safeBool", fate: "ignored" },
    waitForLock: { type: "safeBool", fate: "ignored" },
    numericOnly: { type: "safeBool", fate: "ignored" },
  },
  run(context, args): Reply {
    const { engine, namespace, reply } = context;
    const scale = args.int("scale", 1);
    reply.string("ns", namespace);
    const series = engine.catalog.timeSeries(namespace);
    const collection = series?.buckets ?? engine.catalog.collection(namespace);
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
    if (series !== undefined) writeSeriesStats(reply, series);
    return reply;
  },
});
