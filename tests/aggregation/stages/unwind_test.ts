import { testTable } from "../fixture.ts";

testTable("7.63 $unwind", [
  [[{ $unwind: "$a" }], [{ a: [1, 2], b: 0 }], [{ a: 1, b: 0 }, { a: 2, b: 0 }]],
  [[{ $unwind: "$a" }], [{ a: 5 }, { a: null }, {}, { a: [] }], [{ a: 5 }]],
  [
    [{ $unwind: { path: "$a", preserveNullAndEmptyArrays: true } }],
    [{ a: null, x: 1 }, { x: 2 }, { a: [], x: 3 }, { a: [1], x: 4 }],
    [{ a: null, x: 1 }, { x: 2 }, { x: 3 }, { a: 1, x: 4 }],
  ],
  [
    [{ $unwind: { path: "$a", includeArrayIndex: "i", preserveNullAndEmptyArrays: true } }],
    [{ a: ["x", "y"] }, { a: "z" }, {}],
    [{ a: "x", i: 0 }, { a: "y", i: 1 }, { a: "z", i: null }, { i: null }],
  ],
  [
    [{ $unwind: "$d.a" }],
    [{ p: 0, d: { q: 1, a: [[1], { z: 1 }], r: 2 }, s: 3 }],
    [
      { p: 0, d: { q: 1, a: [1], r: 2 }, s: 3 },
      { p: 0, d: { q: 1, a: { z: 1 }, r: 2 }, s: 3 },
    ],
  ],
  [[{ $unwind: "$d.a" }], [{ d: [{ a: [1] }] }, { d: 5 }], []],
  [
    [{ $unwind: { path: "$a", includeArrayIndex: "b.i" } }],
    [{ a: ["x"], b: { c: 1 }, d: 2 }, { a: ["y"], b: 5 }],
    [{ a: "x", b: { c: 1, i: 0 }, d: 2 }, { a: "y", b: { i: 0 } }],
  ],
  [[{ $unwind: { path: "$a", includeArrayIndex: "a" } }], [{ a: ["x", "y"] }], [{ a: 0 }, {
    a: 1,
  }]],
  [[{ $unwind: "$" }], [], 40352],
  [[{ $unwind: "$a..b" }], [], 15998],
  [[{ $unwind: { path: "$a", includeArrayIndex: "b." } }], [], 40353],
  [[{ $unwind: 5 }], [], 15981],
  [[{ $unwind: "a" }], [], 28818],
  [[{ $unwind: "" }], [], 28812],
  [[{ $unwind: { path: 5 } }], [], 28808],
  [[{ $unwind: { path: "$a", preserveNullAndEmptyArrays: 1 } }], [], 28809],
  [[{ $unwind: { path: "$a", includeArrayIndex: "" } }], [], 28810],
  [[{ $unwind: { path: "$a", includeArrayIndex: "$i" } }], [], 28822],
  [[{ $unwind: { path: "$a", foo: 1 } }], [], 28811],
  [[{ $unwind: {} }], [], 28812],
  [[{ $unwind: "" }], [], 28812],
]);
