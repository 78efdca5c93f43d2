import assert from "node:assert/strict";
import { BSON } from "bson";
import { Batch } from "../../src/stream/batch.ts";
import { BatchesStream, collect, type DocumentStream } from "../../src/stream/document_stream.ts";
import { LimitStream, SkipStream } from "../../src/stream/skip_limit.ts";

const batch = (...values: number[]): Batch =>
  Batch.of(values.map((n) => new Uint8Array(BSON.serialize({ n }))));
const source = (): BatchesStream => new BatchesStream([batch(1, 2, 3), batch(), batch(4, 5)]);
const numbers = async (stream: DocumentStream): Promise<number[]> =>
  (await collect(stream)).map((one) => BSON.deserialize(one).n);

for (
  const [skip, limit, expected] of [
    [0, 10, [1, 2, 3, 4, 5]],
    [1, 3, [2, 3, 4]],
    [3, 1, [4]],
    [4, 5, [5]],
    [9, 5, []],
    [0, 3, [1, 2, 3]],
  ] as const
) {
  Deno.test(`skip ${skip}, limit ${limit}`, async () => {
    assert.deepEqual(
      await numbers(new LimitStream(new SkipStream(source(), skip), limit)),
      expected,
    );
  });
}

Deno.test("LimitStream closes its source when it is reached", () => {
  let isClosed = false;
  const stream = new LimitStream(
    { next: () => batch(1, 2), close: () => void (isClosed = true) },
    2,
  );
  stream.next();
  assert.equal(stream.next(), null);
  assert.ok(isClosed);
});
