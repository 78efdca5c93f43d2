// Accumulators as expressions.

import { checkTable, dec, double, long } from "./evaluation.ts";

Deno.test("7.48 $sum of nothing is int 0, $avg of nothing null; types widen", () => {
  checkTable([
    [{ $sum: [] }, {}, "0"],
    [{ $sum: "$no" }, {}, "0"],
    [{ $sum: ["x", null] }, {}, "0"],
    [{ $sum: "$a" }, { a: [1, 2, "x", long(3)] }, "6n"],
    [{ $sum: ["$a", 1] }, { a: [1, 2] }, "1"],
    [{ $sum: [1, double(2)] }, {}, "3.0"],
    [{ $sum: [1, dec("2.5")] }, {}, "dec(3.5)"],
    [{ $avg: [] }, {}, "null"],
    [{ $avg: "$a" }, { a: [1, 2] }, "1.5"],
    [{ $avg: [2, 4] }, {}, "3.0"],
    [{ $avg: [dec("1"), 2] }, {}, "dec(1.5)"],
    [{ $avg: ["x"] }, {}, "null"],
  ]);
});

Deno.test("7.47 $sum overflows to long and double", () => {
  const big = long(2n ** 62n);
  checkTable([
    [{ $sum: [2147483647, 1] }, {}, "2147483648n"],
    [{ $sum: [big, big, big] }, {}, "13835058055282164000.0"],
  ]);
});

Deno.test("7.50 ten tenths are one", () => {
  checkTable([[{ $sum: "$a" }, { a: Array(10).fill(0.1) }, "1.0"]]);
});

Deno.test("$min $max $stdDev", () => {
  checkTable([
    [{ $min: "$a" }, { a: [3, null, 1, "x"] }, "1"],
    [{ $max: "$a" }, { a: [3, null, 1, "x"] }, '"x"'],
    [{ $max: [null, "$no"] }, {}, "null"],
    [{ $min: ["$a", 5] }, { a: 7 }, "5"],
    [{ $stdDevPop: "$a" }, { a: [2, 4, 4, 4, 5, 5, 7, 9] }, "2.0"],
    [{ $stdDevSamp: [1, 3] }, {}, "1.4142135623730951"],
    [{ $stdDevSamp: [1] }, {}, "null"],
    [{ $stdDevPop: [1] }, {}, "0.0"],
    [{ $stdDevPop: ["x"] }, {}, "null"],
  ]);
});

Deno.test("$firstN $lastN $maxN $minN", () => {
  const a = [3, null, 1, 2];
  checkTable([
    [{ $firstN: { n: 2, input: "$a" } }, { a }, "[3, null]"],
    [{ $lastN: { n: 2, input: "$a" } }, { a }, "[1, 2]"],
    [{ $lastN: { n: 9, input: "$a" } }, { a }, "[3, null, 1, 2]"],
    [{ $maxN: { n: 2, input: "$a" } }, { a }, "[3, 2]"],
    [{ $minN: { n: double(2), input: "$a" } }, { a }, "[1, 2]"],
    [{ $firstN: { n: "x", input: "$a" } }, { a }, 5787902],
    [{ $firstN: { n: 1.5, input: "$a" } }, { a }, 5787903],
    [{ $firstN: { n: 0, input: "$a" } }, { a }, 5787908],
    [{ $firstN: { n: 1, input: "$no" } }, {}, 5788200],
    [{ $firstN: 5 }, {}, 5787801],
    [{ $firstN: { n: 1, input: [], x: 1 } }, {}, 5787901],
    [{ $firstN: { input: [] } }, {}, 5787906],
    [{ $firstN: { n: 1 } }, {}, 5787907],
  ]);
});
