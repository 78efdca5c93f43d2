// listDatabases: the databases there are, with their sizes.
// Manual: "listDatabases (database command)".

import { BsonWriter } from "../../bson/encode.ts";
import { compileQuery } from "../../query/filter.ts";
import type { StorageEngine } from "../../storage/engine.ts";
import { databaseStatistics } from "../../storage/statistics.ts";
import { defineCommand, type Reply } from "../definition.ts";

/** Databases a server has even when it is new. */
const OWN_DATABASES = ["admin", "config", "local"];

export const listDatabases = defineCommand({
  name: "listDatabases",
  help: "Lists the databases.",
  auth: "required",
  adminOnly: true,
  apiVersion1: true,
  counter: "command",
  arguments: {
    filter: { type: "object" },
    nameOnly: { type: "safeBool" },
    authorizedDatabases: { type: "exactBool", fate: "ignored" },
  },
  run(context, args): Reply {
    const { engine, reply } = context;
    const nameOnly = args.boolean("nameOnly");
    const filter = args.document("filter");
    const query = filter && compileQuery(filter, { now: BigInt(Date.now()) });
    const names = [...new Set([...engine.catalog.databases(), ...OWN_DATABASES])].sort();
    let totalBytes = 0;
    reply.startArray("databases");
    for (const name of names) {
      const bytes = nameOnly ? 0 : sizeOnDisk(engine, name);
      const entry = describe(name, bytes, nameOnly || !engine.catalog.hasDatabase(name), nameOnly);
      if (query !== undefined && !query.matches(entry, 0)) continue;
      totalBytes += bytes;
      reply.document(undefined, entry);
    }
    reply.end();
    if (nameOnly) return reply;
    reply.int64("totalSize", BigInt(totalBytes));
    reply.int64("totalSizeMb", BigInt(Math.trunc(totalBytes / 1024 / 1024)));
    return reply;
  },
});

function describe(name: string, bytes: number, isEmpty: boolean, nameOnly: boolean): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  writer.string("name", name);
  if (!nameOnly) {
    writer.int64("sizeOnDisk", BigInt(bytes));
    writer.bool("empty", isEmpty);
  }
  writer.end();
  return writer.bytes();
}

/** Bytes of all tables of a database. */
function sizeOnDisk(engine: StorageEngine, database: string): number {
  const { storageBytes, indexBytes } = databaseStatistics(engine.store, engine.catalog, database);
  return storageBytes + indexBytes;
}
