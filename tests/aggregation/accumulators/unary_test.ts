import { testTable } from "../fixture.ts";

testTable("unary accumulator", [
  [[{ $group: { _id: null, m: { $max: ["$a"] } } }], [], 40237],
  [[{ $group: { _id: null, m: { $max: ["$a", 1] } } }], [], 40237],
  [
    [{ $group: { _id: null, m: { $max: { $add: ["$a", 1] } } } }],
    [{ a: 1 }, { a: 2 }],
    [{ _id: null, m: 3 }],
  ],
  // As a window function a list is a value like any other.
  [
    [{ $setWindowFields: { output: { m: { $max: ["$a", 1] } } } }],
    [{ a: 1 }, { a: 2 }],
    [{ a: 1, m: [2, 1] }, { a: 2, m: [2, 1] }],
  ],
]);
