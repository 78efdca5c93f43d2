import { testTable } from "../fixture.ts";
import { testGathered, testWindows } from "../typed_result.ts";

const group = (r: unknown) => [{ $group: { _id: null, r } }];
const result = (r: unknown) => [{ _id: null, r }];

testTable("7.61 list", [
  [group({ $push: "$v" }), [{ v: 1 }, {}, { v: null }, { v: [2] }], result([1, null, [2]])],
  [group({ $push: { a: "$v", b: 1 } }), [{ v: 1 }, {}], result([{ a: 1, b: 1 }, { b: 1 }])],
  [
    group({ $addToSet: "$v" }),
    [{ v: 1 }, { v: 1.0 }, {}, { v: "x" }, { v: "x" }],
    result([1, "x"]),
  ],
  [
    group({ $addToSet: "$v" }),
    [{ v: { a: 1, b: 2 } }, { v: { b: 2, a: 1 } }, { v: { a: 1, b: 2 } }],
    result([{ a: 1, b: 2 }, { b: 2, a: 1 }]), // field order counts
  ],
  [
    group({ $mergeObjects: "$v" }),
    [{ v: { a: 1, b: 1 } }, {}, { v: { b: 2 } }],
    result({ a: 1, b: 2 }),
  ],
  [group({ $mergeObjects: "$v" }), [{ v: 5 }], 40400],
  [group({ $concatArrays: "$v" }), [{ v: [1, 2] }, {}, { v: [2] }], result([1, 2, 2])],
  [group({ $concatArrays: "$v" }), [{ v: 5 }], 14],
  [group({ $setUnion: "$v" }), [{ v: [1, 2] }, { v: [2, 3] }], result([1, 2, 3])],
]);

testGathered("7.61 lists keep types", [
  [
    { $push: "$v" },
    [1.5, null, [1, { a: 2 }], { b: 1 }, "é"],
    '[1.5, null, [1, {a: 2}], {b: 1}, "é"]',
  ],
  [{ $push: "$v" }, [undefined], "[]"],
  [{ $addToSet: "$v" }, [1, 1.5, null, undefined, null, "1", [1], [1]], '[1, 1.5, null, "1", [1]]'],
  [{ $addToSet: { k: "$v" } }, [1, 1, undefined], "[{k: 1}, {}]"],
  [{ $mergeObjects: "$v" }, [null, undefined], "{}"],
  [
    { $mergeObjects: "$v" },
    [{ a: 1, b: null }, { a: "x", c: 2 }],
    '{a: "x", b: null, c: 2}',
  ],
  [{ $mergeObjects: "$v" }, [[1]], 40400],
  [{ $concatArrays: "$v" }, [[1], undefined, [[2]]], "[1, [2]]"],
  [{ $concatArrays: "$v" }, [null], 14],
  [{ $setUnion: "$v" }, [[1, 1], [2, 1.0], undefined], "[1, 2]"],
  [{ $setUnion: "$v" }, [null], 14],
]);

testGathered("$addToSet under a collation", [
  [{ $addToSet: "$v" }, ["a", "A", ["b"], ["B"], { x: "c" }, { x: "C" }], '["a", ["b"], {x: "c"}]'],
], { collation: { locale: "en", strength: 2 } });

testWindows("sliding lists", [
  [{ $push: "$v", window: { documents: [-1, 0] } }, [1, undefined, 3], "[1] [1] [3]"],
  [{ $addToSet: "$v", window: { documents: [-1, 0] } }, [1, 1, 2, 1], "[1] [1] [1, 2] [1, 2]"],
  [{ $addToSet: "$v", window: { documents: [0, 0] } }, [1, 2, 1], "[1] [2] [1]"],
  [{ $concatArrays: "$v", window: { documents: [-1, 0] } }, [[1, 2], [], [3]], "[1, 2] [1, 2] [3]"],
  [{ $setUnion: "$v", window: { documents: [-1, 0] } }, [[1], [1, 2], [3]], "[1] [1, 2] [1, 2, 3]"],
  [{ $mergeObjects: "$v" }, [{ a: 1 }], 9],
]);
