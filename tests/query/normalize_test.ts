import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import { compileQuery } from "../../src/query/filter.ts";
import { isNeverTrue, normalize } from "../../src/query/normalize.ts";
import { serialize } from "../../src/query/serialize.ts";

function expressionOf(filter: Document) {
  return compileQuery(new Uint8Array(BSON.serialize(filter)), { now: 0n }).expression;
}

Deno.test("filters are rewritten as mongod shows them", () => {
  const rows: readonly (readonly [Document, Document])[] = [
    [{ $or: [{ a: 2 }, { a: 1 }] }, { a: { $in: [1, 2] } }],
    [{ $or: [{ a: 2 }, { a: { $in: [1, 2] } }] }, { a: { $in: [1, 2] } }],
    [{ $or: [{ a: 1 }] }, { a: { $eq: 1 } }],
    [{ $or: [{ a: 1 }, { b: 2 }] }, { $or: [{ a: { $eq: 1 } }, { b: { $eq: 2 } }] }],
    [{ $or: [{ a: 1 }, { a: { $gt: 2 } }] }, { $or: [{ a: { $eq: 1 } }, { a: { $gt: 2 } }] }],
    [{ a: { $in: [3] } }, { a: { $eq: 3 } }],
    [{ a: { $nin: [3] } }, { a: { $not: { $eq: 3 } } }],
    [{ a: { $in: [] } }, { $alwaysFalse: 1 }],
    [{ a: { $in: [] }, b: 1 }, { $alwaysFalse: 1 }],
    [{ $or: [{ a: { $in: [] } }, { b: 1 }] }, { b: { $eq: 1 } }],
    [
      { $and: [{ a: 1 }, { $and: [{ b: 2 }, { c: 3 }] }] },
      { $and: [{ a: { $eq: 1 } }, { b: { $eq: 2 } }, { c: { $eq: 3 } }] },
    ],
  ];
  for (const [filter, expected] of rows) {
    assert.deepEqual(BSON.deserialize(serialize(normalize(expressionOf(filter)))), expected);
  }
});

Deno.test("what no document can satisfy is known from the filter", () => {
  const rows: readonly (readonly [Document, boolean])[] = [
    [{ a: { $in: [] } }, true],
    [{ $alwaysFalse: 1 }, true],
    [{ a: 1, b: { $in: [] } }, true],
    [{ $or: [{ a: { $in: [] } }, { b: 1 }] }, false],
    [{ a: { $nin: [] } }, false],
    [{}, false],
  ];
  for (const [filter, expected] of rows) assert.equal(isNeverTrue(expressionOf(filter)), expected);
});
