import assert from "node:assert/strict";
import { type Document } from "bson";
import { NONE, type Row, withServer } from "../harness.ts";

function create(...indexes: unknown[]): Document {
  return { createIndexes: "c", indexes };
}

const A = { key: { a: 1 }, name: "a_1" };

const ERRORS: readonly Row[] = [
  [{ createIndexes: "c" }, [
    40414,
    "BSON field 'createIndexes.indexes' is missing but a required field",
  ]],
  [create(), [2, "Must specify at least one index to create"]],
  [create(1), [
    14,
    "BSON field 'createIndexes.indexes.0' is the wrong type 'int', expected type 'object'",
  ]],
  [
    { createIndexes: "c", indexes: 5 },
    [14, "BSON field 'createIndexes.indexes' is the wrong type 'int', expected type 'array'"],
  ],
  [{ ...create(A), nope: 1 }, [40415, "BSON field 'createIndexes.nope' is an unknown field."]],
  [
    create({ name: "x" }),
    [9, /The 'key' field is a required property of an index specification$/],
  ],
  [
    create({ key: { a: 1 } }),
    [9, /The 'name' field is a required property of an index specification$/],
  ],
  [create({ key: {}, name: "x" }), [67, /Index keys cannot be empty\.$/]],
  [create({ key: { a: 0 }, name: "x" }), [67, /Values in the index key pattern cannot be 0\.$/]],
  [
    create({ key: { a: true }, name: "x" }),
    [67, /Values in v:2 index key pattern cannot be of type bool\. Only numbers > 0/],
  ],
  [create({ key: { a: "nope" }, name: "x" }), [67, /Unknown index plugin 'nope'$/]],
  [create({ key: { "": 1 }, name: "x" }), [67, /Index keys cannot be an empty field\.$/]],
  [create({ key: { $a: 1 }, name: "x" }), [67, /field name starts with '\$'\.$/]],
  [create({ key: { a: 1 }, name: "" }), [67, /index name cannot be empty$/]],
  [create({ key: { a: 1 }, name: "*" }), [2, "The index name '*' is not valid."]],
  [create({ ...A, nope: 1 }), [197, /The field 'nope' is not valid for an index specification\./]],
  [create({ key: { _id: 1 }, name: "_id_", sparse: true }), [197, /not valid for an _id index/]],
  [create({ key: { _id: -1 }, name: "x" }), [2, /must be \{_id: 1\}, but got \{ _id: -1 \}$/]],
  [create({ ...A, v: 9 }), [67, /cannot create an index with v=9$/]],
  [create({ ...A, unique: "x" }), [14, /unique/]],
  [create({ ...A, partialFilterExpression: 5 }), [14, /partialFilterExpression/]],
  [
    create({ ...A, partialFilterExpression: { a: 1 }, sparse: true }),
    [67, /cannot mix "partialFilterExpression" and "sparse" options$/],
  ],
  [create({ ...A, partialFilterExpression: { $nor: [{ a: 1 }] } }), [67, /partial index/]],
  [create({ ...A, expireAfterSeconds: -1 }), [67, /cannot be less than 0$/]],
  [create({ key: { a: 1, b: 1 }, name: "x", expireAfterSeconds: 1 }), [67, /^TTL indexes are/]],
  [
    create({
      key: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`f${i}`, 1])),
      name: "x",
    }),
    [13103, /too many compound keys$/],
  ],
  [create({ ...A, collation: { locale: "xx" } }), [2, /locale/]],
  [{ ...create(A), commitQuorum: "nope" }, [
    79,
    "No write concern mode named 'nope' found in replica set configuration",
  ]],
  [{ createIndexes: "system.foo", indexes: [A] }, [73, /^Invalid system namespace/]],
];

Deno.test("createIndexes: a wrong specification creates nothing", async () => {
  await withServer(async (harness) => {
    await harness.check("test", ERRORS);
    await harness.check("test", [[{ listCollections: 1 }, { cursor: { firstBatch: [] } }]]);
  });
});

Deno.test("createIndexes: what the reply says", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [create(A), {
        numIndexesBefore: 1,
        numIndexesAfter: 2,
        createdCollectionAutomatically: true,
        commitQuorum: "votingMembers",
        note: NONE,
      }],
      [create(A), {
        numIndexesBefore: 2,
        numIndexesAfter: 2,
        createdCollectionAutomatically: NONE,
        note: "all indexes already exist",
      }],
      [{ ...create(A, { key: { b: -1 }, name: "b" }), commitQuorum: "majority" }, {
        numIndexesBefore: 2,
        numIndexesAfter: 3,
        createdCollectionAutomatically: false,
        commitQuorum: "majority",
        note: "index already exists",
      }],
      [create({ key: { _id: 1 }, name: "other" }), { note: "all indexes already exist" }],
      [{ listIndexes: "c" }, {
        cursor: {
          ns: "test.c",
          firstBatch: [
            { v: 2, key: { _id: 1 }, name: "_id_" },
            { v: 2, key: { a: 1 }, name: "a_1" },
            { v: 2, key: { b: -1 }, name: "b" },
          ],
        },
      }],
    ])
  );
});

