import assert from "node:assert/strict";
import { type Document, UUID } from "bson";
import { ANY, NONE, OUT_OF_RANGE, retryable, type Row, withServer } from "../harness.ts";

const NAMESPACES = [{ ns: "test.c" }, { ns: "other.d" }];
const SET = { $set: { x: 1 } };
const GOOD = { insert: 0, document: { _id: 1 } };

function bulk(ops: readonly unknown[], rest: Document = {}): Document {
  return { bulkWrite: 1, ops, nsInfo: NAMESPACES, ...rest };
}

/** Everything is checked before anything is written. */
const MALFORMED: readonly Row[] = [
  [{ bulkWrite: 1, ops: [GOOD] }, [
    40414,
    "BSON field 'bulkWrite.nsInfo' is missing but a required field",
  ]],
  [{ bulkWrite: 1, nsInfo: NAMESPACES }, [
    40414,
    "BSON field 'bulkWrite.ops' is missing but a required field",
  ]],
  [bulk([]), [16, "Write batch sizes must be between 1 and 100000. Got 0 operations."]],
  [{ bulkWrite: 1, ops: [], nsInfo: 5 }, [
    14,
    "BSON field 'bulkWrite.nsInfo' is the wrong type 'int', expected type 'array'",
  ]],
  [{ bulkWrite: 1, ops: [GOOD], nsInfo: [5] }, [
    14,
    "BSON field 'bulkWrite.nsInfo.0' is the wrong type 'int', expected type 'object'",
  ]],
  [{ bulkWrite: 1, ops: [GOOD], nsInfo: [{ x: 1 }] }, [
    40415,
    "BSON field 'bulkWrite.nsInfo.x' is an unknown field.",
  ]],
  [{ bulkWrite: 1, ops: [GOOD], nsInfo: [{}] }, [
    40414,
    "BSON field 'bulkWrite.nsInfo.ns' is missing but a required field",
  ]],
  ...([["nodot", "nodot"], ["", ""], [".", ""], ["db.", "db"]] as const).map(([ns, shown]): Row => [
    { bulkWrite: 1, ops: [GOOD], nsInfo: [{ ns: "test.c" }, { ns }] },
    [73, `Invalid namespace specified for bulkWrite: '${shown}'`],
  ]),
  [bulk([GOOD], { bogus: 1 }), [40415, "BSON field 'bulkWrite.bogus' is an unknown field."]],
  [bulk([GOOD], { ordered: 1 }), [
    14,
    "BSON field 'bulkWrite.ordered' is the wrong type 'int', expected type 'bool'",
  ]],
  [bulk([GOOD, { insert: 0 }]), [
    40414,
    "BSON field 'bulkWrite.ops.document' is missing but a required field",
  ]],
  [bulk([GOOD, { update: 0, filter: {} }]), [
    40414,
    "BSON field 'bulkWrite.ops.updateMods' is missing but a required field",
  ]],
  [bulk([GOOD, { update: 0, updateMods: SET }]), [
    40414,
    "BSON field 'bulkWrite.ops.filter' is missing but a required field",
  ]],
  [bulk([GOOD, { delete: 0 }]), [
    40414,
    "BSON field 'bulkWrite.ops.filter' is missing but a required field",
  ]],
  [bulk([GOOD, { delete: 0, filter: {}, bogus: 1 }]), [
    40415,
    "BSON field 'bulkWrite.ops.bogus' is an unknown field.",
  ]],
  [bulk([GOOD, { document: {}, insert: 0 }]), [
    40415,
    "BSON field 'bulkWrite.document' is an unknown field.",
  ]],
  [bulk([GOOD, { frobnicate: 0, document: {} }]), [
    40415,
    "BSON field 'bulkWrite.frobnicate' is an unknown field.",
  ]],
  [bulk([GOOD, { insert: 5, document: { _id: 2 } }]), [
    2,
    "BulkWrite ops entry { insert: 5, document: { _id: 2 } } has an invalid nsInfo index.",
  ]],
  [bulk([GOOD, { insert: -1, document: {} }]), [
    OUT_OF_RANGE,
    "BSON field 'insert' value must be >= 0, actual value '-1'",
  ]],
  [bulk([GOOD, { insert: "0", document: {} }]), [
    14,
    "BSON field 'bulkWrite.ops.insert' is the wrong type 'string', expected types '[decimal, int, " +
    "double, long]'",
  ]],
  [bulk([GOOD, { insert: 0, document: 5 }]), [
    14,
    "BSON field 'bulkWrite.ops.document' is the wrong type 'int', expected type 'object'",
  ]],
  [bulk([GOOD, { update: 0, filter: {}, updateMods: 5 }]), [
    9,
    "Update argument must be either an object or an array",
  ]],
  [bulk([GOOD, { delete: 0, filter: {}, hint: 5 }]), [9, "Hint must be a string or an object"]],
  [bulk([GOOD, { delete: 0, filter: {}, multi: 1 }]), [
    14,
    "BSON field 'bulkWrite.ops.multi' is the wrong type 'int', expected type 'bool'",
  ]],
  [bulk([GOOD], { cursor: { batchSize: "x" } }), [
    14,
    "BSON field 'bulkWrite.cursor.batchSize' is the wrong type 'string', expected types '[decimal, " +
    "int, double, long]'",
  ]],
  [bulk([GOOD], { cursor: { x: 1 } }), [
    40415,
    "BSON field 'bulkWrite.cursor.x' is an unknown field.",
  ]],
  [
    {
      bulkWrite: 1,
      ops: [GOOD, { insert: 1, document: {} }],
      nsInfo: [{ ns: "test.c" }, { ns: "test.system.views" }],
    },
    [73, "cannot write to test.system.views"],
  ],
];

