import assert from "node:assert/strict";
import { Batch } from "../../../src/stream/batch.ts";
import type { DocumentStream } from "../../../src/stream/document_stream.ts";
import { testDatabase } from "../database.ts";
import { bson, contextOf, pipelineOf, run, testTable } from "../fixture.ts";

const DOCUMENTS = [{ _id: 1, k: "a" }, { _id: 2, k: "b" }, { _id: 3, k: "a" }];

testTable("$facet", [
  [
    [{
      $facet: {
        counts: [{ $group: { _id: "$k", n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
        first: [{ $limit: 1 }],
        sorted: [{ $sort: { _id: -1 } }, { $project: { _id: 1 } }],
        all: [],
        none: [{ $match: { k: "z" } }],
        page: [{ $skip: 1 }, { $limit: 1 }, { $project: { _id: 1 } }],
        unwound: [{ $set: { x: [1, 2] } }, { $unwind: "$x" }, { $count: "n" }],
      },
    }],
    DOCUMENTS,
    [{
      counts: [{ _id: "a", n: 2 }, { _id: "b", n: 1 }],
      first: [{ _id: 1, k: "a" }],
      sorted: [{ _id: 3 }, { _id: 2 }, { _id: 1 }],
      all: DOCUMENTS,
      none: [],
      page: [{ _id: 2 }],
      unwound: [{ n: 6 }],
    }],
  ],
  [[{ $facet: { a: [{ $count: "n" }], b: [] } }], [], [{ a: [], b: [] }]],
  [[{ $facet: { a: [{ $limit: 1 }] } }, { $unwind: "$a" }, { $replaceWith: "$a" }], DOCUMENTS, [
    DOCUMENTS[0],
  ]],
  [[{ $facet: 1 }], [], 40169],
  [[{ $facet: {} }], [], 40169],
  [[{ $facet: { a: 1 } }], [], 40170],
  [[{ $facet: { a: {} } }], [], 40170],
  [[{ $facet: { a: [1] } }], [], 40171],
  [[{ $facet: { a: [{ $nope: 1 }] } }], [], 40324],
  [[{ $facet: { a: [{}] } }], [], 40323],
  [[{ $facet: { "a.b": [] } }], [], 16412],
  [[{ $facet: { $a: [] } }], [], 16410],
  [[{ $facet: { "": [] } }], [], 15998],
  [[{ $facet: { a: [{ $facet: { b: [] } }] } }], [], 40600],
  [[{ $facet: { a: [{ $out: "x" }] } }], [], 40600],
  [[{ $facet: { a: [{ $merge: "x" }] } }], [], 40600],
  [[{ $facet: { a: [{ $documents: [] }] } }], [], 40600],
  [[{ $facet: { a: [{ $collStats: {} }] } }], [], 40600],
  [[{ $facet: { a: [{ $indexStats: {} }] } }], [], 40600],
  [[{ $facet: { a: [{ $planCacheStats: {} }] } }], [], 40600],
  [
    [{ $facet: { a: [{ $lookup: { from: "o", pipeline: [{ $facet: { b: [] } }], as: "j" } }] } }],
    [],
    40600,
  ],
  [
    [{ $facet: { a: [{ $lookup: { pipeline: [{ $documents: [] }], as: "j" } }] } }],
    [],
    40600,
  ],
  [
    [{ $facet: { a: [{ $unionWith: { coll: "o", pipeline: [{ $facet: { b: [] } }] } }] } }],
    [],
    40600,
  ],
]);

Deno.test("$facet with other collections inside", async () => {
  const others = { f: [{ _id: 7, v: 1 }] };
  const [result] = await run(
    [{
      $facet: {
        u: [{ $unionWith: "f" }, { $count: "n" }],
        l: [
          { $lookup: { from: "f", localField: "_id", foreignField: "v", as: "r" } },
          { $project: { n: { $size: "$r" } } },
        ],
      },
    }],
    DOCUMENTS,
    { others },
  );
  assert.deepEqual(result, {
    u: [{ n: 4 }],
    l: [{ _id: 1, n: 1 }, { _id: 2, n: 0 }, { _id: 3, n: 0 }],
  });
});

Deno.test("$facet stops reading when no pipeline wants more", async () => {
  let asked = 0;
  const endless: DocumentStream = {
    next(): Batch {
      asked++;
      return Batch.of([bson({ a: asked })]);
    },
    close(): void {},
  };
  const context = contextOf();
  const [stage] = context.parse(
    pipelineOf([{ $facet: { a: [{ $limit: 1 }], b: [{ $limit: 3 }] } }]),
    context,
  );
  const stream = stage.open(endless, context);
  let result: Batch | null = null;
  while (result === null || result.count === 0) result = await stream.next();
  assert.ok(asked <= 5, String(asked));
  assert.equal(await stream.next(), null);
  stream.close();
});

Deno.test("$facet may gather 100 MB (4031700)", async () => {
  const documents = Array.from({ length: 60 }, (_, i) => ({ i, text: "x".repeat(1 << 20) }));
  await assert.rejects(run([{ $facet: { a: [], b: [] } }], documents), { code: 4031700 });
});

testDatabase("$facet over a collection, an index and a view", async (db) => {
  await db.insert("c", Array.from({ length: 3000 }, (_, i) => ({ _id: i, k: i % 7 })));
  await db.createIndex("c", { k: 1 });
  await db.createView("v", "c", [{ $match: { k: 3 } }]);
  const facet = { $facet: { n: [{ $count: "n" }], max: [{ $sort: { _id: -1 } }, { $limit: 1 }] } };
  const expected = [{ n: [{ n: 429 }], max: [{ _id: 2999, k: 3 }] }];
  assert.deepEqual(await db.results("c", [{ $match: { k: 3 } }, facet]), expected);
  assert.deepEqual(await db.results("v", [facet]), expected);
  assert.deepEqual(await db.results("nothing", [facet]), [{ n: [], max: [] }]);
});
