// reIndex: builds the indexes of a collection again, which mongod does only outside a replica set.
//
// Entries and records cannot come apart here (they are written in one transaction), so there is nothing to build: a
// standalone server tells what there is.
// Manual: "reIndex (database command)".

import { CommandError, ErrorCode } from "../../error.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { existingCollection } from "./existing_collection.ts";

export const reIndex = defineCommand({
  name: "reIndex",
  help: "Builds the indexes of a collection again; only on a standalone server.",
  auth: "required",
  target: "collection",
  counter: "command",
  arguments: {},
  run(context): Reply {
    const { namespace, reply, server } = context;
    if (server.identity.setName !== undefined) {
      throw new CommandError(
        ErrorCode.IllegalOperation,
        "reIndex is only allowed on a standalone mongod instance. Cannot reIndex " +
          `'${namespace}' while replication is active`,
      );
    }
    const { indexes } = existingCollection(
      context,
      () => new CommandError(ErrorCode.NamespaceNotFound, "collection does not exist"),
    );
    reply.int32("nIndexesWas", indexes.length);
    reply.int32("nIndexes", indexes.length);
    reply.startArray("indexes");
    for (const { spec } of indexes) reply.document(undefined, spec.document);
    reply.end();
    return reply;
  },
});
