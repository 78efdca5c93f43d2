import assert from "node:assert/strict";
import { answer, refusal, table } from "../table.ts";

table("$jsonSchema is a condition among others", [
  [{ $jsonSchema: { required: ["a"] } }, { a: 1 }, true],
  [{ $jsonSchema: { required: ["a"] } }, { b: 1 }, false],
  [{ $jsonSchema: {} }, {}, true],
  [{ $nor: [{ $jsonSchema: { required: ["a"] } }] }, { b: 1 }, true],
  [{ b: 1, $jsonSchema: { properties: { a: { type: "number" } } } }, { b: 1, a: "x" }, false],
  [{ a: { $elemMatch: { $jsonSchema: { required: ["x"] } } } }, { a: [{ y: 1 }, { x: 1 }] }, true],
]);

Deno.test("$jsonSchema must be an object", () => {
  assert.equal(refusal({ $jsonSchema: 5 }), "14 $jsonSchema must be an object");
});

Deno.test("a context may refuse operators", () => {
  const context = { now: 0n, refuse: new Set(["$jsonSchema", "$where"]) };
  assert.equal(answer({ $jsonSchema: {} }, {}, context), 224);
  assert.equal(
    refusal({ $jsonSchema: {} }, context),
    "224 $jsonSchema is not allowed in this context",
  );
});
