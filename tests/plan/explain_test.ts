import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import { planQuery } from "../../src/plan/choose.ts";
import {
  shapeHash,
  sortPattern,
  writeExecutionStats,
  writeQueryPlanner,
} from "../../src/plan/explain.ts";
import { runPlan } from "../../src/plan/run.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { documentsOf, withCollection } from "./collection.ts";
import { bson, expressionOf, filterOf } from "./fixture.ts";

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
  writeQueryPlanner(writer, "t.c", compiled.expression, plan);
  const outcome = { returned: documents.length, elapsedMs: 1 };
  writeExecutionStats(writer, plan, outcome, "allPlansExecution");
  writer.end();
  return BSON.deserialize(writer.bytes());
}

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

Deno.test("shapeHash tells shapes apart and not values", () => {
  const hash = (filter: Document): string => shapeHash(expressionOf(filter));
  assert.equal(hash({ a: 1, b: 2 }), hash({ b: 5, a: 7 }));
  assert.notEqual(hash({ a: 1 }), hash({ a: { $gt: 1 } }));
  assert.notEqual(hash({ a: 1 }), hash({ b: 1 }));
  assert.match(hash({}), /^[0-9A-F]{8}$/);
});

Deno.test("sortPattern writes a sort as it was given", () => {
  const spec = { a: 1, "b.c": -1 };
  assert.deepEqual(BSON.deserialize(sortPattern(parseSort(bson(spec)))), spec);
  assert.deepEqual(BSON.deserialize(sortPattern(parseSort(bson({ $natural: -1 })))), {
    $natural: -1,
  });
});
