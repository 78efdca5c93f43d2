// dropIndexes: one index by name or key, several by name, or all but `_id` ("*").
// Manual: "dropIndexes (database command)".

import {
  documentOf,
  elements,
  type RawElement,
  type RawValue,
  readString,
} from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { wrongTypeError } from "../arguments.ts";
import { bucketsKey } from "../../timeseries/index_keys.ts";
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
    index: { type: "any", fate: "required" },
    collectionUUID: { type: "binData", fate: "ignored" },
  },
  run(context, args): Reply {
    const { engine, namespace, reply } = context;
    const collection = existingCollection(
      context,
      () => new CommandError(ErrorCode.NamespaceNotFound, `ns not found ${namespace}`),
    );
    const index = args.value("index")!;
    checkType(index);
    const series = engine.catalog.timeSeries(namespace);
    const which = index.type === BsonType.String
      ? readString(index.bytes, index.at)
      : index.type === BsonType.Document
      ? series === undefined ? documentOf(index) : bucketsKey(documentOf(index), series.options)
      : [...elements(documentOf(index))].map(nameOf);
    reply.int32("nIndexesWas", engine.indexes.drop(collection.namespace, which));
    if (which === "*") {
      reply.string("msg", `non-_id indexes dropped for collection`);
    }
    return reply;
  },
});

function nameOf(name: RawElement, position: number): string {
  if (name.type === BsonType.String) return readString(name.bytes, name.at);
  if (position > 0) throw wrongTypeError(`dropIndexes.index.${position}`, name.type, "string");
  throw new CommandError(
    ErrorCode.TypeMismatch,
    "BSON field 'dropIndexes.index' is the wrong type 'array', expected types '[string]'",
  );
}

/** A name, a key or a list of names; null is not "not given" here. */
function checkType({ type }: RawValue): void {
  if (type === BsonType.String || type === BsonType.Document || type === BsonType.Array) return;
  throw wrongTypeError("dropIndexes.index", type, ["string", "object"]);
}
