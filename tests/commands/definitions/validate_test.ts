import { ANY, NONE, type Row, withServer } from "../harness.ts";

const ROWS: readonly Row[] = [
  [{ validate: "none" }, [26, "Collection 'test.none' does not exist to validate."]],
  [
    { validate: "c", full: true, background: true },
    [
      72,
      "Running the validate command with both { background: true } and { full: true } is not " +
      "supported.",
    ],
  ],
  [
    { validate: "c", repair: true },
    [
      72,
      "Running the validate command with { repair: true } can only be performed in standalone mode.",
    ],
  ],
  [{ create: "v", viewOn: "c", pipeline: [] }, {}],
  [{ validate: "v" }, [166, "Cannot validate a view"]],
  [{ validate: "c", nope: 1 }, [40415, "BSON field 'validate.nope' is an unknown field."]],
  [{ validate: "c", full: true }, {
    ns: "test.c",
    uuid: ANY,
    nInvalidDocuments: 0,
    nNonCompliantDocuments: 0,
    nrecords: 3,
    nIndexes: 2,
    keysPerIndex: { _id_: 3, a: 4 },
    indexDetails: {
      _id_: { valid: true, spec: { v: 2, key: { _id: 1 }, name: "_id_" } },
      a: { valid: true, spec: { v: 2, key: { a: 1 }, name: "a" } },
    },
    valid: true,
    repaired: false,
    repairMode: "None",
    warnings: [],
    errors: [],
    extraIndexEntries: [],
    missingIndexEntries: [],
    corruptRecords: [],
    writeErrors: NONE,
  }],
];

Deno.test("validate: documents and index entries agree", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ insert: "c", documents: [{ a: 1 }, { a: [2, 3] }, { b: 1 }] }, { n: 3 }],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a" }] }, {}],
    ]);
    await harness.check("test", ROWS);
  });
});
