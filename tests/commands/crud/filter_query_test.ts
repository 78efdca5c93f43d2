import { withServer } from "../harness.ts";

const DOCUMENTS = [
  { _id: 1, a: "x", n: 1 },
  { _id: 2, a: "X", n: 2 },
  { _id: 3, a: null, n: Number.NaN },
  { _id: 4, n: [1, 2] },
];
const STRENGTH_2 = { locale: "en", strength: 2 };

Deno.test("count and distinct take the same filter, hint and collation, on collections and views", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: DOCUMENTS }, { n: 4 }],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a" }] }, {}],
      [{ create: "v", viewOn: "c", pipeline: [] }, {}],
      [{ create: "w", viewOn: "c", pipeline: [], collation: STRENGTH_2 }, {}],
    ]);
    for (const name of ["c", "v"]) {
      await server.check("t", [
        [{ count: name, query: { a: "x" } }, { n: 1 }],
        [{ count: name, query: { a: null }, hint: "a" }, { n: 2 }],
        [{ count: name, query: { n: NaN } }, { n: 1 }],
        [{ count: name, query: { a: { $nope: 1 } } }, [2, /unknown operator: \$nope/]],
        [{ count: name, query: {}, hint: "missing" }, [2, /hint/]],
        [{ distinct: name, key: "n", query: { a: "x" } }, { values: [1] }],
        [{ distinct: name, key: "n", query: { n: { $gt: 1 } } }, { values: [2, 1] }],
        [{ distinct: name, key: "n", query: { a: { $nope: 1 } } }, [2, /unknown operator: \$nope/]],
        [{ distinct: name, key: "n", query: {}, hint: "missing" }, [2, /hint/]],
      ]);
    }
    await server.check("t", [
      [{ count: "c", query: { a: "x" }, collation: STRENGTH_2 }, { n: 2 }],
      [{ distinct: "c", key: "_id", query: { a: "x" }, collation: STRENGTH_2 }, { values: [1, 2] }],
      [{ count: "w", query: { a: "x" } }, { n: 2 }],
      [{ distinct: "w", key: "_id", query: { a: "x" } }, { values: [1, 2] }],
    ]);
  });
});
