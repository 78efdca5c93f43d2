// Type names, null-like values, conditions.

import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import { MISSING, type OptionalValue, UNDEFINED } from "../../src/bson/value.ts";
import { isDocument, isNullish, isTruthy, typeNameOf } from "../../src/expression/value_type.ts";

Deno.test("type names", () => {
  const rows: readonly (readonly [OptionalValue, string])[] = [
    [MISSING, "missing"],
    [UNDEFINED, "undefined"],
    [null, "null"],
    [1, "int"],
    [1n, "long"],
    [1.5, "double"],
    [new Double(1), "double"],
    ["x", "string"],
    [[], "array"],
    [new Map(), "object"],
    [true, "bool"],
  ];
  for (const [value, name] of rows) assert.equal(typeNameOf(value), name);
});

Deno.test("conditions", () => {
  const falsy: OptionalValue[] = [
    MISSING,
    UNDEFINED,
    null,
    0,
    0n,
    new Double(-0),
    false,
    Decimal128.fromString("0E+3"),
  ];
  const truthy: OptionalValue[] = [1, NaN, "", [], new Map(), Decimal128.fromString("NaN"), true];
  for (const value of falsy) assert.equal(isTruthy(value), false);
  for (const value of truthy) assert.equal(isTruthy(value), true);
  assert.equal(isNullish(0), false);
  assert.equal(isDocument(new Uint8Array(5)), true);
  assert.equal(isDocument([]), false);
});
