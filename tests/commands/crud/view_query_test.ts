import { withServer } from "../harness.ts";

Deno.test("find on a view is an aggregate", async () => {
  await withServer(async (server) => {
    const documents = Array.from({ length: 20 }, (_, i) => ({ _id: i, a: i % 4 }));
    await server.check("t", [
      [{ insert: "c", documents }, { n: 20 }],
      [{ create: "v", viewOn: "c", pipeline: [{ $match: { a: 1 } }] }, {}],
      [
        {
          find: "v",
          filter: { _id: { $gt: 1 } },
          sort: { _id: -1 },
          skip: 1,
          limit: 2,
          projection: { a: 0 },
        },
        { cursor: { firstBatch: [{ _id: 13 }, { _id: 9 }], ns: "t.v" } },
      ],
      [{ find: "v", batchSize: 1, singleBatch: true }, { cursor: { firstBatch: [{ _id: 1 }] } }],
      [{ find: "v", returnKey: true }, [168, /returnKey not supported/]],
      [{ find: "v", showRecordId: true }, [168, /showRecordId/]],
      [{ find: "v", min: { a: 1 }, hint: "_id_" }, [168, /min/]],
    ]);
  });
});
