// Creating a time series: the buckets, the view, and the index that MongoDB makes with them.

import { BsonWriter, documentFrom } from "../bson/encode.ts";
import type { Collection } from "../storage/collection.ts";
import type { StorageEngine } from "../storage/engine.ts";
import { bucketsKey } from "../timeseries/index_keys.ts";
import type { TimeSeriesOptions } from "../timeseries/options.ts";

/** Creates the series; `given` are the options as `create` was given them. */
export async function createTimeSeries(
  engine: StorageEngine,
  namespace: string,
  given: Uint8Array,
): Promise<Collection> {
  const buckets = engine.definitions.createTimeSeries(namespace, given);
  await addSeriesIndex(engine, buckets);
  return buckets;
}

/** The index on group and time; a series without a meta field has none. */
export async function addSeriesIndex(engine: StorageEngine, buckets: Collection): Promise<void> {
  const options = buckets.options.timeSeries;
  if (options?.metaField === undefined) return;
  await engine.indexes.create(buckets.namespace, [seriesIndex(options, options.metaField)]);
}

function seriesIndex(options: TimeSeriesOptions, metaField: string): Uint8Array {
  const { timeField } = options;
  const key = documentFrom({ [metaField]: 1, [timeField]: 1 });
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.int32("v", 2);
  writer.document("key", bucketsKey(key, options));
  writer.string("name", `${metaField}_1_${timeField}_1`);
  writer.end();
  return writer.bytes();
}
