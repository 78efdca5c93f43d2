// Whole numbers out of any numeric type.

import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import { MISSING } from "../../src/bson/value.ts";
import { exactInt32, wholeNumber } from "../../src/expression/number.ts";

Deno.test("exactInt32 and wholeNumber", () => {
  assert.equal(exactInt32(5), 5);
  assert.equal(exactInt32(5n), 5);
  assert.equal(exactInt32(new Double(5)), 5);
  assert.equal(exactInt32(Decimal128.fromString("5.0")), 5);
  assert.equal(exactInt32(5.5), undefined);
  assert.equal(exactInt32(2n ** 31n), undefined);
  assert.equal(exactInt32("5"), undefined);
  assert.equal(exactInt32(MISSING), undefined);
  assert.equal(wholeNumber(-1.9), -1);
  assert.equal(wholeNumber(Decimal128.fromString("7.9")), 7);
  assert.ok(Number.isNaN(wholeNumber(null)));
});
