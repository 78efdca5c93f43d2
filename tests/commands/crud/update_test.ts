import assert from "node:assert/strict";
import { UUID } from "bson";
import { ANY, type Expectation, NONE, retryable, type Row, withServer } from "../harness.ts";

const SEED = [{ _id: 1, a: 1 }, { _id: 2, a: 2 }, { _id: 3, a: 2, b: [1, 2, 3] }];

function update(statement: Record<string, unknown>, rest: Record<string, unknown> = {}) {
  return { update: "c", updates: [statement], ...rest };
}

function failing(code: number, errmsg: string | RegExp): Expectation {
  return { n: 0, nModified: 0, writeErrors: [{ index: 0, code, errmsg }] };
}

const SET = { $set: { x: 1 } };

/** Malformed statements fail the command; nothing is done. */
const MALFORMED: readonly Row[] = [
  [{ update: "c" }, [40414, "BSON field 'update.updates' is missing but a required field"]],
  [
    { update: "c", updates: [] },
    [16, "Write batch sizes must be between 1 and 100000. Got 0 operations."],
  ],
  [
    { update: "c", updates: [1] },
    [14, "BSON field 'update.updates.0' is the wrong type 'int', expected type 'object'"],
  ],
  [update({ u: SET }), [40414, "BSON field 'update.updates.q' is missing but a required field"]],
  [update({ q: {} }), [40414, "BSON field 'update.updates.u' is missing but a required field"]],
  [
    update({ q: 5, u: SET }),
    [14, "BSON field 'update.updates.q' is the wrong type 'int', expected type 'object'"],
  ],
  ...[5, "x", true].map((u): Row => [
    update({ q: {}, u }),
    [9, "Update argument must be either an object or an array"],
  ]),
  [
    update({ q: {}, u: [1, 2] }),
    [14, "Each element of the 'pipeline' array must be an object"],
  ],
  [
    update({ q: {}, u: SET, multi: 1 }),
    [14, "BSON field 'update.updates.multi' is the wrong type 'int', expected type 'bool'"],
  ],
  [update({ q: {}, u: SET, foo: 1 }), [
    40415,
    "BSON field 'update.updates.foo' is an unknown field.",
  ]],
  [update({ q: {}, u: SET, hint: 5 }), [9, "Hint must be a string or an object"]],
  [
    update({ q: {}, u: SET, arrayFilters: [1] }),
    [
      14,
      "BSON field 'update.updates.arrayFilters.0' is the wrong type 'int', expected type 'object'",
    ],
  ],
  [
    update({ q: {}, u: SET, multi: true, sort: { a: 1 } }),
    [9, "Cannot specify sort with multi=true"],
  ],
  [
    { update: "c", updates: [{ q: {}, u: SET }, { q: {} }] },
    [40414, "BSON field 'update.updates.u' is missing but a required field"],
  ],
  [update({ q: {}, u: SET }, { let: 1 }), [
    14,
    "BSON field 'update.let' is the wrong type 'int', expected type 'object'",
  ]],
  [{ update: "system.foo", updates: [{ q: {}, u: SET }] }, [73, /Invalid system namespace/]],
];

/** Errors of a statement, as far as they are the command's business (operators have their own tests). */
const STATEMENT_ERRORS: readonly Row[] = [
  [
    update({ q: {}, u: { $nope: { a: 1 } } }),
    failing(
      9,
      "Unknown modifier: $nope. Expected a valid update modifier or pipeline-style update " +
        "specified as an array",
    ),
  ],
  [update({ q: { $nope: 1 }, u: SET }), failing(2, /^unknown top level operator: \$nope\./)],
  [
    update({ q: { _id: 1 }, u: { a: 1 }, multi: true }),
    failing(9, "multi update is not supported for replacement-style update"),
  ],
  [
    update({ q: {}, u: SET, c: { k: 1 } }),
    failing(51198, "Constant values may only be specified for pipeline updates"),
  ],
  [
    update({ q: {}, u: SET, hint: "nope" }),
    failing(2, /hint provided does not correspond to an existing index$/),
  ],
  [update({ q: {}, u: SET, hint: { a: 1 } }), failing(2, /does not correspond to an existing/)],
  [update({ q: {}, u: SET, collation: { locale: "xx" } }), failing(2, /locale/)],
  [
    update({ q: { _id: 1 }, u: { $set: { _id: 9 } } }),
    failing(
      66,
      /^Plan executor error during update :: caused by :: Performing an update on the path '_id'/,
    ),
  ],
  [
    update({ q: { _id: 9 }, u: { $set: { _id: [1] } }, upsert: true }),
    failing(
      66,
      /./,
    ),
  ],
  [
    update({ q: { k: 1 }, u: { $set: { _id: [1] } }, upsert: true }),
    failing(
      53,
      "Plan executor error during update :: caused by :: The '_id' value cannot be of type array",
    ),
  ],
  [
    update({ q: { k: 1 }, u: { $set: { _id: 1 } }, upsert: true }),
    {
      n: 0,
      writeErrors: [{
        code: 11000,
        errmsg: "Plan executor error during update :: caused by :: E11000 duplicate key error " +
          "collection: test.c index: _id_ dup key: { _id: 1 }",
        keyPattern: { _id: 1 },
        keyValue: { _id: 1 },
      }],
    },
  ],
  [
    update({ q: { _id: 1 }, u: { $inc: { a: "x" } } }),
    failing(14, /^Cannot increment with non-numeric argument/),
  ],
  [
    update({ q: { _id: 3 }, u: { $inc: { b: 1 } } }),
    failing(14, /^Plan executor error during update :: caused by :: Cannot apply \$inc/),
  ],
  [
    update({ q: { _id: 7 }, u: [{ $set: { a: 1 } }], upsert: true, upsertSupplied: true }),
    failing(9, /^the parameter 'upsertSupplied' is set to 'true', but no document was supplied/),
  ],
  [
    update({ q: {}, u: { $set: { "b.$[e]": 1 } } }),
    failing(2, "No array filter found for identifier 'e' in path 'b.$[e]'"),
  ],
  [
    update({ q: {}, u: SET, arrayFilters: [{ e: 1 }] }),
    failing(9, /^The array filter for identifier 'e' was not used in the update/),
  ],
];