Deno.test("bulkWrite: idx stands behind ok in each result", async () => {
  await withServer(async (server) => {
    const reply = await server.command("admin", {
      bulkWrite: 1,
      ops: [
        { insert: 0, document: { _id: 1 } },
        { update: 0, filter: { _id: 2 }, updateMods: { $set: { a: 1 } }, upsert: true },
      ],
      nsInfo: [{ ns: "test.c" }],
    });
    assert.deepEqual(reply.cursor.firstBatch.map((one: object) => Object.keys(one)), [
      ["ok", "idx", "n"],
      ["ok", "idx", "n", "nModified", "upserted"],
    ]);
  });
});

Deno.test("bulkWrite: anything malformed fails the command and nothing is written", async () => {
  await withServer(async (harness) => {
    await harness.check("admin", MALFORMED);
    await harness.check("test", [[
      bulk([GOOD]),
      [13, "bulkWrite may only be run against the admin database."],
    ]]);
    assert.deepEqual(await harness.documents("test", "c"), []);
  });
});

Deno.test("bulkWrite: mixed operations on several namespaces, with their counts", async () => {
  await withServer(async (harness) => {
    await harness.command("test", {
      insert: "c",
      documents: [{ _id: 1, v: 1 }, { _id: 2, v: 2 }, { _id: 3, v: 2 }],
    });
    const command = bulk([
      { insert: 0, document: { _id: 10 } },
      { update: 0, filter: { _id: 1 }, updateMods: SET },
      { update: 0, filter: { v: 2 }, updateMods: { $set: { v: 2 } }, multi: true },
      { update: 1, filter: { _id: 77 }, updateMods: SET, upsert: true },
      { update: 1, filter: { _id: 77 }, updateMods: [{ $set: { y: "$$k" } }], constants: { k: 5 } },
      { delete: 0, filter: { v: 2 }, multi: true },
      { delete: 0, filter: { _id: 99 } },
      { insert: 1.0, document: { _id: 20 } },
      { update: 1, filter: {}, updateMods: { $set: { z: 1 } }, sort: { _id: 1 } },
    ]);
    await harness.check("admin", [[command, {
      cursor: {
        id: 0,
        ns: "admin.$cmd.bulkWrite",
        firstBatch: [
          { ok: 1, idx: 0, n: 1, nModified: NONE },
          { ok: 1, idx: 1, n: 1, nModified: 1 },
          { ok: 1, idx: 2, n: 2, nModified: 0 },
          { ok: 1, idx: 3, n: 1, nModified: 0, upserted: { _id: 77 } },
          { ok: 1, idx: 4, n: 1, nModified: 1 },
          { ok: 1, idx: 5, n: 2 },
          { ok: 1, idx: 6, n: 0 },
          { ok: 1, idx: 7, n: 1 },
          { ok: 1, idx: 8, n: 1, nModified: 1 },
        ],
      },
      nErrors: 0,
      nInserted: 2,
      nMatched: 5,
      nModified: 3,
      nUpserted: 1,
      nDeleted: 2,
    }]]);
    assert.deepEqual(await harness.documents("test", "c"), [{ _id: 1, v: 1, x: 1 }, { _id: 10 }]);
    assert.deepEqual(await harness.documents("other", "d"), [
      { _id: 77, x: 1, y: 5 },
      { _id: 20, z: 1 },
    ]);
  });
});

