// dropIndexes: one index by name or key, several by name, or all but `_id` ("*").
// Manual: "dropIndexes (database command)".

import { documentOf, elements, readString } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { wrongTypeError } from "../arguments.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { existingCollection } from "./existing_collection.ts";

export const dropIndexes = defineCommand({
  name: "dropIndexes",
  aliases: ["deleteIndexes"],
  help: "Drops indexes of a collection.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  takesWriteConcern: true,
  arguments: {
    index: { type: ["string", "object", "array"], fate: "required" },
    collectionUUID: { type: "binData", fate: "ignored" },
  },
  run(context, args): Reply {
    const { engine, namespace, reply } = context;
    existingCollection(
      context,
      () => new CommandError(ErrorCode.NamespaceNotFound, `ns not found ${namespace}`),
    );
    const index = args.value("index")!;
    const which = index.type === BsonType.String
      ? readString(index.bytes, index.at)
      : index.type === BsonType.Document
      ? documentOf(index)
      : [...elements(documentOf(index))].map((name) => {
        if (name.type === BsonType.String) return readString(name.bytes, name.at);
        throw wrongTypeError("dropIndexes.index", name.type, "string");
      });
    reply.int32("nIndexesWas", engine.indexes.drop(namespace, which));
    if (which === "*") {
      reply.string("msg", `non-_id indexes dropped for collection`);
    }
    return reply;
  },
});
