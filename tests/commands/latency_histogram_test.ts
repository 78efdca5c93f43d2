import assert from "node:assert/strict";
import {
  countLatency,
  LATENCY_BOUNDS,
  latencyBuckets,
} from "../../src/commands/latency_histogram.ts";

Deno.test("the bounds are MongoDB's", () => {
  assert.equal(LATENCY_BOUNDS.length, 51);
  assert.deepEqual(LATENCY_BOUNDS.slice(0, 4), [0, 2, 4, 8]);
  assert.deepEqual(LATENCY_BOUNDS.slice(10, 16), [1024, 2048, 3072, 4096, 6144, 8192]);
  assert.equal(LATENCY_BOUNDS.at(-1), 2 ** 40);
});

Deno.test("an operation counts in the bucket that begins at or below its time", () => {
  const one = new Uint32Array(LATENCY_BOUNDS.length);
  const other = new Uint32Array(LATENCY_BOUNDS.length);
  for (const micros of [1, 2, 3, 4, 3071, 3072, 2 ** 50]) countLatency(one, micros);
  countLatency(other, 3);
  assert.deepEqual([...latencyBuckets([one, undefined, other])], [
    [0, 1],
    [2, 3],
    [4, 1],
    [2048, 1],
    [3072, 1],
    [2 ** 40, 1],
  ]);
  assert.equal(latencyBuckets([]).size, 0);
});
