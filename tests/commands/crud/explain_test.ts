import assert from "node:assert/strict";
import { ANY, NONE, withServer } from "../harness.ts";

const DOCUMENTS = Array.from({ length: 100 }, (_, i) => ({ _id: i, a: i % 10, b: i }));

Deno.test("explain of find, count and distinct", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: DOCUMENTS }, { n: 100 }],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1" }] }, {}],
      [{ explain: { find: "c", filter: { a: 3 } }, verbosity: "queryPlanner" }, {
        explainVersion: "1",
        queryPlanner: {
          namespace: "t.c",
          parsedQuery: { a: { $eq: 3 } },
          winningPlan: {
            stage: "FETCH",
            inputStage: { stage: "IXSCAN", indexBounds: { a: ["[3, 3]"] } },
          },
        },
        command: { find: "c", filter: { a: 3 }, $db: "t" },
        serverInfo: ANY,
        serverParameters: ANY,
      }],
      [{ explain: { find: "c", filter: { a: 3 } }, verbosity: "executionStats" }, {
        executionStats: {
          nReturned: 10,
          totalKeysExamined: 10,
          totalDocsExamined: 10,
          executionSuccess: true,
        },
      }],
      [{ explain: { find: "c", filter: { _id: 3 } } }, {
        queryPlanner: { winningPlan: { stage: "EXPRESS_IXSCAN" } },
        executionStats: { nReturned: 1, allPlansExecution: [] },
      }],
      [{ explain: { find: "missing" } }, { queryPlanner: { winningPlan: { stage: "EOF" } } }],
      [{ explain: { count: "c", query: { a: 3 } } }, {
        queryPlanner: { winningPlan: { stage: "COUNT", inputStage: { stage: "COUNT_SCAN" } } },
        executionStats: { totalKeysExamined: 10, totalDocsExamined: 0 },
      }],
      [{ explain: { count: "c" } }, {
        queryPlanner: {
          winningPlan: { stage: "RECORD_STORE_FAST_COUNT", inputStage: NONE },
        },
      }],
      [{ explain: { distinct: "c", key: "a" } }, {
        queryPlanner: { winningPlan: { inputStage: { stage: "DISTINCT_SCAN" } } },
      }],
      [{ explain: { find: "c" }, verbosity: "foo" }, [2, /Enumeration value 'foo'/]],
      [{ explain: { foo: "c" } }, [59, /foo/]],
      [{ explain: 5 }, [14, /./]],
      [{ explain: { find: "c", foo: 1 } }, [40415, /FindCommandRequest.foo/]],
      [{ explain: { find: "c", $db: "other" } }, [73, /Mismatched/]],
    ]);
  });
});

Deno.test("explain of a collection scan has no IXSCAN", async () => {
  await withServer(async (server) => {
    await server.check("t", [[{ insert: "c", documents: DOCUMENTS }, { n: 100 }]]);
    const reply = await server.command("t", { explain: { find: "c", filter: { b: 1 } } });
    assert.equal(reply.queryPlanner.winningPlan.stage, "COLLSCAN");
    assert.equal(reply.executionStats.totalDocsExamined, 100);
  });
});
