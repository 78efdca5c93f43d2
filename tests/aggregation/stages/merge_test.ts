import assert from "node:assert/strict";
import type { Document } from "bson";
import { Database, testDatabase } from "../database.ts";

const SOURCE = [{ _id: 1, a: 10 }, { _id: 2, a: 20 }, { _id: 3, a: 30 }];
const TARGET = [{ _id: 1, b: 1 }, { _id: 2, a: 5, b: 2 }];

/** Runs a $merge of SOURCE into TARGET and gives the target, or the code of the error. */
async function merged(db: Database, spec: Document): Promise<Document[] | number> {
  await db.command({ drop: "c" });
  await db.command({ drop: "t" });
  await db.insert("c", SOURCE);
  await db.insert("t", TARGET);
  const reply = await db.aggregate("c", [{ $merge: { into: "t", ...spec } }]);
  if (reply.ok === 0) return reply.code;
  assert.deepEqual(reply.cursor.firstBatch, []);
  return await db.results("t", [{ $sort: { _id: 1 } }]);
}

testDatabase("$merge: what happens with and without a match", async (db) => {
  const third = { _id: 3, a: 30 };
  for (
    const [spec, expected] of [
      [{}, [{ _id: 1, b: 1, a: 10 }, { _id: 2, a: 20, b: 2 }, third]],
      [{ whenMatched: "merge" }, [{ _id: 1, b: 1, a: 10 }, { _id: 2, a: 20, b: 2 }, third]],
      [{ whenMatched: "replace" }, SOURCE],
      [{ whenMatched: "keepExisting" }, [...TARGET, third]],
      [{ whenMatched: "fail" }, 11000],
      [{ whenNotMatched: "discard" }, [{ _id: 1, b: 1, a: 10 }, { _id: 2, a: 20, b: 2 }]],
      [{ whenMatched: "replace", whenNotMatched: "discard" }, SOURCE.slice(0, 2)],
      [{ whenNotMatched: "fail" }, 13113],
      [{ whenMatched: "replace", whenNotMatched: "fail" }, 13113],
      [
        { whenMatched: [{ $set: { sum: { $add: ["$b", "$$new.a"] } } }] },
        [{ _id: 1, b: 1, sum: 11 }, { _id: 2, a: 5, b: 2, sum: 22 }, third],
      ],
      [
        { whenMatched: [{ $set: { s: 1 } }], whenNotMatched: "discard" },
        [{ _id: 1, b: 1, s: 1 }, { _id: 2, a: 5, b: 2, s: 1 }],
      ],
      [{ whenMatched: [{ $set: { s: 1 } }], whenNotMatched: "fail" }, 13113],
      [
        { let: { twice: { $multiply: ["$a", 2] } }, whenMatched: [{ $set: { t: "$$twice" } }] },
        [{ _id: 1, b: 1, t: 20 }, { _id: 2, a: 5, b: 2, t: 40 }, third],
      ],
      [
        { let: { new: "$$ROOT" }, whenMatched: [{ $replaceWith: "$$new" }] },
        SOURCE,
      ],
      [{ whenMatched: [{ $match: {} }] }, 72],
      [{ whenMatched: [{ $set: { t: "$$nope" } }] }, 17276],
    ] as readonly (readonly [Document, Document[] | number])[]
  ) {
    assert.deepEqual(await merged(db, spec), expected, JSON.stringify(spec));
  }
});

