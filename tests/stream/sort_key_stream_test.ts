// Sort keys beside documents.

import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { SortKeyGenerator } from "../../src/query/sort_key.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { Batch } from "../../src/stream/batch.ts";
import { BatchesStream } from "../../src/stream/document_stream.ts";
import { batchMetadata, SortKeyStream } from "../../src/stream/sort_key_stream.ts";

Deno.test("each document gets its sort key, and $meta reads it", async () => {
  const documents = [documentFrom({ a: 1, b: "x" }), documentFrom({ b: "y" })];
  const keys = new SortKeyGenerator(parseSort(documentFrom({ a: 1, b: -1 })));
  const stream = new SortKeyStream(new BatchesStream([Batch.of(documents)]), keys);
  const batch = (await stream.next())!;
  assert.deepEqual(batchMetadata(batch, 0), { recordId: undefined, sortKey: [1, "x"] });
  assert.deepEqual(batchMetadata(batch, 1).sortKey, [null, "y"]);
  assert.equal(await stream.next(), null);
  assert.equal(batchMetadata(Batch.of(documents), 0).sortKey, undefined);
});
