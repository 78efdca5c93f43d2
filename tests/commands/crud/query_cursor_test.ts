import assert from "node:assert/strict";
import { BSON } from "bson";
import { BsonWriter } from "../../../src/bson/encode.ts";
import { OperationHolder, QueryCursor } from "../../../src/commands/crud/query_cursor.ts";
import { Operation } from "../../../src/session/operation.ts";
import { Batch, EMPTY_BATCH } from "../../../src/stream/batch.ts";
import {
  BatchesStream,
  type DocumentStream,
  GeneratorStream,
} from "../../../src/stream/document_stream.ts";

const operation = new Operation(1, undefined);
const batch = (...values: number[]): Batch =>
  Batch.of(values.map((n) => new Uint8Array(BSON.serialize({ n }))));

function cursorOver(
  stream: DocumentStream,
  options: { limit?: number; tailable?: boolean } = {},
): QueryCursor {
  return new QueryCursor({ stream, holder: new OperationHolder(operation), ...options });
}

async function fill(cursor: QueryCursor, batchSize: number): Promise<[number[], boolean]> {
  const writer = new BsonWriter();
  writer.startDocument();
  writer.startArray("r");
  const done = await cursor.fill(writer, batchSize, operation);
  writer.end();
  writer.end();
  return [BSON.deserialize(writer.bytes()).r.map(({ n }: { n: number }) => n), done];
}

Deno.test("QueryCursor splits and joins batches and keeps the rest", async () => {
  const cursor = cursorOver(new BatchesStream([batch(1, 2, 3), EMPTY_BATCH, batch(4), batch(5)]));
  assert.deepEqual(await fill(cursor, 2), [[1, 2], false]);
  assert.deepEqual(await fill(cursor, 2), [[3, 4], false]);
  assert.deepEqual(await fill(cursor, 1), [[5], false]);
  assert.deepEqual(await fill(cursor, 1), [[], true]);
  assert.equal(cursor.returned, 5);
});

Deno.test("QueryCursor is exhausted as soon as its limit is returned", async () => {
  const cursor = cursorOver(new BatchesStream([batch(1, 2)]), { limit: 2 });
  assert.deepEqual(await fill(cursor, 2), [[1, 2], true]);
});

Deno.test("QueryCursor waits for asynchronous streams", async () => {
  const stream = new GeneratorStream((async function* () {
    await Promise.resolve();
    yield batch(1);
    yield batch(2);
  })());
  assert.deepEqual(await fill(cursorOver(stream), 10), [[1, 2], true]);
});

Deno.test("QueryCursor needs no promise for a synchronous stream", () => {
  const writer = new BsonWriter();
  writer.startDocument();
  const fresh = new Operation(2, undefined);
  assert.equal(cursorOver(new BatchesStream([batch(1)])).fill(writer, 10, fresh), true);
});

Deno.test("a tailable cursor is not exhausted at the end of its stream", async () => {
  const batches = [batch(1), null, batch(2), null];
  const cursor = cursorOver({ next: () => batches.shift() ?? null, close: () => {} }, {
    tailable: true,
  });
  assert.deepEqual(await fill(cursor, 10), [[1], false]);
  assert.deepEqual(await fill(cursor, 10), [[2], false]);
});
