import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch, BatchBuilder, EMPTY_BATCH } from "../../src/stream/batch.ts";

function document(value: Record<string, unknown>): Uint8Array {
  return new Uint8Array(BSON.serialize(value));
}

Deno.test("Batch.of keeps documents and their order", () => {
  const batch = Batch.of([document({ a: 1 }), document({}), document({ b: "x" })]);
  assert.equal(batch.count, 3);
  assert.deepEqual(batch.documents().map((one) => BSON.deserialize(one)), [{ a: 1 }, {}, {
    b: "x",
  }]);
  assert.deepEqual(BSON.deserialize(batch.view(2)), { b: "x" });
});

Deno.test("BatchBuilder grows past both capacities and can be reused", () => {
  const builder = new BatchBuilder(1, 8);
  for (let i = 0; i < 100; i++) builder.append(document({ i, text: "y".repeat(i) }), 0);
  const batch = builder.take();
  assert.equal(batch.count, 100);
  assert.equal(BSON.deserialize(batch.copyDocument(99)).i, 99);
  builder.reset();
  builder.append(document({ z: 1 }), 0);
  assert.equal(builder.take().count, 1);
});

Deno.test("Batch.move and slice carry the parallel arrays", () => {
  const batch = Batch.of([document({ a: 1 }), document({ a: 2 }), document({ a: 3 })]);
  batch.recordIds = new Float64Array([10, 20, 30]);
  const part = batch.slice(1, 3);
  assert.deepEqual([...part.recordIds as Float64Array], [20, 30]);
  batch.move(2, 0);
  assert.equal(BSON.deserialize(batch.copyDocument(0)).a, 3);
  assert.equal(batch.recordIds[0], 30);
});

Deno.test("EMPTY_BATCH is empty and cannot be changed", () => {
  assert.equal(EMPTY_BATCH.count, 0);
  assert.throws(() => {
    EMPTY_BATCH.count = 1;
  });
});