Deno.test("update: a malformed statement fails the command and nothing is done", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    await harness.check("test", MALFORMED);
    assert.deepEqual(await harness.documents("test", "c"), SEED);
  });
});

Deno.test("update: errors of a statement", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    await harness.check("test", STATEMENT_ERRORS);
    assert.deepEqual(await harness.documents("test", "c"), SEED);
  });
});

/** [statement, reply, the changed documents by _id] */
type Effect = readonly [Record<string, unknown>, Expectation, Record<number, unknown>];

const EFFECTS: readonly Effect[] = [
  [{ q: { _id: 1 }, u: { $inc: { a: 4 } } }, { n: 1, nModified: 1, upserted: NONE }, {
    1: { _id: 1, a: 5 },
  }],
  [{ q: { a: 2 }, u: { $set: { a: 2 } }, multi: true }, { n: 2, nModified: 0 }, {}],
  [{ q: {}, u: SET, multi: true }, { n: 3, nModified: 3 }, { 1: { _id: 1, a: 1, x: 1 } }],
  [{ q: { a: 9 }, u: SET }, { n: 0, nModified: 0 }, {}],
  [{ q: {}, u: { $set: { hit: 1 } }, sort: { a: -1, _id: -1 } }, { n: 1, nModified: 1 }, {
    3: { _id: 3, a: 2, b: [1, 2, 3], hit: 1 },
  }],
  [{ q: { _id: 2 }, u: { z: 1 } }, { n: 1, nModified: 1 }, { 2: { _id: 2, z: 1 } }],
  [{ q: { _id: 9 }, u: SET, upsert: true }, {
    n: 1,
    nModified: 0,
    upserted: [{ index: 0, _id: 9 }],
  }, { 9: { _id: 9, x: 1 } }],
  [{ q: { _id: 9 }, u: { z: 1 }, upsert: true }, {
    n: 1,
    upserted: [{ index: 0, _id: 9 }],
  }, { 9: { _id: 9, z: 1 } }],
  [{ q: { k: 9 }, u: SET, upsert: true, multi: true }, {
    n: 1,
    upserted: [{ index: 0, _id: ANY }],
  }, {}],
  [
    { q: {}, u: { $set: { "b.$[e]": 0 } }, multi: true, arrayFilters: [{ e: { $gte: 2 } }] },
    { n: 3, nModified: 1, writeErrors: [{ index: 0, code: 2 }] },
    {},
  ],
  [
    { q: { _id: 3 }, u: { $set: { "b.$[e]": 0 } }, arrayFilters: [{ e: { $gte: 2 } }] },
    { n: 1, nModified: 1 },
    { 3: { _id: 3, a: 2, b: [1, 0, 0] } },
  ],
  [{ q: { _id: 1 }, u: [{ $set: { b: "$$k" } }], c: { k: 7 } }, { n: 1, nModified: 1 }, {
    1: { _id: 1, a: 1, b: 7 },
  }],
  [
    {
      q: { _id: 60 },
      u: [{ $set: { a: 1 } }],
      upsert: true,
      upsertSupplied: true,
      c: { new: { _id: 60, z: 1 } },
    },
    { n: 1, upserted: [{ index: 0, _id: 60 }] },
    { 60: { _id: 60, z: 1 } },
  ],
  [{ q: { a: 1 }, u: SET, hint: "_id_" }, { n: 1, nModified: 1 }, { 1: { _id: 1, a: 1, x: 1 } }],
  [{ q: { a: 1 }, u: SET, hint: { $natural: 1 }, collation: {} }, { n: 1, nModified: 1 }, {}],
];

