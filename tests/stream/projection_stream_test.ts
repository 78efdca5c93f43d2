import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import { nameBytes } from "../../src/bson/read.ts";
import { ExpressionCompiler } from "../../src/expression/expression.ts";
import { compileProjection } from "../../src/query/projection.ts";
import { Batch } from "../../src/stream/batch.ts";
import { BatchesStream, collect, type DocumentStream } from "../../src/stream/document_stream.ts";
import {
  copyElementsBut,
  ProjectionStream,
  RecordIdStream,
} from "../../src/stream/projection_stream.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));
const read = async (stream: DocumentStream): Promise<Document[]> =>
  (await collect(stream)).map((one) => BSON.deserialize(one));

function source(): BatchesStream {
  const batch = Batch.of([bson({ a: 1, b: 2 }), bson({ a: 3, c: 4 })]);
  batch.recordIds = Float64Array.of(10, 11);
  return new BatchesStream([batch]);
}

function projection(spec: Document) {
  return compileProjection(bson(spec), { compiler: new ExpressionCompiler({ now: 0n }) });
}

Deno.test("ProjectionStream projects each document", async () => {
  assert.deepEqual(await read(new ProjectionStream(source(), projection({ a: 1 }))), [{ a: 1 }, {
    a: 3,
  }]);
});

Deno.test("ProjectionStream hands metadata to a projection that asks", async () => {
  const stream = new ProjectionStream(
    source(),
    projection({ a: 1, r: { $meta: "recordId" } }),
    (batch, i) => ({ recordId: BigInt(batch.recordIds![i]) }),
  );
  assert.deepEqual((await read(stream)).map(({ r }) => Number(r)), [10, 11]);
});

Deno.test("RecordIdStream adds $recordId behind the other fields", async () => {
  const documents = await read(new RecordIdStream(source()));
  assert.deepEqual(documents.map((one) => Object.keys(one)), [["a", "b", "$recordId"], [
    "a",
    "c",
    "$recordId",
  ]]);
  assert.deepEqual(documents.map((one) => Number(one.$recordId)), [10, 11]);
});

Deno.test("copyElementsBut leaves one field out", () => {
  const writer = new BsonWriter();
  writer.startDocument();
  copyElementsBut(bson({ a: 1, bc: 2, b: 3 }), 0, nameBytes("b"), writer);
  writer.end();
  assert.deepEqual(BSON.deserialize(writer.bytes()), { a: 1, bc: 2 });
});
