// Sort keys: order of types, arrays, compound keys, collation.

import assert from "node:assert/strict";
import { parseCollation } from "../../src/bson/collation.ts";
import { SortKeyGenerator } from "../../src/query/sort_key.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { doc, double, type Literal, long, show, throwsCode } from "../expression/evaluation.ts";

function sorted(spec: Literal, documents: Literal[], collation?: Literal): unknown[] {
  const generator = new SortKeyGenerator(
    parseSort(doc(spec)),
    collation === undefined ? undefined : parseCollation(doc(collation)),
  );
  return documents
    .map((document) => ({ id: document._id, key: generator.key(doc(document), 0).slice() }))
    .sort((a, b) => generator.compare(a.key, b.key))
    .map(({ id }) => id);
}

Deno.test("types order as in BSON; missing with null", () => {
  const documents = [
    { _id: "string", a: "x" },
    { _id: "int", a: 5 },
    { _id: "missing" },
    { _id: "double", a: double(4.5) },
    { _id: "long", a: long(6) },
    { _id: "object", a: { b: 1 } },
    { _id: "NaN", a: NaN },
  ];
  const up = ["missing", "NaN", "double", "int", "long", "string", "object"];
  assert.deepEqual(sorted({ a: 1 }, documents), up);
  assert.deepEqual(sorted({ a: -1 }, documents), up.toReversed());
});

Deno.test("7.31 arrays sort by smallest or largest element; [] before null", () => {
  const documents = [
    { _id: 1, a: [1, 10] },
    { _id: 2, a: 5 },
    { _id: 3, a: [] },
    { _id: 4, a: null },
    { _id: 5, a: [[0]] },
    { _id: 6, a: [7] },
  ];
  assert.deepEqual(sorted({ a: 1 }, documents), [3, 4, 1, 2, 6, 5]);
  assert.deepEqual(sorted({ a: -1 }, documents), [5, 1, 6, 2, 4, 3]);
  const nested = [{ _id: 1, a: [{ b: 3 }, { b: 0 }] }, { _id: 2, a: { b: 1 } }, {
    _id: 3,
    a: [{}],
  }];
  assert.deepEqual(sorted({ "a.b": 1 }, nested), [3, 1, 2]);
  assert.deepEqual(sorted({ "a.b": -1 }, nested), [1, 2, 3]);
});

Deno.test("7.32 two arrays in one key are refused", () => {
  throwsCode(
    () => sorted({ a: 1, b: 1 }, [{ _id: 1, a: [1], b: [2] }]),
    2,
    "cannot sort with keys that are parallel arrays",
  );
  assert.deepEqual(sorted({ a: 1, b: 1 }, [{ _id: 1, a: [2, 1], b: 2 }, { _id: 2, a: 1, b: 1 }]), [
    2,
    1,
  ]);
});

Deno.test("the parts of a compound key come from the same element", () => {
  const documents = [
    { _id: 1, a: [{ b: 1, c: 9 }, { b: 2, c: 0 }] },
    { _id: 2, a: [{ b: 1, c: 5 }] },
  ];
  assert.deepEqual(sorted({ "a.b": 1, "a.c": 1 }, documents), [2, 1]);
});

Deno.test("numbers in paths are indexes of arrays", () => {
  const documents = [{ _id: 1, a: [9, 1] }, { _id: 2, a: [3, 50] }];
  assert.deepEqual(sorted({ "a.0": 1 }, documents), [2, 1]);
  assert.deepEqual(sorted({ "a.1": 1 }, documents), [1, 2]);
});

Deno.test("collation", () => {
  const documents = [{ _id: 1, s: "b" }, { _id: 2, s: "A" }, { _id: 3, s: "a" }, { _id: 4, s: 5 }];
  assert.deepEqual(sorted({ s: 1 }, documents), [4, 2, 3, 1]);
  assert.deepEqual(sorted({ s: 1, _id: -1 }, documents, { locale: "en", strength: 1 }), [
    4,
    3,
    2,
    1,
  ]);
});

Deno.test("values for $meta sortKey", () => {
  const generator = new SortKeyGenerator(parseSort(doc({ a: 1, b: -1 })));
  assert.equal(show(generator.values(doc({ a: [3, 2], c: 1 }), 0)), "[2, null]");
});

Deno.test("sorting by metadata that is not there is refused", () => {
  throwsCode(() => new SortKeyGenerator(parseSort(doc({ s: { $meta: "textScore" } }))), 40218);
  const random = new SortKeyGenerator(parseSort(doc({ s: { $meta: "randVal" } })));
  assert.ok(random.key(doc({}), 0).length > 0);
});
