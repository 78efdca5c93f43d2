import assert from "node:assert/strict";
import { PlannerState } from "../../src/storage/planner_state.ts";

Deno.test("at first everything is allowed and nothing counted", () => {
  const state = new PlannerState();
  assert.equal(state.refusesScans, false);
  assert.equal(state.hasIndexFilters, false);
  assert.deepEqual(state.planCache, { hits: 0, misses: 0, replanned: 0 });
});
