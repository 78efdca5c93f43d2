import assert from "node:assert/strict";
import type { Document } from "bson";
import { type Database, testDatabase } from "./database.ts";

const SIZES = [1, 2, 700, 3, 0, 900, 5];
const PIPELINES: readonly (readonly [pipeline: readonly Document[], direction: string | null])[] = [
  [[{ $sort: { a: 1, b: 1 } }, { $group: { _id: "$a", x: { $first: "$c" } } }], "forward"],
  [[{ $sort: { a: 1, b: 1 } }, { $group: { _id: "$a", x: { $last: "$c" } } }], "backward"],
  [[{ $sort: { a: -1, b: -1 } }, { $group: { _id: "$a", x: { $first: "$c" } } }], "backward"],
  [[{ $sort: { a: -1, b: -1 } }, { $group: { _id: "$a", x: { $last: "$b" } } }], "forward"],
  [[{ $group: { _id: "$a" } }], "forward"],
  [[{ $match: { a: { $gt: 1 } } }, { $group: { _id: "$a" } }], "forward"],
  [[
    { $match: { a: { $in: [0, 2, 5, "x"] } } },
    { $sort: { a: 1, b: 1 } },
    { $group: { _id: "$a", x: { $first: "$b" }, y: { $first: "$c" } } },
  ], "forward"],
  [[
    { $match: { a: { $in: [0, 2, 5, "x"] } } },
    { $sort: { a: 1, b: 1 } },
    { $group: { _id: "$a", x: { $last: "$$ROOT" } } },
  ], "backward"],
  [[{ $sort: { a: 1, b: 1 } }, { $limit: 5 }, { $group: { _id: "$a" } }], null],
  [[{ $group: { _id: "$a", x: { $first: "$c" } } }], null],
  [[{ $group: { _id: "$a", n: { $sum: 1 } } }], null],
  [[{ $sort: { b: 1 } }, { $group: { _id: "$a", x: { $first: "$c" } } }], null],
  [
    [{ $sort: { a: 1, b: 1 } }, { $group: { _id: "$a", x: { $first: "$c" }, y: { $last: "$c" } } }],
    null,
  ],
  [[{ $match: { c: 1 } }, { $group: { _id: "$a" } }], null],
];

async function load(database: Database, index: Document): Promise<void> {
  const documents: Document[] = [{ _id: -1, a: null, b: 9, c: 9 }, { _id: -2, b: 8 }];
  SIZES.forEach((size, a) => {
    for (let b = 0; b < size; b++) {
      const shown = a === 3 ? "x" : a === 6 && b % 2 === 1 ? 6.5 : a;
      documents.push({ _id: documents.length, a: shown, b: (b * 7919) % 1000, c: b });
    }
  });
  await database.insert("c", documents);
  await database.insert("plain", documents);
  await database.createIndex("c", index);
}

async function direction(database: Database, pipeline: readonly Document[]) {
  const reply = await database.command({
    explain: { aggregate: "c", pipeline, cursor: {} },
    verbosity: "executionStats",
  });
  const text = JSON.stringify(reply);
  if (!text.includes("DISTINCT_SCAN")) return [null, undefined] as const;
  const { executionStats } = reply.stages?.[0]?.$cursor ?? reply;
  return [text.match(/"direction":"(\w+)"/)![1], executionStats.totalKeysExamined] as const;
}

const byId = (a: Document, b: Document) =>
  Deno.inspect(a._id) < Deno.inspect(b._id)
    ? -1
    : Deno.inspect(a._id) > Deno.inspect(b._id)
    ? 1
    : 0;

for (const index of [{ a: 1, b: 1 }, { a: -1, b: -1 }]) {
  testDatabase(`a $group over ${JSON.stringify(index)}`, async (database) => {
    await load(database, index);
    for (const [pipeline, expected] of PIPELINES) {
      const text = JSON.stringify(pipeline);
      const found = (await database.results("c", pipeline)).sort(byId);
      assert.deepEqual(found, (await database.results("plain", pipeline)).sort(byId), text);
      const [shown, keys] = await direction(database, pipeline);
      assert.equal(shown === null, expected === null, text);
      if (index.a === 1) assert.equal(shown, expected, text);
      if (shown !== null) assert.ok(keys! < 900, `${text}: ${keys} keys examined`);
    }
  });
}

for (
  const [name, options, extra] of [
    ["sparse", { sparse: true }, []],
    ["partial", { partialFilterExpression: { b: { $gt: 5 } } }, []],
    ["with a collation", { collation: { locale: "en", strength: 1 } }, []],
    ["with arrays", {}, [{ _id: "array", a: [1, 2], b: 3 }]],
  ] as const
) {
  testDatabase(`an index that is ${name} does not serve`, async (database) => {
    await database.insert("c", [{ a: "x", b: 1 }, { a: "X", b: 9 }, { b: 2 }, ...extra]);
    await database.createIndex("c", { a: 1, b: 1 }, options);
    const [shown] = await direction(database, [{ $group: { _id: "$a" } }]);
    assert.equal(shown, null);
  });
}

testDatabase(
  "a collation on the query asks for equal strings that keys do not show",
  async (database) => {
    await database.insert("c", [{ a: "x" }, { a: "X" }]);
    await database.createIndex("c", { a: 1 });
    const collation = { locale: "en", strength: 1 };
    assert.equal(
      (await database.results("c", [{ $group: { _id: "$a" } }], { collation })).length,
      1,
    );
  },
);
