import assert from "node:assert/strict";
import type { Document } from "bson";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import {
  CatalogSources,
  joinPipelines,
  openPipeline,
  planPipeline,
  resolveNamespace,
  streamOf,
} from "../../src/aggregation/run_pipeline.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { documentsOf, withCollection } from "../plan/collection.ts";
import { planText } from "../plan/fixture.ts";
import { bson, contextOf, pipelineOf } from "./fixture.ts";

const DOCUMENTS = Array.from({ length: 50 }, (_, i) => ({ _id: i, a: i % 5, b: i }));

function planned(collection: Collection, stages: readonly Document[]) {
  const context = contextOf();
  const plan = planPipeline(parsePipeline(pipelineOf(stages), context), collection, context);
  return { plan, context };
}

Deno.test("the front of a pipeline goes to the planner", async () => {
  await withCollection(DOCUMENTS, [{ a: 1, b: 1 }], async (collection) => {
    for (
      const [stages, text, left] of [
        [
          [{ $match: { a: 1 } }, { $sort: { b: 1 } }, { $limit: 2 }],
          "LIMIT 2 > FETCH > IXSCAN a_1_b_1 [1, 1] | [MinKey, MaxKey]",
          0,
        ],
        [[{ $match: { a: 1 } }, { $match: { b: 6 } }], "FETCH > IXSCAN a_1_b_1 [1, 1] | [6, 6]", 0],
        [[{ $group: { _id: "$a" } }], "FETCH > DISTINCT_SCAN", 1],
        [[{ $group: { _id: "$b" } }], "COLLSCAN", 1],
        [[{ $limit: 5 }, { $match: { a: 1 } }], "LIMIT 5 > COLLSCAN", 1],
        [
          [{ $skip: 1 }, { $skip: 2 }, { $limit: 9 }, { $limit: 4 }],
          "LIMIT 4 > SKIP 3 > COLLSCAN",
          0,
        ],
        [[{ $limit: 5 }, { $skip: 2 }], "LIMIT 5 > COLLSCAN", 1],
        [[], "COLLSCAN", 0],
      ] as const
    ) {
      const { plan, context } = planned(collection, stages);
      assert.equal(planText(plan.plan!.root), text);
      assert.equal(plan.rest.length, left, text);
      await documentsOf(openPipeline(plan, collection, context));
    }
    const { plan, context } = planned(collection, [{ $limit: 5 }, { $skip: 2 }]);
    const found = await documentsOf(openPipeline(plan, collection, context));
    assert.deepEqual(found.map(({ _id }) => _id), [2, 3, 4]);
  });
});

function createView(
  engine: StorageEngine,
  name: string,
  viewOn: string,
  pipeline: readonly Document[],
): void {
  engine.definitions.create(`t.${name}`, { options: bson({ viewOn, pipeline }) });
}

Deno.test("views are followed to their collection, inner stages first", async () => {
  await withCollection(DOCUMENTS, [], async (_, engine) => {
    createView(engine, "v1", "c", [{ $match: { a: 1 } }]);
    createView(engine, "v2", "v1", [{ $project: { b: 1 } }]);
    const resolved = resolveNamespace(engine.catalog, "t.v2");
    assert.equal(resolved.namespace, "t.c");
    assert.equal(resolved.pipeline.length, 2);
    assert.ok(resolved.isView);
    const sources = new CatalogSources(engine.catalog);
    const stream = sources.open("t.v2", pipelineOf([{ $limit: 1 }]), contextOf());
    assert.deepEqual(await documentsOf(stream), [{ _id: 1, b: 1 }]);
  });
});

Deno.test("more than 20 views on each other are refused (165)", async () => {
  await withCollection([], [], (_, engine) => {
    createView(engine, "v0", "c", []);
    for (let i = 1; i <= 21; i++) createView(engine, `v${i}`, `v${i - 1}`, []);
    assert.throws(() => resolveNamespace(engine.catalog, "t.v21"), { code: 165 });
  });
});

Deno.test("joinPipelines puts stages in front", async () => {
  const joined = joinPipelines([bson({ $limit: 1 })], pipelineOf([{ $skip: 1 }]));
  assert.deepEqual(parsePipeline(joined, contextOf()).map(({ name }) => name), ["$limit", "$skip"]);
  assert.equal((await documentsOf(streamOf([bson({ a: 1 })]))).length, 1);
});

Deno.test("an index that has all that the pipeline looks at spares the documents", async () => {
  await withCollection(DOCUMENTS, [{ a: 1, b: 1 }], async (collection) => {
    const covered = "IXSCAN a_1_b_1 (0, inf.0] | [MinKey, MaxKey]";
    for (
      const [stages, text] of [
        [[{ $group: { _id: "$b", n: { $sum: "$a" } } }], `PROJECTION_COVERED > ${covered}`],
        [[{ $count: "n" }], covered],
        [[{ $project: { _id: 0, x: "$b" } }], `PROJECTION_COVERED > ${covered}`],
        [[{ $project: { _id: 0, x: { y: "$b" } } }], `FETCH > ${covered}`],
        [[{ $project: { x: "$b" } }], `FETCH > ${covered}`],
        [[{ $group: { _id: "$c" } }], `FETCH > ${covered}`],
        [[{ $addFields: { x: "$b" } }], `FETCH > ${covered}`],
      ] as const
    ) {
      const { plan, context } = planned(collection, [{ $match: { a: { $gt: 0 } } }, ...stages]);
      assert.equal(planText(plan.plan!.root), text);
      const found = await documentsOf(openPipeline(plan, collection, context));
      const all = parsePipeline(
        pipelineOf([{ $match: { a: { $gt: 0 } } }, ...stages]),
        context,
      );
      const unplanned = planPipeline(all, collection, context, { natural: 1 });
      const expected = await documentsOf(openPipeline(unplanned, collection, context));
      const sorted = (list: Document[]) => list.map((one) => JSON.stringify(one)).sort();
      assert.deepEqual(sorted(found), sorted(expected), text);
    }
  });
});
