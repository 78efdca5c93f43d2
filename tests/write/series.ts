// A time series in memory for the tests of the write room: created, filled and read back as plain objects.

import { BSON, type Document } from "bson";
import type { TimeSeries } from "../../src/storage/catalog.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { UNPACED } from "../../src/stream/pacer.ts";
import { BsonWriter } from "../../src/bson/encode.ts";
import { BucketReader } from "../../src/timeseries/unpack.ts";
import type { InsertOutcome } from "../../src/write/insert.ts";
import { createTimeSeries } from "../../src/write/time_series_create.ts";
import { insertMeasurements } from "../../src/write/time_series_insert.ts";

const NAMESPACE = "test.series";

export function bson(literal: Document): Uint8Array {
  return new Uint8Array(BSON.serialize(literal));
}

/** Runs a test with a new series. */
export async function withSeries(
  timeseries: Document,
  test: (engine: StorageEngine, series: TimeSeries) => Promise<void>,
): Promise<void> {
  const engine = await StorageEngine.open({ path: ":memory:" });
  try {
    await createTimeSeries(engine, NAMESPACE, bson({ timeseries }));
    await test(engine, engine.catalog.timeSeries(NAMESPACE)!);
  } finally {
    await engine.close();
  }
}

export async function insert(
  engine: StorageEngine,
  series: TimeSeries,
  documents: readonly Document[],
  ordered = true,
): Promise<InsertOutcome> {
  const bytes = documents.map(bson);
  return await insertMeasurements(engine, series, (index) => bytes[index], bytes.length, {
    ordered,
    pacer: UNPACED,
  });
}

/** The stored buckets, as objects. */
export async function bucketsOf({ buckets }: TimeSeries): Promise<Document[]> {
  return (await collect(buckets.scan())).map((bytes) => BSON.deserialize(bytes));
}

/** All measurements, bucket by bucket. */
export async function measurementsOf({ buckets, options }: TimeSeries): Promise<Document[]> {
  const reader = new BucketReader(options);
  const found: Document[] = [];
  for (const bucket of await collect(buckets.scan())) {
    reader.open(bucket);
    for (;;) {
      const writer = new BsonWriter();
      if (!reader.next(writer)) break;
      found.push(BSON.deserialize(writer.bytes()));
    }
  }
  return found;
}
