import assert from "node:assert/strict";
import { allNodes, inputsOf } from "../../src/plan/node.ts";
import { index, plan } from "./fixture.ts";

Deno.test("allNodes walks a plan from the top", () => {
  const { root } = plan([index({ a: 1, b: 1 })], {
    filter: { a: { $in: [1, 2] } },
    sort: { b: 1 },
    limit: 3,
  });
  const stages = [...allNodes(root)].map((node) => node.stage);
  assert.deepEqual(stages, ["LIMIT", "FETCH", "SORT_MERGE", "IXSCAN", "IXSCAN"]);
  assert.equal(inputsOf(root).length, 1);
});

Deno.test("a leaf has no inputs", () => {
  assert.deepEqual(inputsOf(plan([], {}).root), []);
});
