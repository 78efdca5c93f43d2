import assert from "node:assert/strict";
import type { Document } from "bson";
import { testDatabase } from "../database.ts";

testDatabase("lists of what is not kept are empty", async ({ harness }) => {
  const run = (database: string, aggregate: string | 1, stage: Document) =>
    harness.command(database, { aggregate, pipeline: [stage], cursor: {} });
  for (
    const [stage, code] of [
      [{ $listSampledQueries: {} }, 0],
      [{ $listSampledQueries: { namespace: "a.b" } }, 0],
      [{ $listSampledQueries: { namespace: 5 } }, 14],
      [{ $listSampledQueries: { x: 5 } }, 40415],
      [{ $querySettings: {} }, 0],
      [{ $querySettings: { showDebugQueryShape: true } }, 0],
      [{ $querySettings: 5 }, 9],
    ] as const
  ) {
    const reply = await run("admin", 1, stage);
    assert.equal(reply.code ?? 0, code, JSON.stringify(stage));
    if (code === 0) assert.deepEqual(reply.cursor.firstBatch, []);
  }
  assert.equal((await run("t", 1, { $querySettings: {} })).code, 73);
  assert.equal((await run("admin", "c", { $querySettings: {} })).code, 73);
});
