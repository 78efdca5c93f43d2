import assert from "node:assert/strict";
import { compileFilter, compileQuery, parseFilter } from "../../src/query/filter.ts";
import { bson, CONTEXT } from "./table.ts";

Deno.test("parse, compile, and both at once", () => {
  const filter = bson({ a: 1, b: { $gt: 2 } });
  const expression = parseFilter(filter, CONTEXT);
  assert.equal(expression.kind, "and");
  assert.equal(compileFilter(expression)(bson({ a: 1, b: 3 }), 0), true);
  const query = compileQuery(filter, CONTEXT);
  assert.equal(query.matches(bson({ a: 1, b: 1 }), 0), false);
  assert.equal(query.isEmpty, false);
});

Deno.test("an empty filter is known as such", () => {
  assert.equal(compileQuery(bson({}), CONTEXT).isEmpty, true);
  assert.equal(compileQuery(bson({ $comment: "x" }), CONTEXT).isEmpty, true);
  assert.equal(compileQuery(bson({ $and: [{}] }), CONTEXT).isEmpty, true);
  assert.equal(compileQuery(bson({ $or: [{}] }), CONTEXT).isEmpty, false);
});

Deno.test("a filter does not depend on the message it came in", () => {
  const filter = bson({ a: { x: "abc" }, b: { $in: ["p", "q", "r", "s", "t"] }, c: /^k/ });
  const { matches } = compileQuery(filter, CONTEXT);
  filter.fill(0);
  assert.equal(matches(bson({ a: { x: "abc" }, b: "t", c: "kl" }), 0), true);
});

Deno.test("documents inside a batch are addressed by their start", () => {
  const { matches } = compileQuery(bson({ a: 2 }), CONTEXT);
  const batch = new Uint8Array([...bson({ a: 1 }), ...bson({ a: 2 })]);
  assert.deepEqual([matches(batch, 0), matches(batch, 12)], [false, true]);
});
