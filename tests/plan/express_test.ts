import assert from "node:assert/strict";
import {
  Binary,
  BSON,
  BSONRegExp,
  Decimal128,
  type Document,
  Double,
  Long,
  MinKey,
  ObjectId,
} from "bson";
import { decodeValue } from "../../src/bson/decode.ts";
import { expressId, expressIdOf } from "../../src/plan/express.ts";
import { bson, expressionOf } from "./fixture.ts";

const ACCEPTED: readonly Document[] = [
  { _id: 5 },
  { _id: "x" },
  { _id: new ObjectId() },
  { _id: { a: 1 } },
  { _id: { $eq: 5 } },
  { _id: Long.fromNumber(7) },
  { _id: new Double(1.5) },
  { _id: Decimal128.fromString("1") },
  { _id: true },
  { _id: new Date() },
  { _id: new Binary(new Uint8Array(3)) },
  { _id: {} },
];
const REFUSED: readonly Document[] = [
  {},
  { _id: null },
  { _id: [1] },
  { _id: /x/ },
  { _id: new BSONRegExp("x") },
  { _id: new MinKey() },
  { _id: { $gt: 5 } },
  { _id: { $eq: 5, $gt: 1 } },
  { _id: { $eq: null } },
  { _id: 5, a: 1 },
  { a: 1, _id: 5 },
  { _id: { $in: [1] } },
  { _ie: 5 },
  { "_id.a": 5 },
];

for (const filter of ACCEPTED) {
  Deno.test(`express: ${JSON.stringify(filter)}`, () => {
    const id = expressIdOf(bson(filter));
    assert.notEqual(id, undefined);
    const asked = filter._id.$eq ?? filter._id;
    const shown = BSON.deserialize(BSON.serialize({ v: asked }), { promoteValues: false });
    assert.equal(id!.type, BSON.serialize({ v: asked })[4]);
    assert.notEqual(shown, undefined);
    assert.deepEqual(decodeValue(id!), decodeValue(expressId(expressionOf(filter))!));
  });
}

for (const filter of REFUSED) {
  Deno.test(`not express: ${JSON.stringify(filter)}`, () => {
    assert.equal(expressIdOf(bson(filter)), undefined);
  });
}

Deno.test("expressIdOf reads a filter inside a larger document", () => {
  const outer = bson({ find: "c", filter: { _id: 5 }, limit: 1 });
  const at = outer.findIndex((byte, i) => byte === 3 && outer[i + 1] === 0x66) + 8;
  assert.equal(decodeValue(expressIdOf(outer, at)!), 5);
});
