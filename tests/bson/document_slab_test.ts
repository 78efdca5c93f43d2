// Buffers for results never share bytes.

import assert from "node:assert/strict";
import { allocateDocument, copyToSlab } from "../../src/bson/document_slab.ts";

Deno.test("documents of a slab do not overlap and are zeroed", () => {
  const documents = Array.from({ length: 500 }, (_, i) => allocateDocument(i % 300));
  for (const document of documents) assert.ok(document.every((byte) => byte === 0));
  documents.forEach((document, i) => document.fill(i % 251));
  documents.forEach((document, i) => assert.ok(document.every((byte) => byte === i % 251)));
});

Deno.test("large documents get a buffer of their own", () => {
  assert.equal(allocateDocument(5000).buffer.byteLength, 5000);
});

Deno.test("a copy has the bytes of its range and none of its source", () => {
  const source = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
  for (const [from, to] of [[0, 0], [3, 4], [7, 39], [7, 40], [0, 2048], [1, 5000], [0, 5000]]) {
    const copy = copyToSlab(source, from, to);
    assert.deepEqual(copy, source.slice(from, to));
    assert.notEqual(copy.buffer, source.buffer);
  }
});
