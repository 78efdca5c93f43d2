import assert from "node:assert/strict";
import { type CandidatePlan, planChoice, unionName } from "../../src/plan/choice.ts";
import { newStatistics, type PlanNode } from "../../src/plan/node.ts";
import { filterOf, index, plan, planText } from "./fixture.ts";

const INDEXES = [index({ a: 1 }), index({ b: 1 })];

function candidate(name: string): CandidatePlan {
  const build = (): PlanNode => ({
    stage: "COLLSCAN",
    forward: true,
    filter: undefined,
    tailable: name === "second",
    statistics: newStatistics(),
  });
  return { name, build };
}

function choose(hint?: unknown) {
  const candidates = [candidate("first"), candidate("second")];
  const request = { filter: filterOf({ a: 1 }), hint };
  return { candidates, plan: planChoice({ indexes: INDEXES }, request, candidates, false) };
}

Deno.test("the plan shows the first candidate, and after the decision the winner", () => {
  const { candidates, plan } = choose();
  const { root } = plan;
  assert.equal(plan.root, root, "one tree, made once");
  assert.equal(plan.rejected.length, 1);
  const winner = candidates[1].build();
  plan.choice.decide(candidates[1], winner);
  assert.equal(plan.root, winner);
  assert.deepEqual(plan.rejected.map((one) => "tailable" in one && one.tailable), [false]);
});

Deno.test("a copy of the plan is that plan at that time, without the choice", () => {
  const { plan } = choose();
  const copy = { ...plan };
  assert.equal(copy.choice, undefined);
  assert.equal(copy.root, plan.root);
  assert.equal(copy.summary, "COLLSCAN");
});

Deno.test("hinted queries have no place in the cache", () => {
  assert.notEqual(choose().plan.choice.place, undefined);
  assert.equal(choose({ natural: 1 }).plan.choice.place, undefined);
});

Deno.test("an active entry puts its candidate in front", () => {
  const collection = { indexes: INDEXES };
  const candidates = [candidate("first"), candidate("second")];
  const ask = () => planChoice(collection, { filter: filterOf({ a: 1 }) }, candidates, false);
  const place = ask().choice.place!;
  const details = () => ({
    createdFromQuery: place.describe(),
    cachedPlan: new Uint8Array(5),
    creationExecStats: [],
    scores: [],
    indexFilterSet: false,
    sizeBytes: 0,
  });
  place.cache.note(place, { winner: "second", works: 3, details });
  assert.equal(ask().choice.cached, undefined);
  place.cache.note(place, { winner: "second", works: 3, details });
  assert.equal(ask().choice.cachedCandidate, candidates[1]);
  place.cache.note(place, { winner: "gone", works: 1, details });
  assert.equal(ask().choice.cached, undefined, "a plan that is no candidate any more");
});

Deno.test("a union is called by its indexes", () => {
  const { root } = plan(INDEXES, { filter: { $or: [{ a: 1 }, { b: 2 }] } });
  assert.equal(unionName(root), "$or a_1|b_1", planText(root));
});
