import assert from "node:assert/strict";
import { parseFilter } from "../../src/query/filter.ts";
import { anyNode, childrenOf, isAcceptAll } from "../../src/query/match_expression.ts";
import { bson, CONTEXT } from "./table.ts";

const parse = (filter: unknown) => parseFilter(bson(filter), CONTEXT);

Deno.test("walking the tree", () => {
  const tree = parse({ $or: [{ a: { $not: { $gt: 1 } } }, { b: { $elemMatch: { c: /x/ } } }] });
  assert.equal(childrenOf(tree).length, 2);
  assert.equal(anyNode(tree, (node) => node.kind === "regex"), true);
  assert.equal(anyNode(tree, (node) => node.kind === "compare"), true);
  assert.equal(anyNode(tree, (node) => node.kind === "size"), false);
});

Deno.test("filters that accept everything", () => {
  assert.equal(isAcceptAll(parse({})), true);
  assert.equal(isAcceptAll(parse({ $and: [{}, { $alwaysTrue: 1 }] })), true);
  assert.equal(isAcceptAll(parse({ a: 1 })), false);
});
