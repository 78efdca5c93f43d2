import assert from "node:assert/strict";
import { BSONRegExp, Decimal128, type Document, Double, Long, ObjectId } from "bson";
import { type Database, testDatabase } from "../database.ts";
import { contextOf, pipelineOf, run, testTable } from "../fixture.ts";

/** Documents of both sides, the field joined on, and which foreign `_id`s belong to each local document. */
type JoinRow = readonly [
  local: readonly Document[],
  localField: string,
  foreign: readonly Document[],
  foreignField: string,
  expected: readonly (readonly unknown[])[],
];

const id = new ObjectId();

const EQUALITY: readonly JoinRow[] = [
  // Null and missing, on both sides.
  [
    [{ k: null }, {}, { k: [] }, { k: [null, 1] }, { k: 0 }, { k: "" }, { k: false }],
    "k",
    [
      { _id: 0 },
      { _id: 1, f: null },
      { _id: 2, f: [null, 1] },
      { _id: 3, f: [] },
      { _id: 4, f: 1 },
      { _id: 5, f: { x: null } },
      { _id: 6, f: [[null, 1]] },
      { _id: 7, f: 0 },
    ],
    "f",
    [[0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1, 2, 4], [7], [], []],
  ],
  // A local array stands for its elements, a foreign one for its elements and itself.
  [
    [{ k: [1, 2] }, { k: [[1, 2], 9] }, { k: 1 }, { k: [[], 9] }, { k: [3, 3, 3] }],
    "k",
    [
      { _id: 0, f: [[1, 2], 3] },
      { _id: 1, f: [1, 2] },
      { _id: 2, f: 1 },
      { _id: 3, f: [2, 1] },
      { _id: 4, f: [] },
      { _id: 5, f: [[[1, 2]]] },
      { _id: 6, f: [1, 1] },
    ],
    "f",
    [[1, 2, 3, 6], [0, 1], [1, 2, 3, 6], [4], [0]],
  ],
  // Paths through documents and arrays, on both sides.
  [
    [
      { k: { x: 1 } },
      { k: [{ x: 1 }, { x: 5 }] },
      { k: [{ y: 1 }, 1] },
      { k: 1 },
      { k: [{ x: [5, 6] }] },
    ],
    "k.x",
    [
      { _id: 0, f: { g: 1 } },
      { _id: 1, f: [{ g: 5 }, { g: 7 }] },
      { _id: 2, f: [{ h: 5 }] },
      { _id: 3, f: { g: [6, 8] } },
      { _id: 4, f: [] },
      { _id: 5, f: 3 },
      { _id: 6 },
    ],
    "f.g",
    [[0], [0, 1], [2, 5, 6], [2, 5, 6], [1, 3]],
  ],
  // Numbers of all types, dates, ids, documents (fields in order), regular expressions as values.
  [
    [
      { k: new Double(1) },
      { k: Decimal128.fromString("1.0") },
      { k: NaN },
      { k: new Double(-0) },
      { k: "1" },
      { k: id },
      { k: { a: 1, b: 2 } },
      { k: { b: 2, a: 1 } },
      { k: new BSONRegExp("a", "") },
      { k: ["abc", new BSONRegExp("b", "")] },
      { k: new Date(5) },
      { k: true },
    ],
    "k",
    [
      { _id: 0, f: 1 },
      { _id: 1, f: Long.fromNumber(1) },
      { _id: 2, f: Decimal128.fromString("NaN") },
      { _id: 3, f: 0 },
      { _id: 4, f: "abc" },
      { _id: 5, f: id },
      { _id: 6, f: { a: new Double(1), b: 2 } },
      { _id: 7, f: new BSONRegExp("a", "") },
      { _id: 8, f: new Date(5) },
      { _id: 9, f: true },
    ],
    "f",
    [[0, 1], [0, 1], [2], [3], [], [5], [6], [], [7], [4], [8], [9]],
  ],
  // Numbers in a path are indexes where arrays are.
  [
    [{ k: [{ x: 1 }, { x: 2 }] }, { k: { x: 1 } }, { k: [7] }],
    "k.0.x",
    [{ _id: 0, f: [[1, 2]] }, { _id: 1, f: [2] }, { _id: 2 }, { _id: 3, f: 1 }],
    "f",
    [[3], [2], [2]],
  ],
];

async function joined(
  db: Database,
  [local, localField, , foreignField]: JoinRow,
  from: string,
): Promise<unknown[][]> {
  const results = await db.results("local", [
    { $lookup: { from, localField, foreignField, as: "r" } },
  ]);
  assert.equal(results.length, local.length);
  return results.map(({ r }) => r.map(({ _id }: Document) => _id).sort());
}

