import assert from "node:assert/strict";
import { type Document } from "bson";
import { Random } from "../fuzz/generate.ts";
import { run } from "./fixture.ts";
import { typedField } from "./typed_result.ts";

/** Documents of many groups, in an order that splits every group over several spills. */
function scattered(count: number): Document[] {
  const random = new Random(5);
  return Array.from({ length: count }, (_, i) => ({
    i,
    k: random.below(count / 5),
    v: random.below(1000) / 8,
    s: `text ${random.below(9)}`,
    o: { [`f${random.below(3)}`]: i },
    a: [i % 3],
  }));
}

const EVERYTHING = {
  _id: "$k",
  sum: { $sum: "$v" },
  avg: { $avg: "$v" },
  count: { $count: {} },
  pop: { $stdDevPop: "$i" },
  min: { $min: "$v" },
  max: { $max: "$s" },
  first: { $first: "$i" },
  last: { $last: "$i" },
  push: { $push: "$i" },
  set: { $addToSet: "$s" },
  merged: { $mergeObjects: "$o" },
  firstN: { $firstN: { n: 2, input: "$i" } },
  lastN: { $lastN: { n: 2, input: "$i" } },
  minN: { $minN: { n: 2, input: "$v" } },
  maxN: { $maxN: { n: 2, input: "$v" } },
  top: { $top: { sortBy: { v: 1 }, output: "$i" } },
  bottomN: { $bottomN: { n: 2, sortBy: { v: 1, i: 1 }, output: "$i" } },
  median: { $median: { input: "$v", method: "approximate" } },
  concat: { $concatArrays: "$a" },
  union: { $setUnion: "$a" },
};

function byId(groups: readonly Document[]): Document[] {
  return [...groups].sort((a, b) => a._id - b._id);
}

/** Sums of squares may differ in the last digit when they are joined from parts. */
function rounded(groups: readonly Document[]): Document[] {
  return groups.map((group) => ({ ...group, pop: group.pop.toFixed(6) }));
}

Deno.test("a $group that spills gives what one in memory gives, for every accumulator", async () => {
  const documents = scattered(3000);
  const inMemory = await run([{ $group: EVERYTHING }], documents);
  const spilled = await run([{ $group: EVERYTHING }], documents, { memoryLimitBytes: 200_000 });
  assert.equal(inMemory.length, spilled.length);
  assert.deepEqual(rounded(byId(spilled)), rounded(byId(inMemory)));
});

Deno.test("spilling deletes its files, also when the stream is closed early", async () => {
  const before = [...Deno.readDirSync("/tmp")].filter(({ name }) =>
    name.startsWith("secantusdb-sort")
  );
  const groups = await run(
    [{ $group: { _id: "$k", p: { $push: "$s" } } }, { $limit: 3 }],
    scattered(3000),
    {
      memoryLimitBytes: 50_000,
    },
  );
  assert.equal(groups.length, 3);
  const after = [...Deno.readDirSync("/tmp")].filter(({ name }) =>
    name.startsWith("secantusdb-sort")
  );
  assert.equal(after.length, before.length);
});

Deno.test("without allowDiskUse the limit is error 292", async () => {
  const options = { memoryLimitBytes: 50_000, allowDiskUse: false };
  await assert.rejects(
    run([{ $group: { _id: "$i", s: { $first: "$s" } } }], scattered(3000), options),
    { code: 292 },
  );
});

Deno.test("spilled groups join under a collation", async () => {
  const documents = Array.from({ length: 2000 }, (_, i) => ({
    k: (i % 2 === 0 ? "key" : "KEY") + i % 100,
  }));
  const groups = await run([{ $group: { _id: "$k", n: { $sum: 1 } } }], documents, {
    collation: { locale: "en", strength: 2 },
    memoryLimitBytes: 4000,
  });
  assert.equal(groups.length, 100);
  assert.ok(groups.every(({ n }) => n === 20));
});

Deno.test("a constant _id with plain and counted fields", async () => {
  const documents = [{ a: 1 }, { a: 2 }, {}];
  const group = { _id: { $literal: "x" }, n: { $sum: 2 }, s: { $sum: "$a" }, p: { $push: "$a.b" } };
  assert.deepEqual(await run([{ $group: group }], documents), [{ _id: "x", n: 6, s: 3, p: [] }]);
});

Deno.test("groups too large for a reply pass to a stage that makes them small", async () => {
  const text = "x".repeat(1_000_000);
  const documents = Array.from({ length: 17 }, () => ({ text }));
  assert.deepEqual(
    await run([
      { $group: { _id: 1, all: { $push: "$text" } } },
      { $project: { n: { $size: "$all" } } },
    ], documents),
    [{ _id: 1, n: 17 }],
  );
});

Deno.test("7.20 accumulators see paths through arrays as arrays", async () => {
  const documents = [{ items: [{ q: 1 }, { q: 3 }] }];
  assert.deepEqual(
    await typedField("r", [{ $group: { _id: 1, r: { $push: "$items.q" } } }], documents),
    [
      "[[1, 3]]",
    ],
  );
  assert.deepEqual(
    await typedField("r", [{ $group: { _id: 1, r: { $sum: "$items.q" } } }], documents),
    ["0"],
  );
  assert.deepEqual(
    await typedField("r", [{ $group: { _id: 1, r: { $max: "$items.q" } } }], documents),
    [
      "[1, 3]",
    ],
  );
});
