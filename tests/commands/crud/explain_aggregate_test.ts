import { ANY, withServer } from "../harness.ts";

const DOCUMENTS = Array.from({ length: 100 }, (_, i) => ({ _id: i, a: i % 10 }));

Deno.test("explain of an aggregate: pushed down, and with stages", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: DOCUMENTS }, { n: 100 }],
      [
        {
          explain: { aggregate: "c", pipeline: [{ $match: { a: 3 } }], cursor: {} },
          verbosity: "executionStats",
        },
        { queryPlanner: { winningPlan: { stage: "COLLSCAN" } }, executionStats: { nReturned: 10 } },
      ],
      [
        {
          explain: {
            aggregate: "c",
            pipeline: [{ $match: { a: 3 } }, { $group: { _id: "$a" } }],
            cursor: {},
          },
          verbosity: "executionStats",
        },
        {
          stages: [
            { $cursor: { queryPlanner: { parsedQuery: { a: { $eq: 3 } } } }, nReturned: 10 },
            { $group: { _id: "$a" }, nReturned: 1 },
          ],
        },
      ],
      [
        { aggregate: "c", pipeline: [{ $match: { a: 3 } }], explain: true },
        { queryPlanner: { winningPlan: { stage: "COLLSCAN" } } },
      ],
      [{ create: "v", viewOn: "c", pipeline: [{ $match: { a: 1 } }] }, {}],
      [{ explain: { count: "v", query: { a: 1 } } }, { stages: ANY }],
      [{ explain: { distinct: "v", key: "a" } }, { stages: ANY }],
      [{ createIndexes: "d", indexes: [{ key: { k: 1 }, name: "k_1" }] }, {}],
      [{ insert: "d", documents: [{ k: 3 }, { k: 4 }] }, { n: 2 }],
      [
        {
          explain: {
            aggregate: "c",
            pipeline: [
              { $match: { a: 3 } },
              { $lookup: { from: "d", localField: "a", foreignField: "k", as: "d" } },
            ],
            cursor: {},
          },
        },
        { stages: [ANY, { $lookup: ANY, indexesUsed: ["k_1"], totalDocsExamined: ANY }] },
      ],
      [
        { explain: { aggregate: "c", pipeline: [{ $match: { a: 3 } }], cursor: {} } },
        { queryPlanner: { optimizedPipeline: true } },
      ],
      [{ explain: { find: "v" } }, {
        queryPlanner: { namespace: "t.c", parsedQuery: { a: { $eq: 1 } } },
      }],
    ]);
  });
});
