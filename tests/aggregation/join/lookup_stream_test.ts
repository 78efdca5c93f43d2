import assert from "node:assert/strict";
import type { Document } from "bson";
import type { PipelineContext } from "../../../src/aggregation/definition.ts";
import type { DocumentStream } from "../../../src/stream/document_stream.ts";
import { Batch, EMPTY_BATCH } from "../../../src/stream/batch.ts";
import { bson, contextOf, pipelineOf, run, sourceOf } from "../fixture.ts";

class CountedStream implements DocumentStream {
  closed = 0;

  constructor(private readonly next_: () => Batch | null | Promise<Batch | null>) {}

  next(): Batch | null | Promise<Batch | null> {
    return this.next_();
  }

  close(): void {
    this.closed++;
  }
}

function openLookup(
  spec: Document,
  input: DocumentStream,
  other: () => DocumentStream,
): DocumentStream {
  const context: PipelineContext = { ...contextOf(), sources: { open: other } };
  const [stage] = context.parse(pipelineOf([{ $lookup: spec }]), context);
  return stage.open(input, context);
}

const byField = { from: "f", localField: "a", foreignField: "b", as: "r" };

Deno.test("a $lookup over a slow pipeline hands out empty batches, and closes what is open", async () => {
  const input = new CountedStream(() => Batch.of([bson({ a: 1 })]));
  // Each batch of the other side takes longer than a time slice.
  const other = new CountedStream(async () => {
    await new Promise((resolve) => setTimeout(resolve, 6));
    return Batch.of([bson({ b: 1 })]);
  });
  const stream = openLookup({ from: "f", pipeline: [], as: "r" }, input, () => other);
  for (let i = 0; i < 3; i++) assert.equal(await stream.next(), EMPTY_BATCH);
  stream.close();
  assert.ok(other.closed > 0);
  assert.ok(input.closed > 0);
});

Deno.test("a large output comes in several batches", async () => {
  const foreign = [{ b: 1, text: "x".repeat(100_000) }];
  const input = sourceOf(Array.from({ length: 20 }, () => ({ a: 1 })));
  const stream = openLookup(byField, input, () => sourceOf(foreign));
  let count = 0;
  let largest = 0;
  for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
    count += batch.count;
    largest = Math.max(largest, batch.count);
  }
  stream.close();
  assert.equal(count, 20);
  assert.ok(largest <= 6);
});

Deno.test("more than 100 MB for one document are refused (4568)", async () => {
  const megabyte = Batch.of([bson({ b: 1, text: "x".repeat(1 << 20) })]);
  const stream = openLookup(
    { from: "f", pipeline: [{ $set: { t: { $rand: {} } } }], as: "r" },
    sourceOf([{ a: 1 }]),
    () => new CountedStream(() => megabyte),
  );
  await assert.rejects(async () => {
    while (await stream.next() !== null);
  }, { code: 4568 });
  stream.close();
});

Deno.test("a side that does not fit is joined in blocks, with the same answer", async () => {
  const others = {
    f: Array.from({ length: 300 }, (_, i) => ({ _id: i, b: i % 50, pad: "x".repeat(50) })),
  };
  const input = Array.from({ length: 70 }, (_, i) => ({ _id: i, a: i % 7 === 0 ? [i, 3] : i }));
  for (
    const pipeline of [
      [{ $lookup: byField }],
      [{ $lookup: { ...byField, pipeline: [{ $match: { _id: { $gt: 60 } } }] } }],
      [{ $lookup: byField }, { $unwind: { path: "$r", includeArrayIndex: "at" } }],
    ]
  ) {
    const expected = await run(pipeline, input, { others });
    for (const memoryLimitBytes of [100, 5000, 15_000]) {
      assert.deepEqual(await run(pipeline, input, { others, memoryLimitBytes }), expected);
    }
  }
});
