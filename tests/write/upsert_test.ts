// The document an upsert inserts.

import assert from "node:assert/strict";
import { deserialize, Double } from "bson";
import { CommandError } from "../../src/error.ts";
import { parseFilter } from "../../src/query/filter.ts";
import { checkUpsertFilter, upsertDocument } from "../../src/write/upsert.ts";
import { compile, encode, type Literal, Refused, refused } from "./update/update_table.ts";

type Row = readonly [filter: Literal, update: Literal, expected: Literal];

function check([filter, update, expected]: Row): void {
  const label = `${Deno.inspect(filter, { depth: 9 })} ${Deno.inspect(update, { depth: 9 })}`;
  const run = () => upsertDocument(parseFilter(encode(filter), { now: 0n }), compile(update));
  if (expected instanceof Refused) {
    assert.throws(run, (error: unknown) => {
      assert.ok(error instanceof CommandError, String(error));
      assert.equal(error.code, expected.code, `${label}: ${error.message}`);
      if (expected.message !== undefined) assert.equal(error.message, expected.message, label);
      return true;
    });
    return;
  }
  assert.deepEqual(run(), encode(expected), label);
}

function table(name: string, rows: readonly Row[]): void {
  Deno.test(name, () => rows.forEach(check));
}

table("a replacement takes its _id from the filter only when that is whole", [
  [{ _id: 1, "a.b": 2 }, { c: 3 }, { _id: 1, c: 3 }],
  [
    { "_id.x": 1 },
    { c: 3 },
    refused(111, "field at '_id' must be exactly specified, field at sub-path '_id.x'found"),
  ],
]);

Deno.test("an upsert refuses $expr wherever it stands in the filter", () => {
  const check = (filter: Literal) => checkUpsertFilter(parseFilter(encode(filter), { now: 0n }));
  check({ a: 1, $or: [{ b: 1 }] });
  for (const filter of [{ $expr: true }, { $or: [{ a: 1 }, { $expr: true }] }]) {
    assert.throws(
      () => check(filter),
      (error: unknown) =>
        error instanceof CommandError && error.code === 224 &&
        error.message === "$expr is not allowed in the query predicate for an upsert",
    );
  }
});

table("what an upsert inserts may have names that begin with $", [
  [{ _id: 1 }, { a: 1, $b: 2 }, { _id: 1, a: 1, $b: 2 }],
  [{ _id: 1 }, { $set: { $b: 2 } }, { _id: 1, $b: 2 }],
]);

table("7.58 an upsert starts from the equalities of its filter", [
  [{ _id: 1, a: 2 }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  [{ a: 2, _id: 1 }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  [{ _id: 1, a: { $eq: 2 } }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  [{ _id: 1, a: { $gt: 2 } }, { $set: { b: 3 } }, { _id: 1, b: 3 }],
  [{ $and: [{ _id: 1 }, { a: 2 }] }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  [{ _id: 1, $or: [{ a: 2 }] }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  [{ _id: 1, $or: [{ a: 2 }, { a: 3 }] }, { $set: { b: 3 } }, { _id: 1, b: 3 }],
  [{ _id: 1, a: { $in: [2] } }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  [{ _id: 1, a: { $in: [2, 3] } }, { $set: { b: 3 } }, { _id: 1, b: 3 }],
  [{ _id: 1, a: { $all: [2] } }, { $set: { b: 3 } }, { _id: 1, a: 2, b: 3 }],
  [{ _id: 1, "a.b": 2, "a.c": 3 }, { $set: { d: 1 } }, { _id: 1, a: { b: 2, c: 3 }, d: 1 }],
  [{ _id: 1, "a.0": 2 }, { $set: { d: 1 } }, { _id: 1, a: { 0: 2 }, d: 1 }],
  [{ _id: 1, a: null }, { $set: { d: 1 } }, { _id: 1, a: null, d: 1 }],
  [{ _id: 1, a: [1] }, { $push: { a: 2 } }, { _id: 1, a: [1, 2] }],
  [{ _id: 1, a: 5 }, { $inc: { a: 1 } }, { _id: 1, a: 6 }],
  [{ _id: 1 }, { $setOnInsert: { s: 1 }, $set: { t: 2 } }, { _id: 1, s: 1, t: 2 }],
  [{ a: 1 }, { $setOnInsert: { _id: 9 } }, { _id: 9, a: 1 }],
  [{ a: 1 }, { $set: { _id: 9 } }, { _id: 9, a: 1 }],
  [{ _id: 1, a: 2 }, { b: 3 }, { _id: 1, b: 3 }],
  [{ a: 2 }, { _id: 7, b: 3 }, { _id: 7, b: 3 }],
  [{ _id: 1 }, { _id: new Double(1), b: 3 }, { _id: new Double(1), b: 3 }],
  [{ _id: 1, a: 2 }, [{ $set: { b: "$a" } }], { _id: 1, a: 2, b: 2 }],
  [
    { a: 1, $and: [{ a: 2 }] },
    { $set: { b: 1 } },
    refused(
      54,
      "cannot infer query fields to set, path 'a' is matched twice",
    ),
  ],
  [
    { a: { b: 1 }, "a.b": 2 },
    { $set: { c: 1 } },
    refused(
      54,
      "cannot infer query fields to set, both paths 'a.b' and 'a' are matched",
    ),
  ],
  [{ a: { $all: [1, 2] } }, { $set: { c: 1 } }, refused(54)],
  [{ _id: 1 }, { $set: { _id: 2 } }, refused(66)],
  [{ _id: 1 }, { _id: 2 }, refused(66)],
  [{ _id: { $gt: 1 } }, { $set: { _id: [1] } }, refused(53)],
  [{ a: 1 }, { $set: { "a.b": 1 } }, refused(28)],
  [{ "a.b": 1 }, { $set: { "l.$": 1 } }, refused(2)],
]);

Deno.test("an upsert without an _id gets one, in front", () => {
  const document = upsertDocument(
    parseFilter(encode({ a: 1 }), { now: 0n }),
    compile({ $set: { b: 2 } }),
  );
  const decoded = deserialize(document);
  assert.deepEqual(Object.keys(decoded), ["_id", "a", "b"]);
  assert.equal(decoded._id._bsontype, "ObjectId");
});

Deno.test("an upsert too large is refused", () => {
  const big = "x".repeat(16 * 1024 * 1024 - 60);
  const filter = parseFilter(encode({ _id: 1, pad: "y".repeat(100) }), { now: 0n });
  assert.throws(() => upsertDocument(filter, compile({ $set: { big } })), CommandError);
});
