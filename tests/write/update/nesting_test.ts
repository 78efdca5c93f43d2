// Counting levels of documents.

import assert from "node:assert/strict";
import { isNestedDeeper, MAX_STORED_LEVELS, nestingOf } from "../../../src/write/update/nesting.ts";
import { encode, type Literal } from "./update_table.ts";

function nested(levels: number): Uint8Array {
  let document: Literal = {};
  for (let i = 1; i < levels; i++) document = i % 2 === 0 ? { a: document } : { l: [document] };
  return encode(document);
}

Deno.test("levels of documents and arrays are counted", () => {
  assert.equal(isNestedDeeper(encode({ a: 1 }), 0, 1), false);
  assert.equal(isNestedDeeper(encode({ a: { b: 1 } }), 0, 1), true);
  assert.equal(isNestedDeeper(encode({ a: { b: 1 } }), 0, 2), false);
  assert.equal(isNestedDeeper(encode({ x: "s".repeat(5000), a: [[[1]]] }), 0, 3), true);
  assert.equal(isNestedDeeper(encode({ x: "s".repeat(5000), a: [[[1]]] }), 0, 4), false);
  assert.equal(isNestedDeeper(nested(130), 0, MAX_STORED_LEVELS), true);
  assert.equal(isNestedDeeper(nested(110), 0, MAX_STORED_LEVELS), false);
  const document = encode({ a: [{ b: [1] }] });
  assert.equal(nestingOf(document, document[4], 7), 3);
  assert.equal(nestingOf(encode({ a: 1 }), 16, 7), 0);
});
