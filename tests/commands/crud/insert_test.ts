import assert from "node:assert/strict";
import { UUID } from "bson";
import { ANY, NONE, retryable, type Row, withServer } from "../harness.ts";

const ONE = [{ _id: 1 }];

const ROWS: readonly Row[] = [
  [{ insert: "c", documents: [{ _id: 1 }, { x: 1 }] }, { n: 2, writeErrors: NONE }],
  [{ insert: "c" }, [40414, "BSON field 'insert.documents' is missing but a required field"]],
  [
    { insert: "c", documents: null },
    [40414, "BSON field 'insert.documents' is missing but a required field"],
  ],
  [
    { insert: "c", documents: {} },
    [14, "BSON field 'insert.documents' is the wrong type 'object', expected type 'array'"],
  ],
  [
    { insert: "c", documents: [{}, 1] },
    [14, "BSON field 'insert.documents.1' is the wrong type 'int', expected type 'object'"],
  ],
  [
    { insert: "c", documents: [] },
    [16, "Write batch sizes must be between 1 and 100000. Got 0 operations."],
  ],
  [{ insert: "c", documents: ONE, foo: 1 }, [
    40415,
    "BSON field 'insert.foo' is an unknown field.",
  ]],
  [
    { insert: "c", documents: ONE, ordered: 1 },
    [14, "BSON field 'insert.ordered' is the wrong type 'int', expected type 'bool'"],
  ],
  [{ insert: 5, documents: ONE }, [73, "Collection name has invalid type int"]],
  [{ insert: "", documents: ONE }, [73, /^Invalid namespace specified/]],
  [{ insert: "a$b", documents: ONE }, [73, "Invalid collection name: a$b"]],
  [{ insert: "system.foo", documents: ONE }, [73, "Invalid system namespace: test.system.foo"]],
  [{ insert: "system.views", documents: ONE }, [73, "cannot write to test.system.views"]],
  [{ insert: "n".repeat(251), documents: ONE }, [73, /^Fully qualified namespace is too long\./]],
  [
    { insert: "c", documents: ONE },
    {
      n: 0,
      writeErrors: [{
        index: 0,
        code: 11000,
        errmsg: "E11000 duplicate key error collection: test.c index: _id_ dup key: { _id: 1 }",
        keyPattern: { _id: 1 },
        keyValue: { _id: 1 },
      }],
    },
  ],
  [
    { insert: "c", documents: [{ _id: 2 }, { _id: [1] }, { _id: 3 }] },
    {
      n: 1,
      writeErrors: [{ index: 1, code: 53, errmsg: "The '_id' value cannot be of type array" }],
    },
  ],
  [
    { insert: "c", documents: [{ _id: 4 }, { _id: 4 }, { _id: /x/ }, { _id: 5 }], ordered: false },
    { n: 2, writeErrors: [{ index: 1, code: 11000 }, { index: 2, code: 53 }] },
  ],
  [
    { insert: "c", documents: [{ _id: { $a: 1 } }] },
    { n: 0, writeErrors: [{ code: 52 }] },
  ],
  [
    { insert: "c", documents: [{ _id: 6 }], bypassEmptyTsReplacement: true, comment: "x" },
    { n: 1 },
  ],
];

Deno.test("insert: forms and errors", async () => {
  await withServer((harness) => harness.check("test", ROWS));
});

Deno.test("insert: limits of a batch", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 100_001 }, (_, _id) => ({ _id }));
    await harness.check("test", [
      [
        { insert: "c", documents },
        [16, "Write batch sizes must be between 1 and 100000. Got 100001 operations."],
      ],
      [{ insert: "c", documents: documents.slice(1), ordered: false }, { n: 100_000 }],
    ]);
    const large = await harness.command("test", {
      insert: "c",
      documents: [{ _id: "l", x: "x".repeat(16 * 1024 * 1024) }],
    });
    assert.equal(large.writeErrors[0].code, 10334);
    assert.match(large.writeErrors[0].errmsg, /^object to insert too large\. size in bytes: /);
  });
});

Deno.test("insert: a view takes no documents, ordered or not", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ create: "v", viewOn: "c", pipeline: [] }, {}],
      [
        { insert: "v", documents: [{}, {}] },
        {
          n: 0,
          writeErrors: [{
            index: 0,
            code: 166,
            errmsg: "Namespace test.v is a view, not a collection",
          }],
        },
      ],
      [
        { insert: "v", documents: [{}, {}], ordered: false },
        { n: 0, writeErrors: [{ index: 0, code: 166 }, { index: 1, code: 166 }] },
      ],
    ]);
  });
});

Deno.test("insert: validators and their bypass", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ create: "c", validator: { a: { $type: "int" } } }, {}],
      [
        { insert: "c", documents: [{ _id: 1, a: 1 }, { _id: 2 }] },
        {
          n: 1,
          writeErrors: [{
            index: 1,
            code: 121,
            errmsg: "Document failed validation",
            errInfo: { failingDocumentId: 2, details: ANY },
          }],
        },
      ],
      [{ insert: "c", documents: [{ _id: 2 }], bypassDocumentValidation: true }, { n: 1 }],
    ]);
  });
});

Deno.test("insert: a retried statement is answered again and not done again", async () => {
  await withServer(async (harness) => {
    const session = new UUID();
    const first = { insert: "c", documents: [{ _id: 1 }, { _id: 2 }], ...retryable(1, session) };
    await harness.check("test", [
      [first, { n: 2, retriedStmtIds: NONE }],
      [first, { n: 2, writeErrors: NONE, retriedStmtIds: [0, 1] }],
      [
        { ...first, documents: [{ _id: 1 }, { _id: 2 }, { _id: 3 }] },
        { n: 3, writeErrors: NONE, retriedStmtIds: [0, 1] },
      ],
      [{ ...first, stmtIds: [7] }, [16, /^Number of statement ids must match/]],
      [{ ...first, stmtId: 1, stmtIds: [7, 8] }, [72, /^May not specify both stmtId and stmtIds/]],
      [
        { insert: "c", documents: [{ _id: 1 }], ...retryable(2, session) },
        { n: 0, writeErrors: [{ code: 11000 }] },
      ],
      [first, [225, /^Retryable write with txnNumber 1 is prohibited/]],
    ]);
    assert.equal((await harness.documents("test", "c")).length, 3);
  });
});

Deno.test("insert: write concerns", async () => {
  await withServer(async (harness) => {
    const insert = (writeConcern: unknown) => ({ insert: "c", documents: [{}], writeConcern });
    await harness.check("test", [
      [insert({ w: 1 }), { n: 1, writeConcernError: NONE }],
      [insert({ w: "majority", j: true, wtimeout: 100 }), { n: 1, writeConcernError: NONE }],
      [insert({ w: 0 }), { n: 1 }],
      [
        insert({ w: 2 }),
        {
          n: 1,
          writeConcernError: {
            code: 100,
            codeName: "UnsatisfiableWriteConcern",
            errmsg: "Not enough data-bearing nodes",
            errInfo: { writeConcern: { w: 2, wtimeout: 0, provenance: "clientSupplied" } },
          },
        },
      ],
      [
        insert({ w: "tag" }),
        { n: 1, writeConcernError: { code: 79, codeName: "UnknownReplWriteConcern" } },
      ],
      [insert({ w: -1 }), [9, /^w has to be a non-negative number and not greater than 50/]],
      [insert({ w: 1, nope: 1 }), [40415, /unknown field/]],
    ]);
  });
});
