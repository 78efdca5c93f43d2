import assert from "node:assert/strict";
import { findCandidates } from "../../src/plan/candidates.ts";
import { collectPredicates, conjunctsOf } from "../../src/plan/predicates.ts";
import { rankCandidates } from "../../src/plan/rank.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { bson, expressionOf, index } from "./fixture.ts";

for (
  const [what, filter, sort, expected] of [
    ["a unique index with all fields fixed", { u: 1, a: 1, b: 1 }, undefined, "u_1"],
    ["more fixed fields", { a: 1, b: 1 }, undefined, "a_1_b_1"],
    ["no SORT", { a: { $gt: 1 }, c: { $gt: 1 } }, { c: 1 }, "c_1"],
    ["one value before several", { a: { $in: [1, 2] }, c: 1 }, undefined, "c_1"],
    ["the shorter key", { a: 1 }, undefined, "a_1"],
  ] as const
) {
  Deno.test(`rank prefers ${what}`, () => {
    const indexes = [
      index({ a: 1, b: 1 }),
      index({ a: 1 }),
      index({ c: 1 }),
      index({ u: 1 }, { unique: true }),
    ];
    const conjuncts = conjunctsOf(expressionOf(filter));
    const candidates = findCandidates(indexes, {
      conjuncts,
      predicates: collectPredicates(conjuncts),
      sort: sort === undefined ? undefined : parseSort(bson(sort)),
      collation: undefined,
    });
    assert.equal(rankCandidates(candidates)[0].index.name, expected);
  });
}
