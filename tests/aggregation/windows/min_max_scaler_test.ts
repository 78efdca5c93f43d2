import { Decimal128 } from "bson";
import { testWindows } from "../typed_result.ts";

const scale = (options: object = {}, window?: object) => ({
  $minMaxScaler: { input: "$v", ...options },
  ...(window && { window }),
});

testWindows("$minMaxScaler", [
  [scale(), [1, 3, 5], "0.0 0.5 1.0"],
  [scale({ min: 0, max: 100 }), [1, 3, 5], "0.0 50.0 100.0"],
  [scale({}, { documents: [-1, 1] }), [1, 3, 5, 3], "0.0 0.5 1.0 0.0"],
  [scale({}, { documents: [-1, 0] }), [4, 4, 2], "0 0 0.0"],
  [scale({}, { documents: ["unbounded", "current"] }), [2, 4, 3], "0 1.0 0.5"],
  [scale({ min: 1, max: 2 }), [7], "1"],
  [scale(), [Decimal128.fromString("1"), 3], "dec(0) dec(1)"],
  [scale({}, { range: [-1, 1] }), [1, 3, 5], "0.0 0.5 1.0"],
  [scale(), [1, "x"], 10487001],
  [scale(), [1, null], 10487001],
  [scale({ min: 1 }), [1], 9],
  [scale({ min: 2, max: 1 }), [1], 9],
  [scale({ min: "x", max: 1 }), [1], 9],
  [scale({ min: "$v", max: 1 }), [1], 9],
  [scale({ foo: 1 }), [1], 9],
  [scale({}, { documents: [1, 2] }), [1], 9],
  [scale({}, { documents: [-2, -1] }), [1], 9],
  [{ $minMaxScaler: {} }, [1], 9],
  [{ $minMaxScaler: 5 }, [1], 9],
]);
