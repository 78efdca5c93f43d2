// drop: removes a collection or view with its indexes. Dropping what is not there is no error.
// Manual: "drop (database command)".

import { CommandError, ErrorCode } from "../../error.ts";
import { uuidText } from "../../session/sessions.ts";
import { PROFILE_NAME } from "../../storage/namespace.ts";
import { defineCommand, type Reply } from "../definition.ts";

/** What the getMore of a cursor on a dropped collection says. */
export function droppedReason(uuid: Uint8Array): string {
  return `collection dropped. UUID ${uuidText(uuid)}`;
}

export const drop = defineCommand({
  name: "drop",
  help: "Drops a collection or view.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  takesWriteConcern: true,
  arguments: { collectionUUID: { type: "binData", fate: "ignored" } },
  run(context): Reply {
    const { database, namespace, reply, server } = context;
    if (namespace === `${database}.${PROFILE_NAME}` && server.profiler.level(database) !== 0) {
      throw new CommandError(
        ErrorCode.IllegalOperation,
        "turn off profiling before dropping system.profile collection",
      );
    }
    const { catalog } = context.engine;
    const collection = catalog.collection(namespace) ?? catalog.timeSeries(namespace)?.buckets;
    const indexCount = collection?.indexes.length;
    if (!context.engine.definitions.drop(namespace)) return reply;
    if (collection !== undefined) {
      const reason = droppedReason(collection.uuid);
      server.cursors.killForNamespace(namespace, reason);
      server.cursors.killForNamespace(collection.namespace, reason);
    }
    if (indexCount !== undefined) reply.int32("nIndexesWas", indexCount);
    reply.string("ns", namespace);
    return reply;
  },
});
