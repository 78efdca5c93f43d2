import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { parseCollectionOptions } from "../../src/storage/collection_options.ts";
import {
  bucketsOptions,
  seriesViewOptions,
  unpackPipeline,
} from "../../src/storage/time_series_options.ts";
import { parseTimeSeriesOptions } from "../../src/timeseries/options.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));
const SERIES = parseTimeSeriesOptions(bson({ timeField: "t", metaField: "m" }));
const STAGE = {
  $_internalUnpackBucket: { timeField: "t", metaField: "m", bucketMaxSpanSeconds: 3600 },
};

Deno.test("the options of the buckets and of the view, as they are stored and read again", () => {
  const given = bson({ timeseries: { timeField: "t", metaField: "m" }, expireAfterSeconds: 60 });
  const buckets = parseCollectionOptions(bucketsOptions(given, SERIES));
  const shown = BSON.deserialize(buckets.document);
  assert.deepEqual(Object.keys(shown), [
    "validator",
    "clusteredIndex",
    "expireAfterSeconds",
    "timeseries",
  ]);
  assert.equal(shown.clusteredIndex, true);
  assert.deepEqual(shown.validator.$jsonSchema.required, ["_id", "control", "data"]);
  assert.deepEqual(shown.validator.$jsonSchema.properties.control.properties.min.required, ["t"]);
  assert.equal(buckets.clusterExpireAfterSeconds, 60);
  assert.deepEqual(buckets.timeSeries, SERIES);
  const view = parseCollectionOptions(seriesViewOptions("s", SERIES));
  assert.equal(view.viewOn, "system.buckets.s");
  assert.deepEqual(BSON.deserialize(view.pipeline!), { 0: STAGE });
  assert.deepEqual(BSON.deserialize(unpackPipeline(SERIES)), { 0: STAGE });
  assert.deepEqual(view.timeSeries, SERIES);
});
