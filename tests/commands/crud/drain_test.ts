import assert from "node:assert/strict";
import { BSON } from "bson";
import { drain } from "../../../src/commands/crud/drain.ts";
import { Operation } from "../../../src/session/operation.ts";
import { Batch } from "../../../src/stream/batch.ts";
import { BatchesStream, GeneratorStream } from "../../../src/stream/document_stream.ts";

const batch = (): Batch => Batch.of([new Uint8Array(BSON.serialize({ a: 1 }))]);

Deno.test("drain is synchronous over a synchronous stream and closes it", () => {
  let isClosed = false;
  const batches = [batch(), batch()];
  const stream = { next: () => batches.shift() ?? null, close: () => void (isClosed = true) };
  let seen = 0;
  assert.equal(drain(stream, new Operation(1, undefined), (one) => seen += one.count), undefined);
  assert.equal(seen, 2);
  assert.ok(isClosed);
});

Deno.test("drain waits for an asynchronous stream", async () => {
  const stream = new GeneratorStream((async function* () {
    await Promise.resolve();
    yield batch();
  })());
  let seen = 0;
  await drain(stream, new Operation(1, undefined), (one) => seen += one.count);
  assert.equal(seen, 1);
});

Deno.test("drain stops when the operation is killed, and closes the stream", async () => {
  const operation = new Operation(1, undefined);
  operation.kill(11601);
  let isClosed = false;
  const stream = { next: () => batch(), close: () => void (isClosed = true) };
  assert.throws(() => drain(stream, operation, () => {}), { code: 11601 });
  assert.ok(isClosed);
  const later = new Operation(2, undefined);
  const endless = { next: () => batch(), close: () => {} };
  setTimeout(() => later.kill(11601), 20);
  await assert.rejects(async () => await drain(endless, later, () => {}), { code: 11601 });
});

Deno.test("drain of nothing", () => {
  assert.equal(drain(new BatchesStream([]), new Operation(1, undefined), () => {}), undefined);
});
