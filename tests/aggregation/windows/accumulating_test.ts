// Accumulators over windows: random bounds and series against the $group accumulator over the same documents.

import assert from "node:assert/strict";
import { type Document } from "bson";
import { Random } from "../../fuzz/generate.ts";
import { gathered, series, testWindows, windowed } from "../typed_result.ts";

testWindows("growing windows", [
  [{ $sum: "$v" }, [1, 2, 3], "6 6 6"],
  [{ $sum: "$v", window: { documents: ["unbounded", "current"] } }, [1, 2, 3], "1 3 6"],
  [{ $avg: "$v", window: { documents: ["unbounded", -1] } }, [1, 2, 3], "null 1.0 1.5"],
  [{ $count: {}, window: { documents: ["unbounded", 1] } }, [1, 2, 3], "2 3 3"],
  [{ $sum: 1, window: { documents: [-1, 0] } }, [5, 6, 7], "1 2 2"],
  [{ $count: 1 }, [5], 14],
]);

const VALUES: readonly unknown[] = [0, 1, 2, 2.5, -1, 1e10, "x", null, undefined, [1], true];

const FUNCTIONS: readonly Document[] = [
  { $sum: "$v" },
  { $avg: "$v" },
  { $count: {} },
  { $min: "$v" },
  { $max: "$v" },
  { $push: "$v" },
  { $first: "$v" },
  { $last: "$v" },
  { $firstN: { n: 2, input: "$v" } },
  { $lastN: { n: 2, input: "$v" } },
  { $minN: { n: 2, input: "$v" } },
  { $maxN: { n: 2, input: "$v" } },
  { $topN: { n: 2, sortBy: { v: 1, i: 1 }, output: "$v" } },
  { $bottomN: { n: 2, sortBy: { v: 1, i: 1 }, output: "$v" } },
  { $median: { input: "$v", method: "approximate" } },
  { $percentile: { input: "$v", p: [0.2, 0.9], method: "discrete" } },
];

/** What the function gives for no documents at all. */
async function ofNothing(output: Document): Promise<string> {
  return await windowed({ ...output, window: { documents: [-1, -1] } }, series([1]));
}

Deno.test("windows give what $group gives over their documents", async () => {
  const random = new Random(3);
  for (let round = 0; round < 150; round++) {
    const output = random.pick(FUNCTIONS);
    const values = Array.from({ length: 1 + random.below(9) }, () => random.pick(VALUES));
    const lower = random.below(9) - 4;
    const upper = lower + random.below(4);
    const left = random.chance(0.2) ? "unbounded" : lower;
    const right = random.chance(0.2) ? "unbounded" : upper;
    const window = { documents: [left, right] };
    const expected: string[] = [];
    for (let i = 0; i < values.length; i++) {
      const from = left === "unbounded" ? 0 : Math.max(0, i + lower);
      const to = right === "unbounded" ? values.length : Math.max(0, i + upper + 1);
      const inside = values.slice(from, to);
      expected.push(inside.length === 0 ? await ofNothing(output) : await gathered(output, inside));
    }
    // $topN sorts by i within equal values: the same in both.
    const documents = values.map((v, t) => v === undefined ? { t, i: t } : { t, i: t, v });
    const found = await windowed({ ...output, window }, documents);
    const told = `${JSON.stringify(output)} ${JSON.stringify(window)} ${Deno.inspect(values)}`;
    assert.equal(normal(found), normal(expected.join(" ")), told);
  }
});

/** A missing $first or $last shows as missing in a window and as null in a group. */
function normal(text: string): string {
  return text.replaceAll("missing", "null");
}

Deno.test("standard deviations of a long sliding window stay exact", async () => {
  const random = new Random(9);
  const values = Array.from({ length: 400 }, (_, i) => 1e6 * i + random.next());
  const output = { $stdDevPop: "$v", window: { documents: [-4, 0] } };
  const found = (await windowed(output, series(values))).split(" ").map(Number);
  for (let i = 4; i < values.length; i++) {
    const inside = values.slice(i - 4, i + 1);
    const mean = inside.reduce((a, b) => a + b) / 5;
    const expected = Math.sqrt(inside.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 5);
    assert.ok(Math.abs(found[i] - expected) < 1e-6 * expected, `${i}: ${found[i]} ${expected}`);
  }
});

Deno.test("sums slide in constant time per row", async () => {
  const documents = series(Array.from({ length: 20000 }, (_, i) => i % 7));
  const started = performance.now();
  const output = { $sum: "$v", window: { documents: [-5000, 5000] } };
  const found = (await windowed(output, documents)).split(" ");
  assert.equal(found.length, 20000);
  assert.ok(performance.now() - started < 5000);
});
