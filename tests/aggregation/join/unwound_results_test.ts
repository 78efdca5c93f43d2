import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { compilePath } from "../../../src/bson/path.ts";
import { UnwoundResults } from "../../../src/aggregation/join/unwound_results.ts";
import { compileQuery } from "../../../src/query/filter.ts";
import { ExpressionCompiler } from "../../../src/expression/expression.ts";
import { Batch } from "../../../src/stream/batch.ts";
import { bson } from "../fixture.ts";

function documentsOf({ bytes, starts, count }: Batch): Document[] {
  return Array.from({ length: count }, (_, i) => {
    const length = new DataView(bytes.buffer, bytes.byteOffset + starts[i]).getInt32(0, true);
    return BSON.deserialize(bytes.subarray(starts[i], starts[i] + length));
  });
}

function filterOf(literal: Document) {
  const expressionCompiler = new ExpressionCompiler({ now: 0n });
  return compileQuery(bson(literal), { now: 0n, expressionCompiler });
}

Deno.test("results as documents, with their index, without those a filter drops", () => {
  const unwind = { path: "x.y", preserve: true, indexField: "n.i" };
  const results = new UnwoundResults(compilePath("x.y"), unwind, filterOf({ p: { $gt: 1 } }));
  results.begin(bson({ a: 1, x: { z: 0 } }), 0);
  for (const p of [1, 2, 3]) results.add(bson({ p }), 0);
  results.finish();
  results.begin(bson({ a: 2, n: { k: 1 } }), 0);
  results.finish();
  assert.deepEqual(documentsOf(results.take()), [
    { a: 1, x: { z: 0, y: { p: 2 } }, n: { i: 1 } },
    { a: 1, x: { z: 0, y: { p: 3 } }, n: { i: 2 } },
    { a: 2, n: { k: 1, i: null }, x: {} },
  ]);
  assert.equal(results.take().count, 0);
});

Deno.test("without results a document goes, unless it is to be kept", () => {
  const unwind = { path: "x", preserve: false, indexField: undefined };
  const results = new UnwoundResults(compilePath("x"), unwind, undefined);
  results.begin(bson({ a: 1 }), 0);
  results.finish();
  assert.equal(results.take().count, 0);
});

Deno.test("many results come in several batches", () => {
  const unwind = { path: "x", preserve: false, indexField: undefined };
  const results = new UnwoundResults(compilePath("x"), unwind, undefined);
  const documents = Array.from({ length: 1000 }, (_, i) => bson({ i, text: "t".repeat(1000) }));
  results.begin(bson({ a: 1 }), 0);
  const seen: unknown[] = [];
  let batches = 0;
  const take = (batch: Batch) => {
    batches++;
    seen.push(...documentsOf(batch).map(({ x }) => x.i));
  };
  for (const batch of results.addBatch(Batch.of(documents))) take(batch);
  take(results.take());
  assert.ok(batches >= 2);
  assert.deepEqual(seen, documents.map((_, i) => i));
});
