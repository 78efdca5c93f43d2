// `$[]` and `$[id]` in update paths.

import { refused, table } from "./update_table.ts";

const over = (limit: number) => [{ i: { $gt: limit } }];

table("$[] updates every element", [
  [{ $inc: { "a.$[]": 1 } }, { a: [1, 2] }, { a: [2, 3] }],
  [{ $set: { "a.$[].x": 1 } }, { a: [{}, { x: 0 }] }, { a: [{ x: 1 }, { x: 1 }] }],
  [{ $inc: { "a.$[].b.$[]": 1 } }, { a: [{ b: [1] }, { b: [2, 3] }] }, {
    a: [{ b: [2] }, { b: [3, 4] }],
  }],
  [{ $inc: { "a.$[].$[]": 1 } }, { a: [[1], [2]] }, { a: [[2], [3]] }],
  [{ $set: { "a.$[]": "long" } }, { a: [] }, null],
  [{ $unset: { "a.$[]": 1 } }, { a: [1, 2] }, { a: [null, null] }],
  [{ $unset: { "a.$[].x": 1 } }, { a: [{ x: 1, y: 2 }] }, { a: [{ y: 2 }] }],
  [
    { $set: { "a.$[]": 1 } },
    { b: 1 },
    refused(
      2,
      "The path 'a' must exist in the document in order to apply array updates.",
    ),
  ],
  [
    { $set: { "a.b.$[]": 1 } },
    { a: {} },
    refused(
      2,
      "The path 'a.b' must exist in the document in order to apply array updates.",
    ),
  ],
  [
    { $set: { "a.$[]": 1 } },
    { a: "x" },
    refused(
      2,
      `Cannot apply array updates to non-array element a: "x"`,
    ),
  ],
  [
    { $set: { "a.$[].b": 1 } },
    { a: [5] },
    refused(
      28,
      "Cannot create field 'b' in element {0: 5}",
    ),
  ],
]);

table("7.57 $[id] updates the elements its filter accepts", [
  [{ $set: { "a.$[i]": 0 } }, { a: [1, 5, 9] }, { a: [1, 0, 0] }, { arrayFilters: over(4) }],
  [{ $set: { "a.$[i]": 0 } }, { a: [1] }, null, { arrayFilters: over(4) }],
  [{ $set: { "a.$[i].q": 0 } }, { a: [{ k: 1 }, { k: 2 }] }, { a: [{ k: 1 }, { k: 2, q: 0 }] }, {
    arrayFilters: [{ "i.k": 2 }],
  }],
  [
    { $inc: { "a.$[i].b.$[j].n": 1 } },
    { a: [{ t: 1, b: [{ n: 1 }, { n: 5 }] }, { t: 2, b: [{ n: 5 }] }] },
    { a: [{ t: 1, b: [{ n: 1 }, { n: 6 }] }, { t: 2, b: [{ n: 5 }] }] },
    { arrayFilters: [{ "i.t": 1 }, { "j.n": { $gte: 5 } }] },
  ],
  [{ $set: { "a.$[i].x": 1, "a.$[j].y": 2 } }, { a: [{ k: 1 }, { k: 2 }] }, {
    a: [{ k: 1, x: 1 }, { k: 2, x: 1, y: 2 }],
  }, { arrayFilters: [{ "i.k": { $gte: 1 } }, { "j.k": 2 }] }],
  [
    { $set: { "a.$[i]": 1, "a.$[j]": 2 } },
    { a: [5] },
    refused(
      40,
      "Update created a conflict at 'a.0'",
    ),
    { arrayFilters: [{ i: 5 }, { j: 5 }] },
  ],
  [{ $set: { "a.$[i]": null } }, { a: [null, 1] }, null, { arrayFilters: [{ i: null }] }],
  [{ $set: { "a.$[i]": 7 } }, { a: [[1, 2], [3]] }, { a: [7, [3]] }, { arrayFilters: [{ i: 2 }] }],
]);
