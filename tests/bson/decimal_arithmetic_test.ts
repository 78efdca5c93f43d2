import assert from "node:assert/strict";
import type { Decimal128 } from "bson";
import {
  decimalAbsolute,
  decimalAdd,
  decimalDivide,
  decimalMultiply,
  decimalNegate,
  decimalRemainder,
  decimalRound,
  decimalSubtract,
  fromDecimalJs,
  toDecimalJs,
  viaDecimalJs,
} from "../../src/bson/decimal_arithmetic.ts";
import { decimal } from "./literal.ts";

type Operation = (a: Decimal128, b: Decimal128) => Decimal128;

function table(operation: Operation, rows: ReadonlyArray<readonly [string, string, string]>): void {
  for (const [a, b, result] of rows) {
    assert.equal(operation(decimal(a), decimal(b)).toString(), result, `${a} and ${b}`);
  }
}

Deno.test("decimal addition keeps the finer exponent (7.49)", () => {
  table(decimalAdd, [
    ["1.10", "2.20", "3.30"],
    ["1", "2.50", "3.50"],
    ["1", "-1.00", "0.00"],
    ["0.1", "0.2", "0.3"],
    ["1E+40", "1", "1.000000000000000000000000000000000E+40"],
    ["1E+33", "1", "1000000000000000000000000000000001"],
    ["1E+6000", "-1E-6000", "1.000000000000000000000000000000000E+6000"],
    ["9.999999999999999999999999999999999E+6144", "1E+6144", "Infinity"],
    ["Infinity", "-Infinity", "NaN"],
    ["Infinity", "1", "Infinity"],
    ["NaN", "1", "NaN"],
    ["-0", "-0", "-0"],
    ["-0", "0", "0"],
  ]);
  table(decimalSubtract, [["3.3", "1.10", "2.20"], ["1", "1", "0"], [
    "Infinity",
    "Infinity",
    "NaN",
  ]]);
});

Deno.test("decimal multiplication adds exponents (7.49)", () => {
  table(decimalMultiply, [
    ["1.10000000000000", "2.5", "2.750000000000000"],
    ["1.20", "3", "3.60"],
    ["-2", "0", "-0"],
    ["1E+6000", "1E+6000", "Infinity"],
    ["Infinity", "0", "NaN"],
    ["-Infinity", "2", "-Infinity"],
    ["3333333333333333333333333333333333", "3", "9999999999999999999999999999999999"],
  ]);
});

Deno.test("decimal division is exact where it can be, else 34 digits", () => {
  table(decimalDivide, [
    ["1", "3", "0.3333333333333333333333333333333333"],
    ["2", "3", "0.6666666666666666666666666666666667"],
    ["6", "2", "3"],
    ["1", "8", "0.125"],
    ["1.00", "2", "0.50"],
    ["100", "1E+1", "10.0"],
    ["1", "0", "Infinity"],
    ["-1", "0", "-Infinity"],
    ["0", "0", "NaN"],
    ["1", "Infinity", "0E-6176"],
    ["Infinity", "Infinity", "NaN"],
    ["Infinity", "-2", "-Infinity"],
  ]);
});

Deno.test("decimal remainder follows the dividend's sign (7.24, 7.48)", () => {
  table(decimalRemainder, [
    ["5.5", "2", "1.5"],
    ["-5.5", "2", "-1.5"],
    ["5", "-3", "2"],
    ["5", "Infinity", "5"],
    ["5", "0", "NaN"],
    ["Infinity", "2", "NaN"],
  ]);
});

Deno.test("decimal rounding to a place, half to even (7.51)", () => {
  const rows: ReadonlyArray<
    readonly [string, number, "halfEven" | "floor" | "ceiling" | "truncate", string]
  > = [
    ["2.5", 0, "halfEven", "2"],
    ["3.5", 0, "halfEven", "4"],
    ["-2.51", 0, "halfEven", "-3"],
    ["1.255", 2, "halfEven", "1.26"],
    ["1250", -2, "halfEven", "1.2E+3"],
    ["-1.5", 0, "floor", "-2"],
    ["-1.5", 0, "ceiling", "-1"],
    ["-1.9", 0, "truncate", "-1"],
    ["7", 3, "halfEven", "7"],
    ["0.00", 0, "halfEven", "0"],
    ["Infinity", 0, "floor", "Infinity"],
    ["NaN", 0, "floor", "NaN"],
    ["1E-6000", 0, "ceiling", "1"],
  ];
  for (const [value, place, mode, result] of rows) {
    assert.equal(decimalRound(decimal(value), place, mode).toString(), result, value);
  }
});

Deno.test("sign operations keep the digits", () => {
  assert.equal(decimalNegate(decimal("1.50")).toString(), "-1.50");
  assert.equal(decimalNegate(decimal("-0")).toString(), "0");
  assert.equal(decimalAbsolute(decimal("-1.50")).toString(), "1.50");
});

Deno.test("functions through decimal.js", () => {
  const root = (text: string) => viaDecimalJs([decimal(text)], (value) => value.sqrt()).toString();
  assert.equal(root("2"), "1.414213562373095048801688724209698");
  assert.equal(root("-1"), "NaN");
  assert.equal(root("Infinity"), "Infinity");
  assert.equal(fromDecimalJs(toDecimalJs(decimal("-1.5E+3000"))).toString(), "-1.5E+3000");
  assert.equal(fromDecimalJs(toDecimalJs(decimal("-0"))).toString(), "-0");
});
