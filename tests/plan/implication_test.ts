import assert from "node:assert/strict";
import { parseCollation } from "../../src/bson/collation.ts";
import { implies, needsField } from "../../src/plan/implication.ts";
import { conjunctsOf } from "../../src/plan/predicates.ts";
import { bson, expressionOf } from "./fixture.ts";

const ROWS: readonly (readonly [Record<string, unknown>, Record<string, unknown>, boolean])[] = [
  [{ a: 5 }, {}, true],
  [{ a: 5 }, { a: { $gt: 3 } }, true],
  [{ a: 3 }, { a: { $gt: 3 } }, false],
  [{ a: 3 }, { a: { $gte: 3 } }, true],
  [{ a: "x" }, { a: { $gte: 3 } }, false],
  [{ a: { $gt: 5 } }, { a: { $gt: 3 } }, true],
  [{ a: { $gt: 5 } }, { a: { $gt: 5 } }, true],
  [{ a: { $gte: 5 } }, { a: { $gt: 5 } }, false],
  [{ a: { $gt: 5 } }, { a: { $lt: 9 } }, false],
  [{ a: { $lt: 5 } }, { a: { $lte: 5 } }, true],
  [{ a: { $in: [4, 5] } }, { a: { $gt: 3 } }, true],
  [{ a: { $in: [2, 5] } }, { a: { $gt: 3 } }, false],
  [{ a: { $in: [] } }, { a: { $gt: 3 } }, false],
  [{ a: 5 }, { a: { $in: [5, 6] } }, true],
  [{ a: 5 }, { a: { $exists: true } }, true],
  [{ a: null }, { a: { $exists: true } }, false],
  [{ a: { $gt: 5 } }, { a: { $exists: true } }, true],
  [{ a: { $lte: null } }, { a: { $exists: true } }, false],
  [{ a: "x" }, { a: { $type: "string" } }, true],
  [{ a: 5 }, { a: { $type: "string" } }, false],
  [{ a: { $type: "int" } }, { a: { $type: "number" } }, true],
  [{ b: 5 }, { a: { $exists: true } }, false],
  [{ a: 5, b: 1 }, { a: { $gt: 3 }, b: 1 }, true],
  [{ a: 5 }, { a: { $gt: 3 }, b: 1 }, false],
  [{ a: 5 }, { $or: [{ a: { $gt: 3 } }, { b: 1 }] }, true],
  [{ $or: [{ a: 5 }, { a: 6 }] }, { a: { $gt: 3 } }, true],
  [{ $or: [{ a: 5 }, { b: 6 }] }, { a: { $gt: 3 } }, false],
  [{ a: /x/ }, { a: { $exists: true } }, true],
  [{ a: { $ne: 5 } }, { a: { $exists: true } }, false],
  [{ a: { $lte: NaN } }, { a: { $lte: 5 } }, false],
  [{ a: { $gt: 5 } }, { a: { $gte: NaN } }, false],
  [{ a: NaN }, { a: { $lt: 5 } }, false],
  [{ a: { $gte: NaN } }, { a: { $gte: NaN } }, true],
];

for (const [filter, condition, expected] of ROWS) {
  Deno.test(`${JSON.stringify(filter)} implies ${JSON.stringify(condition)}: ${expected}`, () => {
    assert.equal(implies(conjunctsOf(expressionOf(filter)), expressionOf(condition)), expected);
  });
}

for (
  const [filter, expected] of [
    [{ a: 1 }, true],
    [{ a: null }, false],
    [{ a: { $exists: true } }, true],
    [{ a: { $exists: false } }, false],
    [{ a: { $ne: 1 } }, false],
    [{ a: { $nin: [null, 1] } }, true],
    [{ "d.x": { $nin: [null, 1] } }, false], // { d: [] } has no x and is not null to a filter
    [{ "d.x": 1 }, true],
  ] as const
) {
  Deno.test(`${JSON.stringify(filter)} needs its field: ${expected}`, () => {
    assert.equal(needsField(expressionOf(filter), Object.keys(filter)[0]), expected);
  });
}

Deno.test("strings are compared under the collation", () => {
  const collation = parseCollation(bson({ locale: "en" }));
  const conjuncts = conjunctsOf(expressionOf({ a: { $gt: "a" } }));
  const condition = expressionOf({ a: { $gt: "B" } });
  assert.equal(implies(conjuncts, condition), true);
  assert.equal(implies(conjuncts, condition, collation), false);
});
