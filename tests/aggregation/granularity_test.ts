import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import { granularityOf } from "../../src/aggregation/granularity.ts";
import type { NumericValue } from "../../src/bson/number.ts";
import { show, throwsCode } from "../expression/evaluation.ts";

const dec = (text: string): Decimal128 => Decimal128.fromString(text);

for (
  const [name, value, up, down] of [
    ["R5", 10, "16.0", "6.300000000000001"],
    ["R5", 11, "16.0", "10.0"],
    ["R5", 63, "100.0", "40.0"],
    ["R5", 70, "100.0", "63.0"],
    ["R10", 100, "125.0", "80.0"],
    ["R20", 111, "112.0", "100.0"],
    ["R40", 1051, "1060.0", "1000.0"],
    ["R80", 1, "1.03", "0.975"],
    ["1-2-5", 5, "10.0", "2.0"],
    ["1-2-5", 1.5, "2.0", "1.0"],
    ["E6", 10, "15.0", "6.800000000000001"],
    ["E12", 8, "8.200000000000001", "6.800000000000001"],
    ["E24", 95, "100.0", "91.0"],
    ["E48", 106, "110.0", "105.0"],
    ["E96", 103, "105.0", "102.0"],
    ["E192", 919, "920.0", "909.0"],
    ["E192", 920, "931.0", "909.0"],
    ["E6", 0, "0", "0"],
    ["E6", dec("12"), "dec(15)", "dec(10)"],
    ["R5", dec("0.5"), "dec(0.63)", "dec(0.40)"],
    ["POWERSOF2", 0, "0", "0"],
    ["POWERSOF2", 1, "2", "0.5"],
    ["POWERSOF2", 5, "8", "4"],
    ["POWERSOF2", 8, "16", "4"],
    ["POWERSOF2", 8n, "16", "4"],
    ["POWERSOF2", 2.5, "4", "2"],
    ["POWERSOF2", 0.3, "0.5", "0.25"],
    ["POWERSOF2", 2n ** 40n, `${2n ** 41n}n`, `${2n ** 39n}n`],
    ["POWERSOF2", new Double(2 ** 70), `${2 ** 71}.0`, `${2 ** 69}.0`],
    ["POWERSOF2", dec("5"), "dec(8)", "dec(4)"],
  ] as readonly (readonly [string, NumericValue, string, string])[]
) {
  Deno.test(`${name}: ${show(value)} lies between ${down} and ${up}`, () => {
    const granularity = granularityOf(name);
    assert.equal(show(granularity.roundUp(value)), up);
    assert.equal(show(granularity.roundDown(value)), down);
  });
}

Deno.test("an unknown granularity is 40257", () => {
  throwsCode(() => granularityOf("E7"), 40257, "Unknown rounding granularity 'E7'");
});
