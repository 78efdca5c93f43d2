import assert from "node:assert/strict";
import { withServer } from "../../commands/harness.ts";
import { testDatabase } from "../database.ts";

testDatabase("$planCacheStats: what it takes", async (db) => {
  await db.insert("c", [{ _id: 1, a: 1 }]);
  await db.check("c", [{ $planCacheStats: {} }], []);
  await db.check("c", [{ $planCacheStats: { allHosts: false } }], []);
  await db.check("nothing", [{ $planCacheStats: {} }], [50933]);
  await db.check("c", [{ $planCacheStats: 1 }], [9]);
  await db.check("c", [{ $planCacheStats: { x: 1 } }], [40415]);
  await db.check("c", [{ $planCacheStats: { allHosts: 1 } }], [14]);
  await db.check("c", [{ $match: {} }, { $planCacheStats: {} }], [40602]);
});

Deno.test("$planCacheStats shows an entry with the trial it came from", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 500 }, (_, i) => ({ a: i % 2, b: i }));
    const indexes = [{ key: { a: 1 }, name: "a_1" }, { key: { b: 1 }, name: "b_1" }];
    await harness.check("t", [
      [{ insert: "c", documents }, {}],
      [{ createIndexes: "c", indexes }, {}],
      [{ find: "c", filter: { a: 1, b: 77 }, sort: { c: 1 } }, {}],
      [{ find: "c", filter: { a: 1, b: 79 }, sort: { c: 1 } }, {}],
      [{ explain: { find: "c", filter: { a: 1, b: 5 }, sort: { c: 1 } } }, {}],
    ]);
    const pipeline = [{ $planCacheStats: {} }, { $match: { isActive: true } }];
    const { cursor } = await harness.command("t", { aggregate: "c", pipeline, cursor: {} });
    assert.equal(cursor.firstBatch.length, 1);
    const [entry] = cursor.firstBatch;
    assert.equal(entry.version, "1");
    assert.equal(entry.queryHash, entry.planCacheShapeHash);
    assert.equal(entry.worksType, "works");
    assert.equal(Number(entry.works), entry.creationExecStats[0].executionStages.works);
    assert.ok(entry.timeOfCreation instanceof Date);
    assert.deepEqual(entry.createdFromQuery.sort, { c: 1 });
    assert.equal(entry.cachedPlan.stage, "SORT");
    assert.equal(entry.cachedPlan.inputStage.inputStage.indexName, "b_1");
    assert.equal(entry.creationExecStats.length, 2);
    assert.equal(entry.creationExecStats[0].nReturned, 1);
    assert.equal(entry.candidatePlanScores.length, 2);
    assert.ok(entry.candidatePlanScores[0] > entry.candidatePlanScores[1]);
    assert.equal(entry.indexFilterSet, false);
    assert.ok(Number(entry.estimatedSizeBytes) > 1000);
    assert.match(entry.host, /:\d+$/);
    const explained = await harness.command("t", {
      explain: { find: "c", filter: { a: 1, b: 5 }, sort: { c: 1 } },
      verbosity: "queryPlanner",
    });
    assert.equal(explained.queryPlanner.planCacheShapeHash, entry.planCacheShapeHash);
    assert.equal(explained.queryPlanner.planCacheKey, entry.planCacheKey);
    assert.equal(explained.queryPlanner.winningPlan.isCached, true);
    const status = await harness.command("admin", { serverStatus: 1 });
    assert.equal(Number(status.metrics.query.planCache.classic.misses), 2);
  });
});
