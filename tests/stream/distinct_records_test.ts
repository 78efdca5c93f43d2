import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch } from "../../src/stream/batch.ts";
import { DistinctRecordsStream } from "../../src/stream/distinct_records.ts";
import { BatchesStream, collect } from "../../src/stream/document_stream.ts";

function batch(...recordIds: number[]): Batch {
  const made = Batch.of(recordIds.map((id) => new Uint8Array(BSON.serialize({ id }))));
  made.recordIds = Float64Array.from(recordIds);
  return made;
}

Deno.test("DistinctRecordsStream gives each record once", async () => {
  const stream = new DistinctRecordsStream(
    new BatchesStream([batch(1, 2, 1), batch(2, 3), batch(3)]),
  );
  const ids = (await collect(stream)).map((one) => BSON.deserialize(one).id);
  assert.deepEqual(ids, [1, 2, 3]);
  assert.equal(stream.dropped, 3);
  assert.equal(stream.tested, 6);
});
