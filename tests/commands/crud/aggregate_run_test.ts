import { withServer } from "../harness.ts";

Deno.test("views run their pipelines in front; their collation cannot be overridden (167)", async () => {
  await withServer(async (server) => {
    const documents = Array.from(
      { length: 20 },
      (_, i) => ({ _id: i, a: i % 4, s: i % 2 ? "X" : "x" }),
    );
    const collation = { locale: "en", strength: 2 };
    const pipeline = [{ $match: { _id: { $gte: 10 } } }];
    const count = [{ $count: "n" }];
    await server.check("t", [
      [{ insert: "c", documents }, { n: 20 }],
      [{ create: "v", viewOn: "c", pipeline: [{ $match: { a: 1 } }] }, {}],
      [{ create: "w", viewOn: "v", pipeline: [{ $project: { a: 1 } }] }, {}],
      [{ create: "k", viewOn: "c", pipeline: [], collation }, {}],
      [{ aggregate: "v", pipeline, cursor: {} }, {
        cursor: { firstBatch: [{ _id: 13 }, { _id: 17 }], ns: "t.v" },
      }],
      [{ aggregate: "w", pipeline, cursor: {} }, {
        cursor: { firstBatch: [{ _id: 13, a: 1 }, { _id: 17, a: 1 }] },
      }],
      [
        { aggregate: "k", pipeline: [{ $match: { s: "X" } }, ...count], cursor: {} },
        { cursor: { firstBatch: [{ n: 20 }] } },
      ],
      [{ aggregate: "k", pipeline: count, cursor: {}, collation: { locale: "de" } }, [
        167,
        /collation/,
      ]],
      [{ aggregate: "k", pipeline: count, cursor: {}, collation }, {
        cursor: { firstBatch: [{ n: 20 }] },
      }],
      [{ aggregate: "c", pipeline: count, cursor: {}, hint: "_id_" }, {
        cursor: { firstBatch: [{ n: 20 }] },
      }],
      [{ aggregate: "c", pipeline: count, cursor: {}, hint: "x" }, [2, /hint/]],
      [
        {
          aggregate: "c",
          pipeline: [{ $match: { $expr: { $eq: ["$_id", "$$x"] } } }],
          cursor: {},
          let: { x: 3 },
        },
        { cursor: { firstBatch: [{ _id: 3 }] } },
      ],
    ]);
  });
});
