// Elements, size, membership, slices, ranges.

import { checkMessages, checkTable, dec, double, long } from "./evaluation.ts";

Deno.test("$arrayElemAt $first $last", () => {
  checkTable([
    [{ $arrayElemAt: ["$a", 0] }, { a: [1, 2] }, "1"],
    [{ $arrayElemAt: ["$a", -1] }, { a: [1, 2] }, "2"],
    [{ $arrayElemAt: ["$a", 5] }, { a: [1, 2] }, "missing"],
    [{ $arrayElemAt: ["$a", double(1)] }, { a: [1, 2] }, "2"],
    [{ $arrayElemAt: ["$no", 0] }, {}, "null"],
    [{ $arrayElemAt: ["$a", null] }, { a: [1] }, "null"],
    [{ $arrayElemAt: [5, 0] }, {}, 28689],
    [{ $arrayElemAt: ["$a", "x"] }, { a: [1] }, 28690],
    [{ $arrayElemAt: ["$a", 1.5] }, { a: [1] }, 28691],
    // The index is looked at first.
    [{ $arrayElemAt: ["$no", 1.5] }, {}, 28691],
    [{ $arrayElemAt: [5, "x"] }, {}, 28690],
    [{ $arrayElemAt: [5, null] }, {}, "null"],
    [{ $first: "$a" }, { a: [1, 2] }, "1"],
    [{ $last: "$a" }, { a: [1, 2] }, "2"],
    [{ $first: "$a" }, { a: [] }, "missing"],
    [{ $first: "$a" }, {}, "null"],
    [{ $last: "$a" }, { a: 1 }, 28689],
  ]);
});

Deno.test("$size $isArray $in $indexOfArray", () => {
  checkTable([
    [{ $size: "$a" }, { a: [1, 2] }, "2"],
    [{ $size: "$a" }, {}, 17124],
    [{ $isArray: "$a" }, { a: [] }, "true"],
    [{ $isArray: ["$a"] }, {}, "false"],
    [{ $in: [2, "$a"] }, { a: [1, double(2)] }, "true"],
    [{ $in: [[1], "$a"] }, { a: [1] }, "false"],
    [{ $in: [1, "$a"] }, {}, 40081],
    [{ $indexOfArray: ["$a", 2] }, { a: [1, 2, 2] }, "1"],
    [{ $indexOfArray: ["$a", 2, 2] }, { a: [1, 2, 2] }, "2"],
    [{ $indexOfArray: ["$a", 2, 0, 1] }, { a: [1, 2] }, "-1"],
    [{ $indexOfArray: ["$a", dec("2")] }, { a: [1, 2] }, "1"],
    [{ $indexOfArray: ["$no", 2] }, {}, "null"],
    [{ $indexOfArray: ["x", 2] }, {}, 40090],
    [{ $indexOfArray: ["$a", 2, "x"] }, { a: [] }, 9711600],
    [{ $indexOfArray: ["$a", 2, -1] }, { a: [] }, 9711601],
  ]);
});

Deno.test("$concatArrays $reverseArray $slice $range", () => {
  checkTable([
    [{ $concatArrays: [[1], "$a"] }, { a: [2] }, "[1, 2]"],
    [{ $concatArrays: [[1], "$no"] }, {}, "null"],
    [{ $concatArrays: [[1], 2] }, {}, 28664],
    [{ $reverseArray: "$a" }, { a: [1, 2, 3] }, "[3, 2, 1]"],
    [{ $reverseArray: 5 }, {}, 34435],
    [{ $slice: ["$a", 2] }, { a: [1, 2, 3] }, "[1, 2]"],
    [{ $slice: ["$a", -2] }, { a: [1, 2, 3] }, "[2, 3]"],
    [{ $slice: ["$a", 1, 1] }, { a: [1, 2, 3] }, "[2]"],
    [{ $slice: ["$a", -5, 2] }, { a: [1, 2, 3] }, "[1, 2]"],
    [{ $slice: ["$a", 0] }, { a: [1] }, "[]"],
    [{ $slice: [5, 1] }, {}, 28724],
    [{ $slice: ["$a", "x"] }, { a: [1] }, 28725],
    [{ $slice: ["$a", 1.5] }, { a: [1] }, 28726],
    [{ $slice: ["$a", 1, "x"] }, { a: [1] }, 28727],
    [{ $slice: ["$a", 1, 1.5] }, { a: [1] }, 28728],
    [{ $slice: ["$a", 1, 0] }, { a: [1] }, 28729],
    [{ $slice: [null, 1] }, {}, "null"],
    [{ $range: [0, 3] }, {}, "[0, 1, 2]"],
    [{ $range: [3, 0, -2] }, {}, "[3, 1]"],
    [{ $range: [0, 3, -1] }, {}, "[]"],
    [{ $range: [0, long(2)] }, {}, "[0, 1]"],
    [{ $range: ["x", 3] }, {}, 34443],
    [{ $range: [0.5, 3] }, {}, 34444],
    [{ $range: [0, "x"] }, {}, 34445],
    [{ $range: [0, 1.5] }, {}, 34446],
    [{ $range: [0, 3, "x"] }, {}, 34447],
    [{ $range: [0, 3, 0.5] }, {}, 34448],
    [{ $range: [0, 3, 0] }, {}, 34449],
    [{ $range: [0, 2147483647] }, {}, 146],
  ]);
});

Deno.test("values in messages", () => {
  checkMessages([
    [
      { $arrayElemAt: [[1], dec("1.50")] },
      {},
      "$arrayElemAt's second argument must be representable as a 32-bit integer: 1.5",
    ],
    [
      { $slice: [[1], long(2n ** 40n)] },
      {},
      "Second argument to $slice can't be represented as a 32-bit integer: 1.09951e+12",
    ],
    [
      { $range: [0, NaN] },
      {},
      "$range requires an ending value that can be represented as a 32-bit integer, found value: nan",
    ],
    [
      { $range: [-2147483648, 7] },
      {},
      "$range would use too much memory (34359738520 bytes) and cannot spill to disk. Memory limit: 104857600 bytes",
    ],
  ]);
});
