// $exp $ln $log $log10 $pow $sigmoid $sqrt.

import { checkMessages, checkTable, dec, double, long } from "./evaluation.ts";

Deno.test("powers and roots", () => {
  checkTable([
    [{ $pow: [2, 10] }, {}, "1024"],
    [{ $pow: [2, 31] }, {}, "2147483648n"],
    [{ $pow: [2, 63] }, {}, "9223372036854776000.0"],
    [{ $pow: [long(2), 2] }, {}, "4n"],
    [{ $pow: [2, -1] }, {}, "0.5"],
    [{ $pow: [-1, -3] }, {}, "-1"],
    [{ $pow: [0, 0] }, {}, "1"],
    [{ $pow: [0, -1] }, {}, 28764],
    [{ $pow: [2, 0.5] }, {}, "1.4142135623730951"],
    // Rounded results show all 34 digits, exact ones do not.
    [{ $pow: [dec("2"), 3] }, {}, "dec(8.000000000000000000000000000000000)"],
    [{ $pow: [dec("1.5"), -2147483648] }, {}, "dec(0E-6176)"],
    [{ $pow: [dec("1.5"), 2147483647] }, {}, "dec(Infinity)"],
    [{ $sqrt: dec("2.25") }, {}, "dec(1.5)"],
    [{ $exp: dec("0") }, {}, "dec(1)"],
    [{ $ln: dec("1") }, {}, "dec(0)"],
    [{ $log10: dec("2") }, {}, "dec(0.3010299956639811952137388947244930)"],
    [{ $log: [NaN, dec("2")] }, {}, "NaN"],
    [{ $ln: -2147483648 }, {}, 28766],
    [{ $pow: ["x", 1] }, {}, 28762],
    [{ $pow: [1, "x"] }, {}, 28763],
    [{ $pow: [null, 1] }, {}, "null"],
    [{ $sqrt: 16 }, {}, "4.0"],
    [{ $sqrt: dec("2") }, {}, "dec(1.414213562373095048801688724209698)"],
    [{ $sqrt: -1 }, {}, 28714],
    [{ $sqrt: NaN }, {}, "NaN"],
    [{ $sqrt: "x" }, {}, 28765],
  ]);
});

Deno.test("logarithms and exponentials", () => {
  checkTable([
    [{ $exp: 0 }, {}, "1.0"],
    [{ $exp: null }, {}, "null"],
    [{ $ln: 1 }, {}, "0.0"],
    [{ $ln: 0 }, {}, 28766],
    [{ $ln: double(-1.5) }, {}, 28766],
    [{ $log10: 1000 }, {}, "3.0"],
    [{ $log10: -1 }, {}, 28761],
    [{ $log: [8, 2] }, {}, "3.0"],
    [{ $log: [8, 1] }, {}, 28759],
    [{ $log: [0, 2] }, {}, 28758],
    [{ $log: ["x", 2] }, {}, 28756],
    [{ $log: [2, "x"] }, {}, 28757],
    [{ $log: ["$no", 2] }, {}, "null"],
    [{ $log10: dec("100") }, {}, "dec(2)"],
    [{ $sigmoid: 0 }, {}, "0.5"],
    [{ $sigmoid: null }, {}, "null"],
  ]);
});

Deno.test("numbers in messages: six digits of a double, an int base as it is", () => {
  checkMessages([
    [{ $ln: -2147483648 }, {}, "$ln's argument must be a positive number, but is -2.14748e+09"],
    [
      { $log: [8, -2147483648] },
      {},
      "$log's base must be a positive number not equal to 1, but is -2147483648",
    ],
  ]);
});
