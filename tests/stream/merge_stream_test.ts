import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch, EMPTY_BATCH } from "../../src/stream/batch.ts";
import { BatchesStream, collect, GeneratorStream } from "../../src/stream/document_stream.ts";
import { MergeStream } from "../../src/stream/merge_stream.ts";

const order = { key: (bytes: Uint8Array, start: number) => bytes.subarray(start + 7, start + 8) };

function batch(...values: number[]): Batch {
  const made = Batch.of(values.map((n) => new Uint8Array(BSON.serialize({ n }))));
  made.recordIds = Float64Array.from(values);
  return made;
}

Deno.test("MergeStream merges ordered streams, a record that several have once", async () => {
  const later = new GeneratorStream((async function* () {
    await Promise.resolve();
    yield batch(2, 9);
  })());
  const stream = new MergeStream([
    new BatchesStream([batch(1, 4), EMPTY_BATCH, batch(7)]),
    new BatchesStream([]),
    later,
    new BatchesStream([batch(3, 4, 8)]),
  ], order);
  const values = (await collect(stream)).map((one) => BSON.deserialize(one).n);
  assert.deepEqual(values, [1, 2, 3, 4, 7, 8, 9]);
  assert.equal(stream.dropped, 1);
});

Deno.test("MergeStream uses the comparator of keys that do not compare bytewise", async () => {
  const stream = new MergeStream(
    [new BatchesStream([batch(9, 5)]), new BatchesStream([batch(7, 1)])],
    { ...order, compareKeys: (a, b) => b[0] - a[0] },
  );
  const values = (await collect(stream)).map((one) => BSON.deserialize(one).n);
  assert.deepEqual(values, [9, 7, 5, 1]);
});
