import assert from "node:assert/strict";
import { Decimal128, Double, Long } from "bson";
import { run, testTable } from "../fixture.ts";

testTable("$group", [
  [
    [{ $group: { _id: "$k", n: { $sum: "$v" } } }],
    [{ k: "a", v: 1 }, { k: "b", v: 2 }, { k: "a", v: 3 }],
    [{ _id: "a", n: 4 }, { _id: "b", n: 2 }],
  ],
  [
    [{ $group: { _id: "$k", n: { $sum: 1 } } }],
    [{ k: null }, {}, { k: 0 }],
    [{ _id: null, n: 2 }, { _id: 0, n: 1 }], // 7.62: null and missing are one group
  ],
  [[{ $group: { _id: 5, n: { $sum: 1 } } }], [{ a: 1 }, { a: 2 }, { a: 3 }], [{ _id: 5, n: 3 }]],
  [[{ $group: { _id: null, n: { $sum: 1 } } }], [], []],
  [
    [{ $group: { _id: { x: "$a", y: "$b" }, n: { $sum: 1 } } }],
    [{ a: 1, b: 2 }, { a: 1, b: 2 }, { a: 1 }],
    [{ _id: { x: 1, y: 2 }, n: 2 }, { _id: { x: 1 }, n: 1 }],
  ],
  [[{ $group: { _id: ["$a"], n: { $sum: 1 } } }], [{ a: 1 }, {}], [
    { _id: [1], n: 1 },
    { _id: [null], n: 1 },
  ]],
  [[{ $group: 5 }], [], 15947],
  [[{ $group: { n: { $sum: 1 } } }], [], 15955],
  [[{ $group: { _id: 1, n: 1 } }], [], 40234],
  [[{ $group: { _id: 1, n: {} } }], [], 40234],
  [[{ $group: { _id: 1, "a.b": { $sum: 1 } } }], [], 40235],
  [[{ $group: { _id: 1, $n: { $sum: 1 } } }], [], 40236],
  [[{ $group: { _id: 1, n: { $sum: 1, $avg: 1 } } }], [], 40238],
  [[{ $group: { _id: 1, n: { $foo: 1 } } }], [], 15952],
]);

Deno.test("7.62 numbers equal across types are one group, shown as first seen", async () => {
  const values = [Long.fromNumber(1), 1, new Double(1), Decimal128.fromString("1")];
  const groups = await run(
    [{ $group: { _id: "$v", n: { $sum: 1 } } }],
    values.map((v) => ({ v })),
  );
  assert.deepEqual(groups, [{ _id: 1, n: 4 }]);
});

Deno.test("$group under a collation joins equal strings", async () => {
  const groups = await run(
    [{ $group: { _id: "$k", n: { $sum: 1 } } }],
    [{ k: "A" }, { k: "a" }, { k: "b" }],
    { collation: { locale: "en", strength: 2 } },
  );
  assert.deepEqual(groups, [{ _id: "A", n: 2 }, { _id: "b", n: 1 }]);
});

Deno.test("$group hands out many groups in several batches", async () => {
  const documents = Array.from({ length: 5000 }, (_, i) => ({ k: i % 2500 }));
  const groups = await run([{ $group: { _id: "$k", n: { $sum: 1 } } }], documents);
  assert.equal(groups.length, 2500);
  assert.ok(groups.every(({ n }) => n === 2));
});
