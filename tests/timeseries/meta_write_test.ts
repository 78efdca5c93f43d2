import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { BsonType } from "../../src/bson/type.ts";
import { metaFilter, metaUpdate } from "../../src/timeseries/meta_write.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));

const FILTERS: readonly (readonly [Document, Document])[] = [
  [{}, {}],
  [{ m: 1 }, { meta: 1 }],
  [{ "m.m": { $gt: 1 } }, { "meta.m": { $gt: 1 } }],
  [{ $or: [{ m: { m: 1 } }, { $and: [{ "m.a": 1 }] }] }, {
    $or: [{ meta: { m: 1 } }, { $and: [{ "meta.a": 1 }] }],
  }],
];

const UPDATES: readonly (readonly [Document, Document])[] = [
  [{ $set: { m: { m: 1 } } }, { $set: { meta: { m: 1 } } }],
  [{ $unset: { "m.a": "" }, $inc: { "m.b": 1 } }, {
    $unset: { "meta.a": "" },
    $inc: { "meta.b": 1 },
  }],
  [{ $rename: { "m.a": "m.b" } }, { $rename: { "meta.a": "meta.b" } }],
];

Deno.test("filters and updates of the meta field, by the name buckets have for it", () => {
  for (const [given, expected] of FILTERS) {
    assert.deepEqual(BSON.deserialize(metaFilter(bson(given), "m")), expected);
  }
  for (const [given, expected] of UPDATES) {
    const update = { bytes: bson(given), type: BsonType.Document, at: 0 };
    assert.deepEqual(BSON.deserialize(metaUpdate(update, "m")), expected);
  }
});

Deno.test("other fields are refused", () => {
  for (const filter of [{ v: 1 }, { mm: 1 }, { $or: [{ v: 1 }] }, { $expr: true }]) {
    assert.throws(() => metaFilter(bson(filter), "m"), { code: 72 });
  }
  for (const update of [{ $set: { v: 1 } }, { v: 1 }, {}, { $rename: { "m.a": "v" } }]) {
    const value = { bytes: bson(update), type: BsonType.Document, at: 0 };
    assert.throws(() => metaUpdate(value, "m"), { code: 72 });
  }
});
