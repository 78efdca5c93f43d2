import { Decimal128, Long } from "bson";
import { testGathered, testWindows } from "../typed_result.ts";

const median = (input: unknown, method = "approximate") => ({ $median: { input, method } });
const percentile = (p: unknown, method = "approximate") => ({
  $percentile: { input: "$v", p, method },
});

testGathered("$median and $percentile", [
  [median("$v"), [3, 1, 2], "2.0"],
  [median("$v"), [4, 1, 2, 3], "2.0"],
  [median("$v", "continuous"), [4, 1, 2, 3], "2.5"],
  [median("$v"), [null, "x", undefined, NaN], "null"],
  [median("$v"), [Long.fromNumber(7), Decimal128.fromString("1"), 2.5], "2.5"],
  [median("$v"), [[1, 2]], "null"],
  [percentile([0.5, 0.9, 0, 1]), [10, 20, 30, 40, 50], "[30.0, 50.0, 10.0, 50.0]"],
  [percentile([0.25], "discrete"), [1, 2, 3, 4], "[1.0]"],
  [percentile([0.25], "continuous"), [1, 2, 3, 4], "[1.75]"],
  [percentile([0.1, 0.2]), ["x"], "[null, null]"],
  [percentile([0.5]), [Infinity, -Infinity, 1], "[1.0]"],
  [percentile({ $concatArrays: [[0.5], [1]] }), [1, 2], "[1.0, 2.0]"],
]);

testGathered("arguments of $median and $percentile", [
  [{ $median: 5 }, [], 7436100],
  [{ $percentile: 5 }, [], 7429703],
  [{ $median: { input: "$v" } }, [], 40414],
  [{ $percentile: { input: "$v", method: "approximate" } }, [], 40414],
  [{ $median: { input: "$v", method: "approximate", p: [0.5] } }, [], 40415],
  [median("$v", "exact"), [], 2],
  [{ $median: { input: "$v", method: 5 } }, [], 14],
  [percentile("$v"), [], 7750300],
  [percentile(0.5), [], 7750301],
  [percentile([]), [], 7750301],
  [percentile(["x"]), [], 7750302],
  [percentile([1.5]), [], 7750303],
]);

testWindows("sliding quantiles", [
  [{ ...median("$v"), window: { documents: [-2, 0] } }, [5, 1, 3, "x", 9], "5.0 1.0 3.0 1.0 3.0"],
  [
    { ...percentile([0, 1]), window: { documents: [-1, 0] } },
    [2, 1, 3],
    "[2.0, 2.0] [1.0, 2.0] [1.0, 3.0]",
  ],
]);
