import assert from "node:assert/strict";
import { UUID } from "bson";
import { ANY, NONE, retryable, type Row, withServer } from "../harness.ts";

const SEED = [{ _id: 1, a: 1 }, { _id: 2, a: 2 }, { _id: 3, a: 2, b: [1, 2, 3] }];
const SET = { $set: { x: 1 } };
const PREFIX = "Plan executor error during findAndModify :: caused by :: ";

function modify(fields: Record<string, unknown>) {
  return { findAndModify: "c", ...fields };
}

const ERRORS: readonly Row[] = [
  [modify({}), [9, "Either an update or remove=true must be specified"]],
  [modify({ update: SET, remove: true }), [9, "Cannot specify both an update and remove=true"]],
  [modify({ remove: true, upsert: true }), [
    9,
    "Cannot specify both upsert=true and remove=true ",
  ]],
  [
    modify({ remove: true, new: true }),
    [
      9,
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    ],
  ],
  [modify({ remove: true, arrayFilters: [] }), [9, "Cannot specify arrayFilters and remove=true"]],
  [modify({ update: 5 }), [9, "Update argument must be either an object or an array"]],
  [modify({ update: [1] }), [14, "Each element of the 'pipeline' array must be an object"]],
  [modify({ update: SET, hint: 1 }), [9, "Hint must be a string or an object"]],
  ...["query", "sort", "fields", "collation", "let"].map((name): Row => [
    modify({ update: SET, [name]: 5 }),
    [14, `BSON field 'findAndModify.${name}' is the wrong type 'int', expected type 'object'`],
  ]),
  [modify({ update: SET, foo: 1 }), [40415, "BSON field 'findAndModify.foo' is an unknown field."]],
  [
    modify({ update: SET, new: "x" }),
    [
      14,
      "BSON field 'findAndModify.new' is the wrong type 'string', expected types '[int, decimal, " +
      "long, bool, double]'",
    ],
  ],
  [modify({ update: { $nope: 1 } }), [9, /^Unknown modifier: \$nope\./]],
  [modify({ query: { $nope: 1 }, update: SET }), [2, /^unknown top level operator: \$nope\./]],
  [modify({ update: SET, hint: "nope" }), [2, /hint provided does not correspond/]],
  [
    modify({ query: { k: 1 }, update: { $set: { _id: 1 } }, upsert: true }),
    [
      11000,
      PREFIX + "E11000 duplicate key error collection: test.c index: _id_ dup key: { _id: 1 }",
    ],
  ],
  [
    modify({ query: { _id: 1 }, update: { $set: { _id: 7 } } }),
    [66, /^Plan executor error during findAndModify :: caused by :: Performing an update/],
  ],
  [
    modify({ query: { $and: [{ k: 1 }, { k: 2 }] }, update: SET, upsert: true }),
    [54, PREFIX + "cannot infer query fields to set, path 'k' is matched twice"],
  ],
  [{ findAndModify: "system.foo", update: SET }, [73, /Invalid system namespace/]],
  [{ findAndModify: 5, update: SET }, [73, /^Collection name has invalid type int/]],
];

Deno.test("findAndModify: errors", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    await harness.check("test", ERRORS);
    assert.deepEqual(await harness.documents("test", "c"), SEED);
  });
});

Deno.test("findAndModify: E11000 and 121 carry their details at the top level", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ create: "c", validator: { a: { $type: "int" } } }, {}],
      [{ create: "v", viewOn: "c", pipeline: [] }, {}],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a_1", unique: true }] }, {}],
      [{ insert: "c", documents: [{ _id: 1, a: 1 }, { _id: 2, a: 2 }] }, { n: 2 }],
      [{ findAndModify: "v", update: SET }, [166, "Namespace test.v is a view, not a collection"]],
    ]);
    const duplicate = await harness.command(
      "test",
      modify({ query: { _id: 1 }, update: { $set: { a: 2 } } }),
    );
    assert.equal(
      duplicate.errmsg,
      PREFIX + "E11000 duplicate key error collection: test.c index: a_1 dup key: { a: 2 }",
    );
    assert.deepEqual(
      [duplicate.codeName, duplicate.keyPattern, duplicate.keyValue],
      ["DuplicateKey", { a: 1 }, { a: 2 }],
    );
    const invalid = await harness.command(
      "test",
      modify({ query: { _id: 1 }, update: { $set: { a: "x" } } }),
    );
    assert.deepEqual([invalid.code, invalid.errmsg], [121, PREFIX + "Document failed validation"]);
    assert.equal(invalid.errInfo.failingDocumentId, 1);
    await harness.check("test", [[
      modify({ query: { _id: 1 }, update: { $set: { a: "x" } }, bypassDocumentValidation: true }),
      { value: { _id: 1, a: 1 } },
    ]]);
  });
});

