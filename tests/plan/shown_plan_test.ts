import assert from "node:assert/strict";
import type { Document } from "bson";
import { shownPlan } from "../../src/plan/shown_plan.ts";
import { filterOf, index, plan, planText } from "./fixture.ts";

const INDEXES = [index({ a: 1 }), index({ b: 1 })];

function text(filter: Document, isHinted = false): string {
  const { root } = plan(INDEXES, { filter });
  return planText(shownPlan(root, { filter: filterOf(filter), isHinted, isClustered: false }));
}

Deno.test("the plan of an $or is under a SUBPLAN, unless an index was named", () => {
  const or = { $or: [{ a: 1 }, { b: 2 }] };
  assert.match(text(or), /^SUBPLAN > FETCH > OR/);
  assert.match(text({ $or: [{ a: 1 }, { c: 2 }] }), /^SUBPLAN > COLLSCAN/);
  assert.match(text(or, true), /^FETCH > OR/);
  assert.match(text({ $or: [{ a: 1 }, { a: 2 }] }), /^FETCH > IXSCAN/);
  assert.match(text({ a: 1 }), /^FETCH > IXSCAN/);
});

Deno.test("a clustered collection is scanned by its _id", () => {
  const id = { ...index({ _id: 1 }), name: "_id_" };
  const filter = { _id: { $gte: 3, $lt: 9 } };
  const { root } = plan([id], { filter });
  const shown = shownPlan(root, {
    filter: filterOf(filter),
    isHinted: false,
    isClustered: true,
  });
  assert.equal(shown.stage, "CLUSTERED_IXSCAN");
  if (shown.stage !== "CLUSTERED_IXSCAN") return;
  assert.equal(shown.forward, true);
  assert.equal(shown.minRecord?.type, 16);
  assert.equal(shown.maxRecord?.type, 16);
  assert.equal(shown.statistics.keysExamined, 0);
});
