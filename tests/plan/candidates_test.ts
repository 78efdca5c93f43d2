import assert from "node:assert/strict";
import { findCandidates, hintedCandidates, holdsAnswer } from "../../src/plan/candidates.ts";
import { collectPredicates, conjunctsOf } from "../../src/plan/predicates.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { bson, expressionOf, index } from "./fixture.ts";

function question(filter: Record<string, unknown>, sort?: Record<string, unknown>) {
  const conjuncts = conjunctsOf(expressionOf(filter));
  return {
    conjuncts,
    predicates: collectPredicates(conjuncts),
    sort: sort === undefined ? undefined : parseSort(bson(sort)),
    collation: undefined,
  };
}

Deno.test("findCandidates takes indexes whose first field is bounded or that give the order", () => {
  const indexes = [index({ a: 1 }), index({ b: 1, a: 1 }), index({ c: 1 }), index({ d: 1 })];
  const names = findCandidates(indexes, question({ a: 1 }, { c: 1 })).map((one) => one.index.name);
  assert.deepEqual(names, ["a_1", "c_1"]);
});

Deno.test("a whole index is not read for an order that a bounded one gives", () => {
  const indexes = [index({ a: 1, b: 1 }), index({ b: 1 }), index({ a: 1 })];
  const names = (sort: Record<string, unknown>) =>
    findCandidates(indexes, question({ a: 1 }, sort)).map((one) => one.index.name);
  assert.deepEqual(names({ b: 1 }), ["a_1_b_1", "a_1"]);
  assert.deepEqual(names({ b: 1, c: 1 }), ["a_1_b_1", "a_1"]);
});

Deno.test("more than 200 scans are not merged for an order", () => {
  const ab = index({ a: 1, b: 1 });
  const list = (n: number) => ({ a: { $in: Array.from({ length: n }, (_, i) => i) } });
  assert.equal(findCandidates([ab], question(list(200), { b: 1 }))[0].splitFields, 1);
  const many = findCandidates([ab], question(list(201), { b: 1 }))[0];
  assert.deepEqual([many.splitFields, many.sorted], [0, false]);
});

Deno.test("a hint makes any index a candidate, a partial one that cannot answer without bounds", () => {
  assert.equal(hintedCandidates(index({ z: 1 }), question({ a: 1 }))[0].bounds.boundedFields, 0);
  const partial = index({ a: 1 }, { partial: { b: 1 } });
  assert.equal(hintedCandidates(partial, question({ a: 1 }))[0].bounds.boundedFields, 0);
  assert.equal(hintedCandidates(partial, question({ a: 1, b: 1 }))[0].bounds.boundedFields, 1);
});

for (
  const [filter, options, expected] of [
    [{ a: 1 }, {}, true],
    [{ a: null }, { sparse: true }, false],
    [{ a: { $ne: 1 } }, { sparse: true }, false],
    [{ a: { $gt: 1 } }, { sparse: true }, true],
    [{ $expr: { $gt: ["$a", 1] } }, { sparse: true }, true],
    [{ $expr: { $lt: ["$a", 1] } }, { sparse: true }, false],
    [{ $expr: { $gt: ["$a", null] } }, { sparse: true }, true],
    [{ b: 7, a: 1 }, { partial: { b: { $gt: 5 } } }, true],
    [{ b: 4, a: 1 }, { partial: { b: { $gt: 5 } } }, false],
  ] as const
) {
  Deno.test(`holdsAnswer of ${JSON.stringify(filter)} for ${JSON.stringify(options)}: ${expected}`, () => {
    assert.equal(holdsAnswer(index({ a: 1 }, options), question(filter)), expected);
  });
}
