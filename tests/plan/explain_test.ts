import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import { CommandError } from "../../src/error.ts";
import { planQuery } from "../../src/plan/choose.ts";
import { writeExecutionStats, writeQueryPlanner } from "../../src/plan/explain.ts";
import { newStatistics } from "../../src/plan/node.ts";
import { runPlan } from "../../src/plan/run.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { documentsOf, withCollection } from "./collection.ts";
import { bson, filterOf } from "./fixture.ts";

const DOCUMENTS = Array.from({ length: 100 }, (_, i) => ({ _id: i, a: i % 10, b: i }));

async function explain(
  collection: Collection,
  filter: Document,
  options: { sort?: Document; limit?: number } = {},
): Promise<Document> {
  const compiled = filterOf(filter);
  const plan = planQuery(collection, {
    filter: compiled,
    sort: options.sort === undefined ? undefined : parseSort(bson(options.sort)),
    limit: options.limit,
  });
  const documents = await documentsOf(runPlan(plan.root, { collection, counting: true }));
  const writer = new BsonWriter();
  writer.startDocument();
  const explanation = { namespace: "t.c", filter: compiled.expression, plan };
  writeQueryPlanner(writer, explanation);
  const outcome = { returned: documents.length, elapsedMs: 1 };
  writeExecutionStats(writer, explanation, outcome, "allPlansExecution");
  writer.end();
  return BSON.deserialize(writer.bytes());
}

Deno.test("an order for which too many scans would be merged is told", async () => {
  await withCollection(DOCUMENTS, [{ a: 1, b: 1 }], async (collection) => {
    const reached = async (values: number): Promise<boolean> => {
      const filter = { a: { $in: Array.from({ length: values }, (_, i) => i) } };
      const { queryPlanner } = await explain(collection, filter, { sort: { b: 1 } });
      return queryPlanner.maxScansToExplodeReached;
    };
    assert.deepEqual([await reached(200), await reached(201)], [false, true]);
  });
});

Deno.test("an index scan is explained with its bounds and counts", async () => {
  await withCollection(DOCUMENTS, [{ a: 1, b: -1 }], async (collection) => {
    const { queryPlanner, executionStats } = await explain(collection, { a: 3, b: { $lt: 50 } });
    assert.equal(queryPlanner.namespace, "t.c");
    assert.deepEqual(queryPlanner.parsedQuery, { $and: [{ a: { $eq: 3 } }, { b: { $lt: 50 } }] });
    assert.deepEqual(queryPlanner.rejectedPlans, []);
    const { inputStage, ...fetch } = queryPlanner.winningPlan;
    assert.deepEqual(fetch, { isCached: false, stage: "FETCH" });
    assert.deepEqual(inputStage, {
      stage: "IXSCAN",
      keyPattern: { a: 1, b: -1 },
      indexName: "a_1_b_-1",
      isMultiKey: false,
      multiKeyPaths: { a: [], b: [] },
      isUnique: false,
      isSparse: false,
      isPartial: false,
      indexVersion: 2,
      direction: "forward",
      indexBounds: { a: ["[3, 3]"], b: ["(50, -inf.0]"] },
    });
    assert.equal(executionStats.nReturned, 5);
    assert.equal(executionStats.totalKeysExamined, 5);
    assert.equal(executionStats.totalDocsExamined, 5);
    const scan = executionStats.executionStages.inputStage;
    assert.deepEqual([scan.works, scan.advanced, scan.isEOF, scan.seeks], [6, 5, 1, 1]);
    assert.deepEqual(executionStats.allPlansExecution, []);
  });
});

Deno.test("a collection scan and a sort are explained", async () => {
  await withCollection(DOCUMENTS, [], async (collection) => {
    const { queryPlanner, executionStats } = await explain(collection, { a: { $gt: 7 } }, {
      sort: { b: -1 },
      limit: 3,
    });
    const sort = queryPlanner.winningPlan;
    assert.deepEqual([sort.stage, sort.sortPattern, sort.limitAmount], ["SORT", { b: -1 }, 3]);
    assert.deepEqual(sort.inputStage, {
      stage: "COLLSCAN",
      filter: { a: { $gt: 7 } },
      direction: "forward",
    });
    const stages = executionStats.executionStages;
    assert.equal(stages.nReturned, 3);
    assert.equal(stages.usedDisk, false);
    assert.deepEqual(
      [stages.inputStage.docsExamined, stages.inputStage.works, stages.inputStage.needTime],
      [100, 101, 80],
    );
  });
});

Deno.test("_id equality is EXPRESS_IXSCAN", async () => {
  await withCollection(DOCUMENTS, [], async (collection) => {
    const { queryPlanner, executionStats } = await explain(collection, { _id: 5 });
    assert.deepEqual(queryPlanner.winningPlan, {
      isCached: false,
      stage: "EXPRESS_IXSCAN",
      keyPattern: "{ _id: 1 }",
      indexName: "_id_",
    });
    assert.equal(executionStats.totalKeysExamined, 1);
    assert.equal(executionStats.nReturned, 1);
  });
});

Deno.test("a run that failed is told with its error, trials with their scores", () => {
  const root = { stage: "EOF", statistics: newStatistics() } as const;
  const trials = [{ root, score: 1.5 }];
  const plan = { root, rejected: [], summary: "EOF", isCached: true, trials };
  const explanation = { namespace: "t.c", filter: filterOf({}).expression, plan };
  const writer = new BsonWriter();
  writer.startDocument();
  writeQueryPlanner(writer, { ...explanation, isWholePipeline: true, optimizationMs: 3.7 });
  const error = new CommandError(50, "operation exceeded time limit");
  const outcome = { returned: 0, elapsedMs: 1, yields: 4, error };
  writeExecutionStats(writer, explanation, outcome, "allPlansExecution");
  writer.end();
  const { queryPlanner, executionStats } = BSON.deserialize(writer.bytes());
  assert.equal(queryPlanner.winningPlan.isCached, true);
  assert.equal(queryPlanner.optimizedPipeline, true);
  assert.equal(queryPlanner.optimizationTimeMillis, 3);
  assert.equal(executionStats.executionSuccess, false);
  assert.equal(executionStats.errorCode, 50);
  assert.equal(executionStats.errorMessage, "operation exceeded time limit");
  assert.equal(executionStats.executionStages.saveState, 4);
  assert.equal(executionStats.allPlansExecution[0].score, 1.5);
});