EQUALITY.forEach((row, at) => {
  testDatabase(`7.64 $lookup equality ${at}: table, index and view`, async (db) => {
    const [local, , foreign, field, expected] = row;
    await db.insert("local", local);
    await db.insert("foreign", foreign);
    await db.createView("view", "foreign", []);
    assert.deepEqual(await joined(db, row, "foreign"), expected);
    assert.deepEqual(await joined(db, row, "view"), expected);
    await db.createIndex("foreign", { [field]: 1 });
    assert.deepEqual(await joined(db, row, "foreign"), expected);
  });
});

testDatabase("$lookup goes through an index where there is one", async (db) => {
  await db.insert("c", [{ _id: 1, k: 3 }, { _id: 2, k: 999 }]);
  await db.insert("f", Array.from({ length: 1000 }, (_, i) => ({ _id: i, v: i % 500 })));
  await db.createIndex("f", { v: 1 });
  const stage = { $lookup: { from: "f", localField: "k", foreignField: "v", as: "r" } };
  assert.deepEqual((await db.results("c", [stage])).map(({ r }) => r.length), [2, 0]);
  const [uses] = await db.results("f", [{ $indexStats: {} }, { $match: { name: "v_1" } }]);
  assert.equal(Number(uses.accesses.ops), 2);
  const byId = { $lookup: { from: "f", localField: "k", foreignField: "_id", as: "r" } };
  assert.deepEqual((await db.results("c", [byId])).map(({ r }) => r[0]._id), [3, 999]);
});

testDatabase("$lookup: many documents against a small indexed collection", async (db) => {
  await db.insert("c", Array.from({ length: 600 }, (_, i) => ({ _id: i, k: i % 10 })));
  await db.insert("f", Array.from({ length: 10 }, (_, i) => ({ _id: i, v: i })));
  await db.createIndex("f", { v: 1 });
  const stage = { $lookup: { from: "f", localField: "k", foreignField: "v", as: "r" } };
  const results = await db.results("c", [stage]);
  assert.ok(results.every(({ k, r }) => r.length === 1 && r[0].v === k));
});

testDatabase("$lookup under a collation", async (db) => {
  await db.insert("c", [{ _id: 1, k: "A" }]);
  await db.insert("f", [{ _id: 1, v: "a" }, { _id: 2, v: "b" }]);
  const stage = { $lookup: { from: "f", localField: "k", foreignField: "v", as: "r" } };
  const collation = { locale: "en", strength: 2 };
  for (const withIndex of [false, true]) {
    if (withIndex) await db.createIndex("f", { v: 1 });
    assert.deepEqual((await db.results("c", [stage]))[0].r, []);
    assert.deepEqual((await db.results("c", [stage], { collation }))[0].r, [{ _id: 1, v: "a" }]);
  }
});

const OTHERS = {
  others: {
    f: [{ _id: 1, v: 1, n: "x" }, { _id: 2, v: 1, n: "y" }, { _id: 3, v: 2, n: "z" }],
    empty: [],
  },
};
const ids = { $project: { _id: 1 } };

