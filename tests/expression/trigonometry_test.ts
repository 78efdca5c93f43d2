// Trigonometric functions: results, domains, null and wrong types.

import { checkTable, dec, double } from "./evaluation.ts";

Deno.test("values", () => {
  checkTable([
    [{ $sin: 0 }, {}, "0.0"],
    [{ $cos: 0 }, {}, "1.0"],
    [{ $tan: double(0) }, {}, "0.0"],
    [{ $acos: 1 }, {}, "0.0"],
    [{ $atan2: [1, 1] }, {}, String(Math.PI / 4)],
    [{ $atan2: [dec("1"), 1] }, {}, "dec(0.7853981633974483096156608458198757)"],
    [{ $degreesToRadians: 180 }, {}, String(Math.PI)],
    [{ $radiansToDegrees: Math.PI }, {}, "180.0"],
    [{ $sinh: 0 }, {}, "0.0"],
    [{ $acosh: 1 }, {}, "0.0"],
    [{ $atanh: 1 }, {}, "Infinity"],
    [{ $asinh: 0 }, {}, "0.0"],
    [{ $cos: dec("0") }, {}, "dec(1.000000000000000000000000000000000)"],
    [{ $sin: dec("0") }, {}, "dec(0)"],
    [{ $sin: dec("1") }, {}, "dec(0.8414709848078965066525023216302990)"],
  ]);
});

Deno.test("domains and types", () => {
  checkTable([
    [{ $sin: double(Infinity) }, {}, 50989],
    [{ $acos: 2 }, {}, 50989],
    [{ $acosh: 0.5 }, {}, 50989],
    [{ $atanh: -1.5 }, {}, 50989],
    [{ $sin: NaN }, {}, "NaN"],
    [{ $sin: "$no" }, {}, "null"],
    [{ $sin: "x" }, {}, 28765],
    [{ $atan2: ["x", 1] }, {}, 51044],
    [{ $atan2: [1, "x"] }, {}, 51045],
    [{ $atan2: [null, 1] }, {}, "null"],
    [{ $tanh: [1, 2] }, {}, 16020],
  ]);
});
