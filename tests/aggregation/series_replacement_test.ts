import assert from "node:assert/strict";
import type { Document } from "bson";
import { type Database, testDatabase } from "./database.ts";

const START = Date.UTC(2024, 0, 1);
const DOCUMENTS: readonly Document[] = Array.from({ length: 6 }, (_, i) => ({
  t: new Date(START + i * 1000),
  m: i % 2,
  _id: i,
}));
const TIMESERIES = { timeField: "t", metaField: "m" };

async function listed(db: Database): Promise<string[]> {
  const { cursor } = await db.command({ listCollections: 1 });
  return cursor.firstBatch.map(({ name, type }: Document) => `${name} ${type}`);
}

async function sorted(db: Database, name: string): Promise<Document[]> {
  return await db.results(name, [{ $sort: { _id: 1 } }]);
}

testDatabase(
  "$out makes a time series, replaces its measurements, and keeps what it is",
  async (db) => {
    await db.insert("c", DOCUMENTS);
    const out = { $out: { db: db.name, coll: "s", timeseries: TIMESERIES } };
    await db.check("c", [out], []);
    assert.deepEqual(await sorted(db, "s"), DOCUMENTS);
    assert.deepEqual(await listed(db), [
      "c collection",
      "s timeseries",
      "system.buckets.s collection",
    ]);
    await db.createIndex("s", { v: 1 });
    // With the same options, with none, and by name.
    await db.check("c", [{ $match: { m: 1 } }, out], []);
    assert.deepEqual(await sorted(db, "s"), DOCUMENTS.filter(({ m }) => m === 1));
    await db.check("c", [{ $limit: 1 }, { $out: { db: db.name, coll: "s" } }], []);
    await db.check("c", [{ $match: { m: 0 } }, { $set: { v: 1 } }, { $out: "s" }], []);
    assert.equal((await sorted(db, "s")).length, 3);
    assert.deepEqual(await listed(db), [
      "c collection",
      "s timeseries",
      "system.buckets.s collection",
    ]);
    const { cursor } = await db.command({ listIndexes: "s" });
    assert.deepEqual(cursor.firstBatch.map(({ key }: Document) => key), [{ m: 1, t: 1 }, { v: 1 }]);
    // Out of a series into an ordinary collection, and into itself.
    await db.check("s", [{ $out: "plain" }], []);
    assert.equal((await db.documents("plain")).length, 3);
    await db.check("s", [{ $match: { _id: 2 } }, { $out: "s" }], []);
    assert.deepEqual((await sorted(db, "s")).map(({ _id }) => _id), [2]);
  },
);

testDatabase("where $out cannot write a time series it leaves everything alone", async (db) => {
  await db.insert("c", DOCUMENTS);
  await db.insert("plain", [{ _id: 1 }]);
  await db.createView("v", "c", []);
  const out = (coll: string, timeseries: unknown): Document => ({
    $out: { db: db.name, coll, timeseries },
  });
  await db.check("c", [out("plain", TIMESERIES)], [7268700]);
  await db.check("c", [out("v", TIMESERIES)], [7268701]);
  await db.check("c", [out("s", {})], [40414]);
  await db.check("c", [out("s", 1)], [14]);
  await db.check("c", [out("s", { timeField: "a.b" })], [72]);
  await db.check("c", [out("s", { ...TIMESERIES, granularity: "days" })], [2]);
  await db.check("c", [{ $unset: "t" }, out("s", TIMESERIES)], [2, /must be present/]);
  assert.deepEqual(await listed(db), ["c collection", "plain collection", "v view"]);
  await db.check("c", [out("s", TIMESERIES)], []);
  await db.check("c", [out("s", { timeField: "t" })], [7406103]);
  await db.check("c", [{ $set: { t: 1 } }, { $out: "s" }], [2]);
  assert.deepEqual(await sorted(db, "s"), DOCUMENTS);
  await db.check("c", [{ $merge: "s" }], [166, /is a timeseries collection$/]);
});
