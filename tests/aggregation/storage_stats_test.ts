import assert from "node:assert/strict";
import { BSON } from "bson";
import { writeStorageStats } from "../../src/aggregation/storage_stats.ts";
import { BsonWriter } from "../../src/bson/encode.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { withCollection } from "../plan/collection.ts";
import { bson } from "./fixture.ts";

function statsOf(engine: StorageEngine, namespace: string, scale = 1) {
  const writer = new BsonWriter();
  writer.startDocument();
  writeStorageStats(writer, engine.store, engine.catalog.collection(namespace)!, scale);
  writer.end();
  return BSON.deserialize(writer.bytes());
}

Deno.test("counts and sizes of a collection", async () => {
  await withCollection([{ _id: 1, a: 1 }, { _id: 2, a: 2 }], [{ a: 1 }], (_, engine) => {
    const stats = statsOf(engine, "t.c");
    assert.equal(stats.count, 2);
    assert.equal(stats.size, 2 * bson({ _id: 1, a: 1 }).length);
    assert.equal(stats.avgObjSize, stats.size / 2);
    assert.equal(stats.nindexes, 2);
    assert.deepEqual(stats.indexBuilds, []);
    assert.deepEqual(stats.wiredTiger.metadata, { formatVersion: 1 });
    assert.equal(typeof stats.wiredTiger["block-manager"]["file size in bytes"], "number");
    assert.deepEqual(Object.keys(stats.indexDetails), ["_id_", "a_1"]);
    assert.match(stats.indexDetails.a_1.uri, /^statistics:table:index/);
    assert.equal(stats.totalSize, stats.storageSize + stats.totalIndexSize);
    assert.equal(statsOf(engine, "t.c", 10).size, Math.trunc(stats.size / 10));
  });
});

Deno.test("an empty and a capped collection", async () => {
  await withCollection([], [], (_, engine) => {
    assert.equal(statsOf(engine, "t.c").avgObjSize, undefined);
    engine.definitions.create("t.k", { options: bson({ capped: true, size: 4096, max: 7 }) });
    const { capped, max, maxSize } = statsOf(engine, "t.k");
    assert.deepEqual({ capped, max, maxSize }, { capped: true, max: 7, maxSize: 4096 });
  });
});
