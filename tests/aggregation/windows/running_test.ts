import { Decimal128 } from "bson";
import { testWindows } from "../typed_result.ts";

const byValue = { sortBy: { v: 1 } };

testWindows("ranks", [
  [{ $rank: {} }, [5, 5, 1, 9], "1n 2n 2n 4n", byValue],
  [{ $denseRank: {} }, [5, 5, 1, 9], "1n 2n 2n 3n", byValue],
  [{ $documentNumber: {} }, [5, 5, 1, 9], "1n 2n 3n 4n", byValue],
  [{ $rank: {} }, [5, 7, 5], "1n 2n 2n", { sortBy: { v: -1 } }],
  // null and missing are the same to a sort, and so is an array and its smallest element.
  [{ $rank: {} }, [null, undefined, 1, 1.0], "1n 1n 3n 3n", byValue],
  [{ $denseRank: {} }, [[3, 1], 1, 2], "1n 1n 2n", byValue],
  [{ $rank: {} }, [1], 5371602, { sortBy: { v: 1, t: 1 } }],
  [{ $rank: { a: 1 } }, [1], 5371603],
  [{ $rank: 1 }, [1], 5371603],
  [{ $documentNumber: {}, window: {} }, [1], 5371601],
]);

testWindows("$expMovingAvg", [
  [{ $expMovingAvg: { input: "$v", N: 3 } }, [10, 20, 40], "10.0 15.0 27.5"],
  [{ $expMovingAvg: { input: "$v", alpha: 0.5 } }, [10, 20, "x", 40], "10.0 15.0 15.0 27.5"],
  [{ $expMovingAvg: { input: "$v", alpha: 0.75 } }, [null, 1, 2], "null 1.0 1.75"],
  [
    { $expMovingAvg: { input: "$v", alpha: 0.5 } },
    [1, Decimal128.fromString("2")],
    "1.0 dec(1.500000000000000)",
  ],
  [{ $expMovingAvg: { input: "$v" } }, [1], 9],
  [{ $expMovingAvg: { input: "$v", N: 1, alpha: 0.5 } }, [1], 9],
  [{ $expMovingAvg: { input: "$v", M: 1 } }, [1], 9],
  [{ $expMovingAvg: { input: "$v", N: 1.5 } }, [1], 9],
  [{ $expMovingAvg: { input: "$v", N: 0 } }, [1], 9],
  [{ $expMovingAvg: { input: "$v", N: "x" } }, [1], 9],
  [{ $expMovingAvg: { input: "$v", alpha: 1 } }, [1], 9],
  [{ $expMovingAvg: { input: "$v", alpha: "x" } }, [1], 9],
  [{ $expMovingAvg: 5 }, [1], 9],
  [{ $expMovingAvg: { input: "$v", N: 1 }, window: {} }, [1], 9],
]);

testWindows("$locf", [
  [{ $locf: "$v" }, [undefined, 1, null, "x", undefined], 'null 1 1 "x" "x"'],
  [{ $locf: { $add: ["$v", 1] } }, [1, null], "2 2"],
]);
