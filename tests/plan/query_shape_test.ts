import assert from "node:assert/strict";
import { BSON, type Document, Long } from "bson";
import { parseCollation } from "../../src/bson/collation.ts";
import {
  cacheKeyText,
  planCacheKey,
  planCacheShapeHash,
  queryDocument,
  queryHash,
  type ShapedQuery,
  shapeHash,
  shapeText,
} from "../../src/plan/query_shape.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { bson, expressionOf, filterOf } from "./fixture.ts";

interface Written {
  readonly filter?: Document;
  readonly sort?: Document;
  readonly projection?: Document;
  readonly collation?: Document;
}

function query({ filter, sort, projection, collation }: Written): ShapedQuery {
  return {
    filter: filterOf(filter ?? {}),
    sort: sort === undefined ? undefined : parseSort(bson(sort)),
    projection: projection === undefined ? undefined : { spec: bson(projection) },
    collation: collation === undefined ? undefined : parseCollation(bson(collation)),
  };
}

const SAME: [Written, Written][] = [
  [{ filter: { a: 1 } }, { filter: { a: "x" } }],
  [{ filter: { a: 1, b: { $gt: 2 } } }, { filter: { b: { $gt: 9 }, a: 7 } }],
  [{ filter: { $or: [{ a: 1 }, { b: 1 }] } }, { filter: { $or: [{ b: 5 }, { a: 6 }] } }],
  [{ filter: { a: { $in: [1, 2] } } }, { filter: { a: { $in: [3, 4, 5] } } }],
  [{ projection: { a: 1, b: true } }, { projection: { b: Long.fromNumber(1), a: 2 } }],
  [{ filter: { a: 1 }, sort: {} }, { filter: { a: 1 } }],
];

const DIFFERENT: [Written, Written][] = [
  [{ filter: { a: 1 } }, { filter: { b: 1 } }],
  [{ filter: { a: 1 } }, { filter: { a: { $gt: 1 } } }],
  [{ filter: { a: 1, b: 1 } }, { filter: { $or: [{ a: 1 }, { b: 1 }] } }],
  [{ filter: { a: { $in: [1, 2] } } }, { filter: { a: { $in: [1, /x/] } } }],
  [{ filter: { a: /x/ } }, { filter: { a: /x/i } }],
  [{ filter: { a: 1 }, sort: { b: 1 } }, { filter: { a: 1 }, sort: { b: -1 } }],
  [{ filter: { a: 1 }, sort: { b: 1 } }, { filter: { a: 1 } }],
  [{ projection: { a: 1 } }, { projection: { a: 0 } }],
  [{ projection: { a: 1 } }, { projection: { a: "$b" } }],
  [{ filter: { a: 1 }, collation: { locale: "de" } }, { filter: { a: 1 } }],
  [{ filter: { a: { $elemMatch: { b: 1 } } } }, { filter: { "a.b": 1 } }],
];

Deno.test("queries that differ in values have one shape", () => {
  for (const [a, b] of SAME) assert.equal(shapeText(query(a)), shapeText(query(b)));
});

Deno.test("queries that differ in anything else have not", () => {
  for (const [a, b] of DIFFERENT) {
    assert.notEqual(shapeText(query(a)), shapeText(query(b)));
    assert.notEqual(planCacheShapeHash(query(a)), planCacheShapeHash(query(b)));
  }
});

Deno.test("hashes are eight hexadecimal digits; the one of a filter is that of a query with nothing else", () => {
  const hash = planCacheShapeHash(query({ filter: { a: 1 } }));
  assert.match(hash, /^[0-9A-F]{8}$/);
  assert.equal(hash, shapeHash(expressionOf({ a: 9 })));
  assert.equal(hash, queryHash(query({ filter: { a: 2 } })));
});

Deno.test("the key tells sets of candidates apart, whatever their order", () => {
  assert.equal(planCacheKey("s", ["a_1", "b_1"]), planCacheKey("s", ["b_1", "a_1"]));
  assert.notEqual(planCacheKey("s", ["a_1"]), planCacheKey("s", ["a_1", "b_1"]));
  assert.notEqual(cacheKeyText("s", []), cacheKeyText("t", []));
});

Deno.test("a query is written as a client would write it", () => {
  const written = queryDocument(query({ filter: { a: 1 }, sort: { b: -1 }, projection: { c: 1 } }));
  assert.deepEqual(BSON.deserialize(written), {
    query: { a: { $eq: 1 } },
    sort: { b: -1 },
    projection: { c: 1 },
  });
  assert.deepEqual(BSON.deserialize(queryDocument(query({}))), {
    query: {},
    sort: {},
    projection: {},
  });
});
