// dropDatabase: removes all collections and views of the database.
// Manual: "dropDatabase (database command)".

import { CommandError, ErrorCode } from "../../error.ts";
import { isView } from "../../storage/catalog.ts";
import type { Collection } from "../../storage/collection.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { droppedReason } from "./drop.ts";

export const dropDatabase = defineCommand({
  name: "dropDatabase",
  help: "Drops the database with all its collections.",
  auth: "required",
  apiVersion1: true,
  counter: "command",
  takesWriteConcern: true,
  arguments: {},
  run(context): Reply {
    const { database, engine, reply, server } = context;
    if (database === "admin" || database === "config" || database === "local") {
      throw new CommandError(
        ErrorCode.IllegalOperation,
        `Dropping the '${database}' database is prohibited.`,
      );
    }
    const collections = engine.catalog.list(database)
      .filter((entry): entry is Collection => !isView(entry));
    engine.definitions.dropDatabase(database);
    server.profiler.forget(database);
    for (const { namespace, uuid } of collections) {
      server.cursors.killForNamespace(namespace, droppedReason(uuid));
    }
    reply.string("dropped", database);
    return reply;
  },
});
