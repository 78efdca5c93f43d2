import { testGathered, testWindows } from "../typed_result.ts";

testGathered("7.61 $first, $last and their lists", [
  [{ $first: "$v" }, [3, 1], "3"],
  [{ $last: "$v" }, [3, 1], "1"],
  [{ $last: "$v" }, ["a", "longer text", "b"], '"b"'],
  [{ $last: "$v" }, ["text", 1], "1"],
  [{ $last: "$v" }, ["text", null], "null"],
  [{ $last: "$v" }, [1, [1, "b"], [2]], "[2]"],
  [{ $last: "$v" }, [{ a: "x".repeat(100) }, { a: 1 }], "{a: 1}"],
  [{ $last: { $concat: ["$v", "!"] } }, ["ab", "c"], '"c!"'],
  [{ $first: "$v" }, [undefined, 1], "null"],
  [{ $last: "$v" }, [1, undefined], "null"],
  [{ $first: "$v" }, [null, 1], "null"],
  [{ $first: "$v" }, [{ a: [1] }], "{a: [1]}"],
  [{ $firstN: { n: 2, input: "$v" } }, [1, undefined, 3], "[1, null]"],
  [{ $firstN: { n: 5, input: "$v" } }, [1, null], "[1, null]"],
  [{ $lastN: { n: 2, input: "$v" } }, [1, 2, 3, undefined], "[3, null]"],
  [{ $lastN: { n: 1000, input: "$v" } }, [1, 2], "[1, 2]"],
]);

testWindows("sliding ends", [
  [
    { $firstN: { n: 2, input: "$v" }, window: { documents: [-2, 0] } },
    [1, 2, 3, 4],
    "[1] [1, 2] [1, 2] [2, 3]",
  ],
  [
    { $lastN: { n: 2, input: "$v" }, window: { documents: [-2, 0] } },
    [1, 2, 3, 4],
    "[1] [1, 2] [2, 3] [3, 4]",
  ],
  [
    { $lastN: { n: 1, input: "$v" }, window: { documents: [-2, -1] } },
    [1, undefined, 3],
    "[] [1] [null]",
  ],
]);
