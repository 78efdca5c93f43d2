import assert from "node:assert/strict";
import { newStatistics, type PlanNode } from "../../src/plan/node.ts";
import { addExamined, type PlanHolder, summaryOf } from "../../src/session/operation_plan.ts";

const SCAN: PlanNode = {
  stage: "COLLSCAN",
  forward: true,
  filter: undefined,
  tailable: false,
  statistics: { ...newStatistics(), docsExamined: 7 },
};
const FETCH: PlanNode = {
  stage: "FETCH",
  filter: undefined,
  input: SCAN,
  statistics: { ...newStatistics(), keysExamined: 1, docsExamined: 2 },
};

Deno.test("what a plan examined is the sum of its stages", () => {
  const sum = addExamined({ root: FETCH, summary: "" }, { keys: 10, documents: 20 });
  assert.deepEqual(sum, { keys: 11, documents: 29 });
  assert.deepEqual(addExamined(undefined, sum), { keys: 11, documents: 29 });
});

const SUMMARIES: ReadonlyArray<readonly [PlanHolder | undefined, boolean, string]> = [
  [undefined, false, ""],
  [{}, false, ""],
  [{ id: 1 }, false, "EXPRESS_IXSCAN { _id: 1 },EXPRESS_UPDATE"],
  [{ id: 1 }, true, "EXPRESS_IXSCAN { _id: 1 },EXPRESS_DELETE"],
  [{ id: 1, plan: { root: SCAN, summary: "COLLSCAN" } }, true, "COLLSCAN"],
];
for (const [holder, isDelete, expected] of SUMMARIES) {
  Deno.test(`the summary of ${JSON.stringify(holder)?.slice(0, 40)}, delete ${isDelete}`, () => {
    assert.equal(summaryOf(holder, isDelete), expected);
  });
}
