import assert from "node:assert/strict";
import { Database, testDatabase } from "../../aggregation/database.ts";

testDatabase(
  "stages see the server: latencies by kind, operations, connections, sessions",
  async (db) => {
    await db.insert("c", [{ _id: 1 }]);
    await db.command({ find: "c" });
    await db.command({ find: "c" });
    await db.command({ update: "c", updates: [{ q: { _id: 1 }, u: { $set: { a: 1 } } }] });
    const [{ latencyStats }] = await db.results("c", [{ $collStats: { latencyStats: {} } }]);
    assert.equal(Number(latencyStats.reads.ops), 2);
    assert.equal(Number(latencyStats.writes.ops), 2);
    assert.ok(Number(latencyStats.reads.latency) > 0);
    const admin = new Database(db.harness, "admin");
    const other = await db.harness.connect();
    await other.command({ ping: 1, $db: "t" });
    const rows = await admin.results(1, [{ $currentOp: { idleConnections: true } }]);
    assert.ok(rows.some(({ active }) => active === true));
    assert.ok(rows.some(({ active, client }) => active === false && typeof client === "string"));
    other[Symbol.dispose]();
  },
);

testDatabase("a pipeline that joins for long obeys maxTimeMS and lets others in", async (db) => {
  for (const name of ["c", "f"]) {
    await db.insert(name, Array.from({ length: 3000 }, (_, _id) => ({ _id, k: _id % 7 })));
  }
  const slow = [{
    $lookup: {
      from: "f",
      let: { k: "$k" },
      pipeline: [{ $match: { $expr: { $gt: ["$k", "$$k"] } } }, { $count: "n" }],
      as: "r",
    },
  }];
  const started = performance.now();
  await db.check("c", slow, [50], { maxTimeMS: 60 });
  assert.ok(performance.now() - started < 1000);
  // A ping meanwhile.
  const running = db.aggregate("c", slow, { maxTimeMS: 500 });
  const other = await db.harness.connect();
  let worst = 0;
  for (let i = 0; i < 10; i++) {
    const before = performance.now();
    await other.command({ ping: 1, $db: "t" });
    worst = Math.max(worst, performance.now() - before);
  }
  other[Symbol.dispose]();
  await running;
  assert.ok(worst < 250, `${worst} ms`);
});