testTable("$lookup", [
  [
    [{ $lookup: { from: "f", localField: "a", foreignField: "v", as: "r.s" } }],
    [{ _id: 9, a: 2, r: { t: 1 } }],
    [{ _id: 9, a: 2, r: { t: 1, s: [{ _id: 3, v: 2, n: "z" }] } }],
  ],
  [[{ $lookup: { from: "nothing", localField: "a", foreignField: "v", as: "r" } }], [{ a: 1 }], [
    { a: 1, r: [] },
  ]],
  [[{ $lookup: { from: "f", localField: "a", foreignField: "v", as: "a" } }], [{ a: 2, b: 1 }], [
    { a: [{ _id: 3, v: 2, n: "z" }], b: 1 },
  ]],
  // A pipeline of its own, the same for all.
  [[{ $lookup: { from: "f", pipeline: [{ $count: "n" }], as: "r" } }], [{ a: 1 }, { a: 2 }], [
    { a: 1, r: [{ n: 3 }] },
    { a: 2, r: [{ n: 3 }] },
  ]],
  // One with variables.
  [
    [{
      $lookup: {
        from: "f",
        let: { x: "$a", y: { $add: ["$a", 1] } },
        pipeline: [{ $match: { $expr: { $in: ["$v", ["$$x", "$$y"]] } } }, {
          $project: { _id: 1, s: "$$y" },
        }],
        as: "r",
      },
    }],
    [{ a: 1 }, { a: 2 }, {}],
    [
      { a: 1, r: [{ _id: 1, s: 2 }, { _id: 2, s: 2 }, { _id: 3, s: 2 }] },
      { a: 2, r: [{ _id: 3, s: 3 }] },
      { r: [] },
    ],
  ],
  // A missing variable stays missing.
  [
    [{
      $lookup: {
        from: "f",
        let: { x: "$nope" },
        pipeline: [{ $limit: 1 }, { $project: { _id: 0, t: { $type: "$$x" } } }],
        as: "r",
      },
    }],
    [{ a: 1 }],
    [{ a: 1, r: [{ t: "missing" }] }],
  ],
  // Equality, then a pipeline.
  [
    [{
      $lookup: {
        from: "f",
        localField: "a",
        foreignField: "v",
        let: { m: "$m" },
        pipeline: [{ $match: { $expr: { $eq: ["$n", "$$m"] } } }, ids],
        as: "r",
      },
    }],
    [{ a: 1, m: "y" }, { a: 2, m: "y" }],
    [{ a: 1, m: "y", r: [{ _id: 2 }] }, { a: 2, m: "y", r: [] }],
  ],
  [
    [{
      $lookup: {
        from: "f",
        localField: "a",
        foreignField: "v",
        pipeline: [{ $sort: { n: -1 } }, { $limit: 1 }, ids],
        as: "r",
      },
    }],
    [{ a: 1 }, { a: 3 }],
    [{ a: 1, r: [{ _id: 2 }] }, { a: 3, r: [] }],
  ],
  // What stands before the first stage that needs the document is kept; what follows runs each time.
  [
    [{
      $lookup: {
        from: "f",
        let: { x: "$a" },
        pipeline: [
          { $group: { _id: "$v", n: { $sum: 1 } } },
          { $sort: { _id: 1 } },
          { $match: { $expr: { $eq: ["$_id", "$$x"] } } },
        ],
        as: "r",
      },
    }],
    [{ a: 1 }, { a: 2 }, { a: 3 }],
    [{ a: 1, r: [{ _id: 1, n: 2 }] }, { a: 2, r: [{ _id: 2, n: 1 }] }, { a: 3, r: [] }],
  ],
  // Lookups inside lookups see the variables around them.
  [
    [{
      $lookup: {
        from: "f",
        let: { x: "$a" },
        pipeline: [
          { $match: { $expr: { $eq: ["$v", "$$x"] } } },
          {
            $lookup: {
              from: "f",
              let: { m: "$n" },
              pipeline: [
                { $match: { $expr: { $and: [{ $eq: ["$v", "$$x"] }, { $ne: ["$n", "$$m"] }] } } },
                ids,
              ],
              as: "others",
            },
          },
          { $project: { others: 1 } },
        ],
        as: "r",
      },
    }],
    [{ a: 1 }, { a: 2 }],
    [
      { a: 1, r: [{ _id: 1, others: [{ _id: 2 }] }, { _id: 2, others: [{ _id: 1 }] }] },
      { a: 2, r: [{ _id: 3, others: [] }] },
    ],
  ],
  [
    [{
      $lookup: { pipeline: [{ $documents: [{ k: 1 }, { k: 2 }] }, { $match: { k: 2 } }], as: "r" },
    }],
    [{ a: 1 }],
    [{ a: 1, r: [{ k: 2 }] }],
  ],
  [
    [{
      $lookup: {
        localField: "a",
        foreignField: "k",
        pipeline: [{ $documents: [{ k: 1 }, { k: 2 }] }, { $set: { t: 1 } }],
        as: "r",
      },
    }],
    [{ a: 1 }, { a: 3 }],
    [{ a: 1, r: [{ k: 1, t: 1 }] }, { a: 3, r: [] }],
  ],
  [
    [{ $lookup: { from: "f", localField: "a", foreignField: "v", pipeline: [], as: "r" } }, {
      $project: { n: { $size: "$r" } },
    }],
    [{ a: 1 }],
    [{ n: 2 }],
  ],
  // Arguments.
  [[{ $lookup: 5 }], [], 9],
  [[{ $lookup: { from: 5, localField: "a", foreignField: "b", as: "c" } }], [], 9],
  [[{ $lookup: { from: "f", localField: "a", foreignField: "b" } }], [], 40414],
  [[{ $lookup: { from: "f", localField: "a", foreignField: "b", as: 1 } }], [], 14],
  [[{ $lookup: { from: "f", localField: "a", as: "c" } }], [], 9],
  [[{ $lookup: { from: "f", localField: "a", pipeline: [], as: "c" } }], [], 9],
  [[{ $lookup: { from: "f", as: "c" } }], [], 9],
  [[{ $lookup: { localField: "a", foreignField: "b", as: "c" } }], [], 9],
  [[{ $lookup: { pipeline: [], as: "c" } }], [], 9],
  [[{ $lookup: { pipeline: [{ $match: {} }], as: "c" } }], [], 9],
  [[{ $lookup: { from: "f", localField: "a", foreignField: "b", as: "c", x: 1 } }], [], 40415],
  [[{ $lookup: { from: "f", localField: "a", foreignField: "b", let: {}, as: "c" } }], [], 9],
  [[{ $lookup: { from: "f", let: 1, pipeline: [], as: "c" } }], [], 14],
  [[{ $lookup: { from: "f", let: { X: 1 }, pipeline: [], as: "c" } }], [], 9],
  [[{ $lookup: { from: "f", pipeline: {}, as: "c" } }], [], 14],
  [[{ $lookup: { from: "f", pipeline: [1], as: "c" } }], [], 14],
  [[{ $lookup: { from: "f", pipeline: [{ $nope: 1 }], as: "c" } }], [], 40324],
  [[{ $lookup: { from: "f", pipeline: [{ $match: { $expr: "$$x" } }], as: "c" } }], [], 17276],
  [[{ $lookup: { from: "f", pipeline: [{ $out: "x" }], as: "c" } }], [], 51047],
  [[{ $lookup: { from: "f", pipeline: [{ $merge: "x" }], as: "c" } }], [], 51047],
  [[{ $lookup: { from: { db: "d", coll: "c" }, pipeline: [], as: "c" } }], [], 9],
  [[{ $lookup: { from: "f", localField: "$a", foreignField: "b", as: "c" } }], [], 16410],
  [[{ $lookup: { from: "f", localField: "a", foreignField: "b", as: "$c" } }], [], 16410],
  [[{ $lookup: { from: "f", localField: "a", foreignField: "b", as: "c." } }], [], 40353],
], OTHERS);

