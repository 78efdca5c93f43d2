// The pure parts of the index benchmark: its documents, flags, and the lines behind its tables.

import assert from "node:assert/strict";
import {
  growthFactors,
  item,
  parseChoice,
  pingLines,
  QUERY_ROWS,
  WRITE_ROWS,
} from "../../scripts/bench_indexes.ts";

Deno.test("the indexed values of a collection are all different", () => {
  const items = Array.from({ length: 1000 }, (_, i) => item(i, 1000));
  assert.equal(new Set(items.map(({ k }) => k)).size, 1000);
  assert.equal(new Set(items.map(({ score }) => score)).size, 1000);
  assert.equal(Math.max(...items.map(({ k }) => k)), 999);
});

Deno.test("rows have names that differ before the colon", () => {
  const names = [...QUERY_ROWS, ...WRITE_ROWS].map(({ name }) => name.split(":", 1)[0]);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("flags have defaults, unknown ones are refused", () => {
  const choice = parseChoice([]);
  assert.deepEqual(choice.peers, ["secantus-rs", "secantusdb"]);
  assert.equal(choice.documents, 1_000_000);
  assert.equal(choice.tenMillion, false);
  const other = parseChoice(["--peers", "secantusdb", "--only", "^in_", "--ten-million"]);
  assert.deepEqual(other.peers, ["secantusdb"]);
  assert(other.only.test("in_1000") && !other.only.test("find_in_"));
  assert.equal(other.tenMillion, true);
  assert.throws(() => parseChoice(["--twenty-million"]));
});

Deno.test("pings are shown by peer", () => {
  const lines = pingLines(new Map([["a", [3, 1, 2]], ["b", []]]));
  assert.deepEqual(lines.slice(2), [
    "| a | 2.00 ms | 3.00 ms | 3.00 ms | 3 |",
    "| b | 0.00 ms | 0.00 ms | 0.00 ms | 0 |",
  ]);
});

Deno.test("growth compares the largest collection with the smallest", () => {
  const row = (name: string, ms: number, cpuMs: number | undefined) => ({
    name,
    cells: [{ ms, cpuMs, failure: undefined }],
  });
  const rows = [
    row("growth: 3000 reads by _id among 10", 100, 50),
    row("growth: 3000 reads by k among 10", 100, undefined),
    row("growth: 3000 reads by _id among 1000", 150, 60),
    row("growth: 3000 reads by k among 1000", 120, undefined),
  ];
  assert.deepEqual(growthFactors({ peers: ["a"], rows }), [
    "a, by _id: largest / smallest 1.50, CPU 1.20",
    "a, by k: largest / smallest 1.20, CPU NaN",
  ]);
});
