// Documents on their way into a collection.

import assert from "node:assert/strict";
import { BSONRegExp, deserialize, Timestamp } from "bson";
import { CommandError } from "../../src/error.ts";
import { prepareInsert } from "../../src/write/prepare_insert.ts";
import { encode, type Literal } from "./update/update_table.ts";

const clock = { nextTimestamp: () => (9n << 32n) | 4n };

function refusedWith(document: Literal, code: number, message?: string): void {
  assert.throws(() => prepareInsert(encode(document)), (error: unknown) => {
    assert.ok(error instanceof CommandError);
    assert.equal(error.code, code, error.message);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  });
}

Deno.test("a document that is right comes back as it is", () => {
  for (const document of [{ _id: 1 }, { _id: { a: 1 }, b: [1] }, { _id: null, x: "y" }]) {
    const bytes = encode(document);
    assert.equal(prepareInsert(bytes), bytes);
  }
});

Deno.test("7.43 the _id goes to the front, is made, or refused", () => {
  assert.deepEqual(
    prepareInsert(encode({ a: 1, _id: 2, b: 3 })),
    encode({ _id: 2, a: 1, b: 3 }),
  );
  const made = deserialize(prepareInsert(encode({ a: 1 })));
  assert.deepEqual(Object.keys(made), ["_id", "a"]);
  assert.equal(made._id._bsontype, "ObjectId");
  assert.deepEqual(Object.keys(deserialize(prepareInsert(encode({})))), ["_id"]);
  refusedWith({ _id: [1] }, 53, "The '_id' value cannot be of type array");
  refusedWith({ _id: new BSONRegExp("x") }, 53, "The '_id' value cannot be of type regex");
  const undefinedId = encode({ _id: null });
  undefinedId[4] = 6;
  assert.throws(() => prepareInsert(undefinedId), { code: 53 });
  refusedWith(
    { _id: { $x: 1 } },
    52,
    "_id fields may not contain '$'-prefixed fields: $x is not valid for storage.",
  );
  refusedWith({ _id: { a: { $x: 1 } } }, 52);
  const twice = encode({ _id: 1, _ib: 2 });
  twice[twice.lastIndexOf(0x62)] = 0x64;
  assert.throws(() => prepareInsert(twice), { code: 2 });
});

Deno.test("7.44 dotted and $ names are stored", () => {
  const bytes = encode({ _id: 1, "a.b": 1, $c: 2, d: { $e: 1, "f.g": 2 } });
  assert.equal(prepareInsert(bytes), bytes);
});

Deno.test("7.39 Timestamp(0, 0) is replaced at the top level, not in _id, not nested", () => {
  const empty = new Timestamp({ t: 0, i: 0 });
  const now = new Timestamp({ t: 9, i: 4 });
  assert.deepEqual(
    prepareInsert(encode({ _id: 1, t: empty, n: { t: empty }, l: [empty] }), clock),
    encode({ _id: 1, t: now, n: { t: empty }, l: [empty] }),
  );
  assert.deepEqual(prepareInsert(encode({ t: empty, _id: 1 }), clock), encode({ _id: 1, t: now }));
  const idOnly = encode({ _id: empty });
  assert.deepEqual(prepareInsert(idOnly, clock), encode({ _id: empty }));
});

Deno.test("size and nesting are limited", () => {
  refusedWith(
    { _id: 1, s: "x".repeat(16 * 1024 * 1024) },
    10334,
    "object to insert too large. size in bytes: 16777238, max size: 16777216",
  );
  let deep: Literal = 1;
  for (let i = 0; i < 179; i++) deep = { d: deep };
  prepareInsert(encode({ _id: 1, deep }));
  refusedWith(
    { _id: 1, deep: { deep } },
    15,
    "cannot insert document because it exceeds 180 levels of nesting",
  );
});
