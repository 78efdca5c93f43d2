import assert from "node:assert/strict";
import { measureRun } from "../../../src/commands/crud/explain_run.ts";
import { CommandError } from "../../../src/error.ts";
import { Operation } from "../../../src/session/operation.ts";
import { withServer } from "../harness.ts";

Deno.test("a run is measured, and not done for queryPlanner", async () => {
  const operation = new Operation(1, undefined);
  let runs = 0;
  assert.deepEqual(await measureRun(operation, "queryPlanner", () => void runs++), {
    elapsedMs: 0,
  });
  const cost = await measureRun(operation, "executionStats", () => void runs++);
  assert.equal(runs, 1);
  assert.ok(cost.elapsedMs >= 0);
  assert.equal(cost.error, undefined);
});

Deno.test("a failure of the command is an outcome, any other is thrown", async () => {
  const operation = new Operation(1, undefined);
  const failing = await measureRun(operation, "executionStats", () => {
    throw new CommandError(50, "too slow");
  });
  assert.equal(failing.error?.code, 50);
  await assert.rejects(
    measureRun(operation, "executionStats", () => {
      throw new TypeError("a mistake");
    }),
    TypeError,
  );
});

Deno.test("an explain whose run fails answers with what it saw", async () => {
  await withServer(async (server) => {
    const documents = Array.from({ length: 20 }, (_, i) => ({ _id: i, a: i === 7 ? "x" : i }));
    await server.check("t", [
      [{ insert: "c", documents }, { n: 20 }],
      [
        {
          explain: { find: "c", filter: { $expr: { $gt: [{ $add: ["$a", 1] }, 100] } } },
          verbosity: "executionStats",
        },
        {
          executionStats: {
            executionSuccess: false,
            errorMessage: /\$add only supports numeric or date types/,
            errorCode: 14,
          },
        },
      ],
    ]);
  });
});

Deno.test("several plans are tried for an explain, and their trials shown", async () => {
  await withServer(async (server) => {
    const documents = Array.from({ length: 300 }, (_, i) => ({ _id: i, a: i % 2, b: i % 50 }));
    await server.check("t", [
      [{ insert: "c", documents }, { n: 300 }],
      [{
        createIndexes: "c",
        indexes: [{ key: { a: 1 }, name: "a_1" }, { key: { b: 1 }, name: "b_1" }],
      }, {}],
    ]);
    const reply = await server.command("t", { explain: { find: "c", filter: { a: 1, b: 7 } } });
    const { queryPlanner, executionStats } = reply;
    assert.equal(queryPlanner.winningPlan.inputStage.indexName, "b_1");
    assert.equal(queryPlanner.rejectedPlans.length, 1);
    const [winner, other] = executionStats.allPlansExecution;
    assert.ok(winner.score > other.score);
    assert.equal(winner.executionStages.inputStage.indexName, "b_1");
    assert.equal(executionStats.allPlansExecution.length, 2);
    // Explaining changes nothing: the plan is not remembered.
    const again = await server.command("t", {
      explain: { find: "c", filter: { a: 1, b: 7 } },
      verbosity: "queryPlanner",
    });
    assert.equal(again.queryPlanner.winningPlan.isCached, false);
  });
});
