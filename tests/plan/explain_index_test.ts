import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import {
  isOneStretch,
  writeBounds,
  writeEndKeys,
  writeIndex,
} from "../../src/plan/explain_index.ts";
import type { IndexScanNode } from "../../src/plan/node.ts";
import { index, plan } from "./fixture.ts";

function written(write: (writer: BsonWriter) => void): Document {
  const writer = new BsonWriter();
  writer.startDocument();
  write(writer);
  writer.end();
  return BSON.deserialize(writer.bytes());
}

function boundsOf(filter: Document) {
  const { root } = plan([index({ a: 1, b: -1 })], { filter });
  return (root as { input: IndexScanNode }).input.bounds;
}

Deno.test("an index is shown with its options and the paths through arrays", () => {
  const shown = written((writer) =>
    writeIndex(writer, index({ "a.b": 1, c: -1 }, { multikey: [1, 0] }))
  );
  assert.deepEqual(shown, {
    keyPattern: { "a.b": 1, c: -1 },
    indexName: "a.b_1_c_-1",
    isMultiKey: true,
    multiKeyPaths: { "a.b": ["a"], c: [] },
    isUnique: false,
    isSparse: false,
    isPartial: false,
    indexVersion: 2,
  });
});

Deno.test("bounds are texts in the order of the scan", () => {
  const bounds = boundsOf({ a: 1, b: { $in: [2, 3] } });
  assert.deepEqual(written((writer) => writeBounds(writer, bounds, true)).indexBounds, {
    a: ["[1, 1]"],
    b: ["[3, 3]", "[2, 2]"],
  });
  assert.deepEqual(written((writer) => writeBounds(writer, bounds, false)).indexBounds.b, [
    "[2, 2]",
    "[3, 3]",
  ]);
});

Deno.test("one stretch of keys has two ends", () => {
  const bounds = boundsOf({ a: 1, b: { $gt: 2 } });
  assert.deepEqual(written((writer) => assert.ok(writeEndKeys(writer, bounds))).indexBounds, {
    startKey: { a: 1, b: Infinity },
    startKeyInclusive: true,
    endKey: { a: 1, b: 2 },
    endKeyInclusive: false,
  });
  for (const filter of [{ a: { $in: [1, 2] } }, { a: { $gt: 1 }, b: 5 }]) {
    assert.equal(isOneStretch(boundsOf(filter)), false);
    assert.deepEqual(written((writer) => assert.ok(!writeEndKeys(writer, boundsOf(filter)))), {});
  }
});
