// dbStats: counts and sizes of a database.
// Manual: "dbStats (database command)".

import type { BsonWriter } from "../../bson/encode.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { databaseStatistics } from "../../storage/statistics.ts";
import { defineCommand, type Reply } from "../definition.ts";

const MAX_SCALE = 2 ** 50;

export const dbStats = defineCommand({
  name: "dbStats",
  aliases: ["dbstats"],
  help: "Shows counts and sizes of the database.",
  auth: "required",
  counter: "command",
  arguments: {
    scale: { type: "long" },
    freeStorage: { type: "long" },
  },
  run(context, args): Reply {
    const { database, engine, reply } = context;
    const scale = args.int("scale", 1);
    if (scale < 1 || scale > MAX_SCALE) {
      throw new CommandError(
        ErrorCode.BadValue,
        "Scale factor must be greater than zero and less than or equal to 2^50",
      );
    }
    const statistics = databaseStatistics(engine.store, engine.catalog, database);
    const { storageBytes, indexBytes } = statistics;
    reply.string("db", database);
    writeCount(reply, "collections", statistics.collections);
    writeCount(reply, "views", statistics.views);
    writeCount(reply, "objects", statistics.objects);
    reply.double("avgObjSize", statistics.averageBytes);
    reply.double("dataSize", statistics.dataBytes / scale);
    reply.double("storageSize", storageBytes / scale);
    if (args.int("freeStorage", 0) > 0) {
      reply.double("freeStorageSize", 0);
      reply.double("indexFreeStorageSize", 0);
      reply.double("totalFreeStorageSize", 0);
    }
    writeCount(reply, "indexes", statistics.indexes);
    reply.double("indexSize", indexBytes / scale);
    reply.double("totalSize", (storageBytes + indexBytes) / scale);
    writeCount(reply, "scaleFactor", scale);
    return reply;
  },
});

export function writeCount(reply: BsonWriter, name: string, count: number): void {
  if ((count | 0) === count) reply.int32(name, count);
  else reply.int64(name, BigInt(count));
}
