import { withServer } from "../harness.ts";

Deno.test("distinct over documents, an index and a view", async () => {
  await withServer(async (server) => {
    const documents = Array.from({ length: 60 }, (_, i) => ({ _id: i, a: i % 3, t: [i % 2, "x"] }));
    await server.check("t", [
      [{ distinct: "c", key: "a" }, { values: [] }],
      [{ insert: "c", documents }, { n: 60 }],
      [{ distinct: "c", key: "a" }, { values: [0, 1, 2] }],
      [{ distinct: "c", key: "a", query: { _id: { $lt: 2 } } }, { values: [0, 1] }],
      [{ distinct: "c", key: "t" }, { values: [0, "x", 1] }],
      [{ distinct: "c", key: "nope" }, { values: [] }],
      [{ createIndexes: "c", indexes: [{ key: { a: -1 }, name: "a" }] }, {}],
      [{ distinct: "c", key: "a" }, { values: [2, 1, 0] }],
      [{ distinct: "c", key: "a", query: { a: { $gt: 0 } } }, { values: [2, 1] }],
      [{ distinct: "c" }, [40414, /distinctCommandRequest.key/]],
      [{ distinct: "c", key: 5 }, [14, /distinctCommandRequest.key/]],
      [{ create: "v", viewOn: "c", pipeline: [{ $match: { a: 1 } }] }, {}],
      [{ distinct: "v", key: "a" }, { values: [1] }],
      [{ distinct: "v", key: "a", query: { _id: { $gt: 1000 } } }, { values: [] }],
    ]);
  });
});
