import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch, EMPTY_BATCH } from "../../src/stream/batch.ts";
import {
  BatchesStream,
  BatchTransform,
  collect,
  EmptyStream,
  GeneratorStream,
  whenReady,
} from "../../src/stream/document_stream.ts";

function batch(...values: number[]): Batch {
  return Batch.of(values.map((n) => new Uint8Array(BSON.serialize({ n }))));
}

Deno.test("BatchesStream gives its batches, then null for ever", () => {
  const stream = new BatchesStream([batch(1), batch(2)]);
  assert.equal((stream.next() as Batch).count, 1);
  stream.next();
  assert.equal(stream.next(), null);
  assert.equal(stream.next(), null);
});

Deno.test("EmptyStream ends at once", () => assert.equal(new EmptyStream().next(), null));

Deno.test("GeneratorStream runs synchronous and asynchronous generators", async () => {
  let closed = 0;
  const plain = new GeneratorStream(
    (function* () {
      yield batch(1);
      yield EMPTY_BATCH;
      yield batch(2);
    })(),
    () => closed++,
  );
  assert.ok(plain.next() instanceof Batch);
  assert.equal((await collect(plain)).length, 1);
  plain.close();
  assert.equal(closed, 1);
  const later = new GeneratorStream((async function* () {
    await Promise.resolve();
    yield batch(1, 2);
  })());
  assert.equal((await collect(later)).length, 2);
});

Deno.test("BatchTransform passes promises through and ends with its source", async () => {
  class Twice extends BatchTransform {
    protected transform(one: Batch): Batch {
      return one;
    }
  }
  const later = new GeneratorStream((async function* () {
    await Promise.resolve();
    yield batch(1, 2);
  })());
  assert.equal((await collect(new Twice(later))).length, 2);
});

Deno.test("whenReady needs no promise for a plain value", async () => {
  assert.equal(whenReady(1, (n) => n + 1), 2);
  assert.equal(await whenReady(Promise.resolve(1), (n) => n + 1), 2);
});
