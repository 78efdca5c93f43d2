import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import type { PipelineContext } from "../../../src/aggregation/definition.ts";
import { SubPipeline, type Values } from "../../../src/aggregation/join/sub_pipeline.ts";
import { collect, type DocumentStream } from "../../../src/stream/document_stream.ts";
import { bson, contextOf, type RunOptions, sourceOf } from "../fixture.ts";

const F = Array.from({ length: 6 }, (_, i) => ({ _id: i, v: i % 3 }));

/** A context that notes which pipelines were run over collections. */
function countingContext(
  limits: RunOptions["limits"] = {},
): { context: PipelineContext; opened: string[][] } {
  const base = contextOf({ others: { f: F }, limits });
  const opened: string[][] = [];
  const sources = {
    open(namespace: string, pipeline: Uint8Array, inner: PipelineContext): DocumentStream {
      const stages = Object.values(BSON.deserialize(pipeline)) as Document[];
      opened.push(stages.map((stage) => Object.keys(stage)[0]));
      return base.sources.open(namespace, pipeline, inner);
    },
  };
  return { context: { ...base, sources }, opened };
}

function subPipeline(stages: readonly Document[], context: PipelineContext): SubPipeline {
  const options = {
    namespace: "t.f",
    stages: stages.map(bson),
    names: ["x"],
    place: "lookup" as const,
  };
  return new SubPipeline(options, context);
}

async function ids(stream: DocumentStream): Promise<number[]> {
  return (await collect(stream)).map((one) => BSON.deserialize(one)._id);
}

const x = (value: number): Values => [["x", value]];
const correlated = { $match: { $expr: { $eq: ["$v", "$$x"] } } };

Deno.test("which stages depend on the input document", () => {
  const { context } = countingContext();
  for (
    const [stages, expected] of [
      [[], 0],
      [[{ $match: { v: 1 } }, { $sort: { v: 1 } }], 2],
      [[correlated], 0],
      [[{ $sort: { v: 1 } }, correlated], 1],
      // Filters side by side are one.
      [[{ $sort: { v: 1 } }, { $match: { v: 1 } }, correlated], 1],
      [[{ $match: { v: 1 } }, correlated], 0],
      [[{ $set: { t: "$$ROOT" } }, { $set: { t: "$$NOW" } }], 2],
      [[{ $set: { t: { $rand: {} } } }], 0],
      [[{ $limit: 3 }, { $sample: { size: 1 } }], 1],
      // A variable of the same name bound inside is another one.
      [[{ $set: { t: { $map: { input: [1], as: "x", in: "$$x" } } } }], 1],
      [[{ $lookup: { from: "f", pipeline: [correlated], as: "r" } }], 0],
      [[{ $lookup: { from: "f", let: { x: 1 }, pipeline: [correlated], as: "r" } }], 1],
    ] as const
  ) {
    const pipeline = subPipeline(stages, context);
    assert.equal(pipeline.correlatedFrom(context), expected, JSON.stringify(stages));
  }
});

Deno.test("what does not depend on the document runs once", async () => {
  const { context, opened } = countingContext();
  const run = subPipeline([{ $sort: { _id: -1 } }, correlated], context).start(context);
  assert.deepEqual(await ids(run.open(x(0))), [3, 0]);
  assert.deepEqual(await ids(run.open(x(1))), [4, 1]);
  assert.deepEqual(await ids(run.open(x(7))), []);
  assert.deepEqual(opened, [["$sort"]]);
});

Deno.test("a pipeline that depends on the document from its first stage runs each time", async () => {
  const { context, opened } = countingContext();
  const run = subPipeline([correlated, { $limit: 1 }], context).start(context);
  assert.deepEqual(await ids(run.open(x(2))), [2]);
  assert.deepEqual(await ids(run.open(x(1))), [1]);
  assert.deepEqual(opened, [["$match", "$limit"], ["$match", "$limit"]]);
});

Deno.test("results that pass the limit are not kept, nor are those of a run that was given up", async () => {
  const { context, opened } = countingContext({ lookupCacheBytes: 50 });
  const run = subPipeline([{ $sort: { _id: 1 } }], context).start(context);
  for (let i = 0; i < 2; i++) assert.equal((await ids(run.open(x(0)))).length, 6);
  assert.equal(opened.length, 2);
  const second = countingContext();
  const other = subPipeline([{ $sort: { _id: 1 } }], second.context).start(second.context);
  other.open(x(0)).close();
  for (let i = 0; i < 2; i++) assert.equal((await ids(other.open(x(0)))).length, 6);
  assert.equal(second.opened.length, 2);
});

Deno.test("a pipeline over given documents", async () => {
  const { context, opened } = countingContext();
  const fixed = subPipeline([{ $match: { v: 1 } }], context).start(context);
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await ids(fixed.openOver(sourceOf(F), x(0))), [1, 4]);
  }
  const varying = subPipeline([correlated], context).start(context);
  assert.deepEqual(await ids(varying.openOver(sourceOf(F), x(2))), [2, 5]);
  assert.deepEqual(await ids(varying.openOver(sourceOf(F), x(0))), [0, 3]);
  assert.deepEqual(opened, []);
});
