import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import type { Stage } from "../../src/aggregation/definition.ts";
import { optimizePipeline } from "../../src/aggregation/optimize.ts";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { BsonWriter } from "../../src/bson/encode.ts";
import { contextOf, pipelineOf } from "./fixture.ts";

/** A stage as explain shows it. */
function shown(stage: Stage): Document {
  const writer = new BsonWriter();
  writer.startDocument();
  if (stage.explain !== undefined) stage.explain(writer);
  else writer.raw(stage.name, stage.given!);
  writer.end();
  return BSON.deserialize(writer.bytes());
}

/** What the optimizer makes of a pipeline. */
export function optimized(stages: readonly Document[]): Document[] {
  return parsePipeline(pipelineOf(stages), contextOf()).map(shown);
}

const M = (filter: Document): Document => ({ $match: filter });

/** Each row: the pipeline, and what becomes of it. */
const ROWS:
  readonly (readonly [name: string, from: readonly Document[], to: readonly Document[]])[] = [
    ["two $match", [M({ a: 1 }), M({ b: 2 })], [
      M({ $and: [{ a: { $eq: 1 } }, { b: { $eq: 2 } }] }),
    ]],
    ["an empty $match", [M({}), { $limit: 3 }], [{ $limit: 3 }]],
    ["nothing but an empty $match", [M({})], [M({})]],
    ["$limit and $limit", [{ $limit: 5 }, { $limit: 3 }], [{ $limit: 3 }]],
    ["$skip and $skip", [{ $skip: 5 }, { $skip: 3 }, { $skip: 0 }], [{ $skip: 8 }]],
    ["$limit past $project", [{ $project: { a: 1 } }, { $limit: 2 }], [{ $limit: 2 }, {
      $project: { a: 1 },
    }]],
    ["$limit not past $match", [M({ a: 1 }), { $limit: 2 }], [M({ a: 1 }), { $limit: 2 }]],
    ["$sort and $limit", [{ $sort: { a: 1 } }, { $limit: 2 }], [
      { $sort: { sortKey: { a: 1 }, limit: 2 } },
      { $limit: 2 },
    ]],
    ["$sort, $skip and $limit", [{ $sort: { a: 1 } }, { $skip: 3 }, { $limit: 2 }], [
      { $sort: { sortKey: { a: 1 }, limit: 5 } },
      { $skip: 3 },
      { $limit: 2 },
    ]],
    [
      "$sort, $addFields and $limit",
      [{ $sort: { a: 1 } }, { $addFields: { b: 1 } }, { $limit: 2 }],
      [
        { $sort: { sortKey: { a: 1 }, limit: 2 } },
        { $limit: 2 },
        { $addFields: { b: 1 } },
      ],
    ],
    ["$unset and $unset", [{ $unset: "a" }, { $unset: ["b.c", "a.x"] }], [
      { $project: { a: 0, "b.c": 0 } },
    ]],
    [
      "$project and $project",
      [{ $project: { a: 1, b: 1 } }, { $project: { b: 1, c: 1, _id: 0 } }],
      [
        { $project: { b: 1, _id: 0 } },
      ],
    ],
  ];

for (const [name, from, to] of ROWS) {
  Deno.test(`optimizer: ${name}`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(optimized(from))), to);
  });
}

Deno.test("optimize: false leaves a pipeline as it is written", () => {
  const stages = [{ $limit: 5 }, { $limit: 3 }, { $match: {} }];
  const parsed = parsePipeline(pipelineOf(stages), contextOf({ optimize: false }));
  assert.deepEqual(parsed.map(({ name }) => name), ["$limit", "$limit", "$match"]);
  const context = contextOf();
  assert.equal(optimizePipeline(parsed, context, [], []).length, 3);
});

Deno.test("a thousand stages are optimized in a moment", () => {
  const stages = Array.from(
    { length: 1000 },
    (_, i) => i % 2 === 0 ? { $addFields: { [`f${i}`]: 1 } } : { $match: { a: i } },
  );
  const started = performance.now();
  const names = parsePipeline(pipelineOf(stages), contextOf()).map(({ name }) => name);
  assert.equal(names.length, 501);
  assert.equal(names[0], "$match");
  assert.ok(performance.now() - started < 3000);
});
