// The harness of the benchmarks against peers: figures, the table, and what a row that fails or takes too long shows.

import assert from "node:assert/strict";
import {
  formatMs,
  markdownTable,
  median,
  parseProcessorMs,
  percentile,
  tableHead,
  tableLine,
} from "../../scripts/bench_peers.ts";

Deno.test("median and percentile", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(percentile([1, 2, 3, 4], 0.5), 3);
  assert.equal(percentile([1, 2, 3, 4], 1), 4);
  assert.equal(percentile([], 0.99), 0);
});

Deno.test("processor time is read behind a name with brackets", () => {
  const stat = "42 (a b) c) S 1 42 42 0 -1 4194304 100 0 0 0 150 25 0 0 20 0 5 0 1000";
  assert.equal(parseProcessorMs(stat), 1750);
});

Deno.test("times are milliseconds, long ones seconds", () => {
  assert.equal(formatMs(1.234), "1.23 ms");
  assert.equal(formatMs(123.45), "123.5 ms");
  assert.equal(formatMs(65_432), "65.4 s");
});

Deno.test("the table has both ratios to the first peer", () => {
  assert.deepEqual(tableHead(["a", "b"]), [
    "| row | a | b | b / a | CPU ratio |",
    "|---|---|---|---|---|",
  ]);
  const cells = [
    { ms: 20, cpuMs: 40, failure: undefined },
    { ms: 10, cpuMs: 30, failure: undefined },
  ];
  assert.equal(
    tableLine({ name: "find", cells }),
    "| find | 20.0 ms (CPU 40) | 10.0 ms (CPU 30) | 0.50 | 0.75 |",
  );
  assert.equal(
    markdownTable({ peers: ["a", "b"], rows: [{ name: "find", cells }] }).split("\n").length,
    3,
  );
});

Deno.test("a failure stands where the time would, and has no ratio", () => {
  const cells = [
    { ms: undefined, cpuMs: undefined, failure: "> 60.0 s" },
    { ms: 10, cpuMs: undefined, failure: undefined },
  ];
  assert.equal(tableLine({ name: "sort", cells }), "| sort | > 60.0 s | 10.0 ms |  |  |");
});
