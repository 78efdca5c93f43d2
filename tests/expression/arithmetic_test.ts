// $add $divide $mod $multiply $subtract: type promotion, overflow, dates, null and wrong types.

import {
  checkMessages,
  checkTable,
  date,
  dec,
  double,
  evaluate,
  long,
  throwsCode,
} from "./evaluation.ts";

Deno.test("$add promotes to the widest type", () => {
  checkTable([
    [{ $add: [1, 2] }, {}, "3"],
    [{ $add: [1, long(2)] }, {}, "3n"],
    [{ $add: [1, double(2)] }, {}, "3.0"],
    [{ $add: [1, 2.5] }, {}, "3.5"],
    [{ $add: [1, dec("2.50")] }, {}, "dec(3.50)"],
    [{ $add: [] }, {}, "0"],
    [{ $add: ["$a", "$b"] }, { a: 5, b: long(1) }, "6n"],
    [{ $add: ["$a", null] }, { a: 5 }, "null"],
    [{ $add: ["$a", "$nope"] }, { a: 5 }, "null"],
    [{ $add: ["$a", 1] }, { a: undefined }, "null"],
    [{ $add: [double(NaN), 1] }, {}, "NaN"],
    [{ $add: ["$a", 1] }, { a: "x" }, 14],
    [{ $add: ["$a", 1] }, { a: [1] }, 14],
    [{ $add: [2147483647, 1, -1] }, {}, "2147483647"],
  ]);
  throwsCode(
    () => evaluate({ $add: ["x", 1] }),
    14,
    "$add only supports numeric or date types, not string",
  );
});

Deno.test("7.47 int overflows to long and long to double in $add and $multiply", () => {
  const big = long(2n ** 62n);
  checkTable([
    [{ $add: [2147483647, 1] }, {}, "2147483648n"],
    [{ $add: [big, big, big] }, {}, "13835058055282164000.0"],
    [{ $multiply: [65536, 65536] }, {}, "4294967296n"],
    [{ $multiply: [big, 4] }, {}, "18446744073709552000.0"],
    [{ $subtract: [-2147483648, 1] }, {}, "-2147483649n"],
    [{ $subtract: [long(-(2n ** 63n)), 1] }, {}, "-9223372036854776000.0"],
  ]);
});

Deno.test("dates in $add and $subtract", () => {
  const day = date("2024-01-01T00:00:00Z");
  checkTable([
    [{ $add: ["$d", 1000] }, { d: day }, "2024-01-01T00:00:01.000Z"],
    [{ $add: [1.5, "$d"] }, { d: day }, "2024-01-01T00:00:00.002Z"],
    [{ $add: ["$d", "$d"] }, { d: day }, 16612],
    [{ $subtract: ["$d", "$d"] }, { d: day }, "0n"],
    [{ $subtract: ["$d", double(Infinity)] }, { d: day }, 31109],
    [{ $subtract: ["$d", NaN] }, { d: day }, 31109],
    [{ $subtract: ["$d", 1e30] }, { d: day }, 31109],
    [{ $subtract: ["$d", 1000] }, { d: day }, "2023-12-31T23:59:59.000Z"],
    [{ $subtract: [5, "$d"] }, { d: day }, 14],
    [{ $subtract: ["$d", null] }, { d: day }, "null"],
    [{ $subtract: ["x", 1] }, {}, 14],
    [{ $subtract: [1] }, {}, 16020],
  ]);
});

Deno.test("7.48 $divide and $mod types", () => {
  checkTable([
    [{ $divide: [4, 2] }, {}, "2.0"],
    [{ $divide: [1, 3] }, {}, "0.3333333333333333"],
    [{ $divide: [dec("1"), 4] }, {}, "dec(0.25)"],
    [{ $divide: [1, 0] }, {}, 2],
    [{ $divide: [1, dec("0")] }, {}, 2],
    [{ $divide: [null, 0] }, {}, "null"],
    [{ $divide: ["a", 1] }, {}, 14],
    [{ $mod: [7, 3] }, {}, "1"],
    [{ $mod: [-7, 3] }, {}, "-1"],
    [{ $mod: [7, long(3)] }, {}, "1n"],
    [{ $mod: [7.5, 2] }, {}, "1.5"],
    [{ $mod: [double(6), 4] }, {}, "2.0"],
    [{ $mod: [dec("7.5"), 2] }, {}, "dec(1.5)"],
    [{ $mod: [7, 0] }, {}, 16610],
    [{ $mod: [dec("7"), 0] }, {}, 5733415],
    [{ $mod: [7, dec("0")] }, {}, 5733415],
    [{ $mod: ["a", 2] }, {}, 16611],
    [{ $mod: [null, 2] }, {}, "null"],
  ]);
});

Deno.test("7.49 decimals keep 34 digits and trailing zeros; a double joins with 15 digits", () => {
  checkTable([
    [{ $multiply: [dec("1.1"), 2.5] }, {}, "dec(2.750000000000000)"],
    [{ $add: [dec("0.1"), dec("0.20")] }, {}, "dec(0.30)"],
    [{ $divide: [dec("1"), dec("3")] }, {}, "dec(0.3333333333333333333333333333333333)"],
  ]);
});

Deno.test("$multiply: null, missing and wrong types", () => {
  checkTable([
    [{ $multiply: [] }, {}, "1"],
    [{ $multiply: ["$a", 2] }, {}, "null"],
    [{ $multiply: ["x", 2] }, {}, 14],
    [{ $multiply: [3] }, {}, "3"],
    [{ $multiply: [double(NaN), 2] }, {}, "NaN"],
  ]);
});

Deno.test("$subtract calls a date Date only where it subtracts from one", () => {
  checkMessages([
    [{ $subtract: ["$d", "x"] }, { d: new Date(0) }, "can't $subtract string from Date"],
    [{ $subtract: ["x", 1] }, {}, "can't $subtract int from string"],
  ]);
});
