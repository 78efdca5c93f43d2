// The stored options of a time series: of its buckets collection and of the view that shows the measurements.
//
// Both come from what `create` was given. The buckets' options show the layout as a validator, as in mongod; what is written
// through the series does not ask it.

import { BsonWriter, documentFrom, encodeDocument } from "../bson/encode.ts";
import { elements } from "../bson/read.ts";
import type { BsonValue } from "../bson/value.ts";
import { BUCKETS_PREFIX, type TimeSeriesOptions } from "../timeseries/options.ts";

/** What the view's one stage is called. */
export const UNPACK_STAGE = "$_internalUnpackBucket";

/** The options of the buckets collection. */
export function bucketsOptions(given: Uint8Array, series: TimeSeriesOptions): Uint8Array {
  const writer = new BsonWriter(1024);
  writer.startDocument();
  writer.document("validator", bucketValidator(series.timeField));
  writer.bool("clusteredIndex", true);
  for (const field of elements(given)) {
    const isOwn = field.name === "validator" || field.name === "clusteredIndex";
    if (field.name === "timeseries") writer.document("timeseries", series.document);
    else if (!isOwn) writer.raw(field.name, field);
  }
  writer.end();
  return writer.bytes();
}

/** The options of the view; `name` is the name of the series. */
export function seriesViewOptions(name: string, series: TimeSeriesOptions): Uint8Array {
  const writer = new BsonWriter(512);
  writer.startDocument();
  writer.string("viewOn", BUCKETS_PREFIX + name);
  writer.array("pipeline", unpackPipeline(series));
  writer.document("timeseries", series.document);
  writer.end();
  return writer.bytes();
}

/** The pipeline of the view. */
export function unpackPipeline(series: TimeSeriesOptions): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startArray();
  writer.startDocument();
  writer.startDocument(UNPACK_STAGE);
  writer.string("timeField", series.timeField);
  if (series.metaField !== undefined) writer.string("metaField", series.metaField);
  writer.int32("bucketMaxSpanSeconds", series.bucketMaxSpanSeconds);
  writer.end();
  writer.end();
  writer.end();
  return writer.bytes();
}

function bucketValidator(timeField: string): Uint8Array {
  const typed = (bsonType: string, more: Readonly<Record<string, BsonValue>> = {}): Uint8Array =>
    documentFrom({ bsonType, ...more });
  const times = new Map<string, BsonValue>([[timeField, typed("date")]]);
  const extremes = typed("object", { required: [timeField], properties: encodeDocument(times) });
  const control = documentFrom({
    version: typed("number"),
    min: extremes,
    max: extremes,
    closed: typed("bool"),
    count: typed("number", { minimum: 1 }),
  });
  const properties = documentFrom({
    _id: typed("objectId"),
    control: typed("object", {
      required: ["version", "min", "max"],
      properties: control,
      additionalProperties: false,
    }),
    data: typed("object"),
    meta: documentFrom({}),
  });
  return documentFrom({
    $jsonSchema: typed("object", {
      required: ["_id", "control", "data"],
      properties,
      additionalProperties: false,
    }),
  });
}
