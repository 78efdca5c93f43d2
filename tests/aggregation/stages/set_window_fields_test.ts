import assert from "node:assert/strict";
import { parsePipeline } from "../../../src/aggregation/pipeline.ts";
import { contextOf, pipelineOf, run, testTable } from "../fixture.ts";

const DOCUMENTS = [
  { _id: 1, state: "CA", t: 2, q: 10 },
  { _id: 2, state: "WA", t: 1, q: 5 },
  { _id: 3, state: "CA", t: 1, q: 7 },
  { _id: 4, state: "WA", t: 2, q: 6 },
  { _id: 5, t: 1, q: 1 },
];
const sum = { $sum: "$q", window: { documents: ["unbounded", "current"] } };
const stage = (spec: object) => [{ $setWindowFields: spec }];
const ids = { $project: { _id: 1, s: 1 } };

testTable("$setWindowFields", [
  [
    [...stage({ partitionBy: "$state", sortBy: { t: 1 }, output: { s: sum } }), ids],
    DOCUMENTS,
    [{ _id: 5, s: 1 }, { _id: 3, s: 7 }, { _id: 1, s: 17 }, { _id: 2, s: 5 }, { _id: 4, s: 11 }],
  ],
  // The field for a computed partition is gone again.
  [
    stage({ partitionBy: { $toLower: "$state" }, sortBy: { t: 1 }, output: { s: sum } }),
    DOCUMENTS.slice(1, 3),
    [{ _id: 3, state: "CA", t: 1, q: 7, s: 7 }, { _id: 2, state: "WA", t: 1, q: 5, s: 5 }],
  ],
  [
    [...stage({ partitionBy: null, output: { s: { $sum: "$q" } } }), { $limit: 1 }, ids],
    DOCUMENTS,
    [{ _id: 1, s: 29 }],
  ],
  // Null and missing are one partition.
  [
    [...stage({ partitionBy: "$p", output: { s: { $count: {} } } }), ids],
    [{ _id: 1, p: null }, { _id: 2 }, { _id: 3, p: 1 }, { _id: 4, p: 1.0 }],
    [{ _id: 1, s: 2 }, { _id: 2, s: 2 }, { _id: 3, s: 2 }, { _id: 4, s: 2 }],
  ],
  [
    stage({ sortBy: { _id: 1 }, output: { "a.b": { $sum: 1 }, _id: { $documentNumber: {} } } }),
    [{ _id: 7, a: { c: 1 } }, { _id: 9 }],
    [{ _id: 1, a: { c: 1, b: 2 } }, { _id: 2, a: { b: 2 } }],
  ],
  [stage({ output: {} }), [{ a: 1 }], [{ a: 1 }]],
  [stage({ output: { s: sum }, sortBy: { t: 1 } }), [], []],
  [[{ $setWindowFields: 5 }], [], 9],
  [stage({ sortBy: { t: 1 } }), [], 40414],
  [stage({ output: 5 }), [], 14],
  [stage({ output: {}, sortBy: 5 }), [], 14],
  [stage({ output: {}, foo: 5 }), [], 40415],
  [stage({ output: { a: 5 } }), [], 9],
  [stage({ output: { a: {} } }), [], 9],
  [stage({ output: { a: { $nope: 1 } } }), [], 9],
  [stage({ output: { a: { $sum: 1 }, "a.b": { $sum: 1 } } }), [], 6307900],
  [stage({ output: { "a..b": { $sum: 1 } } }), [], 15998],
  [stage({ partitionBy: [1], output: {} }), [], 14],
  [stage({ partitionBy: "$q", output: {} }), [{ q: [1] }], 14],
  [stage({ sortBy: { t: 3 }, output: {} }), [], 15975],
]);

Deno.test("a partition and order become a $sort the planner can see", () => {
  const names = (spec: object): string[] =>
    parsePipeline(pipelineOf(stage(spec)), contextOf()).map(({ name }) => name);
  const output = { s: { $sum: 1 } };
  assert.deepEqual(names({ output }), ["$_internalSetWindowFields"]);
  assert.deepEqual(names({ partitionBy: "$a.b", sortBy: { t: 1 }, output }), [
    "$sort",
    "$_internalSetWindowFields",
  ]);
  assert.deepEqual(names({ partitionBy: { $abs: "$a" }, output }), [
    "$addFields",
    "$sort",
    "$_internalSetWindowFields",
    "$unset",
  ]);
});

Deno.test("partitions follow the collation", async () => {
  const found = await run(
    stage({ partitionBy: "$s", output: { n: { $count: {} } } }),
    [{ s: "a" }, { s: "B" }, { s: "A" }],
    { collation: { locale: "en", strength: 2 } },
  );
  assert.deepEqual(found.map(({ n }) => n), [2, 2, 1]);
});
