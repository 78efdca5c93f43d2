import assert from "node:assert/strict";
import { BSON } from "bson";
import { cacheDetails } from "../../src/plan/cache_details.ts";
import { bson, index, plan } from "./fixture.ts";

Deno.test("what is kept of a trial are finished documents", () => {
  const { root } = plan([index({ a: 1 })], { filter: { a: 1 } });
  root.statistics.docsExamined = 7;
  const details = cacheDetails(
    bson({ query: {} }),
    [{ root, score: 2.5, results: 3 }, { root, score: 1, results: 0 }],
    true,
  );
  root.statistics.docsExamined = 100;
  const [first] = details.creationExecStats.map((one) => BSON.deserialize(one));
  assert.equal(first.nReturned, 3);
  assert.equal(first.totalDocsExamined, 7);
  assert.equal(first.executionStages.stage, "FETCH");
  assert.equal(BSON.deserialize(details.cachedPlan).inputStage.indexName, "a_1");
  assert.equal(BSON.deserialize(details.cachedPlan).works, undefined);
  assert.deepEqual(details.scores, [2.5, 1]);
  assert.equal(details.indexFilterSet, true);
  assert.ok(details.sizeBytes > 500);
});
