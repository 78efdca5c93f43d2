import assert from "node:assert/strict";
import { CountedStream } from "../../src/plan/counted_stream.ts";
import { newStatistics } from "../../src/plan/node.ts";
import { Batch } from "../../src/stream/batch.ts";
import { DistinctRecordsStream } from "../../src/stream/distinct_records.ts";
import { BatchesStream, type DocumentStream } from "../../src/stream/document_stream.ts";
import { LimitStream } from "../../src/stream/skip_limit.ts";

const EMPTY = new Uint8Array([5, 0, 0, 0, 0]);

function batchOf(recordIds: number[]): Batch {
  const batch = Batch.of(recordIds.map(() => EMPTY));
  batch.recordIds = Float64Array.from(recordIds);
  return batch;
}

Deno.test("what passes is counted, the end is noticed, time adds up", () => {
  const statistics = newStatistics();
  const source = new BatchesStream([batchOf([1, 2]), batchOf([3])]);
  const stream = new CountedStream(source, statistics, false);
  while (stream.next() !== null);
  assert.equal(statistics.advanced, 3);
  assert.equal(statistics.isEof, true);
  assert.ok(statistics.executionMs >= 0);
});

Deno.test("a stream that counts itself is not counted twice, dropped duplicates are told", () => {
  const statistics = newStatistics();
  const source = new DistinctRecordsStream(new BatchesStream([batchOf([1, 2, 1])]));
  const stream = new CountedStream(source, statistics, true);
  while (stream.next() !== null);
  assert.equal(statistics.advanced, 0);
  assert.equal(statistics.dupsTested, 3);
  assert.equal(statistics.dupsDropped, 1);
});

Deno.test("a limit asks for no more than is missing", () => {
  const asked: number[] = [];
  const batches = [batchOf([1, 2]), batchOf([3])];
  const source: DocumentStream = {
    expect: (documents) => void asked.push(documents),
    next: () => batches.shift() ?? null,
    close: () => {},
  };
  const stream = new CountedStream(new LimitStream(source, 3), newStatistics(), false, 3);
  while (stream.next() !== null);
  assert.deepEqual(asked, [3, 1]);
});
