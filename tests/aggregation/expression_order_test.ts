import assert from "node:assert/strict";
import { type Document } from "bson";
import { getField } from "../../src/bson/read.ts";
import { expressionOrder } from "../../src/aggregation/expression_order.ts";
import { compareBytes } from "../../src/query/sort_key.ts";
import { bson, contextOf } from "./fixture.ts";

function ordered(values: readonly unknown[], collation?: Document): unknown[] {
  const context = contextOf(collation === undefined ? {} : { collation });
  const expression = context.compiler.compile(getField(bson({ e: "$v.x" }), "e")!);
  const order = expressionOrder(
    expression,
    context.compiler.createScope(),
    context.query.collation,
  );
  const compare = order.compareKeys ?? compareBytes;
  return values
    .map((x) => ({ x, key: order.key(bson(x === undefined ? {} : { v: { x } }), 0).slice() }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ x }) => x);
}

Deno.test("documents order by the value, missing as null", () => {
  assert.deepEqual(ordered([2, "a", undefined, 1.5, [0], null]), [undefined, null, 1.5, 2, "a", [
    0,
  ]]);
});

Deno.test("strings order by the collation", () => {
  assert.deepEqual(ordered(["b", "B", "a"]), ["B", "a", "b"]);
  assert.deepEqual(ordered(["b", "B", "a"], { locale: "en" }), ["a", "b", "B"]);
});
