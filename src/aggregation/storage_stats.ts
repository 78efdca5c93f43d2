// The counts and sizes of a collection as collStats and $collStats.storageStats show them.

import type { BsonWriter } from "../bson/encode.ts";
import type { Collection } from "../storage/collection.ts";
import { collectionStatistics } from "../storage/statistics.ts";
import type { TableStore } from "../storage/table_store.ts";

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
  const building = collection.indexes.filter((index) => !index.isReady);
  writeCount(writer, "nindexes", collection.indexes.length);
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

function writeCount(writer: BsonWriter, name: string, count: number): void {
  if ((count | 0) === count) writer.int32(name, count);
  else writer.int64(name, BigInt(count));
}
