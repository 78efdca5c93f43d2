import assert from "node:assert/strict";
import { BSON } from "bson";
import { DocumentList } from "../../../src/aggregation/join/document_list.ts";
import { ForeignTable } from "../../../src/aggregation/join/foreign_table.ts";
import { encodeValue } from "../../../src/bson/encode.ts";
import { EMPTY_BATCH } from "../../../src/stream/batch.ts";
import { sourceOf } from "../fixture.ts";

Deno.test("a table hands out empty batches while it is built, and finds in scan order", async () => {
  const table = new ForeignTable({ field: "k", collation: undefined, limitBytes: 1 << 20 });
  const documents = Array.from({ length: 50 }, (_, i) => ({ _id: i, k: [i % 5, i % 3] }));
  for await (const batch of table.build(sourceOf(documents))) assert.equal(batch, EMPTY_BATCH);
  assert.ok(table.isComplete);
  const found = new DocumentList();
  table.find([encodeValue(4), encodeValue(2)], found);
  const ids = Array.from({ length: found.count }, (_, i) => BSON.deserialize(found.view(i))._id);
  assert.deepEqual(
    ids,
    documents.filter(({ k }) => k.includes(4) || k.includes(2)).map(({ _id }) => _id),
  );
});

Deno.test("a table that does not fit is not complete", async () => {
  const table = new ForeignTable({ field: "k", collation: undefined, limitBytes: 100 });
  for await (const _ of table.build(sourceOf(Array.from({ length: 50 }, (_, k) => ({ k }))))) {
    // only the end matters
  }
  assert.equal(table.isComplete, false);
});

Deno.test("a table of wanted values holds only the documents that have them", async () => {
  const documents = Array.from({ length: 1000 }, (_, i) => ({ _id: i, k: i }));
  documents.push({ _id: 1000, k: [7, "x"] as unknown as number });
  // All of them would take more.
  const table = new ForeignTable({ field: "k", collation: undefined, limitBytes: 1000 });
  for (const value of [7, 9, null]) table.want(encodeValue(value));
  for await (const _ of table.build(sourceOf(documents))) { /* only the end matters */ }
  assert.ok(table.isComplete);
  const found = new DocumentList();
  table.find([encodeValue(7)], found);
  table.find([encodeValue(8)], found);
  const ids = Array.from({ length: found.count }, (_, i) => BSON.deserialize(found.view(i))._id);
  assert.deepEqual(ids, [7, 1000]);
});
