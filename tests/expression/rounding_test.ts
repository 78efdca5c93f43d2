// $abs $ceil $floor $round $trunc.

import { checkTable, dec, double, long } from "./evaluation.ts";

Deno.test("$abs keeps the type", () => {
  checkTable([
    [{ $abs: -5 }, {}, "5"],
    [{ $abs: -2147483648 }, {}, "2147483648n"],
    [{ $abs: long(-5) }, {}, "5n"],
    [{ $abs: long(-(2n ** 63n)) }, {}, 28680],
    [{ $abs: -1.5 }, {}, "1.5"],
    [{ $abs: dec("-1.50") }, {}, "dec(1.50)"],
    [{ $abs: "$a" }, {}, "null"],
    [{ $abs: "$a" }, { a: undefined }, "null"],
    [{ $abs: "x" }, {}, 28765],
    [{ $abs: NaN }, {}, "NaN"],
  ]);
});

Deno.test("$ceil and $floor", () => {
  checkTable([
    [{ $ceil: 1.2 }, {}, "2.0"],
    [{ $ceil: -1.2 }, {}, "-1.0"],
    [{ $ceil: -0.2 }, {}, "-0.0"],
    [{ $floor: -1.2 }, {}, "-2.0"],
    [{ $floor: 5 }, {}, "5"],
    [{ $floor: long(5) }, {}, "5n"],
    [{ $ceil: dec("1.2") }, {}, "dec(2)"],
    [{ $floor: dec("-1.2") }, {}, "dec(-2)"],
    [{ $floor: null }, {}, "null"],
    [{ $floor: [[1]] }, {}, 28765],
  ]);
});

Deno.test("7.51 $round is half to even, also before the point", () => {
  checkTable([
    [{ $round: [0.5] }, {}, "0.0"],
    [{ $round: [1.5] }, {}, "2.0"],
    [{ $round: [2.5, 0] }, {}, "2.0"],
    [{ $round: [-2.5] }, {}, "-2.0"],
    [{ $round: [2.675, 2] }, {}, "2.67"],
    [{ $round: [1.25, 1] }, {}, "1.2"],
    [{ $round: [15, -1] }, {}, "20"],
    [{ $round: [25, -1] }, {}, "20"],
    [{ $round: [-35, -1] }, {}, "-40"],
    [{ $round: [2147483647, -1] }, {}, "2147483650n"],
    [{ $round: [long(2n ** 63n - 1n), -1] }, {}, 51080],
    [{ $round: [dec("2.5")] }, {}, "dec(2)"],
    [{ $round: [dec("19.25"), 1] }, {}, "dec(19.2)"],
    [{ $round: [double(Infinity), 2] }, {}, "Infinity"],
    [{ $round: [null, 2] }, {}, "null"],
    [{ $round: ["x", 2] }, {}, 51081],
    [{ $round: [1.5, 1.5] }, {}, 51082],
    [{ $round: [1.5, 101] }, {}, 51083],
    [{ $round: [1.5, long(2n ** 40n)] }, {}, 51082],
    [{ $round: [1, 2, 3] }, {}, 28667],
    // The precision is looked at first.
    [{ $round: [null, 1.5] }, {}, 51082],
    [{ $round: ["x", null] }, {}, "null"],
    [{ $round: [1, NaN] }, {}, 31109],
    [{ $round: [1, "x"] }, {}, 16004],
    [{ $round: ["x", true] }, {}, 16004],
    [{ $round: [dec("1.50"), 7] }, {}, "dec(1.5000000)"],
    [{ $round: [dec("1.50"), 100] }, {}, "dec(1.500000000000000000000000000000000)"],
    [{ $round: [dec("1E+3"), 2] }, {}, "dec(1000.00)"],
    [{ $round: [dec("NaN"), 2] }, {}, "dec(NaN)"],
    [{ $trunc: [1.99] }, {}, "1.0"],
    [{ $trunc: [-1.99, 1] }, {}, "-1.9"],
    [{ $trunc: [199, -2] }, {}, "100"],
    [{ $trunc: [dec("-7.25"), 1] }, {}, "dec(-7.2)"],
  ]);
});
