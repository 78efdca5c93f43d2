import assert from "node:assert/strict";
import { intervalTexts } from "../../src/index/interval.ts";
import { boundsFor, spanningBounds } from "../../src/query/bounds.ts";
import { parseFilter } from "../../src/query/filter.ts";
import type { CompareExpression } from "../../src/query/match_expression.ts";
import { bson, CONTEXT } from "./table.ts";

function shown(filter: unknown, isMultikey = false): string {
  const bounds = boundsFor(parseFilter(bson(filter), CONTEXT), isMultikey);
  if (bounds === undefined) return "none";
  return `${intervalTexts(bounds.intervals).join(" ")} ${bounds.exact ? "exact" : "check"}`;
}

Deno.test("bounds of negations", () => {
  assert.equal(shown({ a: { $ne: 5 } }), "[MinKey, 5) (5, MaxKey] exact");
  assert.equal(shown({ a: { $ne: 5 } }, true), "[MinKey, 5) (5, MaxKey] check");
  assert.equal(shown({ a: { $not: { $gt: 5 } } }), "[MinKey, 5] (inf.0, MaxKey] exact");
  assert.equal(shown({ a: { $nin: [1, 2] } }), "[MinKey, 1) (1, 2) (2, MaxKey] exact");
  assert.equal(shown({ a: { $ne: null } }), "[MinKey, null) (null, MaxKey] exact");
  assert.equal(shown({ a: { $ne: null } }, true), "none");
  assert.equal(shown({ a: { $exists: false } }), "[null, null] check");
  assert.equal(shown({ a: { $not: { $type: "string" } } }), "none");
  assert.equal(shown({ a: { $not: /x/ } }), "none");
  assert.equal(shown({ a: { $not: { $gt: 1, $lt: 3 } } }, true), "none");
  assert.equal(shown({ a: { $not: { $gt: 1, $lt: 3 } } }), "[MinKey, 1] [3, MaxKey] exact");
});

Deno.test("comparisons that span types: missing counts as null, and nothing is exact", () => {
  const spanning = (filter: unknown, isMultikey = false): string => {
    const compare = parseFilter(bson(filter), CONTEXT);
    assert.equal(compare.kind, "compare");
    const bounds = spanningBounds(compare as CompareExpression, isMultikey);
    if (bounds === undefined) return "none";
    assert.equal(bounds.exact, false);
    return intervalTexts(bounds.intervals).join(" ");
  };
  assert.equal(spanning({ a: { $gt: 5 } }), "(5, MaxKey]");
  assert.equal(spanning({ a: { $gte: "x" } }), '["x", MaxKey]');
  assert.equal(spanning({ a: { $lt: 5 } }), "[MinKey, 5)");
  assert.equal(spanning({ a: { $lte: 5 } }), "[MinKey, 5]");
  assert.equal(spanning({ a: { $lt: null } }), "[MinKey, null]");
  assert.equal(spanning({ a: { $gt: null } }), "(null, MaxKey]");
  assert.equal(spanning({ a: { $gt: 5 } }, true), "none");
  assert.equal(spanning({ "a.0.b": { $gt: 5 } }), "none");
});

Deno.test("kinds without bounds", () => {
  assert.equal(shown({ a: { $size: 1 } }), "none");
  assert.equal(shown({ a: { $elemMatch: { b: 1 } } }), "none");
  assert.equal(shown({ $expr: true }), "none");
});
