// The counts and sizes of a collection as collStats and $collStats.storageStats show them.

import type { BsonWriter } from "../bson/encode.ts";
import type { TimeSeries } from "../storage/catalog.ts";
import type { Collection } from "../storage/collection.ts";
import { collectionStatistics, tableStatistics } from "../storage/statistics.ts";
import type { TableStore } from "../storage/table_store.ts";
import { seriesState } from "../write/time_series_state.ts";

/** Writes the fields into the open document; sizes are divided by `scale`. */
export function writeStorageStats(
  writer: BsonWriter,
  store: TableStore,
  collection: Collection,
  scale: number,
): void {
  const scaled = (bytes: number): number => Math.trunc(bytes / scale);
  const statistics = collectionStatistics(store, collection);
  writeCount(writer, "size", scaled(statistics.dataBytes));
  writeCount(writer, "count", statistics.count);
  if (statistics.count > 0) writeCount(writer, "avgObjSize", Math.trunc(statistics.averageBytes));
  writer.int32("numOrphanDocs", 0);
  writeCount(writer, "storageSize", scaled(statistics.storageBytes));
  writer.int32("freeStorageSize", 0);
  const { capped } = collection.options;
  writer.bool("capped", capped !== undefined);
  if (capped !== undefined) {
    writeCount(writer, "max", capped.maxDocuments ?? 0);
    writeCount(writer, "maxSize", scaled(capped.maxBytes));
  }
  writeTable(writer, "wiredTiger", store, collection.ident);
  const building = collection.indexes.filter((index) => !index.isReady);
  writeCount(writer, "nindexes", collection.indexes.length);
  writer.startDocument("indexDetails");
  for (const { name, ident } of collection.indexes) writeTable(writer, name, store, ident);
  writer.end();
  writer.startArray("indexBuilds");
  for (const index of building) writer.string(undefined, index.name);
  writer.end();
  writeCount(writer, "totalIndexSize", scaled(statistics.totalIndexBytes));
  writeCount(
    writer,
    "totalSize",
    scaled(statistics.storageBytes + statistics.totalIndexBytes),
  );
  writer.startDocument("indexSizes");
  for (const [name, bytes] of statistics.indexBytes) writeCount(writer, name, scaled(bytes));
  writer.end();
  writeCount(writer, "scaleFactor", scale);
}

/** The section of a time series; storage statistics are those of its buckets. */
export function writeSeriesStats(writer: BsonWriter, { buckets }: TimeSeries): void {
  const { counts } = seriesState(buckets);
  const perCommit = counts.commits === 0 ? 0 : Math.trunc(counts.measurements / counts.commits);
  writer.startDocument("timeseries");
  writer.string("bucketsNs", buckets.namespace);
  writeCount(writer, "bucketCount", buckets.count);
  const average = buckets.count === 0 ? 0 : Math.trunc(buckets.dataSize / buckets.count);
  writeCount(writer, "avgBucketSize", average);
  writeCount(writer, "numBucketInserts", counts.bucketInserts);
  writeCount(writer, "numBucketUpdates", counts.bucketUpdates);
  writeCount(writer, "numBucketsOpenedDueToMetadata", counts.openedForMeta);
  writeCount(writer, "numBucketsClosedDueToCount", counts.closedForCount);
  writeCount(writer, "numBucketsClosedDueToSize", counts.closedForSize);
  writeCount(writer, "numCommits", counts.commits);
  writeCount(writer, "numMeasurementsCommitted", counts.measurements);
  writeCount(writer, "avgNumMeasurementsPerCommit", perCommit);
  writer.end();
}

/** The statistics of a table; what WiredTiger calls "section: text" goes into a document of the section. */
function writeTable(writer: BsonWriter, name: string, store: TableStore, ident: string): void {
  const sections = new Map<string, [text: string, value: number][]>();
  for (const [description, value] of tableStatistics(store, ident)) {
    const colon = description.indexOf(": ");
    if (colon < 0) continue;
    const section = description.slice(0, colon);
    const row: [string, number] = [description.slice(colon + 2), value];
    const rows = sections.get(section);
    if (rows === undefined) sections.set(section, [row]);
    else rows.push(row);
  }
  writer.startDocument(name);
  writer.startDocument("metadata");
  writer.int32("formatVersion", 1);
  writer.end();
  writer.string("type", "file");
  writer.string("uri", `statistics:table:${ident}`);
  for (const [section, rows] of sections) {
    writer.startDocument(section);
    for (const [text, value] of rows) writeCount(writer, text, value);
    writer.end();
  }
  writer.end();
}

function writeCount(writer: BsonWriter, name: string, count: number): void {
  if ((count | 0) === count) writer.int32(name, count);
  else writer.int64(name, BigInt(count));
}
