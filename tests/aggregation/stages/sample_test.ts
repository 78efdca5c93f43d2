import assert from "node:assert/strict";
import { Decimal128, Long } from "bson";
import { run, testTable } from "../fixture.ts";

const DOCUMENTS = Array.from({ length: 20 }, (_, _id) => ({ _id }));

testTable("$sample", [
  [[{ $sample: 5 }], [], 28745],
  [[{ $sample: { size: "x" } }], [], 28746],
  [[{ $sample: { size: null } }], [], 28746],
  [[{ $sample: { size: 0 } }], [], 28747],
  [[{ $sample: { size: -1 } }], [], 28747],
  [[{ $sample: { size: NaN } }], [], 28747],
  [[{ $sample: { size: 1, x: 1 } }], [], 28748],
  [[{ $sample: {} }], [], 28749],
]);

Deno.test("$sample gives as many different documents as asked for, or all", async () => {
  for (const size of [1, 3.7, Long.fromNumber(20), Decimal128.fromString("25")]) {
    const picked = await run([{ $sample: { size } }], DOCUMENTS);
    assert.equal(picked.length, Math.min(20, Math.trunc(Number(size))));
    assert.equal(new Set(picked.map(({ _id }) => _id)).size, picked.length);
  }
});

Deno.test("every document is about equally likely", async () => {
  const seen = new Array(20).fill(0);
  for (let i = 0; i < 1000; i++) {
    for (const { _id } of await run([{ $sample: { size: 2 } }], DOCUMENTS)) seen[_id]++;
  }
  // 100 each are expected; 50 is five standard deviations away.
  assert.ok(seen.every((count) => count > 50 && count < 150), seen.join());
});
