import assert from "node:assert/strict";
import { Index } from "../../src/storage/index.ts";
import { normalizeIndexSpec } from "../../src/storage/index_spec.ts";
import { doc, type Literal } from "./fixture.ts";

function index(spec: Record<string, Literal>): Index {
  return new Index(normalizeIndexSpec(doc(spec), undefined), "index-1", true);
}

Deno.test("keys of scalars, arrays and missing fields", () => {
  const one = index({ key: { a: 1 }, name: "a_1" });
  assert.equal(one.scalarKey(doc({ a: [1] }), 0), null);
  assert(one.scalarKey(doc({ a: 1 }), 0)!.length > 0);
  assert.equal(one.keys(doc({ a: [1, 2, 2] }), 0).keys.length, 2);
  assert.deepEqual(one.keys(doc({ a: [1, 2] }), 0).multikeyParts, [1]);
  assert.equal(one.keys(doc({ b: 1 }), 0).multikeyParts, undefined);
  const sparse = index({ key: { a: 1 }, name: "a_1", sparse: true });
  assert.equal(sparse.scalarKey(doc({ b: 1 }), 0)!.length, 0);
  assert.equal(sparse.keys(doc({ b: 1 }), 0).keys.length, 0);
});

Deno.test("a partial index covers what its filter matches", () => {
  const partial = index({ key: { a: 1 }, name: "p", partialFilterExpression: { b: { $gt: 5 } } });
  assert.equal(partial.isPartial, true);
  assert.equal(partial.covers(doc({ b: 6 }), 0), true);
  assert.equal(partial.covers(doc({ b: 5 }), 0), false);
  assert.equal(partial.keys(doc({ a: 1, b: 5 }), 0).keys.length, 0);
  assert.equal(partial.keys(doc({ a: 1, b: 6 }), 0).keys.length, 1);
});

Deno.test("multikey masks only widen", () => {
  const compound = index({ key: { "a.b": 1, c: 1 }, name: "x" });
  assert.equal(compound.widenedMultikeyParts(undefined), undefined);
  assert.deepEqual(compound.widenedMultikeyParts([1, 0]), [1, 0]);
  compound.multikeyParts = [1, 0];
  assert.equal(compound.widenedMultikeyParts([1, 0]), undefined);
  assert.deepEqual(compound.widenedMultikeyParts([2, 1]), [3, 1]);
  assert.equal(compound.isMultikey, true);
});

Deno.test("hidden and unfinished indexes do not answer queries", () => {
  assert.equal(index({ key: { a: 1 }, name: "a", hidden: true }).isUsable, false);
  const building = index({ key: { a: 1 }, name: "a" });
  building.isReady = false;
  assert.equal(building.isUsableIn(null), false);
  assert.deepEqual(Index.fromRecord(building.toRecord()).toRecord(), building.toRecord());
  assert.deepEqual(index({ key: { "a.b": 1, "a.c": 1, d: 1 }, name: "x" }).topFields, ["a", "d"]);
});

Deno.test("an index keeps types unless its keys cannot, or it is older than types are", () => {
  assert.equal(index({ key: { a: 1 }, name: "a" }).keepsTypes, true);
  assert.equal(index({ key: { a: "hashed" }, name: "a" }).keepsTypes, false);
  assert.equal(index({ key: { "$**": 1 }, name: "a" }).keepsTypes, false);
  assert.equal(index({ key: { a: 1 }, name: "a", collation: { locale: "sv" } }).keepsTypes, false);
  const record = index({ key: { a: 1 }, name: "a" }).toRecord();
  assert.equal(Index.fromRecord(record).keepsTypes, true);
  const { keepsTypes: _, ...older } = record;
  assert.equal(Index.fromRecord(older).keepsTypes, false);
  assert.equal(Index.fromRecord(older).keys(doc({}), 0).types, undefined);
});
