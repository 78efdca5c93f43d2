import assert from "node:assert/strict";
import { Decimal128, Double, Long } from "bson";
import { elements } from "../../src/bson/read.ts";
import { CommandError } from "../../src/error.ts";
import { elementText, isTrue, parseLong, parseNonNegativeLong } from "../../src/query/argument.ts";
import { bson } from "./table.ts";

const element = (value: unknown) => elements(bson({ x: value })).next().value!;

Deno.test("truth of values", () => {
  for (const value of [0, new Double(-0), false, null, Long.ZERO]) {
    assert.equal(isTrue(element(value)), false);
  }
  for (const value of [1, NaN, true, "", {}, [], new Date(0)]) {
    assert.equal(isTrue(element(value)), true);
  }
});

Deno.test("whole numbers", () => {
  assert.equal(parseLong(element(5)), 5n);
  assert.equal(parseLong(element(new Double(5))), 5n);
  assert.equal(parseLong(element(Decimal128.fromString("5"))), 5n);
  assert.equal(parseLong(element(Long.fromString("9223372036854775807"))), 2n ** 63n - 1n);
  const rows: [unknown, string][] = [
    ["x", 'Expected a number in: x: "x"'],
    [NaN, "Expected an integer, but found NaN in: x: nan"],
    [1.5, "Expected an integer: x: 1.5"],
    [Decimal128.fromString("1.5"), "Cannot represent as a 64-bit integer: x: 1.5"],
    [1e300, "Cannot represent as a 64-bit integer: x: 1e+300"],
  ];
  for (const [value, message] of rows) {
    assert.throws(() => parseLong(element(value)), (error) => {
      assert(error instanceof CommandError);
      assert.equal(error.code, 9);
      assert.equal(error.message.toLowerCase(), message.toLowerCase());
      return true;
    });
  }
  assert.throws(
    () => parseNonNegativeLong(element(-1)),
    /Expected a non-negative number in: x: -1/,
  );
  assert.equal(elementText(element("y")), 'x: "y"');
});
