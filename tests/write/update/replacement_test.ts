// Replacing whole documents.

import assert from "node:assert/strict";
import { Double, Timestamp } from "bson";
import {
  checkTopLevelNames,
  emptyTimestamps,
  fillTimestamps,
  finishReplacement,
  moveIdToFront,
  sameDocument,
} from "../../../src/write/update/replacement.ts";
import { compile, encode, refused, table } from "./update_table.ts";

table("a replacement keeps the _id, in front", [
  [{ b: 2 }, { _id: 1, a: 1 }, { _id: 1, b: 2 }],
  [{}, { _id: 1, a: 1 }, { _id: 1 }],
  [{ b: 2, _id: 1 }, { _id: 1, a: 1 }, { _id: 1, b: 2 }],
  [{ a: 1 }, { _id: 1, a: 1 }, null],
  [{ _id: 1, a: 1 }, { _id: 1, a: 1 }, null],
  [{ _id: new Double(1), a: 1 }, { _id: 1 }, { _id: new Double(1), a: 1 }],
  [
    { _id: 2 },
    { _id: 1 },
    refused(
      66,
      "After applying the update, the (immutable) field '_id' was found to have been altered to " +
        "_id: 2",
    ),
  ],
  [{ _id: "x" }, { _id: 1 }, refused(66)],
  [
    { a: 1, $b: 1 },
    { _id: 1 },
    refused(
      52,
      "The dollar ($) prefixed field '$b' in '$b' is not allowed in the context of an update's " +
        "replacement document. Consider using an aggregation pipeline with $replaceWith.",
    ),
  ],
  [{ "a.b": 1, c: { $d: 1, "e.f": 2 } }, { _id: 1 }, { _id: 1, "a.b": 1, c: { $d: 1, "e.f": 2 } }],
]);

const empty = new Timestamp({ t: 0, i: 0 });
const now = new Timestamp({ t: 9, i: 4 });
const clock = { nextTimestamp: () => (9n << 32n) | 4n };
table("7.39 Timestamp(0, 0) becomes the server's time at the top level only", [
  [{ t: empty, u: { t: empty }, l: [empty] }, { _id: 1 }, {
    _id: 1,
    t: now,
    u: { t: empty },
    l: [empty],
  }, clock],
  [{ _id: empty, a: 1 }, { _id: empty }, { _id: empty, a: 1 }, clock],
  [{ $set: { t: empty } }, { _id: 1 }, { _id: 1, t: empty }, clock],
]);

Deno.test("a replacement with new timestamps differs each time", () => {
  let next = 5n;
  const update = compile({ t: empty }, { nextTimestamp: () => next++ });
  const first = update.apply(encode({ _id: 1 }), { arrayIndex: -1 }, false);
  const second = update.apply(encode({ _id: 1 }), { arrayIndex: -1 }, false);
  assert.notDeepEqual(first, second);
});

Deno.test("parts of a replacement", () => {
  assert.deepEqual(moveIdToFront(encode({ a: 1, _id: 2, b: 3 })), encode({ _id: 2, a: 1, b: 3 }));
  const plain = encode({ a: 1 });
  assert.equal(moveIdToFront(plain), plain);
  assert.equal(sameDocument(plain, encode({ a: 1 })), true);
  assert.equal(sameDocument(plain, encode({ a: 2 })), false);
  assert.deepEqual(emptyTimestamps(encode({ t: empty, b: 1 })), [7]);
  assert.equal(fillTimestamps(plain, [], clock.nextTimestamp), plain);
  assert.deepEqual(finishReplacement(encode({}), plain), plain);
  checkTopLevelNames(plain);
});
