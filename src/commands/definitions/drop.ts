// drop: removes a collection or view with its indexes. Dropping what is not there is no error.
// Manual: "drop (database command)".

import { uuidText } from "../../session/sessions.ts";
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
    const { namespace, reply, server } = context;
    const collection = context.engine.catalog.collection(namespace);
    const indexCount = collection?.indexes.length;
    if (!context.engine.definitions.drop(namespace)) return reply;
    if (collection !== undefined) {
      server.cursors.killForNamespace(namespace, droppedReason(collection.uuid));
    }
    if (indexCount !== undefined) reply.int32("nIndexesWas", indexCount);
    reply.string("ns", namespace);
    return reply;
  },
});