Deno.test("createIndexes: names and keys that are taken", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [create(A), {}],
      [create({ key: { a: 1 }, name: "other" }), [
        85,
        "Index already exists with a different name: a_1",
      ]],
      [create({ key: { b: 1 }, name: "a_1" }), [
        86,
        /^An existing index has the same name as the requested index\. When index names are not /,
      ]],
      [create({ ...A, unique: true }), [86, /^An existing index has the same name/]],
      [create({ ...A, expireAfterSeconds: 5 }), [85, /different options/]],
      [create({ key: { a: 1 }, name: "unique", unique: true }), { numIndexesAfter: 3 }],
    ])
  );
});

Deno.test("createIndexes: 64 indexes and no more", async () => {
  await withServer(async (harness) => {
    const many = Array.from({ length: 63 }, (_, i) => ({ key: { [`f${i}`]: 1 }, name: `f${i}` }));
    await harness.check("test", [
      [create(...many), { numIndexesAfter: 64 }],
      [create(A), [67, /^add index fails, too many indexes for test\.c key:\{ a: 1 \}$/]],
    ]);
  });
});

Deno.test("7.67 createIndexes: unique over duplicates fails and leaves no index", async () => {
  await withServer(async (harness) => {
    const documents = [{ _id: 1, a: 1 }, { _id: 2, a: 1 }, { _id: 3 }, { _id: 4, m: [1, 1] }];
    await harness.command("test", { insert: "c", documents });
    const failed = await harness.command("test", create({ ...A, unique: true }));
    assert.equal(failed.code, 11000);
    assert.match(
      failed.errmsg,
      /^Index build failed: [0-9a-f-]{36}: Collection test\.c \( [0-9a-f-]{36} \) :: caused by :: E11000 duplicate key error collection: test\.c index: a_1 dup key: \{ a: 1 \}$/,
    );
    assert.deepEqual([failed.keyPattern, failed.keyValue], [{ a: 1 }, { a: 1 }]);
    await harness.check("test", [
      [{ listIndexes: "c" }, { cursor: { firstBatch: [{ name: "_id_" }] } }],
      [create({ key: { m: 1 }, name: "m", unique: true, sparse: true }), {}],
      [{ insert: "c", documents: [{ m: [2, 1] }] }, { writeErrors: [{ code: 11000 }] }],
      [{ insert: "c", documents: [{ m: [2, 3] }] }, { n: 1 }],
      [create({ key: { n: 1 }, name: "n", unique: true }), [11000, /dup key: \{ n: null \}$/]],
    ]);
  });
});

Deno.test("createIndexes: currentOp shows how far a build is", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 40_000 }, (_, _id) => ({ _id, a: [_id, -_id] }));
    await harness.command("test", { insert: "c", documents });
    const building = harness.client.db("test").command(create(A));
    const seen: Document[] = [];
    let isDone = false;
    building.finally(() => isDone = true);
    const filter = { "command.createIndexes": "c", progress: { $exists: true } };
    while (!isDone) {
      const { inprog } = await harness.command("admin", { currentOp: 1, ...filter });
      seen.push(...inprog);
    }
    await building;
    assert.ok(seen.length > 0, "the build lets others ask");
    for (const { msg, ns, op, progress } of seen) {
      assert.match(msg, /^Index Build: scanning collection.*: \d+\/40000 \d+%$/);
      assert.deepEqual([ns, op, Number(progress.total)], ["test.c", "command", 40_000]);
      assert.ok(Number(progress.done) <= 40_000);
    }
  });
});

Deno.test("createIndexes: unknown options left out, the same index twice, quorums, build errors", async () => {
  await withServer(async (harness) => {
    const a = { key: { a: 1 }, name: "a" };
    await harness.check("test", [
      [{ createIndexes: "c", indexes: [{ ...a, nope: 1 }], ignoreUnknownIndexOptions: true }, {
        numIndexesAfter: 2,
      }],
      [{ createIndexes: "new", indexes: [a, a] }, [68, "Identical index already exists: a"]],
      [{ listIndexes: "new" }, [26, "ns does not exist: test.new"]],
      [{ createIndexes: "c", indexes: [{ key: { a: 2 }, name: "a" }] }, [
        86,
        /Requested index: { v: 2, key: { a: 2 }, name: "a" }, existing index: { v: 2, key: { a: 1 }/,
      ]],
      [{ createIndexes: "c", indexes: [{ ...a, unique: true }] }, [
        86,
        /Requested index: { v: 2, unique: true, key: { a: 1 }, name: "a" }/,
      ]],
      [{ createIndexes: "c", indexes: [a], commitQuorum: 51 }, [9, /not greater than 50$/]],
      [{ createIndexes: "c", indexes: [a], commitQuorum: "" }, [9, /can't be an empty string$/]],
      [{ createIndexes: "c", indexes: [a], commitQuorum: true }, [9, /a number or a string$/]],
      [{
        createIndexes: "c",
        indexes: [{ key: { _id: 1 }, name: "x", collation: { locale: "fr" } }],
      }, [
        2,
        /^The _id index must have the same collation as the collection\. Index collation: { locale: "fr"/,
      ]],
      [{ createIndexes: "c", indexes: [{ ...a, name: "b", collation: { locale: "xx" } }] }, [
        2,
        /^failed to add collation information to index spec for index creation: /,
      ]],
      [{ insert: "c", documents: [{ x: [1], y: [2] }] }, { n: 1 }],
      [{ createIndexes: "c", indexes: [{ key: { x: 1, y: 1 }, name: "xy" }] }, [
        171,
        /^Index build failed: .*cannot index parallel arrays \[y\] \[x\]$/,
      ]],
    ]);
  });
});
