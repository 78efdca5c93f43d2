import assert from "node:assert/strict";
import { BSON } from "bson";
import { readInt32 } from "../../src/bson/read.ts";
import { Batch, EMPTY_BATCH } from "../../src/stream/batch.ts";
import { BatchesStream, collect } from "../../src/stream/document_stream.ts";
import { FilterStream, narrow } from "../../src/stream/filter_stream.ts";

const documents = [1, 2, 3, 4, 5].map((n) => new Uint8Array(BSON.serialize({ n })));
const isOdd = (bytes: Uint8Array, start: number): boolean => readInt32(bytes, start + 7) % 2 === 1;

Deno.test("FilterStream keeps what the predicate accepts, in order", async () => {
  const source = new BatchesStream([Batch.of(documents), EMPTY_BATCH, Batch.of(documents)]);
  const kept = await collect(new FilterStream(source, isOdd));
  assert.deepEqual(kept.map((one) => BSON.deserialize(one).n), [1, 3, 5, 1, 3, 5]);
});

Deno.test("narrow moves RecordIds with their documents", () => {
  const batch = Batch.of(documents);
  batch.recordIds = new Float64Array([1, 2, 3, 4, 5]);
  assert.deepEqual([...narrow(batch, isOdd).recordIds!.subarray(0, batch.count)], [1, 3, 5]);
});
