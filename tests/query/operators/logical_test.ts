import assert from "node:assert/strict";
import { refusal, table } from "../table.ts";

table("$and, $or, $nor", [
  [{}, {}, true],
  [{ $and: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 }, true],
  [{ $and: [{ a: 1 }, { b: 2 }] }, { a: 1 }, false],
  [{ $or: [{ a: 1 }, { b: 2 }] }, { b: 2 }, true],
  [{ $or: [{ a: 1 }, { b: 2 }] }, { a: 2, b: 1 }, false],
  [{ $or: [{ a: null }, { b: 2 }] }, {}, true],
  [{ $or: [{ a: 1 }, { a: 2 }] }, { a: [3, 2] }, true],
  [{ $nor: [{ a: 1 }, { b: 2 }] }, { a: 3 }, true],
  [{ $nor: [{ a: 1 }, { b: 2 }] }, { b: 2 }, false],
  [{ a: 1, $or: [{ b: 1 }, { c: 1 }] }, { a: 1, c: 1 }, true],
  [{ a: 1, $or: [{ b: 1 }, { c: 1 }] }, { a: 2, c: 1 }, false],
  [{ $or: [{ $and: [{ a: 1 }, { b: 1 }] }, { c: 1 }] }, { c: 1 }, true],
  [{ $or: [{}] }, { a: 1 }, true],
  [{ $nor: [{ $nor: [{ a: 1 }] }] }, { a: 1 }, true],
]);

table("$not", [
  [{ a: { $not: { $gt: 1, $lt: 5 } } }, { a: 3 }, false],
  [{ a: { $not: { $gt: 1, $lt: 5 } } }, { a: 7 }, true],
  [{ a: { $not: /x/ } }, { a: "y" }, true],
  [{ a: { $not: /x/ } }, { a: "x" }, false],
  [{ a: { $not: { $regex: "X", $options: "i" } } }, { a: "x" }, false],
  [{ a: { $not: { $not: { $eq: 1 } } } }, { a: 1 }, true],
  [{ a: { $not: { $exists: false } } }, { a: 1 }, true],
  [{ a: { $not: { $elemMatch: { b: 1 } } } }, { a: [{ b: 2 }] }, true],
]);

table("many conditions are one walk", [
  [
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, i])),
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${39 - i}`, 39 - i])),
    true,
  ],
  [
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, i])),
    Object.fromEntries(Array.from({ length: 39 }, (_, i) => [`f${i}`, i])),
    false,
  ],
  [{ a: 1, ab: 2, "": 3 }, { ab: 2, "": 3, a: 1 }, true],
  [{ __proto__x: 1, constructor: 2 }, { constructor: 2, __proto__x: 1 }, true],
]);

Deno.test("errors of logical operators", () => {
  const rows: [unknown, string][] = [
    [{ $and: 5 }, "2 $and argument must be an array"],
    [{ $or: [] }, "2 $or argument must be a non-empty array"],
    [{ $nor: [] }, "2 $nor argument must be a non-empty array"],
    [{ $nor: [5] }, "2 $nor argument's entries must be objects"],
    [{ a: { $not: 5 } }, "2 $not argument must be a regex or an object"],
    [{ a: { $not: {} } }, "2 $not argument must be a non-empty object"],
    [{ a: { $not: { b: 1 } } }, "2 unknown operator: b"],
    [{ a: { $gt: 1, b: 2 } }, "2 unknown operator: b"],
    [{ a: { $foo: 1 } }, "2 unknown operator: $foo"],
    [{ a: { $and: [] } }, "2 unknown operator: $and"],
    [
      { $foo: 1 },
      "2 unknown top level operator: $foo. If you have a field name that starts with a '$' symbol, " +
      "consider using $getField or $setField.",
    ],
  ];
  for (const [filter, expected] of rows) assert.equal(refusal(filter), expected);
});
