import assert from "node:assert/strict";
import { type Document } from "bson";
import { NONE, type Row, withServer } from "../harness.ts";

function change(index: Document, rest: Document = {}): Document {
  return { collMod: "c", index, ...rest };
}

const SET_UP: readonly Row[] = [
  [{ insert: "c", documents: [{ _id: 1, a: 1, t: new Date() }, { _id: 2, a: 2 }] }, { n: 2 }],
  [{
    createIndexes: "c",
    indexes: [
      { key: { a: 1 }, name: "a_1" },
      { key: { t: 1 }, name: "t_1", expireAfterSeconds: 100 },
      { key: { a: 1, t: 1 }, name: "both" },
      { key: { a: 1 }, name: "sparse", sparse: true },
    ],
  }, { numIndexesAfter: 5 }],
];

const ERRORS: readonly Row[] = [
  [change({ hidden: true }), [72, "Must specify either index name or key pattern."]],
  [
    change({ name: "a_1", keyPattern: { a: 1 }, hidden: true }),
    [72, "Cannot specify both key pattern and name."],
  ],
  [
    change({ name: "a_1" }),
    [72, "no expireAfterSeconds, hidden, unique, or prepareUnique field"],
  ],
  [change({ name: "no", hidden: true }), [27, "cannot find index no for ns test.c"]],
  [
    change({ keyPattern: { z: 1 }, hidden: true }),
    [27, "cannot find index { z: 1 } for ns test.c"],
  ],
  [
    change({ keyPattern: { a: 1 }, hidden: true }),
    [181, /^index keyPattern \{ a: 1 \} matches 2 indexes, must use index name\. Conflicting/],
  ],
  [change({ name: "_id_", hidden: true }), [2, "can't hide _id index"]],
  [
    change({ name: "_id_", expireAfterSeconds: 5 }),
    [72, "the _id field does not support TTL indexes"],
  ],
  [
    change({ name: "both", expireAfterSeconds: 5 }),
    [72, "TTL indexes are single-field indexes, compound indexes do not support TTL"],
  ],
  [
    change({ name: "t_1", expireAfterSeconds: -5 }),
    [72, "TTL index 'expireAfterSeconds' option cannot be less than 0"],
  ],
  [
    change({ name: "t_1", expireAfterSeconds: 2 ** 31 }),
    [72, "TTL index 'expireAfterSeconds' must be within the range of a 32-bit integer"],
  ],
  [
    change({ name: "t_1", expireAfterSeconds: "x" }),
    [14, /^BSON field 'collMod\.index\.expireAfterSeconds' is the wrong type 'string'/],
  ],
  [change({ name: "a_1", nope: 1 }), [
    40415,
    "BSON field 'collMod.index.nope' is an unknown field.",
  ]],
  [change({ name: "a_1", unique: false }), [2, "Cannot make index non-unique"]],
  [
    change({ name: "a_1", unique: true }),
    [72, "Cannot make index unique with 'prepareUnique=false'. Run collMod to set it first."],
  ],
  [
    change({ name: "a_1", prepareUnique: true, hidden: true }),
    [72, "prepareUnique cannot be combined with any other modification."],
  ],
  [
    change({ name: "a_1", prepareUnique: true }, { validationLevel: "off" }),
    [72, "prepareUnique cannot be combined with any other modification."],
  ],
  [
    change({ name: "a_1", hidden: true }, { dryRun: true }),
    [72, "dry run mode requires an index modification with unique: true."],
  ],
];

Deno.test("collMod index: errors", async () => {
  await withServer(async (harness) => {
    await harness.check("test", SET_UP);
    await harness.check("test", ERRORS);
  });
});

Deno.test("collMod index: hidden and expiry tell what was and is", async () => {
  await withServer(async (harness) => {
    await harness.check("test", SET_UP);
    await harness.check("test", [
      [change({ name: "a_1", hidden: true }), { hidden_old: false, hidden_new: true }],
      [change({ name: "a_1", hidden: true }), { hidden_old: NONE, hidden_new: NONE }],
      [change({ name: "a_1", hidden: false }), { hidden_old: true, hidden_new: false }],
      [change({ keyPattern: { t: 1 }, expireAfterSeconds: 200 }), {
        expireAfterSeconds_old: 100,
        expireAfterSeconds_new: 200,
      }],
      [change({ name: "a_1", expireAfterSeconds: 50 }), {
        expireAfterSeconds_old: NONE,
        expireAfterSeconds_new: 50,
      }],
    ]);
    const { cursor } = await harness.command("test", { listIndexes: "c" });
    assert.deepEqual(cursor.firstBatch[1], {
      v: 2,
      key: { a: 1 },
      name: "a_1",
      expireAfterSeconds: 50,
    });
  });
});

Deno.test("collMod index: prepareUnique refuses new duplicates, unique names the old ones", async () => {
  await withServer(async (harness) => {
    const documents = [
      { _id: 1, a: 100, b: 1 },
      { _id: 2, a: 100, b: 2 },
      { _id: 3, a: 101, b: 3 },
      { _id: 4, a: 105, b: 4 },
      { _id: 5, a: 105, b: 5 },
    ];
    const unique = change({ keyPattern: { a: 1 }, unique: true });
    await harness.check("test", [
      [{ insert: "c", documents }, { n: 5 }],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1" }] }, {}],
      [change({ name: "a_1", prepareUnique: true }), {
        prepareUnique_old: false,
        prepareUnique_new: true,
      }],
      [change({ name: "a_1", prepareUnique: true }), { prepareUnique_new: NONE }],
      [{ insert: "c", documents: [{ a: 101 }] }, { writeErrors: [{ code: 11000 }] }],
      [{ insert: "c", documents: [{ _id: 6, a: 7 }] }, { n: 1 }],
      [{ update: "c", updates: [{ q: { _id: 6 }, u: { $set: { a: 100 } } }] }, {
        writeErrors: [{ code: 11000 }],
      }],
      [{ update: "c", updates: [{ q: { _id: 1 }, u: { $set: { b: 7 } } }] }, { nModified: 1 }],
    ]);
    const refused = await harness.command("test", unique);
    assert.equal(refused.code, 359);
    assert.equal(refused.codeName, "CannotConvertIndexToUnique");
    assert.equal(
      refused.errmsg,
      "Cannot convert the index to unique. Please resolve conflicting documents before running " +
        "collMod again.",
    );
    assert.deepEqual(refused.violations, [{ ids: [1, 2] }, { ids: [4, 5] }]);
    await harness.check("test", [
      [{ ...unique, dryRun: true }, [359, /^Cannot convert the index to unique\./]],
      [{ delete: "c", deletes: [{ q: { _id: { $in: [2, 5] } }, limit: 0 }] }, { n: 2 }],
      [{ ...unique, dryRun: true }, { unique_new: NONE }],
      [unique, { unique_new: true }],
      [unique, { unique_new: NONE }],
      [{ listIndexes: "c" }, {
        cursor: { firstBatch: [{}, { name: "a_1", unique: true, prepareUnique: NONE }] },
      }],
      [{ insert: "c", documents: [{ a: 100 }] }, {
        writeErrors: [{ code: 11000, keyPattern: { a: 1 }, keyValue: { a: 100 } }],
      }],
      [{ find: "c", filter: { a: 100 } }, { cursor: { firstBatch: [{ _id: 1 }] } }],
      [{ validate: "c", full: true }, { valid: true }],
    ]);
  });
});
