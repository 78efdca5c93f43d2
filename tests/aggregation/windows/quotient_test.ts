import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import { divideNumbers } from "../../../src/aggregation/windows/quotient.ts";
import { show } from "../../expression/evaluation.ts";

Deno.test("quotients are doubles or decimals, and none for zero", () => {
  assert.equal(show(divideNumbers(6, 3)!), "2.0");
  assert.equal(show(divideNumbers(7n, 2)!), "3.5");
  assert.equal(show(divideNumbers(1, Decimal128.fromString("4"))!), "dec(0.25)");
  assert.equal(divideNumbers(1, 0), undefined);
  assert.equal(divideNumbers(1, new Double(-0)), undefined);
  assert.equal(divideNumbers(1, Decimal128.fromString("0.0")), undefined);
});
