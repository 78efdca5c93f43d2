// listIndexes: the specifications of a collection's indexes, as a cursor.
// Manual: "listIndexes (database command)".

import { BsonWriter } from "../../bson/encode.ts";
import { getField } from "../../bson/read.ts";
import { flagField, numberField } from "../../storage/option_field.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { seriesIndexSpec } from "../../timeseries/index_keys.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { existingCollection } from "./existing_collection.ts";
import { batchSizeOf } from "./list_cursor.ts";
import { replyWithDocuments } from "./document_reply.ts";

/** The fields in the order of the reply's definition, whatever the order in the catalog. */
const FIELDS = [
  "v",
  "key",
  "name",
  "background",
  "unique",
  "hidden",
  "partialFilterExpression",
  "sparse",
  "expireAfterSeconds",
  "storageEngine",
  "weights",
  "default_language",
  "language_override",
  "textIndexVersion",
  "2dsphereIndexVersion",
  "bits",
  "min",
  "max",
  "bucketSize",
  "collation",
  "wildcardProjection",
  "columnstoreProjection",
  "coarsestIndexedLevel",
  "finestIndexedLevel",
  "clustered",
  "prepareUnique",
] as const;
const FLAGS: ReadonlySet<string> = new Set([
  "background",
  "clustered",
  "hidden",
  "prepareUnique",
  "sparse",
  "unique",
]);

/** A specification as listIndexes shows it; a clustered collection's expiry is shown with its one index. */
function listedSpec(spec: Uint8Array, clusterExpiry: number | undefined): Uint8Array {
  const writer = new BsonWriter(spec.length + 32);
  writer.startDocument();
  for (const name of FIELDS) {
    const field = getField(spec, name);
    if (name === "expireAfterSeconds") {
      const seconds = numberField(spec, name) ?? clusterExpiry;
      if (seconds !== undefined) writer.int32(name, Math.trunc(seconds) || 0);
    } else if (field === undefined) continue;
    else if (FLAGS.has(name)) writer.bool(name, flagField(spec, name));
    else writer.raw(name, field);
  }
  writer.end();
  return writer.bytes();
}

export const listIndexes = defineCommand({
  name: "listIndexes",
  help: "Lists the indexes of a collection.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  arguments: {
    cursor: { type: "object" },
    includeBuildUUIDs: { type: "safeBool", fate: "ignored" },
    includeIndexBuildInfo: { type: "safeBool", fate: "ignored" },
    collectionUUID: { type: "binData", fate: "ignored" },
    isTimeseriesNamespace: { type: "safeBool", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    const collection = existingCollection(
      context,
      () =>
        new CommandError(ErrorCode.NamespaceNotFound, `ns does not exist: ${context.namespace}`),
    );
    const clusterExpiry = collection.options.clusterExpireAfterSeconds;
    const ready = collection.indexes.filter((index) => index.isReady)
      .map((index) => listedSpec(index.spec.document, index.isIdIndex ? clusterExpiry : undefined));
    const series = context.engine.catalog.timeSeries(context.namespace);
    return replyWithDocuments(
      context,
      series === undefined
        ? ready
        : ready.flatMap((spec) => seriesIndexSpec(spec, series.options) ?? []),
      context.namespace,
      batchSizeOf(args.document("cursor"), "listIndexes.cursor"),
    );
  },
});
