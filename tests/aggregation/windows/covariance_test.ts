import { Decimal128 } from "bson";
import { testWindows } from "../typed_result.ts";

const pop = (window?: object) => ({ $covariancePop: ["$t", "$v"], ...(window && { window }) });
const samp = (window?: object) => ({ $covarianceSamp: ["$t", "$v"], ...(window && { window }) });

testWindows("covariances", [
  [pop(), [2, 4, 6], `${4 / 3} ${4 / 3} ${4 / 3}`],
  [samp(), [2, 4, 6], "2.0 2.0 2.0"],
  [pop({ documents: ["unbounded", "current"] }), [2, 4, 6], `0.0 0.5 ${4 / 3}`],
  [samp({ documents: ["unbounded", "current"] }), [2, 4, 6], "null 1.0 2.0"],
  [pop({ documents: [-1, 0] }), [2, 4, 6, 0], "0.0 0.5 0.5 -1.5"],
  [samp({ documents: [-1, 0] }), [2, 4, 6, 0], "null 1.0 1.0 -3.0"],
  [pop({ documents: [-1, 0] }), [2, null, "x", 4], "0.0 0.0 null 0.0"],
  [pop({ documents: [-1, 0] }), [1, Infinity, 2, 3], "0.0 0.0 0.0 0.25"],
  [pop({ documents: [-2, 0] }), [1, Infinity, 2, 3], "0.0 0.0 Infinity Infinity"],
  [pop({ documents: [-1, 0] }), [NaN, 1, 2], "null 0.0 0.25"],
  [
    pop(),
    [Decimal128.fromString("2"), Decimal128.fromString("4")],
    "dec(0.50000000000000) dec(0.50000000000000)",
  ],
  [{ $covariancePop: "$v" }, [1, 2], "null null"],
  [{ $covariancePop: ["$v"] }, [1, 2], "null null"],
]);
