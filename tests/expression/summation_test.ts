// Sums of many numbers.

import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import type { NumericValue } from "../../src/bson/number.ts";
import { Summation } from "../../src/expression/summation.ts";
import { getField } from "../../src/bson/read.ts";
import { dec, doc, long, show } from "./evaluation.ts";

function sum(...values: NumericValue[]): string {
  const summation = new Summation();
  for (const value of values) summation.add(value);
  return show(summation.total);
}

Deno.test("7.50 doubles are summed with compensation", () => {
  assert.equal(sum(...Array(10).fill(0.1)), "1.0");
  assert.equal(sum(1e100, new Double(1), -1e100), "1.0");
  assert.equal(sum(new Double(Infinity), 1.5), "Infinity");
  assert.equal(sum(new Double(Infinity), new Double(-Infinity)), "NaN");
  assert.equal(sum(NaN, 1.5), "NaN");
});

Deno.test("integers stay exact and widen", () => {
  assert.equal(sum(), "0");
  assert.equal(sum(2147483647, 1), "2147483648n");
  assert.equal(sum(1n, 2), "3n");
  assert.equal(sum(2n ** 62n, 2n ** 62n, -(2n ** 62n)), `${2n ** 62n}n`);
  assert.equal(sum(2n ** 53n, 1, new Double(0.5)), "9007199254740994.0");
});

Deno.test("decimals", () => {
  assert.equal(sum(Decimal128.fromString("0.10"), 1), "dec(1.10)");
  assert.equal(sum(Decimal128.fromString("1"), 0.5), "dec(1.5)");
});

Deno.test("numbers can be taken out again, and the type goes back", () => {
  const summation = new Summation();
  const values: NumericValue[] = [
    1,
    0.1,
    2n,
    Decimal128.fromString("0.5"),
    NaN,
    new Double(Infinity),
    Decimal128.fromString("-Infinity"),
  ];
  for (const value of values) summation.add(value);
  assert.equal(show(summation.total), "dec(NaN)");
  const seen: string[] = [];
  for (const value of values.reverse()) {
    summation.subtract(value);
    seen.push(show(summation.total));
  }
  assert.deepEqual(seen, [
    "dec(NaN)",
    "dec(NaN)",
    "dec(3.600000000000000005551115123125783)",
    "3.1",
    "1.1",
    "1",
    "0",
  ]);
  assert.equal(summation.count, 0);
});

Deno.test("values in place, and the same int many times", () => {
  const document = doc({ i: 1, d: 0.5, l: long(3), c: dec("1.5"), s: "x" });
  const summation = new Summation();
  const added = ["i", "d", "l", "s"].map((name) => {
    const { bytes, type, at } = getField(document, name)!;
    return summation.addRaw(bytes, type, at);
  });
  assert.deepEqual(added, [true, true, true, false]);
  assert.equal(show(summation.total), "4.5");
  const { bytes, type, at } = getField(document, "c")!;
  summation.addRaw(bytes, type, at);
  assert.equal(show(summation.total), "dec(6.0)");
  const repeated = new Summation();
  repeated.addRepeatedly(3, 5);
  assert.equal(show(repeated.total), "15");
  repeated.addRepeatedly(2 ** 31 - 1, 2 ** 32);
  assert.equal(show(repeated.total), `${15n + (2n ** 31n - 1n) * 2n ** 32n}n`);
});

Deno.test("parts of sums join", () => {
  const all: NumericValue[] = [1, 2, 0.1, 0.2, 5n, 2n ** 62n, Decimal128.fromString("7"), -3];
  for (let cut = 0; cut <= all.length; cut++) {
    const left = new Summation();
    const right = new Summation();
    for (const value of all.slice(0, cut)) left.add(value);
    for (const value of all.slice(cut)) right.add(value);
    const joined = new Summation();
    joined.join(left.parts);
    joined.join(right.parts);
    assert.equal(show(joined.total), sum(...all));
    assert.equal(joined.count, all.length);
  }
});
