// Set operators.

import { checkTable, double } from "./evaluation.ts";

Deno.test("sets", () => {
  checkTable([
    [{ $setUnion: ["$a", "$b"] }, { a: [1, 2, 2], b: [double(2), 3] }, "[1, 2, 3]"],
    [{ $setUnion: ["$a", [null]] }, { a: ["x", 3, double(2), 2] }, '[null, 2.0, 3, "x"]'],
    [{ $setIntersection: ["$a", [1, 3]] }, { a: [3, 2, 1] }, "[1, 3]"],
    [{ $setDifference: [5, null] }, {}, 17048],
    [{ $setUnion: ["$a", null] }, { a: [1] }, "null"],
    [{ $setUnion: ["$a", 5] }, { a: [1] }, 17043],
    [{ $setIntersection: ["$a", "$b"] }, { a: [1, 2, 3], b: [3, 2, 2] }, "[2, 3]"],
    [{ $setIntersection: [] }, {}, "[]"],
    [{ $setIntersection: ["$a", 5] }, { a: [1] }, 17047],
    [{ $setDifference: ["$a", "$b"] }, { a: [1, 2, 1, 3], b: [2] }, "[1, 3]"],
    [{ $setDifference: ["$no", "$b"] }, { b: [2] }, "null"],
    [{ $setDifference: [5, [1]] }, {}, 17048],
    [{ $setDifference: [[1], 5] }, {}, 17049],
    [{ $setEquals: ["$a", "$b", [2, 1]] }, { a: [1, 2, 2], b: [2, 1] }, "true"],
    [{ $setEquals: [[{ x: 1 }], [{ x: double(1) }]] }, {}, "true"],
    [{ $setEquals: [[1], null] }, {}, 5887502],
    [{ $setEquals: [[1]] }, {}, 17045],
    [{ $setIsSubset: ["$a", "$b"] }, { a: [1, 1], b: [2, 1] }, "true"],
    [{ $setIsSubset: ["$a", "$b"] }, { a: [1, 5], b: [2, 1] }, "false"],
    [{ $setIsSubset: [null, [1]] }, {}, 17046],
    [{ $setIsSubset: [[1], null] }, {}, 17042],
    [{ $allElementsTrue: [[1, "x", true]] }, {}, "true"],
    [{ $allElementsTrue: [[1, null]] }, {}, "false"],
    [{ $anyElementTrue: [[0, false]] }, {}, "false"],
    [{ $anyElementTrue: "$no" }, {}, 17041],
    [{ $allElementsTrue: "$no" }, {}, 17040],
  ]);
  checkTable([[{ $setUnion: [["a"], ["A", "b"]] }, {}, '["a", "b"]']], {
    collation: { locale: "en", strength: 2 },
  });
});
