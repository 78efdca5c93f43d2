import assert from "node:assert/strict";
import { BSON, Decimal128, type Document, Double, Long } from "bson";
import { planQuery } from "../../src/plan/choose.ts";
import { distinctScanOf, DistinctScanStream, DistinctValues } from "../../src/plan/distinct.ts";
import { parseCollation } from "../../src/bson/collation.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { withCollection } from "./collection.ts";
import { bson, filterOf } from "./fixture.ts";

function distinct(path: string, documents: readonly Document[], collation?: Document): unknown[] {
  const values = new DistinctValues(
    path,
    collation === undefined ? undefined : parseCollation(bson(collation)),
  );
  for (const document of documents) values.add(bson(document), 0);
  return Object.values(BSON.deserialize(values.toArray()));
}

for (
  const [path, documents, expected] of [
    ["a", [{ a: 1 }, { a: 2 }, { a: 1 }, {}, { a: null }], [1, 2, null]],
    ["a", [{ a: [1, 2] }, { a: 2 }, { a: [] }, { a: [[3]] }], [1, 2, [3]]], // one level
    ["a", [{ a: 1 }, { a: 1.0 }, { a: "1" }, { a: true }], [1, "1", true]],
    ["a.b", [{ a: { b: 1 } }, { a: [{ b: 2 }, { b: [3] }, 5] }, { a: 5 }], [1, 2, 3]],
    ["a.0", [{ a: [7, 8] }, { a: { 0: 9 } }], [7, 9]],
    ["a", [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, { a: { x: 1, y: 2 } }], [
      { x: 1, y: 2 },
      { y: 2, x: 1 },
    ]],
    ["z", [{ a: 1 }], []],
  ] as const
) {
  Deno.test(`7.66 distinct ${path} of ${JSON.stringify(documents)}`, () => {
    assert.deepEqual(distinct(path, documents), expected);
  });
}

Deno.test("distinct under a collation keeps the first of equal strings", () => {
  const documents = [{ a: "B" }, { a: "b" }, { a: "a" }];
  assert.deepEqual(distinct("a", documents, { locale: "en", strength: 2 }), ["B", "a"]);
});

Deno.test("distinct past 16 MB is refused (17217)", () => {
  const documents = Array.from({ length: 20 }, (_, i) => ({ a: i + "x".repeat(1_000_000) }));
  assert.throws(() => distinct("a", documents), { code: 17217 });
});

Deno.test("DISTINCT_SCAN reads no document and tells null from missing", async () => {
  const documents = Array.from({ length: 1000 }, (_, i) => ({ _id: i, a: i % 4 }));
  await withCollection(
    [...documents, { _id: "m" }, { _id: "n", a: null }],
    [{ a: 1 }],
    (collection) => {
      const plan = planQuery(collection, { filter: filterOf({}) });
      const node = distinctScanOf(plan, collection.indexes, "a", true)!;
      const values = new DistinctValues("a", undefined);
      const stream = new DistinctScanStream(node, collection, values);
      while (stream.next() !== null);
      stream.close();
      assert.deepEqual(Object.values(BSON.deserialize(values.toArray())), [null, 0, 1, 2, 3]);
      assert.equal(node.statistics.docsExamined, 0);
      assert.ok(node.statistics.keysExamined < 700, `${node.statistics.keysExamined} keys`);
    },
  );
});

Deno.test("DISTINCT_SCAN serves its own path only, without arrays", async () => {
  await withCollection([{ _id: 1, t: [1, 2] }], [{ a: 1, b: 1 }, { t: 1 }], (collection) => {
    const plan = planQuery(collection, { filter: filterOf({}) });
    for (const path of ["b", "t", "_id.x"]) {
      assert.equal(distinctScanOf(plan, collection.indexes, path, true), undefined, path);
    }
  });
});

function scanned(collection: Collection, path: string, filter: Document) {
  const plan = planQuery(collection, {
    filter: filterOf(filter),
    neededPaths: new Set([path]),
  });
  const node = distinctScanOf(plan, collection.indexes, path, Object.keys(filter).length === 0);
  assert.ok(node !== undefined, `${path} ${JSON.stringify(filter)}`);
  const values = new DistinctValues(path, undefined);
  const stream = new DistinctScanStream(node, collection, values);
  while (stream.next() !== null);
  stream.close();
  return {
    values: Object.values(BSON.deserialize(values.toArray())),
    statistics: node.statistics,
  };
}

Deno.test("DISTINCT_SCAN of a later field, behind single values or ranges", async () => {
  const documents = Array.from(
    { length: 3000 },
    (_, _id) => ({ _id, a: _id % 3, b: _id % 7, c: _id }),
  );
  await withCollection(documents, [{ a: 1, b: -1, c: 1 }], (collection) => {
    const one = scanned(collection, "b", { a: 1 });
    assert.deepEqual(one.values, [6, 5, 4, 3, 2, 1, 0]);
    assert.equal(one.statistics.docsExamined, 0);
    assert.ok(one.statistics.keysExamined < 900, `${one.statistics.keysExamined} keys`);
    assert.deepEqual(scanned(collection, "b", { a: { $gt: 0 }, b: { $lt: 3 } }).values, [2, 1, 0]);
    assert.deepEqual(scanned(collection, "a", {}).values, [0, 1, 2]);
    assert.equal(scanned(collection, "c", { a: 2 }).values.length, 1000);
  });
});

Deno.test("DISTINCT_SCAN keeps types and reads what keys cannot give", async () => {
  const values = [5, new Double(7), Long.fromNumber(9), Decimal128.fromString("0.0"), { x: 2.5 }];
  await withCollection(values.map((a, _id) => ({ _id, a })), [{ a: -1 }], (collection) => {
    const found = scanned(collection, "a", {});
    const plain = new DistinctValues("a", undefined);
    for (const a of [...values.slice(4), values[2], values[1], values[0], values[3]]) {
      plain.add(bson({ a }), 0);
    }
    assert.deepEqual(found.values, Object.values(BSON.deserialize(plain.toArray())));
    assert.equal(found.statistics.docsExamined, 1);
  });
});
