import { Timestamp } from "bson";
import { withServer } from "../harness.ts";

Deno.test("$$CLUSTER_TIME and $$USER_ROLES in aggregate, find, count, update and views", async () => {
  await withServer(async (server) => {
    const isTime = { $expr: { $eq: [{ $type: "$$CLUSTER_TIME" }, "timestamp"] } };
    const noRoles = { $expr: { $eq: ["$$USER_ROLES", []] } };
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1 }] }, { n: 1 }],
      [{ count: "c", query: isTime }, { n: 1 }],
      [{ count: "c", query: noRoles }, { n: 1 }],
      [{ distinct: "c", key: "_id", query: isTime }, { values: [1] }],
      [{ find: "c", filter: { $and: [isTime, noRoles] } }, {
        cursor: { firstBatch: [{ _id: 1 }] },
      }],
      [
        { find: "c", projection: { r: "$$USER_ROLES" } },
        { cursor: { firstBatch: [{ _id: 1, r: [] }] } },
      ],
      [{ create: "v", viewOn: "c", pipeline: [{ $match: isTime }] }, {}],
      [{ count: "v" }, { n: 1 }],
      [
        { update: "c", updates: [{ q: isTime, u: [{ $set: { t: "$$CLUSTER_TIME" } }] }] },
        { n: 1, nModified: 1 },
      ],
      [{ count: "c", query: { t: { $type: "timestamp" } } }, { n: 1 }],
      [{ count: "c", query: { t: { $gt: new Timestamp(0n) } } }, { n: 1 }],
      [{ delete: "c", deletes: [{ q: isTime, limit: 1 }] }, { n: 1 }],
    ]);
  });
});

Deno.test("constants that fail are found before any document is read", async () => {
  await withServer(async (server) => {
    const aggregate = (...pipeline: unknown[]) => ({ aggregate: "none", pipeline, cursor: {} });
    const message = (text: string) =>
      new RegExp(`^Failed to optimize pipeline :: caused by :: ${text}`);
    await server.check("t", [
      [aggregate({ $project: { a: { $divide: [1, 0] } } }), [
        2,
        message("can't \\$divide by zero"),
      ]],
      [aggregate({ $match: { $expr: { $ln: "x" } } }), [28765, message("\\$ln only supports")]],
      [aggregate({ $group: { _id: { $toInt: "x" } } }), [241, message("Failed to parse number")]],
      [
        aggregate({ $addFields: { a: { $regexMatch: { input: "$a", regex: "(" } } } }),
        [51111, message("Invalid Regex in \\$regexMatch")],
      ],
      [
        aggregate({ $project: { a: { $foo: 1 } } }),
        [31325, /^Invalid \$project :: caused by :: Unknown expression \$foo/],
      ],
      [aggregate({ $project: { a: { $cond: [false, { $divide: [1, 0] }, 1] } } }), { ok: 1 }],
      [{ find: "none", filter: { $expr: { $divide: [1, 0] } } }, [2, /can't \$divide by zero/]],
    ]);
  });
});

Deno.test("$meta in pipelines: sort keys outlive the fields they come from", async () => {
  await withServer(async (server) => {
    const aggregate = (...pipeline: unknown[]) => ({ aggregate: "c", pipeline, cursor: {} });
    const batch = (...firstBatch: unknown[]) => ({ cursor: { firstBatch } });
    const key = { $meta: "sortKey" };
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1, a: 2, s: "b" }, { _id: 2, a: 1 }] }, { n: 2 }],
      [
        aggregate({ $sort: { a: 1, s: -1 } }, { $project: { k: key } }),
        batch({ _id: 2, k: [1, null] }, { _id: 1, k: [2, "b"] }),
      ],
      [
        aggregate({ $set: { b: 1 } }, { $sort: { a: -1 } }, { $unset: "a" }, {
          $project: { k: key },
        }),
        batch({ _id: 1, k: [2] }, { _id: 2, k: [1] }),
      ],
      [aggregate({ $project: { k: key } }), batch({ _id: 1 }, { _id: 2 })],
      [
        aggregate({ $match: { a: 1 } }, { $project: { r: { $type: { $meta: "recordId" } } } }),
        batch({ _id: 2, r: "long" }),
      ],
      [aggregate({ $project: { k: { $meta: "textScore" } } }), [40218, /text score metadata/]],
      [aggregate({ $project: { k: { $meta: "x" } } }), [
        17308,
        /Unsupported argument to \$meta: x/,
      ]],
    ]);
  });
});
