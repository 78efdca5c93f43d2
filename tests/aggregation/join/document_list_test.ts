import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch } from "../../../src/stream/batch.ts";
import { collect } from "../../../src/stream/document_stream.ts";
import { DocumentList } from "../../../src/aggregation/join/document_list.ts";
import { bson } from "../fixture.ts";

Deno.test("a list keeps copies and knows their size", async () => {
  const list = new DocumentList();
  const documents = Array.from({ length: 3000 }, (_, i) => bson({ i, text: "x".repeat(i % 100) }));
  const batch = Batch.of(documents);
  list.copyBatch(batch);
  batch.bytes.fill(0); // whoever gave the batch uses its memory again
  assert.equal(list.count, 3000);
  assert.equal(list.byteLength, documents.reduce((sum, one) => sum + one.length, 0));
  assert.deepEqual(list.view(2999), documents[2999]);
  const streamed = (await collect(list.stream())).map((one) => BSON.deserialize(one).i);
  assert.deepEqual(streamed, documents.map((_, i) => i));
  assert.equal((await collect(list.stream())).length, 3000);
  list.clear();
  assert.equal(list.count, 0);
  assert.equal(list.byteLength, 0);
  assert.equal((await collect(list.stream())).length, 0);
});

Deno.test("a document larger than a chunk, and one only referred to", () => {
  const list = new DocumentList();
  const large = bson({ text: "y".repeat(200_000) });
  list.copy(large, 0);
  list.refer(large, 0);
  assert.notEqual(list.bytesAt(0), large);
  assert.equal(list.bytesAt(1), large);
  assert.equal(list.startAt(1), 0);
  assert.equal(list.byteLength, large.length * 2);
});
