// Time series as a program uses them, through the driver, on a server that stops and starts again in between.

import assert from "node:assert/strict";
import { type Collection, type Db, type Document, MongoClient } from "mongodb";
import { SecantusDBServer } from "../../mod.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

/** Two days of readings of three sensors, one a minute, in no order. */
const READINGS: readonly Document[] = Array.from({ length: 2880 }, (_, i) => {
  const minute = (i * 1009) % 2880;
  return {
    time: new Date(START + minute * MINUTE),
    sensor: { id: minute % 3, room: minute % 3 === 2 ? "attic" : "cellar" },
    degrees: 20 + (minute % 1440) / 100,
  };
});

async function withDatabase(path: string, test: (db: Db) => Promise<void>): Promise<void> {
  const server = new SecantusDBServer({ port: 0, storagePath: path, drainMs: 50 });
  await server.start();
  const client = new MongoClient(server.uri);
  try {
    await test(client.db("home"));
  } finally {
    await client.close();
    await server.stop();
  }
}

const inRange = (from: number, to: number): Document => ({
  time: { $gte: new Date(START + from * MINUTE), $lt: new Date(START + to * MINUTE) },
});

async function fillAndRead(db: Db, readings: Collection): Promise<void> {
  assert.equal((await readings.insertMany([...READINGS])).insertedCount, READINGS.length);
  assert.equal(await readings.countDocuments(), READINGS.length);
  const hour = await readings.find(inRange(600, 660)).sort({ time: 1 }).toArray();
  assert.deepEqual(hour.map(({ time }) => time.getTime()), [
    ...Array.from({ length: 60 }, (_, i) => START + (600 + i) * MINUTE),
  ]);
  const attic = await readings.countDocuments({ "sensor.room": "attic", ...inRange(0, 300) });
  assert.equal(attic, 100);
  const days = await readings.aggregate([
    {
      $group: {
        _id: { day: { $dateTrunc: { date: "$time", unit: "day" } }, room: "$sensor.room" },
        n: { $sum: 1 },
        warmest: { $max: "$degrees" },
      },
    },
    { $sort: { "_id.day": 1, "_id.room": 1 } },
  ]).toArray();
  assert.deepEqual(days.map(({ _id, n, warmest }) => [_id.room, n, warmest]), [
    ["attic", 480, 34.39],
    ["cellar", 960, 34.38],
    ["attic", 480, 34.39],
    ["cellar", 960, 34.38],
  ]);
  const smooth = await readings.aggregate([
    { $match: { "sensor.id": 1, ...inRange(0, 30) } },
    {
      $setWindowFields: {
        partitionBy: "$sensor.id",
        sortBy: { time: 1 },
        output: {
          mean: { $avg: "$degrees", window: { range: [-6, "current"], unit: "minute" } },
        },
      },
    },
    { $project: { _id: 0, mean: { $round: ["$mean", 4] } } },
  ]).toArray();
  assert.equal(smooth.length, 10);
  assert.deepEqual(smooth.slice(0, 4).map(({ mean }) => mean), [20.01, 20.025, 20.04, 20.07]);
  // Only the buckets of that time are read.
  const plan = await readings.find(inRange(0, 10)).explain("executionStats");
  const { executionStats } = plan.stages[0].$cursor;
  const all = await db.collection("system.buckets.readings").countDocuments();
  assert.ok(executionStats.totalDocsExamined < all / 2);
}

async function changeAndRead(readings: Collection): Promise<void> {
  const renamed = await readings.updateMany({ "sensor.room": "attic" }, {
    $set: { "sensor.room": "roof" },
  });
  assert.deepEqual([renamed.matchedCount, renamed.modifiedCount], [960, 960]);
  assert.equal((await readings.deleteMany({ "sensor.id": 0 })).deletedCount, 960);
  assert.equal((await readings.deleteMany(inRange(1440, 2880))).deletedCount, 960);
  assert.equal((await readings.deleteOne({ degrees: 20.01 })).deletedCount, 1);
  assert.deepEqual(await readings.distinct("sensor.room"), ["cellar", "roof"]);
  await assert.rejects(readings.updateOne({ "sensor.id": 1 }, { $set: { degrees: 0 } }), {
    code: 72,
  });
  await assert.rejects(readings.insertOne({ degrees: 1 }), { code: 2 });
}

/** What mongodump does: the options, then the buckets as they are; and its way back. */
async function dumpAndRestore(db: Db): Promise<void> {
  const [info] = await db.listCollections({ name: "readings" }).toArray() as Document[];
  assert.equal(info.type, "timeseries");
  const options = { promoteValues: false } as const;
  const buckets = await db.collection("system.buckets.readings").find({}, options).toArray();
  assert.ok(buckets.every((one) => Object.keys(one).join() === "_id,control,meta,data"));
  await db.command({ create: "system.buckets.restored", ...info.options });
  const restored = db.collection("system.buckets.restored");
  await restored.insertMany(buckets, { bypassDocumentValidation: true, ordered: false });
  const read = (name: string): Promise<Document[]> =>
    db.collection(name).find().sort({ time: 1 }).toArray();
  assert.deepEqual(await read("restored"), await read("readings"));
}

Deno.test("time series through the driver, over a restart", async () => {
  const path = await Deno.makeTempDir({ prefix: "secantusdb-series-" });
  try {
    await withDatabase(path, async (db) => {
      const readings = await db.createCollection("readings", {
        timeseries: { timeField: "time", metaField: "sensor", granularity: "minutes" },
      });
      await fillAndRead(db, readings);
      await changeAndRead(readings);
    });
    await withDatabase(path, async (db) => {
      const readings = db.collection("readings");
      assert.equal(await readings.countDocuments(), 959);
      await readings.insertOne({ time: new Date(START), sensor: { id: 1, room: "cellar" } });
      assert.equal(await readings.countDocuments(inRange(0, 1)), 1);
      assert.deepEqual((await readings.indexes()).map(({ name }) => name), ["sensor_1_time_1"]);
      await dumpAndRestore(db);
      await readings.drop();
      const left = (await db.listCollections().toArray()).map(({ name }) => name).sort();
      assert.deepEqual(left, ["restored", "system.buckets.restored"]);
    });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
