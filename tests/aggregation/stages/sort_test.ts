import { testTable } from "../fixture.ts";

const DOCUMENTS = [{ a: 2, b: 1 }, { a: 1 }, { a: 2, b: 0 }, {}];

testTable("$sort", [
  [[{ $sort: { a: 1, b: 1 } }], DOCUMENTS, [{}, { a: 1 }, { a: 2, b: 0 }, { a: 2, b: 1 }]],
  [[{ $sort: { a: -1 } }, { $limit: 1 }], DOCUMENTS, [{ a: 2, b: 1 }]],
  [[{ $sort: { a: -1, b: -1 } }, { $skip: 1 }, { $limit: 1 }], DOCUMENTS, [{ a: 2, b: 0 }]],
  [[{ $sort: 5 }], [], 15973],
  [[{ $sort: {} }], [], 15976],
  [[{ $sort: { a: 2 } }], [], 15975],
  [[{ $sort: { a: "x" } }], [], 15974],
]);

testTable("$sortByCount", [
  [
    [{ $sortByCount: "$k" }],
    [{ k: 1 }, { k: 2 }, { k: 2 }],
    [{ _id: 2, count: 2 }, { _id: 1, count: 1 }],
  ],
  [[{ $sortByCount: { $add: ["$k", 1] } }], [{ k: 1 }], [{ _id: 2, count: 1 }]],
  [[{ $sortByCount: "k" }], [], 40148],
  [[{ $sortByCount: { k: 1 } }], [], 40147],
  [[{ $sortByCount: 5 }], [], 40149],
]);
