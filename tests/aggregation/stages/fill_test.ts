import { testTable } from "../fixture.ts";

const fill = (spec: object) => [{ $fill: spec }];
const DOCUMENTS = [{ t: 3, a: null, b: 1 }, { t: 1, a: 1, b: null }, { t: 2 }, { t: 4, a: 4 }];

testTable("$fill", [
  [
    fill({ sortBy: { t: 1 }, output: { a: { method: "linear" }, b: { method: "locf" } } }),
    DOCUMENTS,
    [
      { t: 1, a: 1, b: null },
      { t: 2, a: 2, b: null },
      { t: 3, a: 3, b: 1 },
      { t: 4, a: 4, b: 1 },
    ],
  ],
  [
    fill({ output: { a: { value: { $multiply: ["$t", 10] } }, c: { value: 0 } } }),
    DOCUMENTS.slice(0, 2),
    [{ t: 3, a: 30, b: 1, c: 0 }, { t: 1, a: 1, b: null, c: 0 }],
  ],
  [
    fill({ partitionBy: "$p", sortBy: { t: 1 }, output: { a: { method: "locf" } } }),
    [{ p: 1, t: 1, a: 1 }, { p: 2, t: 2 }, { p: 1, t: 3 }],
    [{ p: 1, t: 1, a: 1 }, { p: 1, t: 3, a: 1 }, { p: 2, t: 2, a: null }],
  ],
  [
    fill({ partitionByFields: ["p", "q"], sortBy: { t: 1 }, output: { a: { method: "locf" } } }),
    [{ p: 1, q: 1, t: 1, a: 1 }, { p: 1, q: 2, t: 2 }, { p: 1, q: 1, t: 3 }],
    [{ p: 1, q: 1, t: 1, a: 1 }, { p: 1, q: 1, t: 3, a: 1 }, { p: 1, q: 2, t: 2, a: null }],
  ],
  [fill({ sortBy: { t: 1 }, output: { a: { method: "locf" }, b: { value: 5 } } }), [{ t: 1 }], [
    { t: 1, a: null, b: 5 },
  ]],
  [[{ $fill: 5 }], [], 9],
  [fill({}), [], 40414],
  [fill({ output: 5 }), [], 14],
  [fill({ output: {} }), [], 6050203],
  [fill({ output: { a: 5 } }), [], 6050200],
  [fill({ output: { a: { foo: 5 } } }), [], 40415],
  [fill({ output: { a: { method: "locf", value: 1 } } }), [], 6050201],
  [fill({ output: { a: { method: "cubic" } } }), [], 6050202],
  [fill({ output: { a: { method: 5 } } }), [], 14],
  [fill({ output: { a: { method: "linear" } } }), [], 605001],
  [fill({ output: { a: { value: 1 } }, foo: 1 }), [], 40415],
  [fill({ output: { a: { value: 1 } }, sortBy: 1 }), [], 14],
  [fill({ output: { a: { value: 1 } }, partitionBy: 1 }), [], 14],
  [fill({ output: { a: { value: 1 } }, partitionByFields: "p" }), [], 14],
  [fill({ output: { a: { value: 1 } }, partitionByFields: [1] }), [], 14],
  [fill({ output: { a: { value: 1 } }, partitionBy: "$p", partitionByFields: ["p"] }), [], 6050204],
  [fill({ sortBy: { t: 1 }, output: { a: { method: "linear" } } }), [{ t: 1, a: "x" }], 14],
]);
