import assert from "node:assert/strict";
import { run } from "./fixture.ts";

const TEXT = "x".repeat(1000);

Deno.test("documents that wait for the end of their partition go to disk", async () => {
  const documents = Array.from({ length: 2000 }, (_, i) => ({ _id: i, p: i % 2, text: TEXT }));
  const found = await run(
    [{ $setWindowFields: { partitionBy: "$p", output: { n: { $sum: "$_id" } } } }],
    documents,
    { memoryLimitBytes: 600_000 },
  );
  assert.equal(found.length, 2000);
  assert.ok(found.every(({ p, n }) => n === (p === 0 ? 999_000 : 1_000_000)));
  assert.deepEqual(found.slice(0, 3).map(({ _id }) => _id), [0, 2, 4]);
});

Deno.test("without allowDiskUse that is error 5643011", async () => {
  const documents = Array.from({ length: 2000 }, (_, i) => ({ _id: i, text: TEXT }));
  await assert.rejects(
    run([{ $setWindowFields: { output: { n: { $sum: 1 } } } }], documents, {
      memoryLimitBytes: 600_000,
      allowDiskUse: false,
    }),
    { code: 5643011 },
  );
});

Deno.test("many partitions, large batches, several functions", async () => {
  const documents = Array.from({ length: 5000 }, (_, i) => ({ _id: i, p: i % 1000, v: i }));
  const found = await run([{
    $setWindowFields: {
      partitionBy: "$p",
      sortBy: { v: 1 },
      output: {
        n: { $documentNumber: {} },
        next: { $shift: { output: "$v", by: 1, default: -1 } },
        near: { $sum: "$v", window: { documents: [-1, 1] } },
        all: { $count: {} },
      },
    },
  }], documents);
  assert.equal(found.length, 5000);
  for (const { p, v, n, next, near, all } of found) {
    assert.equal(n, Math.floor(v / 1000) + 1);
    assert.equal(next, v < 4000 ? v + 1000 : -1);
    const neighbours = [v - 1000, v, v + 1000].filter((one) => one >= 0 && one < 5000);
    assert.equal(near, neighbours.reduce((a, b) => a + b));
    assert.equal(all, 5);
    assert.equal(p, v % 1000);
  }
});
