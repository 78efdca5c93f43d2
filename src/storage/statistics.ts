// Numbers for collStats, dbStats and serverStatus: counts from memory, file sizes from WiredTiger.
//
// In memory there are no files; the size of the documents and an estimate for the index entries stand in.

import { TableStatistic } from "../../ffi/statistic.ts";
import { type Catalog, isView } from "./catalog.ts";
import type { Collection } from "./collection.ts";
import type { TableStore } from "./table_store.ts";

const ESTIMATED_ENTRY_BYTES = 24;
/** Size of a table nobody has written to disk yet. */
const EMPTY_TABLE_BYTES = 4096;

export interface CollectionStatistics {
  readonly count: number;
  readonly dataBytes: number;
  readonly averageBytes: number;
  readonly storageBytes: number;
  /** By index name. */
  readonly indexBytes: ReadonlyMap<string, number>;
  readonly totalIndexBytes: number;
}

export interface DatabaseStatistics {
  readonly collections: number;
  readonly views: number;
  readonly objects: number;
  readonly dataBytes: number;
  readonly averageBytes: number;
  readonly storageBytes: number;
  readonly indexes: number;
  readonly indexBytes: number;
}

/** Size of a table's file. */
function tableBytes(store: TableStore, ident: string): number {
  const bytes = Number(
    store.connection.statistic(TableStatistic.blockSize, `statistics:table:${ident}`),
  );
  return Math.max(bytes, EMPTY_TABLE_BYTES);
}

export function collectionStatistics(
  store: TableStore,
  collection: Collection,
): CollectionStatistics {
  const { count, dataSize } = collection;
  const { isInMemory } = store.home;
  const indexBytes = new Map<string, number>();
  let totalIndexBytes = 0;
  for (const index of collection.indexes) {
    const bytes = isInMemory
      ? EMPTY_TABLE_BYTES + count * ESTIMATED_ENTRY_BYTES
      : tableBytes(store, index.ident);
    indexBytes.set(index.name, bytes);
    totalIndexBytes += bytes;
  }
  return {
    count,
    dataBytes: dataSize,
    averageBytes: count === 0 ? 0 : Math.floor(dataSize / count),
    storageBytes: isInMemory ? EMPTY_TABLE_BYTES + dataSize : tableBytes(store, collection.ident),
    indexBytes,
    totalIndexBytes,
  };
}

export function databaseStatistics(
  store: TableStore,
  catalog: Catalog,
  database: string,
): DatabaseStatistics {
  let collections = 0;
  let views = 0;
  let objects = 0;
  let dataBytes = 0;
  let storageBytes = 0;
  let indexes = 0;
  let indexBytes = 0;
  for (const entry of catalog.list(database)) {
    if (isView(entry)) {
      views++;
      continue;
    }
    const statistics = collectionStatistics(store, entry);
    collections++;
    objects += statistics.count;
    dataBytes += statistics.dataBytes;
    storageBytes += statistics.storageBytes;
    indexes += entry.indexes.length;
    indexBytes += statistics.totalIndexBytes;
  }
  const averageBytes = objects === 0 ? 0 : dataBytes / objects;
  return {
    collections,
    views,
    objects,
    dataBytes,
    averageBytes,
    storageBytes,
    indexes,
    indexBytes,
  };
}

/** WiredTiger's own statistics of a collection's or an index's table, by its descriptions ("btree: row-store leaf pages"). */
export function tableStatistics(store: TableStore, ident: string): Map<string, number> {
  return store.connection.statistics(`statistics:table:${ident}`);
}

/** WiredTiger's own statistics, by its descriptions. */
export function storageStatistics(store: TableStore): Map<string, number> {
  return store.connection.statistics();
}
