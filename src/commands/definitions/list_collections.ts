// listCollections: the collections and views of a database, as a cursor.
// Manual: "listCollections (database command)".

import { BsonWriter } from "../../bson/encode.ts";
import { getField } from "../../bson/read.ts";
import { compileQuery } from "../../query/filter.ts";
import { type CatalogEntry, isView, type TimeSeries } from "../../storage/catalog.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { shownSeriesOptions } from "./create_time_series.ts";
import { batchSizeOf } from "./list_cursor.ts";
import { replyWithDocuments } from "./document_reply.ts";

export const listCollections = defineCommand({
  name: "listCollections",
  help: "Lists the collections and views of the database.",
  auth: "required",
  apiVersion1: true,
  counter: "command",
  arguments: {
    filter: { type: "object" },
    nameOnly: { type: "safeBool" },
    authorizedCollections: { type: "safeBool", fate: "ignored" },
    cursor: { type: "object" },
    includePendingDrops: { type: "exactBool", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    const nameOnly = args.boolean("nameOnly");
    const filter = args.document("filter");
    const query = filter && compileQuery(filter, { now: BigInt(Date.now()) });
    const batchSize = batchSizeOf(args.document("cursor"), "listCollections.cursor");
    const documents: Uint8Array[] = [];
    for (const entry of context.engine.catalog.list(context.database)) {
      const full = describe(entry, context.engine.catalog.timeSeries(entry.namespace));
      if (query !== undefined && !query.matches(full, 0)) continue;
      documents.push(nameOnly ? nameAndType(full) : full);
    }
    const namespace = `${context.database}.$cmd.listCollections`;
    return replyWithDocuments(context, documents, namespace, batchSize);
  },
});

function describe(entry: CatalogEntry, series: TimeSeries | undefined): Uint8Array {
  const writer = new BsonWriter(256);
  const view = isView(entry);
  writer.startDocument();
  writer.string("name", entry.name.collection);
  writer.string("type", series !== undefined ? "timeseries" : view ? "view" : "collection");
  const options = series === undefined ? entry.options.document : shownSeriesOptions(series);
  writer.document("options", options);
  writer.startDocument("info");
  writer.bool("readOnly", view && series === undefined);
  if (!view) writer.binary("uuid", 4, entry.uuid);
  writer.end();
  const hasIdIndex = !view && entry.options.clusteredIndex === undefined &&
    entry.options.timeSeries === undefined;
  if (hasIdIndex && entry.idIndex !== undefined) {
    writer.document("idIndex", entry.idIndex.spec.document);
  }
  writer.end();
  return writer.bytes();
}

function nameAndType(full: Uint8Array): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  for (const name of ["name", "type"]) {
    const value = getField(full, name);
    if (value !== undefined) writer.raw(name, value);
  }
  writer.end();
  return writer.bytes();
}
