import assert from "node:assert/strict";
import { withServer } from "../harness.ts";

Deno.test("an answer has its sections in mongod's order, statistics only when asked for", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: [{ _id: 1, a: 1 }] }, { n: 1 }]]);
    const explain = { find: "c", filter: { a: 1 } };
    const plan = await server.command("t", { explain, verbosity: "queryPlanner" });
    assert.match((await server.command("t", { explain })).queryShapeHash, /^[0-9A-F]{64}$/);
    const ending = ["queryShapeHash", "command", "serverInfo", "serverParameters", "ok"];
    assert.deepEqual(
      Object.keys(plan).filter((name) => !name.startsWith("$") && name !== "operationTime"),
      [
        "explainVersion",
        "queryPlanner",
        ...ending,
      ],
    );
    const run = await server.command("t", { explain, verbosity: "executionStats" });
    assert.equal(run.executionStats.allPlansExecution, undefined);
    const all = await server.command("t", { explain, verbosity: "allPlansExecution" });
    assert.deepEqual(all.executionStats.allPlansExecution, []);
  });
});
