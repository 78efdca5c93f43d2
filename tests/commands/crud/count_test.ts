import { withServer } from "../harness.ts";

const DOCUMENTS = Array.from({ length: 100 }, (_, i) => ({ _id: i, a: i % 10, t: [1, 2] }));

Deno.test("count, with and without filter, index, skip and limit", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ count: "c" }, { n: 0 }],
      [{ insert: "c", documents: DOCUMENTS }, { n: 100 }],
      [{ count: "c" }, { n: 100 }],
      [{ count: "c", query: {} }, { n: 100 }],
      [{ count: "c", query: null }, { n: 100 }],
      [{ count: "c", skip: 90 }, { n: 10 }],
      [{ count: "c", skip: 190 }, { n: 0 }],
      [{ count: "c", limit: 5 }, { n: 5 }],
      [{ count: "c", limit: -5 }, { n: 5 }], // the absolute value counts
      [{ count: "c", query: { a: { $lt: 3 } } }, { n: 30 }],
      [{ count: "c", query: { a: { $lt: 3 } }, skip: 25, limit: 10 }, { n: 5 }],
      [{
        createIndexes: "c",
        indexes: [{ key: { a: 1 }, name: "a" }, { key: { t: 1 }, name: "t" }],
      }, {}],
      [{ count: "c", query: { a: { $lt: 3 } } }, { n: 30 }],
      [{ count: "c", query: { t: { $gt: 0 } } }, { n: 100 }],
      [{ count: "c", query: { a: { $lt: 3 } }, skip: 25, limit: 10 }, { n: 5 }],
      [{ count: "c", query: { _id: 5 } }, { n: 1 }],
      [{ count: "c", query: { a: 1 }, hint: "a" }, { n: 10 }],
      [{ count: "c", query: { a: 1 }, hint: "nope" }, [2, /hint/]],
      [{ count: "c", skip: -1 }, [2, /skip/]],
      [{ count: "c", query: 5 }, [14, /count.query/]],
      [{ count: "c", query: { $foo: 1 } }, [2, /\$foo/]],
      [{ count: "c", foo: 1 }, [40415, /count.foo/]],
      [{ create: "v", viewOn: "c", pipeline: [{ $match: { a: 3 } }] }, {}],
      [{ count: "v" }, { n: 10 }],
      [{ count: "v", query: { _id: { $lt: 50 } }, limit: 3 }, { n: 3 }],
    ]);
  });
});
