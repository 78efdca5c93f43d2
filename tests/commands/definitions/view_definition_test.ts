import { type Row, withServer } from "../harness.ts";

const ROWS: readonly Row[] = [
  [{ create: "v", viewOn: "c", pipeline: [{ $match: { a: 1 } }] }, {}],
  [{ create: "w", viewOn: "", pipeline: [] }, [2, "'viewOn' cannot be empty"]],
  [
    { create: "w", viewOn: "c", pipeline: [5] },
    [14, "Each element of the 'pipeline' array must be an object"],
  ],
  [{ create: "w", viewOn: "c", pipeline: [{ $foo: 1 }] }, [40324, /'\$foo'$/]],
  [{ create: "w", viewOn: "c", pipeline: [{ $match: { $foo: 1 } }] }, [2, /unknown top level/]],
  [{ create: "w", viewOn: "c", pipeline: [{ $out: "x" }] }, [167, /\$out/]],
  [{ create: "w", viewOn: "c", pipeline: [{ $merge: "x" }] }, [167, /\$merge/]],
  [
    { create: "w", viewOn: "c", pipeline: 5 },
    [14, "BSON field 'create.pipeline' is the wrong type 'int', expected type 'array'"],
  ],
  [
    { create: "w", viewOn: 5 },
    [14, "BSON field 'create.viewOn' is the wrong type 'int', expected type 'string'"],
  ],
  [{ create: "self", viewOn: "self" }, [5, /^View cycle detected/]],
  [{ create: "x", viewOn: "y" }, {}],
  [{ create: "y", viewOn: "x" }, [5, /^View cycle detected/]],
  [{ collMod: "x", viewOn: "x", pipeline: [] }, [5, /^View cycle detected/]],
  [{ listCollections: 1, filter: { name: "v" } }, {
    cursor: {
      firstBatch: [{
        name: "v",
        type: "view",
        options: { viewOn: "c", pipeline: [{ $match: { a: 1 } }] },
        info: { readOnly: true },
      }],
    },
  }],
];

Deno.test("views are checked when they are defined", async () => {
  await withServer((harness) => harness.check("test", ROWS));
});

Deno.test("views stand on views, but not too many", async () => {
  await withServer(async (harness) => {
    for (let i = 1; i <= 20; i++) {
      await harness.check("test", [[{ create: `v${i}`, viewOn: `v${i - 1}` }, {}]]);
    }
    await harness.check("test", [[{ create: "v21", viewOn: "v20" }, [
      165,
      /^View depth limit exceeded; maximum depth is 20/,
    ]]]);
  });
});

Deno.test("a view reads through its pipeline and takes no writes, indexes or statistics", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [{ insert: "c", documents: [{ _id: 1, a: 1 }, { _id: 2, a: 2 }] }, { n: 2 }],
      [{ create: "v", viewOn: "c", pipeline: [{ $match: { a: 2 } }] }, {}],
      [{ find: "v" }, { cursor: { firstBatch: [{ _id: 2, a: 2 }] } }],
      [{ createIndexes: "v", indexes: [{ key: { a: 1 }, name: "a_1" }] }, [166, /is a view/]],
      [{ listIndexes: "v" }, [166, /is a view/]],
      [{ dropIndexes: "v", index: "*" }, [166, /is a view/]],
      [{ collStats: "v" }, [166, /is a view/]],
      [{ validate: "v" }, [166, /a view$/]],
      [{ drop: "v" }, { ns: "test.v" }],
      [{ find: "c" }, { cursor: { firstBatch: [{ _id: 1 }, { _id: 2 }] } }],
    ])
  );
});