Deno.test("7.74 bulkWrite: ordered stops, unordered goes on, errorsOnly leaves the rest out", async () => {
  await withServer(async (harness) => {
    const setUp: Row[] = [
      [{ insert: "c", documents: [{ _id: 1 }] }, { n: 1 }],
      [{ create: "v", viewOn: "c", pipeline: [] }, {}],
      [{ create: "d", validator: { v: { $type: "int" } } }, {}],
    ];
    await harness.check("test", setUp);
    const nsInfo = [{ ns: "test.c" }, { ns: "test.v" }, { ns: "test.d" }];
    const ops = [
      { insert: 0, document: { _id: 1 } },
      { insert: 1, document: { _id: 9 } },
      { update: 1, filter: {}, updateMods: SET },
      { insert: 2, document: { _id: 9, v: "no" } },
      { update: 0, filter: { _id: 1 }, updateMods: { $nope: 1 } },
      { update: 0, filter: {}, updateMods: SET, multi: true, sort: { a: 1 } },
      { insert: 0, document: { _id: 2 } },
    ];
    const view = "Namespace test.v is a view, not a collection";
    const failures = [
      { ok: 0, idx: 0, n: 0, code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } },
      { ok: 0, idx: 1, n: 0, code: 166, errmsg: view, nModified: NONE },
      { ok: 0, idx: 2, n: 0, code: 166, errmsg: view, nModified: 0 },
      { ok: 0, idx: 3, n: 0, code: 121, errInfo: { failingDocumentId: 9, details: ANY } },
      { ok: 0, idx: 4, n: 0, code: 9, nModified: 0 },
      { ok: 0, idx: 5, n: 0, code: 9, errmsg: "Cannot specify sort with multi=true" },
    ];
    await harness.check("admin", [
      [{ bulkWrite: 1, ops, nsInfo }, {
        cursor: { firstBatch: [failures[0]] },
        nErrors: 1,
        nInserted: 0,
      }],
      [{ bulkWrite: 1, ops, nsInfo, ordered: false, errorsOnly: true }, {
        cursor: { firstBatch: failures },
        nErrors: 6,
        nInserted: 1,
      }],
      [{ bulkWrite: 1, ops, nsInfo, ordered: false, bypassDocumentValidation: true }, {
        cursor: { firstBatch: [{}, {}, {}, { ok: 1, idx: 3, n: 1 }, {}, {}, { ok: 0, idx: 6 }] },
        nErrors: 6,
        nInserted: 1,
      }],
      [{ bulkWrite: 1, ops, nsInfo, ordered: false, writeConcern: { w: 0 } }, {
        cursor: { id: 0, firstBatch: [] },
        nErrors: 7,
      }],
      [bulk([{ insert: 0, document: { _id: 50 } }], { errorsOnly: true }), {
        cursor: { id: 0, firstBatch: [] },
        nInserted: 1,
      }],
    ]);
  });
});

