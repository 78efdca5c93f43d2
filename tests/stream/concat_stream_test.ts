import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch } from "../../src/stream/batch.ts";
import { ConcatStream } from "../../src/stream/concat_stream.ts";
import { BatchesStream, collect } from "../../src/stream/document_stream.ts";

Deno.test("ConcatStream opens its streams one after another", async () => {
  const opened: number[] = [];
  const opener = (n: number) => () => {
    opened.push(n);
    return new BatchesStream([Batch.of([new Uint8Array(BSON.serialize({ n }))])]);
  };
  const stream = new ConcatStream([opener(1), () => Promise.resolve(opener(2)())]);
  await stream.next();
  assert.deepEqual(opened, [1]);
  assert.deepEqual((await collect(stream)).map((one) => BSON.deserialize(one).n), [1, 2]);
});
