import { testTable } from "../fixture.ts";

testTable("$project", [
  [[{ $project: { a: 1 } }], [{ _id: 1, a: 2, b: 3 }], [{ _id: 1, a: 2 }]],
  [[{ $project: { a: 0 } }], [{ _id: 1, a: 2, b: 3 }], [{ _id: 1, b: 3 }]],
  [[{ $project: { _id: 0, s: { $add: ["$a", 1] } } }], [{ a: 2 }, { a: 3 }], [{ s: 3 }, { s: 4 }]],
  [[{ $project: { x: "$$REMOVE", a: 1 } }], [{ a: 2 }], [{ a: 2 }]],
  [[{ $project: 5 }], [], 15969],
  [[{ $project: {} }], [], 51272],
  [[{ $project: { a: 1, b: 0 } }], [], 31254],
]);

testTable("$addFields", [
  [[{ $addFields: { b: { $add: ["$a", 1] } } }], [{ a: 1 }, {}], [{ a: 1, b: 2 }, { b: null }]],
  [[{ $set: { "a.c": 5 } }], [{ a: { b: 1 } }, { a: 1 }], [{ a: { b: 1, c: 5 } }, { a: { c: 5 } }]],
  [[{ $set: { a: "$$REMOVE" } }], [{ a: 1, b: 2 }], [{ b: 2 }]],
  [[{ $addFields: 5 }], [], 40272],
]);

testTable("$unset", [
  [[{ $unset: "a" }], [{ a: 1, b: 2 }], [{ b: 2 }]],
  [[{ $unset: ["a", "b.c"] }], [{ a: 1, b: { c: 1, d: 2 } }], [{ b: { d: 2 } }]],
  [[{ $unset: 5 }], [], 31002],
  [[{ $unset: [] }], [], 31119],
  [[{ $unset: [5] }], [], 31120],
]);

testTable("7.20 7.21 paths over arrays", [
  [
    [{ $project: { x: "$a.b" } }],
    [{ a: [{ b: 1 }, 5, {}, { b: 2 }] }, { a: [] }],
    [{ x: [1, 2] }, { x: [] }],
  ],
  [[{ $project: { x: "$a.0" } }], [{ a: [7] }], [{ x: [] }]],
]);
