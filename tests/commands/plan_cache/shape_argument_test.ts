import assert from "node:assert/strict";
import type { Document } from "bson";
import { requiredShape, shapeArgument } from "../../../src/commands/plan_cache/shape_argument.ts";
import { withCollection } from "../../plan/collection.ts";
import { bson } from "../../plan/fixture.ts";

const ERRORS: [Document, string | RegExp][] = [
  [{}, "required field query missing"],
  [{ query: 1 }, "required field query must be an object"],
  [{ query: {}, sort: 1 }, "optional field sort must be an object"],
  [{ query: {}, projection: 1 }, "optional field projection must be an object"],
  [{ query: {}, collation: 1 }, "optional field collation must be an object"],
];

Deno.test("the parts must be documents that make a query", async () => {
  await withCollection([], [], (collection) => {
    for (const [body, message] of ERRORS) {
      assert.throws(() => requiredShape(bson(body), collection), { code: 2, message });
    }
    assert.throws(() => requiredShape(bson({ query: {}, sort: { a: 2 } }), collection));
    assert.throws(() => requiredShape(bson({ query: {}, projection: { a: 1, b: 0 } }), collection));
    assert.throws(() => shapeArgument(bson({ sort: {} }), collection), { code: 2 });
    assert.equal(shapeArgument(bson({ other: 1 }), collection), undefined);
  });
});

Deno.test("an empty projection or order is none", async () => {
  await withCollection([], [], (collection) => {
    const plain = requiredShape(bson({ query: { a: 1 } }), collection);
    const empty = requiredShape(bson({ query: { a: 2 }, sort: {}, projection: {} }), collection);
    assert.equal(plain.shapeHash, empty.shapeHash);
    assert.equal(plain.collation, undefined);
  });
});
