// $median and $percentile.

import assert from "node:assert/strict";
import { percentileOf } from "../../src/expression/percentile.ts";
import { checkTable, show } from "./evaluation.ts";

Deno.test("expressions", () => {
  const a = [5, 1, "x", 3, 2, 4];
  checkTable([
    [{ $median: { input: "$a", method: "approximate" } }, { a }, "3.0"],
    [{ $median: { input: "$no", method: "approximate" } }, {}, "null"],
    [
      { $percentile: { input: "$a", p: [0, 0.5, 1], method: "approximate" } },
      { a },
      "[1.0, 3.0, 5.0]",
    ],
    [
      { $percentile: { input: "$a", p: [0.625], method: "continuous" } },
      { a: [1, 2, 3, 4, 5] },
      "[3.5]",
    ],
    [{ $percentile: { input: [], p: [0.5], method: "discrete" } }, {}, "[null]"],
    [{ $percentile: { input: 1, p: [2], method: "approximate" } }, {}, 7750301],
    [{ $percentile: { input: 1, p: 0.5, method: "approximate" } }, {}, 7750301],
    [{ $median: { input: 1, method: "x" } }, {}, 2],
    [{ $median: { input: 1 } }, {}, 40414],
    [{ $median: { input: 1, method: "approximate", x: 1 } }, {}, 40415],
    [{ $median: 5 }, {}, 7436100],
  ]);
});

Deno.test("percentileOf", () => {
  assert.equal(show(percentileOf([1, 2, 3, 4], 0.5, "discrete")), "2.0");
  assert.equal(show(percentileOf([1, 2, 3, 4], 0.5, "continuous")), "2.5");
  assert.equal(percentileOf([], 0.5, "continuous"), null);
});
