import assert from "node:assert/strict";
import { Double, Long } from "bson";
import { refusal, table } from "../table.ts";

table("7.14 $elemMatch asks for one element", [
  [{ a: { $elemMatch: { $gt: 3, $lt: 2 } } }, { a: [1, 5] }, false],
  [{ a: { $elemMatch: { $gt: 3, $lt: 7 } } }, { a: [1, 5] }, true],
  [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { c: 2 }] }, false],
  [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1, c: 2 }] }, true],
]);

table("$elemMatch", [
  [{ a: { $elemMatch: { $gt: 3 } } }, { a: 5 }, false],
  [{ a: { $elemMatch: { $gt: 3 } } }, { a: [[5]] }, false],
  [{ a: { $elemMatch: { $elemMatch: { $gt: 3 } } } }, { a: [[5]] }, true],
  [{ a: { $elemMatch: { 0: 5 } } }, { a: [[5]] }, true],
  [{ a: { $elemMatch: {} } }, { a: [{}] }, true],
  [{ a: { $elemMatch: {} } }, { a: [1] }, false],
  [{ a: { $elemMatch: { b: { $ne: 1 } } } }, { a: [{ b: 1 }] }, false],
  [{ a: { $elemMatch: { b: { $ne: 1 } } } }, { a: [{ b: 1 }, {}] }, true],
  [{ a: { $elemMatch: { $ne: 1 } } }, { a: [1, 1] }, false],
  [{ a: { $elemMatch: { $in: [1, /^x/] } } }, { a: ["xy"] }, true],
  [{ a: { $elemMatch: { $not: { $gt: 3 } } } }, { a: [5, 2] }, true],
  [{ a: { $elemMatch: { $exists: false } } }, { a: [1] }, false],
  [{ a: { $elemMatch: { $or: [{ b: 1 }, { c: 1 }] } } }, { a: [{ c: 1 }] }, true],
  [{ a: { $elemMatch: { $and: [{ b: 1 }, { c: 1 }] } } }, { a: [{ b: 1 }, { c: 1 }] }, false],
  [{ "a.b": { $elemMatch: { $gt: 1 } } }, { a: [{ b: [0] }, { b: [2] }] }, true],
  [{ "a.0": { $elemMatch: { $eq: 1 } } }, { a: [[1, 2]] }, true],
  [{ a: { $elemMatch: { "b.c": 1 } } }, { a: [{ b: [{ c: 1 }] }] }, true],
]);

table("7.15 $all", [
  [{ a: { $all: [] } }, { a: [] }, false],
  [{ a: { $all: [] } }, { a: [1] }, false],
  [{ a: { $all: [1, 2] } }, { a: [2, 1, 3] }, true],
  [{ a: { $all: [1, 2] } }, { a: [1] }, false],
  [{ a: { $all: [1] } }, { a: 1 }, true],
  [{ a: { $all: [[1, 2]] } }, { a: [1, 2] }, true],
  [{ a: { $all: [[1, 2]] } }, { a: [[1, 2]] }, true],
  [{ a: { $all: [[1, 2]] } }, { a: [1, 2, 3] }, false],
  [{ a: { $all: [/^x/, 1] } }, { a: ["xy", 1] }, true],
  [{ a: { $all: [null] } }, {}, true],
  [
    { a: { $all: [{ $elemMatch: { x: 1, y: 1 } }, { $elemMatch: { x: 2 } }] } },
    { a: [{ x: 1, y: 1 }, { x: 2 }] },
    true,
  ],
  [
    { a: { $all: [{ $elemMatch: { x: 1, y: 1 } }, { $elemMatch: { x: 2 } }] } },
    { a: [{ x: 1 }, { x: 2 }] },
    false,
  ],
  [{ "a.b": { $all: [1, 2] } }, { a: [{ b: 1 }, { b: 2 }] }, true],
]);

table("7.16 $size", [
  [{ a: { $size: 0 } }, { a: [] }, true],
  [{ a: { $size: 0 } }, {}, false],
  [{ a: { $size: 0 } }, { a: null }, false],
  [{ a: { $size: 2 } }, { a: [1, 2] }, true],
  [{ a: { $size: 2 } }, { a: [1, 2, 3] }, false],
  [{ a: { $size: 1 } }, { a: [[1, 2]] }, true],
  [{ a: { $size: 2 } }, { a: [[1, 2]] }, false],
  [{ a: { $size: new Double(2) } }, { a: [1, 2] }, true],
  [{ a: { $size: Long.fromNumber(2) } }, { a: [1, 2] }, true],
  [{ a: { $size: 2 } }, { a: "xy" }, false],
  [{ a: { $size: 2.5 } }, { a: [] }, 2],
  [{ "a.b": { $size: 1 } }, { a: [{ b: [] }, { b: [1] }] }, true],
]);

Deno.test("errors of array operators", () => {
  const rows: [unknown, string][] = [
    [{ a: { $all: 5 } }, "2 $all needs an array"],
    [{ a: { $all: [{ $gt: 1 }] } }, "2 no $ expressions in $all"],
    [{ a: { $all: [{ $elemMatch: {} }, 5] } }, "2 $all/$elemMatch has to be consistent"],
    [{ a: { $elemMatch: 5 } }, "2 $elemMatch needs an Object"],
    [{ a: { $elemMatch: { $foo: 1 } } }, "2 unknown operator: $foo"],
    [{ a: { $size: -1 } }, "2 Failed to parse $size. Expected a non-negative number in: $size: -1"],
    [{ a: { $size: "x" } }, '2 Failed to parse $size. Expected a number in: $size: "x"'],
    [{ a: { $size: 2.5 } }, "2 Failed to parse $size. Expected an integer: $size: 2.5"],
    [
      { a: { $elemMatch: { $expr: { $eq: ["$b", 1] } } } },
      "2 $expr can only be applied to the top-level document",
    ],
  ];
  for (const [filter, expected] of rows) assert.equal(refusal(filter), expected);
});
