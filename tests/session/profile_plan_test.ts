import assert from "node:assert/strict";
import { newStatistics, type PlanNode } from "../../src/plan/node.ts";
import { shownTree, type ShownWork } from "../../src/session/profile_plan.ts";

const SCAN: PlanNode = {
  stage: "COLLSCAN",
  forward: true,
  filter: undefined,
  tailable: false,
  statistics: newStatistics(),
};
const LIMIT: PlanNode = { stage: "LIMIT", limit: 1, input: SCAN, statistics: newStatistics() };
const ONE = { isDelete: false, isMany: false, found: 1, modified: 1, upserted: 0 };

const ROWS: ReadonlyArray<readonly [Partial<ShownWork>, readonly string[]]> = [
  [{}, []],
  [{ root: SCAN }, ["COLLSCAN"]],
  [{ root: LIMIT }, ["LIMIT", "COLLSCAN"]],
  [{ isExpress: true }, ["EXPRESS_IXSCAN"]],
  [{ root: LIMIT, write: ONE }, ["UPDATE", "COLLSCAN"]],
  [{ root: LIMIT, write: { ...ONE, isDelete: true } }, ["DELETE", "COLLSCAN"]],
  [{ root: SCAN, write: { ...ONE, isDelete: true, isMany: true } }, ["BATCHED_DELETE", "COLLSCAN"]],
  [{ isExpress: true, write: ONE }, ["EXPRESS_UPDATE", "EXPRESS_IXSCAN"]],
  [{ isExpress: true, write: { ...ONE, isDelete: true } }, ["EXPRESS_DELETE", "EXPRESS_IXSCAN"]],
  [{ write: ONE }, []],
];
for (const [work, expected] of ROWS) {
  Deno.test(`the tree of ${JSON.stringify(work).slice(0, 80)} is [${expected}]`, () => {
    const stages: string[] = [];
    const tree = shownTree({
      root: undefined,
      isExpress: false,
      documentsExamined: 1,
      write: undefined,
      ...work,
    });
    for (let node = tree; node; node = "input" in node ? node.input : undefined) {
      stages.push(node.stage);
    }
    assert.deepEqual(stages, expected);
  });
}
