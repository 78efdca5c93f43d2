import { testTable } from "../fixture.ts";

testTable("$match", [
  [[{ $match: { a: { $gt: 1 } } }], [{ a: 1 }, { a: 2 }, { a: "x" }], [{ a: 2 }]],
  [[{ $match: {} }], [{ a: 1 }], [{ a: 1 }]],
  [[{ $match: 5 }], [], 15959],
  [[{ $match: { $foo: 1 } }], [], 2],
  [[{ $match: { $expr: { $eq: ["$a", "$b"] } } }], [{ a: 1, b: 1 }, { a: 1 }], [{ a: 1, b: 1 }]],
]);
