import assert from "node:assert/strict";
import { withServer } from "../harness.ts";

Deno.test("planCacheSetFilter: mongod's errors", async () => {
  await withServer(async (harness) => {
    await harness.check("t", [
      [{ planCacheSetFilter: "c", query: {}, indexes: ["a"] }, [2, "no such collection"]],
      [{ create: "c" }, {}],
      [{ planCacheSetFilter: "c" }, [2, "required field indexes missing"]],
      [{ planCacheSetFilter: "c", indexes: 1 }, [2, "required field indexes must be an array"]],
      [
        { planCacheSetFilter: "c", query: {}, indexes: [] },
        [2, "required field indexes must contain at least one index"],
      ],
      [
        { planCacheSetFilter: "c", query: {}, indexes: [1] },
        [2, "each item in indexes must be an object or string"],
      ],
      [
        { planCacheSetFilter: "c", query: {}, indexes: [{}] },
        [2, "index specification cannot be empty"],
      ],
      [{ planCacheSetFilter: "c", indexes: ["a"] }, [2, "required field query missing"]],
      [{ planCacheSetFilter: 1, indexes: ["a"] }, [73, /Collection name has invalid type int/]],
    ]);
  });
});

Deno.test("explain and hints obey a filter; it goes by shape", async () => {
  await withServer(async (harness) => {
    const explain = async (find: Record<string, unknown>) => {
      const reply = await harness.command("t", {
        explain: { find: "c", ...find },
        verbosity: "queryPlanner",
      });
      assert.equal(reply.ok, 1, reply.errmsg);
      const { winningPlan, indexFilterSet } = reply.queryPlanner;
      return [winningPlan.inputStage?.indexName ?? winningPlan.stage, indexFilterSet];
    };
    await harness.check("t", [
      [{ insert: "c", documents: [{ a: 1, b: 1 }, { a: 2, b: 1 }] }, {}],
      [{
        createIndexes: "c",
        indexes: [{ key: { a: 1 }, name: "a_1" }, { key: { b: 1 }, name: "b_1" }],
      }, {}],
    ]);
    assert.deepEqual(await explain({ filter: { a: 2, b: 1 } }), ["a_1", false]);
    await harness.check("t", [
      [{ planCacheSetFilter: "c", query: { a: 0, b: 0 }, indexes: ["b_1"] }, {}],
    ]);
    assert.deepEqual(await explain({ filter: { a: 2, b: 1 } }), ["b_1", true]);
    assert.deepEqual(await explain({ filter: { a: 2, b: 1 }, hint: "a_1" }), ["b_1", true]);
    assert.deepEqual(await explain({ filter: { a: 2 } }), ["a_1", false]);
    const found = await harness.command("t", { find: "c", filter: { a: 2, b: 1 } });
    assert.equal(found.cursor.firstBatch.length, 1);
    await harness.check("t", [
      [{ planCacheSetFilter: "c", query: { a: 0, b: 0 }, indexes: [{ z: 1 }] }, {}],
    ]);
    assert.deepEqual(await explain({ filter: { a: 2, b: 1 } }), ["COLLSCAN", true]);
  });
});
