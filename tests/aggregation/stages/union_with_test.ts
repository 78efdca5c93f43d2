import assert from "node:assert/strict";
import { testDatabase } from "../database.ts";
import { testTable } from "../fixture.ts";

const OTHERS = { others: { f: [{ _id: 1, v: 1 }, { _id: 2, v: 2 }] } };

testTable("$unionWith", [
  [[{ $unionWith: "f" }], [{ a: 1 }], [{ a: 1 }, { _id: 1, v: 1 }, { _id: 2, v: 2 }]],
  [[{ $unionWith: { coll: "f" } }], [], [{ _id: 1, v: 1 }, { _id: 2, v: 2 }]],
  [[{ $unionWith: { coll: "f", pipeline: [{ $match: { v: 2 } }] } }], [{ a: 1 }], [
    { a: 1 },
    { _id: 2, v: 2 },
  ]],
  [[{ $unionWith: "nothing" }], [{ a: 1 }], [{ a: 1 }]],
  [[{ $unionWith: { pipeline: [{ $documents: [{ x: 1 }] }, { $set: { y: 2 } }] } }], [{ a: 1 }], [
    { a: 1 },
    { x: 1, y: 2 },
  ]],
  [[{ $unionWith: "f" }, { $unionWith: "f" }, { $count: "n" }], [], [{ n: 4 }]],
  [[{ $unionWith: { coll: "f", pipeline: [{ $unionWith: "f" }] } }, { $count: "n" }], [{}], [
    { n: 5 },
  ]],
  [[{ $unionWith: "f" }, { $limit: 1 }], [{ a: 1 }, { a: 2 }], [{ a: 1 }]],
  [[{ $unionWith: 5 }], [], 9],
  [[{ $unionWith: "" }], [], 73],
  [[{ $unionWith: { coll: "" } }], [], 73],
  [[{ $unionWith: {} }], [], 9],
  [[{ $unionWith: { pipeline: [] } }], [], 9],
  [[{ $unionWith: { pipeline: [{ $match: {} }] } }], [], 9],
  [[{ $unionWith: { coll: 5 } }], [], 14],
  [[{ $unionWith: { coll: "f", pipeline: 5 } }], [], 14],
  [[{ $unionWith: { coll: "f", pipeline: [5] } }], [], 14],
  [[{ $unionWith: { coll: "f", x: 1 } }], [], 40415],
  [[{ $unionWith: { coll: "f", pipeline: [{ $nope: 1 }] } }], [], 40324],
  [[{ $unionWith: { coll: "f", pipeline: [{ $out: "x" }] } }], [], 31441],
  [[{ $unionWith: { coll: "f", pipeline: [{ $merge: "x" }] } }], [], 31441],
], OTHERS);

testDatabase(
  "$unionWith of views, of the collection itself, and in several getMores",
  async (db) => {
    await db.insert("c", Array.from({ length: 250 }, (_, _id) => ({ _id })));
    await db.createView("v", "c", [{ $match: { _id: { $lt: 3 } } }]);
    await db.createView("vv", "v", [{ $set: { v: 1 } }]);
    assert.deepEqual(
      await db.results("v", [{ $unionWith: "vv" }, {
        $group: { _id: "$_id", n: { $sum: 1 }, v: { $max: "$v" } },
      }, { $sort: { _id: 1 } }]),
      [
        { _id: 0, n: 2, v: 1 },
        { _id: 1, n: 2, v: 1 },
        { _id: 2, n: 2, v: 1 },
      ],
    );
    const cursor = db.harness.client.db("t").collection("c").aggregate([{ $unionWith: "c" }], {
      batchSize: 100,
    });
    assert.equal((await cursor.toArray()).length, 500);
  },
);
