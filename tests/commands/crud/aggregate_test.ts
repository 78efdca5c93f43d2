import assert from "node:assert/strict";
import { Long } from "bson";
import { withServer } from "../harness.ts";

const DOCUMENTS = Array.from({ length: 300 }, (_, i) => ({ _id: i, a: i % 10 }));

Deno.test("aggregate answers with a cursor", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: DOCUMENTS }, { n: 300 }],
      [
        {
          aggregate: "c",
          pipeline: [{ $match: { a: 3 } }, { $group: { _id: 1, n: { $sum: 1 } } }],
          cursor: {},
        },
        { cursor: { firstBatch: [{ _id: 1, n: 30 }], ns: "t.c" } },
      ],
      [{ aggregate: "missing", pipeline: [{ $count: "n" }], cursor: {} }, {
        cursor: { firstBatch: [] },
      }],
    ]);
    const first = await server.command("t", {
      aggregate: "c",
      pipeline: [],
      cursor: { batchSize: 0 },
    });
    assert.deepEqual(first.cursor.firstBatch, []);
    const id = Long.fromString(String(first.cursor.id));
    const next = await server.command("t", { getMore: id, collection: "c" });
    assert.equal(next.cursor.nextBatch.length, 300);
  });
});

Deno.test("aggregate refuses what mongod refuses", async () => {
  await withServer(async (server) => {
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1, a: "x" }] }, { n: 1 }],
      [
        {
          aggregate: "c",
          pipeline: [{ $out: "d" }],
          cursor: {},
          readConcern: { level: "linearizable" },
        },
        [72, /\$out cannot be used with a 'linearizable' read concern level/],
      ],
      [
        { aggregate: "c", pipeline: [] },
        [9, "The 'cursor' option is required, except for aggregate with the explain argument"],
      ],
      [{ aggregate: "c", cursor: {} }, [40414, /pipeline/]],
      [{ aggregate: "c", pipeline: 5, cursor: {} }, [14, "A pipeline must be an array of objects"]],
      [{ aggregate: "c", pipeline: [5], cursor: {} }, [14, /Each element of the 'pipeline' array/]],
      [{ aggregate: "c", pipeline: [], cursor: 1 }, [
        14,
        "cursor field must be missing or an object",
      ]],
      [{ aggregate: "c", pipeline: [], cursor: {}, allowDiskUse: null }, [
        14,
        "Field 'allowDiskUse' should be a boolean value, but found: null",
      ]],
      [{ aggregate: "c", pipeline: [], cursor: {}, hint: 1 }, [
        9,
        "Hint must be a string or an object",
      ]],
      [{ aggregate: "c", pipeline: [], cursor: { foo: 1 } }, [40415, /cursor.foo/]],
      [{ aggregate: "c", pipeline: [], cursor: { batchSize: -1 } }, [2, /batchSize/]],
      [{ aggregate: "c", pipeline: [{ $foo: 1 }], cursor: {} }, [
        40324,
        "Unrecognized pipeline stage name: '$foo'",
      ]],
      [{ aggregate: 1, pipeline: [{ $match: {} }], cursor: {} }, [73, /./]],
      [
        { aggregate: "c", pipeline: [{ $project: { b: { $add: ["$a", 1] } } }], cursor: {} },
        [
          14,
          /^Executor error during aggregate command on namespace: \w+\.\w+ :: caused by :: \$add only supports numeric or date types/,
        ],
      ],
    ]);
  });
});

Deno.test("apiStrict refuses commands, arguments and stages that are not in API version 1", async () => {
  await withServer(async (server) => {
    const strict = { apiVersion: "1", apiStrict: true };
    await server.check("t", [
      [{ aggregate: "c", pipeline: [{ $indexStats: {} }], ...strict }, [
        323,
        /^stage \$indexStats/,
      ]],
      [{ aggregate: "c", pipeline: [{ $match: {} }], cursor: {}, ...strict }, {}],
      [{ distinct: "c", key: "a", ...strict }, [323, /command distinct is not in API Version 1/]],
      [{ find: "c", returnKey: true, ...strict }, [323, /^BSON field 'find.returnKey' is not/]],
      [{ create: "d", capped: true, size: 9, ...strict }, [323, /'create.capped' is not allowed/]],
    ]);
  });
});

Deno.test("a computed document of more than 16 MB is refused: 10334", async () => {
  await withServer(async (server) => {
    const s = "x".repeat(9_000_000);
    const pipeline = [{ $project: { a: "$s", b: "$s" } }];
    await server.check("t", [
      [{ insert: "c", documents: [{ _id: 1, s }] }, { n: 1 }],
      [
        { aggregate: "c", pipeline, cursor: {} },
        [
          10334,
          /BSONObj size: 180000\d+ \(0x112A8.*\) is invalid.*\(16MB\) First element: _id: 1$/,
        ],
      ],
      [{ find: "c", projection: { a: "$s", b: "$s" } }, [10334, /^Executor error during find/]],
    ]);
  });
});
