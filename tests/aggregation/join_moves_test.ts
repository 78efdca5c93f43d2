import assert from "node:assert/strict";
import type { Document } from "bson";
import { optimized } from "./optimize_test.ts";
import { testTable } from "./fixture.ts";

const FIELDS = { from: "o", localField: "a", foreignField: "b" };
const L = (as: string, more: Document = {}): Document => ({ $lookup: { ...FIELDS, as, ...more } });
const UNWINDING = { unwinding: { preserveNullAndEmptyArrays: false } };
const pipeline = (filter: Document) => ({ pipeline: [{ $match: filter }] });

/** Each row: the pipeline, and what becomes of it. */
const ROWS:
  readonly (readonly [name: string, from: readonly Document[], to: readonly Document[]])[] = [
    ["$unwind of the array", [L("x"), { $unwind: "$x" }], [L("x", UNWINDING)]],
    [
      "$unwind that keeps and counts",
      [L("x.y"), {
        $unwind: { path: "$x.y", preserveNullAndEmptyArrays: true, includeArrayIndex: "i" },
      }],
      [L("x.y", { unwinding: { preserveNullAndEmptyArrays: true, includeArrayIndex: "i" } })],
    ],
    ["$unwind of another field", [L("x"), { $unwind: "$y" }], [L("x"), { $unwind: "$y" }]],
    [
      "$unwind with the index in the joined field",
      [L("x"), { $unwind: { path: "$x", includeArrayIndex: "x.i" } }],
      [L("x"), { $unwind: { path: "$x", includeArrayIndex: "x.i" } }],
    ],
    [
      "$match on the joined field, another one, and both",
      [L("x"), { $unwind: "$x" }, {
        $match: { "x.p": 1, c: 2, $or: [{ "x.q": 3 }, { d: 4 }], $nor: [{ "x.r": 5 }] },
      }],
      [
        { $match: { c: { $eq: 2 } } },
        L("x", {
          ...pipeline({ $and: [{ p: { $eq: 1 } }, { $nor: [{ r: { $eq: 5 } }] }] }),
          ...UNWINDING,
        }),
        { $match: { $or: [{ d: { $eq: 4 } }, { "x.q": { $eq: 3 } }] } },
      ],
    ],
    [
      "$match behind a kept document",
      [L("x"), { $unwind: { path: "$x", preserveNullAndEmptyArrays: true } }, {
        $match: { "x.p": 1 },
      }],
      [L("x", { unwinding: { preserveNullAndEmptyArrays: true } }), { $match: { "x.p": 1 } }],
    ],
    [
      "$match on the whole joined document, or by a formula",
      [L("x"), { $unwind: "$x" }, { $match: { x: { p: 1 }, $expr: "$x.p" } }],
      [L("x", UNWINDING), { $match: { x: { p: 1 }, $expr: "$x.p" } }],
    ],
    ["$match without $unwind", [L("x"), { $match: { "x.p": 1 } }], [L("x"), {
      $match: { "x.p": 1 },
    }]],
    ["$sort by other fields", [L("x"), { $sort: { a: 1 } }, { $limit: 2 }], [
      { $sort: { sortKey: { a: 1 }, limit: 2 } },
      { $limit: 2 },
      L("x"),
    ]],
    ["$sort by the joined field", [L("x"), { $sort: { a: 1, "x.p": 1 } }], [
      L("x"),
      { $sort: { sortKey: { a: 1, "x.p": 1 } } },
    ]],
  ];

for (const [name, from, to] of ROWS) {
  Deno.test(`optimizer, $lookup: ${name}`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(optimized(from))), to);
  });
}

const others = { o: [{ b: 1, p: 1 }, { b: 1, p: 2 }, { b: 2, p: 1 }] };

testTable("$lookup that unwinds", [
  [
    [L("x"), { $unwind: "$x" }, { $match: { "x.p": 1 } }],
    [{ a: 1 }, { a: 2, z: 0 }, { a: 3 }],
    [{ a: 1, x: { b: 1, p: 1 } }, { a: 2, z: 0, x: { b: 2, p: 1 } }],
  ],
  [
    [
      L("x"),
      { $unwind: { path: "$x", includeArrayIndex: "i", preserveNullAndEmptyArrays: true } },
    ],
    [{ a: 3 }, { a: 1, i: 9, z: 0 }],
    [{ a: 3, i: null }, { a: 1, i: 0, z: 0, x: { b: 1, p: 1 } }, {
      a: 1,
      i: 1,
      z: 0,
      x: { b: 1, p: 2 },
    }],
  ],
], { others });
