import assert from "node:assert/strict";
import { run, testTable } from "../fixture.ts";

const DOCUMENTS = [1, 2, 3, 4, 5].map((n) => ({ n }));

testTable("how many", [
  [[{ $skip: 3 }], DOCUMENTS, [{ n: 4 }, { n: 5 }]],
  [[{ $skip: 0 }, { $limit: 1 }], DOCUMENTS, [{ n: 1 }]],
  [[{ $limit: 3 }, { $skip: 2 }], DOCUMENTS, [{ n: 3 }]],
  [[{ $limit: 2.0 }], DOCUMENTS, [{ n: 1 }, { n: 2 }]],
  [[{ $limit: 0 }], [], 15958],
  [[{ $limit: -1 }], [], 5107201],
  [[{ $limit: "x" }], [], 5107201],
  [[{ $limit: 1.5 }], [], 5107201],
  [[{ $skip: -1 }], [], 5107200],
  [[{ $skip: null }], [], 5107200],
  [[{ $count: "total" }], DOCUMENTS, [{ total: 5 }]],
  [[{ $count: "total" }], [], []],
  [[{ $count: "" }], [], 40157],
  [[{ $count: 5 }], [], 40156],
  [[{ $count: "$a" }], [], 40158],
  [[{ $count: "a.b" }], [], 40160],
  [[{ $count: "_id" }], [], 9039800],
  [[{ $sample: 5 }], [], 28745],
  [[{ $sample: { size: "x" } }], [], 28746],
  [[{ $sample: { size: -1 } }], [], 28747],
  [[{ $sample: { foo: 1 } }], [], 28748],
  [[{ $sample: {} }], [], 28749],
]);

Deno.test("$sample picks distinct documents", async () => {
  const picked = await run([{ $sample: { size: 3 } }], DOCUMENTS);
  assert.equal(new Set(picked.map(({ n }) => n)).size, 3);
  assert.equal((await run([{ $sample: { size: 99 } }], DOCUMENTS)).length, 5);
});
