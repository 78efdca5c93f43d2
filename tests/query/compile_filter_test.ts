import assert from "node:assert/strict";
import { getField } from "../../src/bson/read.ts";
import { compileElementTest, compileNode } from "../../src/query/compile_filter.ts";
import { parseFilter } from "../../src/query/filter.ts";
import { bson, CONTEXT } from "./table.ts";

Deno.test("a node on one field keeps its field test", () => {
  assert(compileNode(parseFilter(bson({ "a.b": 1 }), CONTEXT)).field !== undefined);
  assert(compileNode(parseFilter(bson({ a: 1, b: 1 }), CONTEXT)).field === undefined);
});

Deno.test("element tests look at the value, not at its elements", () => {
  const test = compileElementTest(parseFilter(bson({ a: { $not: { $gt: 3 } } }), CONTEXT));
  for (const [value, expected] of [[5, false], [2, true], [[5], true]] as [unknown, boolean][]) {
    const { bytes, type, at } = getField(bson({ v: value }), "v")!;
    assert.equal(test(bytes, type, at), expected);
  }
});

Deno.test("kinds that look at documents cannot test elements", () => {
  const node = parseFilter(bson({ $expr: true }), CONTEXT);
  assert.throws(() => compileElementTest(node), /does not test values/);
});
