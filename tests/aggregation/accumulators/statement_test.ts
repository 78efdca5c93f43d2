import { testTable } from "../fixture.ts";

testTable("accumulated field", [
  [[{ $group: { _id: 1, n: 1 } }], [], 40234],
  [[{ $group: { _id: 1, n: {} } }], [], 40234],
  [[{ $group: { _id: 1, n: { a: 1 } } }], [], 40234],
  [[{ $group: { _id: 1, n: null } }], [], 40234],
  [[{ $group: { _id: 1, "a.b": { $sum: 1 } } }], [], 40235],
  [[{ $group: { _id: 1, $n: { $sum: 1 } } }], [], 40236],
  [[{ $group: { _id: 1, n: { $sum: 1, $avg: 1 } } }], [], 40238],
  [[{ $group: { _id: 1, n: { $foo: 1 } } }], [], 15952],
  [[{ $group: { _id: 1, n: { $rank: {} } } }], [], 15952],
  [[{ $group: { _id: "$a", n: { $count: {} } } }], [{ a: 1 }], [{ _id: 1, n: 1 }]],
]);
