import assert from "node:assert/strict";
import { BSON } from "bson";
import { TopDocuments } from "../../src/stream/top_documents.ts";

const order = { key: (bytes: Uint8Array, start: number) => bytes.slice(start + 7, start + 8) };
const document = (n: number): Uint8Array => new Uint8Array(BSON.serialize({ n }));

Deno.test("TopDocuments keeps the first k in order, ties by arrival", () => {
  const top = new TopDocuments(3, order);
  [5, 9, 1, 7, 1, 3, 1].forEach((n, i) => top.offer(document(n), 0, i));
  assert.deepEqual(top.sorted().map((kept) => kept.recordId), [2, 4, 6]);
});

Deno.test("TopDocuments with fewer documents than k, and drained in arrival order", () => {
  const top = new TopDocuments(10, order);
  [5, 9, 1].forEach((n, i) => top.offer(document(n), 0, i));
  assert.ok(top.memoryBytes > 0);
  assert.deepEqual(top.drain().map((kept) => kept.recordId), [0, 1, 2]);
  assert.equal(top.memoryBytes, 0);
});
