import assert from "node:assert/strict";
import { UUID } from "bson";
import { NONE, retryable, type Row, withServer } from "../harness.ts";

const SEED = [{ _id: 1, a: 1 }, { _id: 2, a: 2 }, { _id: 3, a: 2 }, { _id: 4, s: "Ab" }];

function remove(statement: Record<string, unknown>, rest: Record<string, unknown> = {}) {
  return { delete: "c", deletes: [statement], ...rest };
}

const MALFORMED: readonly Row[] = [
  [{ delete: "c" }, [40414, "BSON field 'delete.deletes' is missing but a required field"]],
  [
    { delete: "c", deletes: [] },
    [16, "Write batch sizes must be between 1 and 100000. Got 0 operations."],
  ],
  [remove({ limit: 1 }), [40414, "BSON field 'delete.deletes.q' is missing but a required field"]],
  [remove({ q: {} }), [40414, "BSON field 'delete.deletes.limit' is missing but a required field"]],
  [
    remove({ q: [], limit: 1 }),
    [14, "BSON field 'delete.deletes.q' is the wrong type 'array', expected type 'object'"],
  ],
  [remove({ q: {}, limit: 2 }), [
    9,
    "The limit field in delete objects must be 0 or 1. Got 2",
  ]],
  [remove({ q: {}, limit: 0.5 }), [
    9,
    "The limit field in delete objects must be 0 or 1. Got 0.5",
  ]],
  [remove({ q: {}, limit: 1, hint: 1 }), [9, "Hint must be a string or an object"]],
  [remove({ q: {}, limit: 1, x: 1 }), [
    40415,
    "BSON field 'delete.deletes.x' is an unknown field.",
  ]],
  [{ delete: "system.foo", deletes: [{ q: {}, limit: 0 }] }, [73, /Invalid system namespace/]],
];

Deno.test("delete: a malformed statement fails the command and nothing is done", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    await harness.check("test", MALFORMED);
    assert.deepEqual(await harness.documents("test", "c"), SEED);
  });
});

Deno.test("delete: one, many, hint, let, collation, errors of a statement", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    await harness.check("test", [
      [remove({ q: { a: 9 }, limit: 1 }), { n: 0, writeErrors: NONE }],
      [remove({ q: { $nope: 1 }, limit: 1 }), { n: 0, writeErrors: [{ index: 0, code: 2 }] }],
      [remove({ q: {}, limit: 1, hint: "nope" }), {
        n: 0,
        writeErrors: [{ index: 0, code: 2, errmsg: /hint provided does not correspond/ }],
      }],
      [remove({ q: { s: "ab" }, limit: 0 }), { n: 0 }],
      [remove({ q: { s: "ab" }, limit: 0, collation: { locale: "en", strength: 2 } }), { n: 1 }],
      [
        remove({ q: { $expr: { $eq: ["$a", "$$v"] } }, limit: 1 }, { let: { v: 2 } }),
        { n: 1 },
      ],
      [remove({ q: { _id: 1 }, limit: 1, hint: { _id: 1 } }), { n: 1 }],
      [remove({ q: {}, limit: 0 }), { n: 1 }],
      [{ delete: "missing", deletes: [{ q: {}, limit: 0 }] }, { n: 0 }],
    ]);
  });
});

Deno.test("7.74 delete: ordered stops, unordered goes on; a view is refused", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    await harness.command("test", { create: "v", viewOn: "c", pipeline: [] });
    const deletes = [
      { q: { _id: 1 }, limit: 1 },
      { q: { $nope: 1 }, limit: 1 },
      { q: { _id: 2 }, limit: 1 },
    ];
    await harness.check("test", [
      [{ delete: "c", deletes }, { n: 1, writeErrors: [{ index: 1, code: 2 }] }],
      [{ delete: "c", deletes, ordered: false }, { n: 1, writeErrors: [{ index: 1, code: 2 }] }],
      [{ delete: "v", deletes: [{ q: {}, limit: 0 }] }, {
        n: 0,
        writeErrors: [{ code: 166, errmsg: "Namespace test.v is a view, not a collection" }],
      }],
    ]);
    assert.equal((await harness.documents("test", "c")).length, 2);
  });
});

Deno.test("delete: a retried statement is answered again and not done again", async () => {
  await withServer(async (harness) => {
    await harness.command("test", { insert: "c", documents: SEED });
    const session = new UUID();
    const command = remove({ q: { a: 2 }, limit: 1 }, retryable(1, session));
    await harness.check("test", [
      [command, { n: 1, retriedStmtIds: NONE }],
      [command, { n: 1, retriedStmtIds: [0] }],
      [remove({ q: {}, limit: 0 }, retryable(2, session)), {
        n: 0,
        writeErrors: [{
          code: 72,
          errmsg: "Cannot use (or request) retryable writes with limit=0",
        }],
      }],
    ]);
    assert.equal((await harness.documents("test", "c")).length, 3);
  });
});
