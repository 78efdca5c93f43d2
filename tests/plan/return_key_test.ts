import assert from "node:assert/strict";
import { BatchesStream } from "../../src/stream/document_stream.ts";
import { Batch } from "../../src/stream/batch.ts";
import { ReturnKeyStream } from "../../src/plan/return_key.ts";
import { documentsOf } from "./collection.ts";
import { bson, index } from "./fixture.ts";

const source = (): BatchesStream =>
  new BatchesStream([Batch.of([bson({ a: 1, b: { c: "x" }, z: 0 }), bson({ b: 5 })])]);

Deno.test("returnKey shows the values of the index fields", async () => {
  assert.deepEqual(await documentsOf(new ReturnKeyStream(source(), index({ a: 1, "b.c": -1 }))), [
    { a: 1, "b.c": "x" },
    { a: null, "b.c": null },
  ]);
});

Deno.test("returnKey without an index gives empty documents", async () => {
  assert.deepEqual(await documentsOf(new ReturnKeyStream(source(), undefined)), [{}, {}]);
});
