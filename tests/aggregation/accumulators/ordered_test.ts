import { testTable } from "../fixture.ts";
import { testGathered, testWindows } from "../typed_result.ts";

const group = (r: unknown) => [{ $group: { _id: null, r } }];
const DOCUMENTS = [{ k: 2, v: "a" }, { k: 1, v: "b" }, { k: 2, v: "c" }, { k: 1 }, {
  k: 3,
  v: "d",
}];

testTable("$top and $bottom", [
  [group({ $top: { sortBy: { k: 1 }, output: "$v" } }), DOCUMENTS, [{ _id: null, r: "b" }]],
  [group({ $bottom: { sortBy: { k: 1 }, output: "$v" } }), DOCUMENTS, [{ _id: null, r: "d" }]],
  // Of equal keys those seen first are kept.
  [
    group({ $topN: { n: 3, sortBy: { k: 1 }, output: "$v" } }),
    DOCUMENTS,
    [{ _id: null, r: ["b", null, "a"] }],
  ],
  [
    group({ $bottomN: { n: 2, sortBy: { k: 1 }, output: "$v" } }),
    DOCUMENTS,
    [{ _id: null, r: ["c", "d"] }],
  ],
  [
    group({ $bottomN: { n: 2, sortBy: { k: -1 }, output: ["$k", "$v"] } }),
    DOCUMENTS,
    [{ _id: null, r: [[1, "b"], [1, null]] }],
  ],
  [
    group({ $top: { sortBy: { k: -1, v: -1 }, output: { v: "$v" } } }),
    DOCUMENTS,
    [{ _id: null, r: { v: "d" } }],
  ],
]);

testGathered("arguments of $top and its relatives", [
  [{ $top: 1 }, [], 5788001],
  [{ $topN: { n: 1, sortBy: { v: 1 }, output: "$v", x: 1 } }, [], 5788002],
  [{ $top: { n: 1, sortBy: { v: 1 }, output: "$v" } }, [], 5788002],
  [{ $topN: { sortBy: { v: 1 }, output: "$v" } }, [], 5788003],
  [{ $bottomN: { n: 1, sortBy: { v: 1 } } }, [], 5788004],
  [{ $bottomN: { n: 1, output: "$v", sortBy: {} } }, [], 9657900],
  [{ $bottom: { output: "$v" } }, [], 5788005],
  [{ $top: { sortBy: 1, output: "$v" } }, [], 10065],
  [{ $topN: { n: 0, sortBy: { v: 1 }, output: "$v" } }, [1], 5787908],
  [{ $top: { sortBy: { v: 2 }, output: "$v" } }, [], 15975],
]);

testGathered("$top under a collation", [
  [{ $topN: { n: 3, sortBy: { v: 1 }, output: "$v" } }, ["b", "A", "a"], '["a", "A", "b"]'],
], { collation: { locale: "en" } });

testWindows("sliding orders", [
  [
    { $top: { sortBy: { v: 1 }, output: "$v" }, window: { documents: [-1, 0] } },
    [3, 1, 2, 4],
    "3 1 1 2",
  ],
  [
    { $bottomN: { n: 2, sortBy: { v: 1 }, output: "$t" }, window: { documents: [-2, 0] } },
    [3, 1, 3, 0],
    "[0] [1, 0] [0, 2] [1, 2]",
  ],
  [{ $top: { sortBy: { v: 1 }, output: "$v" }, window: { documents: [-2, -1] } }, [3, 1], "null 3"],
]);
