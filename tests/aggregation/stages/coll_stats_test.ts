import assert from "node:assert/strict";
import type { Document } from "bson";
import { testDatabase } from "../database.ts";

testDatabase("$collStats", async (db) => {
  await db.insert("c", Array.from({ length: 10 }, (_, _id) => ({ _id, text: "x".repeat(100) })));
  await db.createIndex("c", { text: 1 });
  await db.createView("v", "c", [{ $match: { _id: 1 } }]);
  const stats = async (spec: Document, collection = "c"): Promise<Document> => {
    const [row, ...more] = await db.results(collection, [{ $collStats: spec }]);
    assert.equal(more.length, 0);
    return row;
  };
  const plain = await stats({});
  assert.deepEqual(Object.keys(plain), ["ns", "host", "localTime"]);
  assert.equal(plain.ns, "t.c");
  assert.match(plain.host, /:\d+$/);
  assert.ok(plain.localTime instanceof Date);

  assert.equal(Number((await stats({ count: {} })).count), 10);

  const { storageStats } = await stats({ storageStats: {} });
  assert.equal(storageStats.count, 10);
  assert.equal(storageStats.size, storageStats.avgObjSize * 10);
  assert.equal(storageStats.nindexes, 2);
  assert.deepEqual(Object.keys(storageStats.indexSizes), ["_id_", "text_1"]);
  assert.equal(storageStats.totalSize, storageStats.storageSize + storageStats.totalIndexSize);
  assert.equal(storageStats.capped, false);
  assert.equal(storageStats.scaleFactor, 1);
  const scaled = (await stats({ storageStats: { scale: 100 } })).storageStats;
  assert.equal(scaled.size, Math.trunc(storageStats.size / 100));
  assert.equal(scaled.scaleFactor, 100);

  const { latencyStats } = await stats({ latencyStats: { histograms: true } });
  assert.deepEqual(Object.keys(latencyStats), ["reads", "writes", "commands", "transactions"]);
  assert.deepEqual(latencyStats.reads.histogram, []);
  const [{ micros, count }] = latencyStats.writes.histogram;
  assert.ok(Number(micros) >= 0 && Number(count) === 1);
  assert.equal(Number(latencyStats.writes.ops), 1);
  assert.equal((await stats({ latencyStats: {} })).latencyStats.reads.histogram, undefined);
  assert.deepEqual(Object.keys((await stats({ queryExecStats: {} })).queryExecStats), [
    "collectionScans",
  ]);

  // A collection that is not there, and a view.
  assert.equal((await stats({}, "nothing")).ns, "t.nothing");
  assert.equal((await stats({ latencyStats: {} }, "v")).ns, "t.v");
  const prefix =
    "Executor error during aggregate command on namespace: t.nothing :: caused by :: Unable to retrieve ";
  await db.check("nothing", [{ $collStats: { count: {} } }], [
    26,
    `${prefix}count in $collStats stage :: caused by :: Collection [t.nothing] not found.`,
  ]);
  await db.check("nothing", [{ $collStats: { storageStats: {} } }], [26]);
  await db.check("v", [{ $collStats: { storageStats: {} } }], [166]);
  await db.check("v", [{ $collStats: { count: {} } }], [166]);

  await db.check("c", [{ $collStats: 1 }], [5447000]);
  await db.check("c", [{ $collStats: { x: {} } }], [
    40415,
    "BSON field '$collStats.x' is an unknown field.",
  ]);
  await db.check("c", [{ $collStats: { count: 1 } }], [14]);
  await db.check("c", [{ $collStats: { latencyStats: { histograms: 1 } } }], [14]);
  await db.check("c", [{ $collStats: { latencyStats: { x: 1 } } }], [40415]);
  await db.check("c", [{ $collStats: { storageStats: { scale: "x" } } }], [14]);
  await db.check("c", [{ $collStats: { storageStats: { scale: 0 } } }], [2]);
  await db.check("c", [{ $match: {} }, { $collStats: {} }], [40602]);
});
