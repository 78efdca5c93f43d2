import assert from "node:assert/strict";
import { BSON } from "bson";
import { CommandError } from "../../src/error.ts";
import { Batch } from "../../src/stream/batch.ts";
import { BatchesStream, collect } from "../../src/stream/document_stream.ts";
import { type SortOptions, SortStream } from "../../src/stream/sort_stream.ts";

// Key: the big-endian bytes of n, so that byte order is number order.
const order = {
  key(bytes: Uint8Array, start: number): Uint8Array {
    const key = bytes.slice(start + 7, start + 11);
    return key.reverse();
  },
};
let seed = 7;
const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648);
const values = Array.from({ length: 20_000 }, () => random() % 100_000);
const sorted = [...values].sort((a, b) => a - b);

function source(): BatchesStream {
  const batches: Batch[] = [];
  for (let i = 0; i < values.length; i += 1000) {
    batches.push(
      Batch.of(values.slice(i, i + 1000).map((n) => new Uint8Array(BSON.serialize({ n })))),
    );
  }
  return new BatchesStream(batches);
}

async function run(options: SortOptions): Promise<{ result: number[]; stream: SortStream }> {
  const stream = new SortStream(source(), order, options);
  const result = (await collect(stream)).map((one) => BSON.deserialize(one).n);
  return { result, stream };
}

Deno.test("SortStream sorts in memory", async () => {
  const { result, stream } = await run({ allowDiskUse: false });
  assert.deepEqual(result, sorted);
  assert.equal(stream.statistics.usedDisk, false);
});

Deno.test("SortStream spills past its memory limit and gives the same answer", async () => {
  const directory = Deno.makeTempDirSync();
  const { result, stream } = await run({
    allowDiskUse: true,
    memoryLimitBytes: 200_000,
    temporaryDirectory: directory,
  });
  assert.deepEqual(result, sorted);
  assert.ok(stream.statistics.spills > 1);
  assert.equal(stream.statistics.spilledRecords > 10_000, true);
  assert.deepEqual([...Deno.readDirSync(directory)], []);
  Deno.removeSync(directory);
});

Deno.test("SortStream without disk refuses to pass its limit (292)", async () => {
  await assert.rejects(
    run({ allowDiskUse: false, memoryLimitBytes: 100_000 }),
    (error) => error instanceof CommandError && error.code === 292,
  );
});

for (const limit of [1, 10, 4096, 5000, 50_000]) {
  Deno.test(`SortStream with limit ${limit}`, async () => {
    const { result } = await run({ allowDiskUse: true, limit });
    assert.deepEqual(result, sorted.slice(0, limit));
  });
}

Deno.test("SortStream leaves top-k for runs when the kept documents pass the limit", async () => {
  const { result } = await run({ allowDiskUse: true, limit: 3000, memoryLimitBytes: 60_000 });
  assert.deepEqual(result, sorted.slice(0, 3000));
});

Deno.test("SortStream closed early removes its files", async () => {
  const directory = Deno.makeTempDirSync();
  const stream = new SortStream(source(), order, {
    allowDiskUse: true,
    memoryLimitBytes: 100_000,
    temporaryDirectory: directory,
  });
  for (let i = 0; i < 15; i++) await stream.next();
  assert.ok([...Deno.readDirSync(directory)].length > 0);
  stream.close();
  assert.deepEqual([...Deno.readDirSync(directory)], []);
  assert.equal(stream.next(), null);
  Deno.removeSync(directory);
});

Deno.test("SortStream with a limit past top-k keeps its first documents and drops the rest as it goes", async () => {
  const many = Array.from({ length: 200_000 }, (_, i) => ({ n: random() % 1000, i }));
  const batches: Batch[] = [];
  for (let from = 0; from < many.length; from += 1000) {
    const documents = many.slice(from, from + 1000).map((one) => BSON.serialize(one));
    batches.push(Batch.of(documents.map((one) => new Uint8Array(one))));
  }
  const expected = [...many].sort((a, b) => a.n - b.n || a.i - b.i).slice(0, 5000);
  // All of the documents would take twice as much.
  for (const options of [{ memoryLimitBytes: 5_000_000 }, { memoryLimitBytes: 1_000_000 }]) {
    const stream = new SortStream(new BatchesStream(batches), order, {
      allowDiskUse: options.memoryLimitBytes < 5_000_000,
      limit: 5000,
      ...options,
    });
    const result = (await collect(stream)).map((one) => BSON.deserialize(one));
    assert.deepEqual(result, expected);
    assert.equal(stream.statistics.usedDisk, options.memoryLimitBytes < 5_000_000);
  }
});
