import assert from "node:assert/strict";
import { uniteBranches } from "../../src/plan/branches.ts";
import { index, plan, planText } from "./fixture.ts";

const A = index({ a: 1, s: 1 });
const B = index({ b: 1, s: 1 });
const OR = { $or: [{ a: 1 }, { b: 2 }] };

Deno.test("the branches of an $or are united, each with what its bounds leave open", () => {
  const rows: readonly (readonly [Parameters<typeof plan>[1], string])[] = [
    [
      { filter: OR },
      "FETCH > OR > (IXSCAN a_1_s_1 [1, 1] | [MinKey, MaxKey]; IXSCAN b_1_s_1 [2, 2] | [MinKey, MaxKey])",
    ],
    [
      { filter: { $or: [{ a: 1, c: 5 }, { b: 2, c: 6 }] } },
      "OR > (FETCH+filter > IXSCAN a_1_s_1 [1, 1] | [MinKey, MaxKey]; " +
      "FETCH+filter > IXSCAN b_1_s_1 [2, 2] | [MinKey, MaxKey])",
    ],
    [
      { filter: { ...OR, c: 1 } },
      "FETCH+filter > OR > (IXSCAN a_1_s_1 [1, 1] | [MinKey, MaxKey]; " +
      "IXSCAN b_1_s_1 [2, 2] | [MinKey, MaxKey])",
    ],
    [
      { filter: OR, sort: { s: -1 } },
      "FETCH > SORT_MERGE > (IXSCAN a_1_s_1 backward [1, 1] | [MaxKey, MinKey]; " +
      "IXSCAN b_1_s_1 backward [2, 2] | [MaxKey, MinKey])",
    ],
    [
      { filter: { $or: [{ a: { $gt: 1 } }, { b: 2 }] }, sort: { s: 1 } },
      "SORT > FETCH > OR > (IXSCAN a_1_s_1 (1, inf.0] | [MinKey, MaxKey]; " +
      "IXSCAN b_1_s_1 [2, 2] | [MinKey, MaxKey])",
    ],
    [{ filter: { $or: [{ a: 1 }, { c: 2 }] } }, "COLLSCAN"],
  ];
  for (const [question, expected] of rows) {
    assert.equal(planText(plan([A, B], question).root), expected);
  }
});

Deno.test("without an $or there is nothing to unite", () => {
  const question = { conjuncts: [], predicates: [], sort: undefined, collation: undefined };
  const make = {
    scan: () => assert.fail("no candidate"),
    fetch: () => assert.fail("no stage"),
  };
  assert.equal(uniteBranches([A], question, make), undefined);
});