Deno.test("pipelines may be 20 deep, not 21 (232)", async () => {
  const nested = (depth: number): Document => {
    const inner = depth > 1 ? [nested(depth - 1)] : [];
    return { $lookup: { from: "f", pipeline: [{ $limit: 1 }, ...inner], as: "r" } };
  };
  assert.equal((await run([nested(20)], [{ a: 1 }], OTHERS)).length, 1);
  await assert.rejects(run([nested(21)], [{ a: 1 }], OTHERS), { code: 232 });
});

testDatabase("an $expr equality with a variable finds its index", async (db) => {
  await db.insert("c", [{ _id: 1, k: 3 }, { _id: 2, k: null }, { _id: 3 }, { _id: 4, k: [1] }]);
  await db.insert("f", [{ _id: 1, v: 3 }, { _id: 2, v: null }, { _id: 3 }, { _id: 4, v: [1] }]);
  const stage = {
    $lookup: {
      from: "f",
      let: { k: "$k" },
      pipeline: [{ $match: { $expr: { $eq: ["$v", "$$k"] } } }],
      as: "r",
    },
  };
  const found = async () =>
    (await db.results("c", [stage])).map(({ r }) => r.map(({ _id }: Document) => _id));
  // Unlike in equality by fields, null, missing and arrays are equal only to themselves.
  assert.deepEqual(await found(), [[1], [2], [3], [4]]);
  await db.createIndex("f", { v: 1 });
  assert.deepEqual(await found(), [[1], [2], [3], [4]]);
  const [uses] = await db.results("f", [{ $indexStats: {} }, { $match: { name: "v_1" } }]);
  assert.ok(Number(uses.accesses.ops) >= 3);
});

Deno.test("filters and limits that do not look at the result go in front of $lookup", () => {
  const context = contextOf();
  const names = (stages: readonly Document[]) =>
    context.parse(pipelineOf(stages), context).map(({ name }) => name);
  const lookup = { $lookup: { from: "f", localField: "a", foreignField: "b", as: "r.s" } };
  assert.deepEqual(names([lookup, { $match: { a: 1 } }]), ["$match", "$lookup"]);
  assert.deepEqual(names([lookup, { $limit: 1 }]), ["$limit", "$lookup"]);
  assert.deepEqual(names([lookup, { $match: { "r.s.b": 1 } }]), ["$lookup", "$match"]);
  assert.deepEqual(names([lookup, { $match: { r: { $exists: true }, a: 1 } }]), [
    "$match",
    "$lookup",
    "$match",
  ]);
});