testDatabase("$merge by other fields needs a unique index on just them", async (db) => {
  const stage = (on: unknown, more: Document = {}) => [
    { $project: { _id: 0, k: 1, "s.t": 1, n: 1 } },
    { $merge: { into: "t", on, ...more } },
  ];
  await db.insert("c", [{ k: 1, s: { t: "x" }, n: 1 }, { k: 1, s: { t: "y" }, n: 2 }]);
  const missing = [51183, "Cannot find index to verify that join fields will be unique"] as const;
  await db.check("c", stage("k"), missing);
  await db.command({ create: "t" });
  await db.check("c", stage("k"), missing);
  await db.createIndex("t", { k: 1, "s.t": 1 }, { unique: true });
  await db.check("c", stage("k"), missing);
  await db.check("c", stage(["k"]), missing);
  for (let i = 0; i < 2; i++) await db.check("c", stage(["s.t", "k"]), []);
  const written = await db.results("t", [{ $sort: { n: 1 } }, { $project: { _id: 0 } }]);
  assert.deepEqual(written, [{ k: 1, s: { t: "x" }, n: 1 }, { k: 1, s: { t: "y" }, n: 2 }]);
  // Missing and null are one value, arrays are none.
  await db.insert("d", [{ k: 2, n: 5 }, { k: 2, s: { t: null }, n: 6 }]);
  await db.check("d", stage(["k", "s.t"]), []);
  assert.deepEqual(
    (await db.results("t", [{ $match: { k: 2 } }])).map(({ n }) => n),
    [6],
  );
  await db.insert("e", [{ k: [1], s: { t: 1 } }]);
  await db.check("e", stage(["k", "s.t"]), [51185]);
  // An index that does not know all documents.
  await db.createIndex("t", { p: 1 }, { unique: true, partialFilterExpression: { p: { $gt: 1 } } });
  await db.check("c", stage("p"), missing);
  await db.createIndex("t", { q: 1 }, { unique: true, sparse: true });
  await db.check("c", stage("q"), [51132]);
  await db.createIndex("t", { nu: 1 });
  await db.check("c", stage("nu"), missing);
});

testDatabase("an _id that differs, and duplicates in other indexes", async (db) => {
  await db.insert("c", [{ _id: 5, k: 1 }]);
  await db.insert("t", [{ _id: 6, k: 1, u: 1 }, { _id: 7, k: 2, u: 2 }]);
  await db.createIndex("t", { k: 1 }, { unique: true });
  await db.createIndex("t", { u: 1 }, { unique: true });
  await db.check("c", [{ $merge: { into: "t", on: "k" } }], [
    66,
    /^Executor error during aggregate command on namespace: \w+\.\w+ :: caused by :: \$merge failed to update the matching document, did you attempt to modify the _id or the shard key\? :: caused by :: /,
  ]);
  await db.check("c", [{ $set: { _id: 6, u: 2 } }, { $merge: { into: "t" } }], [
    11000,
    /^Executor error during aggregate command on namespace: \w+\.\w+ :: caused by :: E11000 .* index: u_1 /,
  ]);
  await db.check("c", [{ $merge: { into: "t", on: "k", whenMatched: "fail" } }], [
    11000,
    /\$merge with whenMatched: fail found an existing document .* fields :: caused by :: E11000 .* index: k_1 /,
  ]);
});

testDatabase("where $merge writes", async (db) => {
  await db.insert("c", [{ _id: 1, a: 1 }]);
  await db.createView("v", "c", [{ $set: { v: 1 } }]);
  await db.check("v", [{ $merge: { into: { db: "u", coll: "x" } } }], []);
  assert.deepEqual(await new Database(db.harness, "u").documents("x"), [{ _id: 1, a: 1, v: 1 }]);
  await db.check("v", [{ $merge: "c" }], []);
  assert.deepEqual(await db.documents("c"), [{ _id: 1, a: 1, v: 1 }]);
  await db.check("c", [{ $project: { _id: 0, a: 1 } }, { $merge: "made" }], []);
  assert.equal((await db.documents("made"))[0].a, 1);
  await db.check("nothing", [{ $merge: "none" }], []);
  assert.deepEqual(await db.documents("none"), []);
  await db.check("c", [{ $merge: "v" }], [166]);
  await db.command({ create: "strict", validator: { a: { $gt: 5 } } });
  await db.check("c", [{ $merge: "strict" }], [121]);
  await db.check("c", [{ $merge: "strict" }], [], { bypassDocumentValidation: true });
  assert.equal((await db.documents("strict")).length, 1);
  const explained = await db.command({
    explain: { aggregate: "c", pipeline: [{ $merge: "explained" }], cursor: {} },
    verbosity: "executionStats",
  });
  assert.equal(explained.ok, 1, explained.errmsg);
  assert.deepEqual(await db.documents("explained"), []);
});

testDatabase("values of _id that a filter would read as something else", async (db) => {
  const odd = [{ _id: { x: 1, y: 2 } }, { _id: { x: { $y: 1 } } }];
  await db.command({ insert: "c", documents: [odd[0], { _id: 2, a: null }] });
  for (let i = 0; i < 2; i++) await db.check("c", [{ $set: { n: i } }, { $merge: "t" }], []);
  assert.deepEqual(await db.results("t", [{ $sort: { n: 1, _id: 1 } }]), [
    { _id: 2, a: null, n: 1 },
    { _id: { x: 1, y: 2 }, n: 1 },
  ]);
});