/** [fields, lastErrorObject, value] on fresh documents */
const EFFECTS: readonly (readonly [Record<string, unknown>, unknown, unknown])[] = [
  [{ query: { _id: 1 }, update: SET }, { n: 1, updatedExisting: true, upserted: NONE }, {
    _id: 1,
    a: 1,
  }],
  [{ query: { _id: 1 }, update: SET, new: true }, { n: 1, updatedExisting: true }, {
    _id: 1,
    a: 1,
    x: 1,
  }],
  [{ query: { _id: 1 }, update: { z: 1 }, new: true }, { n: 1 }, { _id: 1, z: 1 }],
  [{ query: { _id: 1 }, update: [{ $set: { b: "$a" } }], new: 1 }, { n: 1 }, {
    _id: 1,
    a: 1,
    b: 1,
  }],
  [{ query: { _id: 9 }, update: SET }, { n: 0, updatedExisting: false, upserted: NONE }, null],
  [{ query: { _id: 9 }, update: SET, upsert: true }, {
    n: 1,
    updatedExisting: false,
    upserted: 9,
  }, null],
  [{ query: { _id: 9 }, update: SET, upsert: true, new: true }, { n: 1, upserted: 9 }, {
    _id: 9,
    x: 1,
  }],
  [{ query: { a: 2 }, sort: { _id: -1 }, update: SET }, { n: 1 }, { _id: 3, a: 2, b: [1, 2, 3] }],
  [{ query: { a: 2 }, sort: {}, remove: true }, { n: 1, updatedExisting: NONE }, {
    _id: 2,
    a: 2,
  }],
  [{ query: { a: 2 }, sort: { _id: -1 }, remove: true }, { n: 1 }, ANY],
  [{ query: { a: 9 }, remove: true }, { n: 0, updatedExisting: NONE }, null],
  [{ query: { _id: 3 }, update: SET, fields: { a: 1, _id: 0 } }, { n: 1 }, { a: 2 }],
  [{ query: { b: 2 }, remove: true, fields: { "b.$": 1 } }, { n: 1 }, { _id: 3, b: [2] }],
  [{ query: { _id: 3 }, update: SET, fields: {}, hint: "_id_" }, { n: 1 }, ANY],
  [
    {
      query: { _id: 3 },
      update: { $set: { "b.$[e]": 0 } },
      arrayFilters: [{ e: 2 }],
      new: true,
      fields: { b: 1 },
    },
    { n: 1 },
    { _id: 3, b: [1, 0, 3] },
  ],
  [
    { query: { $expr: { $eq: ["$a", "$$v"] } }, let: { v: 1 }, update: SET, new: true },
    { n: 1 },
    { _id: 1, a: 1, x: 1 },
  ],
];

for (const [fields, lastErrorObject, value] of EFFECTS) {
  Deno.test(`findAndModify: ${JSON.stringify(fields)}`, async () => {
    await withServer(async (harness) => {
      await harness.command("test", { insert: "c", documents: SEED });
      await harness.check("test", [[modify(fields), { lastErrorObject, value }]]);
      if (value !== ANY) {
        await harness.command("test", { delete: "c", deletes: [{ q: {}, limit: 0 }] });
        await harness.command("test", { insert: "c", documents: SEED });
        const reply = await harness.command("test", { ...modify(fields) });
        assert.deepEqual(reply.value, value);
      }
    });
  });
}

Deno.test("findAndModify: also as findandmodify, on a collection that is not there", async () => {
  await withServer((harness) =>
    harness.check("test", [
      [{ findandmodify: "none", query: {}, remove: true }, {
        lastErrorObject: { n: 0 },
        value: null,
      }],
      [{ findAndModify: "none", query: { _id: 1 }, update: SET }, { value: null }],
      [{ listIndexes: "none" }, [26, "ns does not exist: test.none"]],
      [{ findAndModify: "none", query: { _id: 1 }, update: SET, upsert: true, new: true }, {
        value: { _id: 1, x: 1 },
      }],
    ])
  );
});

Deno.test("findAndModify: a retry gets the saved answer", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    const session = new UUID();
    const inc = modify({
      query: { _id: 1 },
      update: { $inc: { a: 1 } },
      new: true,
      ...retryable(1, session),
    });
    const remove = modify({ query: { _id: 2 }, remove: true, ...retryable(2, session) });
    await harness.check("test", [
      [inc, { value: { _id: 1, a: 2 }, retriedStmtId: NONE }],
      [inc, {
        value: { _id: 1, a: 2 },
        lastErrorObject: { n: 1, updatedExisting: true },
        retriedStmtId: 0,
      }],
      [remove, { value: { _id: 2, a: 2 } }],
      [remove, { value: { _id: 2, a: 2 }, retriedStmtId: 0 }],
    ]);
    assert.deepEqual((await harness.documents("test", "c"))[0], { _id: 1, a: 2 });
  });
});

Deno.test("findAndModify: clients that take jobs at once take different ones", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 30 }, (_, _id) => ({ _id, open: true }));
    await harness.command("test", { insert: "c", documents });
    const collection = harness.client.db("test").collection("c");
    const taken = await Promise.all(
      Array.from(
        { length: 40 },
        () =>
          collection.findOneAndUpdate({ open: true }, { $set: { open: false } }, {
            sort: { _id: 1 },
          }),
      ),
    );
    const ids = taken.flatMap((one) => one === null ? [] : [Number(one._id)]);
    assert.equal(new Set(ids).size, 30);
    assert.equal(ids.length, 30);
  });
});
