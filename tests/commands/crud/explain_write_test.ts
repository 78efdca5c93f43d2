import { withServer } from "../harness.ts";

const DOCUMENTS = Array.from({ length: 50 }, (_, i) => ({ _id: i, a: i % 10 }));

Deno.test("explain of writes shows the search and writes nothing", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: DOCUMENTS }, { n: 50 }],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1" }] }, {}],
      [
        {
          explain: { update: "c", updates: [{ q: { a: 3 }, u: { $set: { b: 1 } }, multi: true }] },
        },
        {
          queryPlanner: { winningPlan: { stage: "UPDATE", inputStage: { stage: "FETCH" } } },
          executionStats: { executionStages: { nWouldModify: 5 } },
        },
      ],
      [
        { explain: { delete: "c", deletes: [{ q: { a: 3 }, limit: 0 }] } },
        { executionStats: { executionStages: { stage: "BATCHED_DELETE", nWouldDelete: 5 } } },
      ],
      [
        {
          explain: { findAndModify: "c", query: { a: 3 }, sort: { b: -1 }, remove: true },
          verbosity: "queryPlanner",
        },
        { queryPlanner: { winningPlan: { stage: "DELETE", inputStage: { stage: "SORT" } } } },
      ],
      [{ explain: { delete: "c", deletes: [] } }, [16, /size 1/]],
      [{ count: "c", query: { b: 1 } }, { n: 0 }],
      [{ count: "c" }, { n: 50 }],
    ]);
  });
});
