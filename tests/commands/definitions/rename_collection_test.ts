import assert from "node:assert/strict";
import { type Document } from "bson";
import { type Row, withServer } from "../harness.ts";

function rename(from: unknown, to: unknown, rest: Document = {}): Document {
  return { renameCollection: from, to, ...rest };
}

const ROWS: readonly Row[] = [
  [{ renameCollection: "test.a" }, [
    40414,
    "BSON field 'renameCollection.to' is missing but a required field",
  ]],
  [rename("test.a", 5), [
    14,
    "BSON field 'renameCollection.to' is the wrong type 'int', expected type 'string'",
  ]],
  [rename(5, "test.b"), [14, /is the wrong type 'int', expected type 'string'$/]],
  [rename("test.a", "test.b", { dropTarget: "x" }), [
    14,
    "BSON field 'renameCollection.dropTarget' is the wrong type 'string', expected types '[bool, " +
    "binData]'",
  ]],
  [rename("test.none", "test.x"), [26, "Source collection test.none does not exist"]],
  [rename("nodot", "test.x"), [73, "Invalid namespace specified 'nodot'"]],
  [rename("test.a", "nodot"), [73, "Invalid namespace specified 'nodot'"]],
  [rename("test.a", "test.a"), [20, "Can't rename a collection to itself"]],
  [rename("test.a", "test.b"), [48, "target namespace exists"]],
  [rename("test.v", "test.x"), [166, "Namespace test.v is a view, not a collection"]],
  [rename("test.a", "test.v", { dropTarget: true }), [
    48,
    "a view already exists with that name: test.v",
  ]],
  [rename("test.a", "test.x$y"), [73, /Invalid collection name/]],
  [rename("local.oplog.rs", "test.x"), [20, /oplog/]],
];

Deno.test("renameCollection: errors leave everything as it was", async () => {
  await withServer(async (harness) => {
    const setUp: Row[] = [
      [{ insert: "a", documents: [{ _id: "a" }] }, { n: 1 }],
      [{ insert: "b", documents: [{ _id: "b" }] }, { n: 1 }],
      [{ create: "v", viewOn: "a" }, {}],
    ];
    await harness.check("test", setUp);
    await harness.check("admin", ROWS);
    await harness.check("test", [
      [rename("test.a", "test.x"), [
        13,
        "renameCollection may only be run against the admin database.",
      ]],
      [{ find: "a" }, { cursor: { firstBatch: [{ _id: "a" }] } }],
      [{ find: "b" }, { cursor: { firstBatch: [{ _id: "b" }] } }],
    ]);
  });
});

Deno.test("renameCollection: within a database, to another one, over a target", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ insert: "a", documents: [{ _id: "a", k: 1 }] }, { n: 1 }],
      [{ insert: "b", documents: [{ _id: "b" }] }, { n: 1 }],
      [{ createIndexes: "a", indexes: [{ key: { k: 1 }, name: "k" }] }, {}],
    ]);
    await harness.check("admin", [
      [rename("test.a", "test.c"), {}],
      [rename("test.c", "test.b", { dropTarget: true }), {}],
      [rename("test.b", "other.d"), {}],
    ]);
    await harness.check("test", [[{ listCollections: 1 }, { cursor: { firstBatch: [] } }]]);
    await harness.check("other", [
      [{ find: "d", filter: { k: 1 }, hint: "k" }, { cursor: { firstBatch: [{ _id: "a" }] } }],
      [{ insert: "d", documents: [{ _id: "a" }] }, { writeErrors: [{ code: 11000 }] }],
    ]);
  });
});

Deno.test("a failed write tells of an unmet write concern as well", async () => {
  await withServer(async (server) => {
    await server.command("t", { create: "a" });
    await server.command("t", { create: "b" });
    const reply = await server.command("admin", {
      renameCollection: "t.a",
      to: "t.b",
      writeConcern: { w: 2 },
    });
    assert.equal(reply.code, 48);
    assert.equal(reply.writeConcernError.code, 100);
  });
});
