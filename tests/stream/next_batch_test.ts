import assert from "node:assert/strict";
import { documentFrom } from "../../src/bson/encode.ts";
import { Batch, EMPTY_BATCH } from "../../src/stream/batch.ts";
import { BatchesStream } from "../../src/stream/document_stream.ts";
import { nextBatch } from "../../src/stream/next_batch.ts";
import { type Pacer, UNPACED } from "../../src/stream/pacer.ts";

const one = (): Batch => Batch.of([documentFrom({ a: 1 })]);

Deno.test("nextBatch() passes over empty batches", async () => {
  const batch = one();
  const stream = new BatchesStream([EMPTY_BATCH, EMPTY_BATCH, batch, EMPTY_BATCH]);
  assert.equal(await nextBatch(stream, UNPACED), batch);
  assert.equal(await nextBatch(stream, UNPACED), null);
});

Deno.test("nextBatch() yields before each pull when it is due", async () => {
  let yields = 0;
  const pacer: Pacer = {
    checkInterrupt() {},
    shouldYield: () => true,
    yieldNow: () => {
      yields++;
      return Promise.resolve();
    },
  };
  await nextBatch(new BatchesStream([EMPTY_BATCH, one()]), pacer);
  assert.equal(yields, 2);
});

Deno.test("nextBatch() throws when the work is interrupted", async () => {
  const pacer: Pacer = {
    ...UNPACED,
    checkInterrupt() {
      throw new Error("interrupted");
    },
  };
  await assert.rejects(nextBatch(new BatchesStream([one()]), pacer), /interrupted/);
});
