// The profiler through the real driver: what Compass and mongosh do with it.

import assert from "node:assert/strict";
import { MongoClient } from "mongodb";
import { SecantusDBServer } from "../../mod.ts";

Deno.test("level 2 through the driver: find, getMore, update and aggregate are found again", async () => {
  await using server = new SecantusDBServer({
    port: 0,
    storagePath: ":memory:",
    logSink: () => undefined,
  });
  await server.start();
  const client = new MongoClient(server.uri, { appName: "profiled" });
  try {
    const db = client.db("shop");
    const items = db.collection("items");
    await items.insertMany(Array.from({ length: 500 }, (_, i) => ({ kind: i % 5, price: i })));
    await items.createIndex({ kind: 1, price: -1 });
    assert.equal(await db.profilingLevel(), "off");
    await db.setProfilingLevel("all");
    assert.equal(await db.profilingLevel(), "all");
    await items.find({ kind: 2 }).sort({ price: -1 }).batchSize(60).toArray();
    await items.updateMany({ kind: 3 }, { $inc: { price: 1000 } });
    await items.aggregate([{ $match: { price: { $lt: 50 } } }, { $count: "n" }]).toArray();
    await db.setProfilingLevel("off");
    const rows = await db.collection("system.profile").find({ ns: "shop.items" }).toArray();
    const shown = rows.map((row) => [
      row.op,
      row.planSummary,
      row.keysExamined,
      row.docsExamined,
      row.nreturned ?? row.nModified,
      row.appName,
    ]);
    const index = "IXSCAN { kind: 1, price: -1 }";
    const [find, getMore, ...others] = shown;
    assert.deepEqual([find[0], find[1], find[4], find[5]], ["query", index, 60, "profiled"]);
    assert.deepEqual([getMore[0], getMore[1], getMore[4]], ["getmore", index, 40]);
    assert.equal(find[2] + getMore[2], 100);
    assert.deepEqual(others, [
      ["update", index, 100, 100, 100, "profiled"],
      ["command", "COLLSCAN", 0, 500, 1, "profiled"],
    ]);
    // What a performance tab asks for.
    const slowest = await db.collection("system.profile").aggregate([
      { $match: { ts: { $gt: new Date(Date.now() - 60_000) } } },
      { $group: { _id: "$op", n: { $sum: 1 }, millis: { $max: "$millis" } } },
      { $sort: { _id: 1 } },
    ]).toArray();
    assert.deepEqual(slowest.map(({ _id, n }) => [_id, n]), [
      ["command", 1],
      ["getmore", 1],
      ["query", 1],
      ["update", 1],
    ]);
    const running = await client.db("admin").aggregate([{ $currentOp: {} }]).toArray();
    assert.ok(running.some(({ command }) => command.aggregate === 1));
  } finally {
    await client.close();
  }
});
