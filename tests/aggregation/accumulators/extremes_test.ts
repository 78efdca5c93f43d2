import { Decimal128, Double, Long } from "bson";
import { testGathered, testWindows } from "../typed_result.ts";

testGathered("7.61 $min and $max pass over null and missing, in BSON order", [
  [{ $min: "$v" }, [3, 1, 2], "1"],
  [{ $max: "$v" }, [3, 1, 2], "3"],
  [{ $min: "$v" }, [null, undefined], "null"],
  [{ $max: "$v" }, [null, 5, undefined], "5"],
  [{ $max: "$v" }, [9, "a", { a: 1 }, [1], true], "true"],
  [{ $min: "$v" }, ["a", 9, { a: 1 }], "9"],
  [{ $min: "$v" }, [NaN, 1], "NaN"],
  [{ $max: "$v" }, [1, new Double(1), Long.fromNumber(1)], "1"], // the first of equals
  [{ $max: "$v" }, [Decimal128.fromString("1.5"), 1.25, 1], "dec(1.5)"],
  [{ $max: "$v" }, [[1, 2], [1, 3]], "[1, 3]"],
  [{ $minN: { n: 2, input: "$v" } }, [5, null, 3, undefined, 4], "[3, 4]"],
  [{ $maxN: { n: 2, input: "$v" } }, [5, null, 3, 4], "[5, 4]"],
  [{ $maxN: { n: 9, input: "$v" } }, ["a", 1], '["a", 1]'],
  [{ $minN: { n: 1, input: "$v" } }, [null], "[]"],
]);

testGathered("$max under a collation", [
  [{ $max: "$v" }, ["a", "B"], '"B"'],
  [{ $min: "$v" }, ["b", "A"], '"A"'],
], { collation: { locale: "en" } });

testWindows("sliding extremes", [
  [{ $max: "$v", window: { documents: [-1, 1] } }, [1, 5, 2, 2, 0], "5 5 5 2 2"],
  [{ $min: "$v", window: { documents: [-1, 0] } }, [3, null, 1, 4], "3 3 1 1"],
  [{ $min: "$v", window: { documents: [0, 0] } }, [null, 2], "null 2"],
  [
    { $maxN: { n: 2, input: "$v" }, window: { documents: [-2, 0] } },
    [1, 3, 2, 0],
    "[1] [3, 1] [3, 2] [3, 2]",
  ],
  [{ $minN: { n: 1, input: "$v" }, window: { documents: [-1, 0] } }, [1, null, 2], "[1] [1] [2]"],
]);
