import assert from "node:assert/strict";
import { answer, bson, refusal, table } from "../table.ts";

table("7.7 $expr has no type bracketing", [
  [{ $expr: { $lt: ["$a", 5] } }, {}, true],
  [{ $expr: { $lt: ["$a", 5] } }, { a: null }, true],
  [{ $expr: { $lt: ["$a", 5] } }, { a: "x" }, false],
  [{ $expr: { $gt: ["$a", "$b"] } }, { a: 3, b: 2 }, true],
  [{ $expr: { $gt: ["$a", "$b"] } }, { a: 1, b: 2 }, false],
  [{ $expr: "$a" }, { a: 0 }, false],
  [{ $expr: "$a" }, { a: "" }, true],
  [{ $expr: true, b: 1 }, { b: 1 }, true],
  [{ $or: [{ $expr: { $eq: ["$a", 1] } }, { b: 2 }] }, { b: 2 }, true],
  [{ $expr: { $foo: 1 } }, {}, 168],
]);

Deno.test("$expr reads let variables", () => {
  const context = { now: 0n, let: bson({ limit: 3 }) };
  assert.equal(answer({ $expr: { $gt: ["$a", "$$limit"] } }, { a: 4 }, context), true);
  assert.equal(answer({ $expr: { $gt: ["$a", "$$limit"] } }, { a: 2 }, context), false);
  assert.match(refusal({ $expr: "$$none" }, context), /^17276 /);
});