for (const [statement, expected, documents] of EFFECTS) {
  Deno.test(`update: ${JSON.stringify(statement)}`, async () => {
    await withServer(async (harness) => {
      await harness.command("test", { insert: "c", documents: SEED });
      const isPartial = "writeErrors" in (expected as Record<string, unknown>);
      await harness.check("test", [[
        update(statement),
        isPartial ? { n: 0, writeErrors: [{ index: 0 }] } : expected,
      ]]);
      const all = await harness.documents("test", "c");
      for (const [id, document] of Object.entries(documents)) {
        assert.deepEqual(all.find(({ _id }) => String(_id) === id), document);
      }
    });
  });
}

Deno.test("update: let, collation", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: [{ _id: 1, s: "Ab", n: 3 }] });
    await harness.check("test", [
      [
        update({ q: { $expr: { $eq: ["$n", "$$v"] } }, u: [{ $set: { got: "$$v" } }] }, {
          let: { v: 3 },
        }),
        { n: 1, nModified: 1 },
      ],
      [update({ q: { s: "ab" }, u: SET }), { n: 0 }],
      [update({ q: { s: "ab" }, u: SET, collation: { locale: "en", strength: 2 } }), { n: 1 }],
    ]);
    assert.deepEqual(await harness.documents("test", "c"), [{
      _id: 1,
      s: "Ab",
      n: 3,
      got: 3,
      x: 1,
    }]);
  });
});

Deno.test("7.74 update: ordered stops, unordered goes on; positions are the request's", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    const updates = [
      { q: { _id: 1 }, u: SET },
      { q: { _id: 2 }, u: { $nope: 1 } },
      { q: { _id: 8 }, u: SET, upsert: true },
      { q: { _id: 3 }, u: { $set: { _id: 7 } } },
    ];
    await harness.check("test", [
      [{ update: "c", updates }, {
        n: 1,
        nModified: 1,
        writeErrors: [{ index: 1, code: 9 }],
        upserted: NONE,
      }],
      [{ update: "c", updates, ordered: false }, {
        n: 2,
        nModified: 0,
        upserted: [{ index: 2, _id: 8 }],
        writeErrors: [{ index: 1, code: 9 }, { index: 3, code: 66 }],
      }],
    ]);
  });
});

Deno.test("update: unique indexes, validators and their bypass, views", async () => {
  await withServer(async (harness) => {
    const PREFIX = "Plan executor error during update :: caused by :: ";
    await harness.check("test", [
      [{ create: "c", validator: { a: { $type: "int" } } }, {}],
      [{ create: "v", viewOn: "c", pipeline: [] }, {}],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1", unique: true }] }, {}],
      [{ insert: "c", documents: [{ _id: 1, a: 1 }, { _id: 2, a: 2 }] }, { n: 2 }],
      [
        update({ q: { _id: 1 }, u: { $set: { a: 2 } } }),
        {
          n: 0,
          writeErrors: [{
            code: 11000,
            errmsg: PREFIX + "E11000 duplicate key error collection: test.c index: a_1 dup key: " +
              "{ a: 2 }",
            keyPattern: { a: 1 },
            keyValue: { a: 2 },
          }],
        },
      ],
      [
        update({ q: { _id: 1 }, u: { $set: { a: "x" } } }),
        {
          n: 0,
          writeErrors: [{
            code: 121,
            errmsg: PREFIX + "Document failed validation",
            errInfo: { failingDocumentId: 1, details: ANY },
          }],
        },
      ],
      [
        update({ q: { _id: 1 }, u: { $set: { a: "x" } } }, { bypassDocumentValidation: true }),
        { n: 1, nModified: 1 },
      ],
      [
        { update: "v", updates: [{ q: {}, u: SET }] },
        failing(166, "Namespace test.v is a view, not a collection"),
      ],
    ]);
  });
});

Deno.test("update: a retried statement is answered again and not done again", async () => {
  await withServer(async (harness) => {
    const session = new UUID();
    const command = {
      update: "c",
      updates: [
        { q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true },
        { q: { _id: 1 }, u: { $inc: { n: 1 } } },
      ],
      ...retryable(1, session),
    };
    const answer = { n: 2, nModified: 1, upserted: [{ index: 0, _id: 1 }] };
    await harness.check("test", [
      [command, { ...answer, retriedStmtIds: NONE }],
      [command, { ...answer, retriedStmtIds: [0, 1] }],
      [
        update({ q: {}, u: SET, multi: true }, retryable(2, session)),
        failing(72, "Cannot use (or request) retryable writes with multi=true"),
      ],
    ]);
    assert.deepEqual(await harness.documents("test", "c"), [{ _id: 1, n: 2 }]);
  });
});