Deno.test("bulkWrite: results come in batches", async () => {
  await withServer(async (harness) => {
    const run = (cursor?: Document): Promise<Document> =>
      harness.command(
        "admin",
        bulk(
          Array.from({ length: 5 }, () => ({ insert: 0, document: { x: 1 } })),
          cursor === undefined ? {} : { cursor },
        ),
      );
    for (
      const [cursor, isOpen, first] of [
        [undefined, false, 5],
        [{}, false, 5],
        [{ batchSize: 2 }, true, 2],
        [{ batchSize: 0 }, true, 0],
        [{ batchSize: 5 }, false, 5],
        [{ batchSize: 9 }, false, 5],
      ] as const
    ) {
      const reply = await run(cursor);
      assert.equal(reply.ok, 1, reply.errmsg);
      assert.equal(reply.cursor.id !== 0, isOpen, JSON.stringify(cursor));
      assert.equal(reply.cursor.firstBatch.length, first, JSON.stringify(cursor));
    }
    const { cursor } = await run({ batchSize: 2 });
    const { Long } = await import("bson");
    const id = Long.isLong(cursor.id) ? cursor.id : Long.fromNumber(cursor.id);
    await harness.check("admin", [
      [{ getMore: id, collection: "$cmd.bulkWrite", batchSize: 1 }, {
        cursor: { nextBatch: [{ idx: 2 }] },
      }],
      [{ getMore: id, collection: "$cmd.bulkWrite" }, {
        cursor: { id: 0, nextBatch: [{ idx: 3 }, { idx: 4 }] },
      }],
      [{ getMore: id, collection: "$cmd.bulkWrite" }, [43, /cursor id/]],
    ]);
  });
});

Deno.test("bulkWrite: retried operations are answered again and not done again", async () => {
  await withServer(async (harness) => {
    const session = new UUID();
    const command = bulk([
      { insert: 0, document: { _id: 1, n: 0 } },
      { update: 0, filter: { _id: 1 }, updateMods: { $inc: { n: 1 } } },
      { update: 1, filter: { _id: 5 }, updateMods: SET, upsert: true },
      { delete: 1, filter: { _id: 9 } },
    ], retryable(1, session));
    const answer = {
      cursor: {
        firstBatch: [
          { ok: 1, idx: 0, n: 1 },
          { ok: 1, idx: 1, n: 1, nModified: 1 },
          { ok: 1, idx: 2, n: 1, upserted: { _id: 5 } },
          { ok: 1, idx: 3, n: 0 },
        ],
      },
      nInserted: 1,
      nMatched: 1,
      nModified: 1,
      nUpserted: 1,
      nDeleted: 0,
    };
    await harness.check("admin", [
      [command, { ...answer, retriedStmtIds: NONE }],
      [command, { ...answer, retriedStmtIds: [0, 1, 2, 3] }],
      [bulk([{ delete: 0, filter: {}, multi: true }], retryable(2, session)), {
        nErrors: 1,
        cursor: { firstBatch: [{ ok: 0, code: 72 }] },
      }],
    ]);
    assert.deepEqual(await harness.documents("test", "c"), [{ _id: 1, n: 1 }]);
  });
});

Deno.test("bulkWrite through the driver", async () => {
  await withServer(async (harness) => {
    const result = await harness.client.bulkWrite([
      { name: "insertOne", namespace: "test.c", document: { _id: 1 as never, v: 5 } },
      { name: "updateOne", namespace: "test.c", filter: { v: 5 }, update: { $set: { v: 6 } } },
      {
        name: "replaceOne",
        namespace: "a.b",
        filter: { k: 1 },
        replacement: { z: 1 },
        upsert: true,
      },
      { name: "deleteMany", namespace: "test.c", filter: { v: 7 } },
    ], { verboseResults: true });
    assert.equal(result.insertedCount, 1);
    assert.equal(result.modifiedCount, 1);
    assert.equal(result.upsertedCount, 1);
    assert.equal(result.deletedCount, 0);
    assert.deepEqual(await harness.documents("test", "c"), [{ _id: 1, v: 6 }]);
  });
});
