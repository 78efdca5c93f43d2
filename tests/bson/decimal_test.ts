import assert from "node:assert/strict";
import { Decimal128 } from "bson";
import {
  compareDecimals,
  compareDecimalToDouble,
  DECIMAL_NAN,
  decimalFromBigInt,
  decimalFromDouble,
  decimalInfinity,
  decimalParts,
  decimalToBigInt,
  decimalToDouble,
  digitCount,
  doubleParts,
  fromParts,
  makeDecimal,
  powerOfTen,
} from "../../src/bson/decimal.ts";
import { freshSeed, INTERESTING_DECIMALS, Random, randomValue } from "../fuzz/generate.ts";
import { readDecimal } from "../../src/bson/decimal.ts";
import { decimal } from "./literal.ts";

Deno.test("parts of what npm:bson writes, and back, bit for bit", () => {
  for (const text of INTERESTING_DECIMALS) {
    const value = decimal(text);
    const parts = decimalParts(value);
    if (parts.kind !== "nan") assert.deepEqual([...fromParts(parts).bytes], [...value.bytes], text);
  }
  assert.deepEqual(decimalParts(decimal("-12.50")), {
    kind: "finite",
    negative: true,
    coefficient: 1250n,
    exponent: -2,
  });
  assert.equal(DECIMAL_NAN.toString(), "NaN");
  assert.equal(decimalInfinity(true).toString(), "-Infinity");
});

Deno.test("coefficients beyond 34 digits read as zero", () => {
  const bytes = new Uint8Array(16).fill(0xff);
  bytes[15] = 0x31; // 113 bits of ones
  assert.equal(readDecimal(bytes, 0).coefficient, 0n);
  bytes[15] = 0x6f; // the other form
  assert.deepEqual(readDecimal(bytes, 0).coefficient, 0n);
});

Deno.test("rounding is half to even at 34 digits", () => {
  const nines = 10n ** 34n - 1n;
  const rows: ReadonlyArray<readonly [bigint, number, string]> = [
    [nines * 10n + 4n, 0, "9.999999999999999999999999999999999E+34"],
    [nines * 10n + 5n, 0, "1.000000000000000000000000000000000E+35"],
    [(10n ** 33n) * 10n + 5n, 0, "1.000000000000000000000000000000000E+34"],
    [(10n ** 33n + 1n) * 10n + 5n, 0, "1.000000000000000000000000000000002E+34"],
    [1n, 6112, "1.0E+6112"],
    [1n, 6145, "Infinity"],
    [15n, -6177, "2E-6176"],
    [5n, -6177, "0E-6176"],
    [0n, 9999, "0E+6111"],
  ];
  for (const [coefficient, exponent, text] of rows) {
    assert.equal(makeDecimal(false, coefficient, exponent).toString(), text);
  }
  const tie = (10n ** 33n) * 10n + 5n;
  assert.equal(
    makeDecimal(false, tie, 0, true).toString(),
    "1.000000000000000000000000000000001E+34",
  );
});

Deno.test("doubles become decimals of 15 digits where types meet (7.49)", () => {
  const rows: ReadonlyArray<readonly [number, string]> = [
    [1.1, "1.10000000000000"],
    [2.5, "2.50000000000000"],
    [3, "3.00000000000000"],
    [0.1 + 0.2, "0.300000000000000"],
    [-1e300, "-1.00000000000000E+300"],
    [0, "0"],
    [-0, "-0"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ];
  for (const [value, text] of rows) assert.equal(decimalFromDouble(value).toString(), text);
  assert.equal(decimalFromDouble(0.5, 34).toString(), "0.5");
  assert.equal(decimalFromDouble(0.1, 34).toString(), "0.1000000000000000055511151231257827");
  assert.equal(decimalFromDouble(2 ** 80, 34).toString(), "1208925819614629174706176");
});

Deno.test("conversions to double and integer", () => {
  assert.equal(decimalToDouble(decimalParts(decimal("0.1"))), 0.1);
  assert.equal(decimalToDouble(decimalParts(decimal("-1E+400"))), -Infinity);
  assert.equal(decimalToBigInt(decimalParts(decimal("-12.9"))), -12n);
  assert.equal(decimalToBigInt(decimalParts(decimal("1.5E+3"))), 1500n);
  assert.equal(decimalToBigInt(decimalParts(decimal("1E-100"))), 0n);
  assert.equal(decimalToBigInt(decimalParts(decimal("NaN"))), undefined);
  assert.equal(decimalFromBigInt(-(2n ** 63n)).toString(), "-9223372036854775808");
});

Deno.test("comparison with doubles is exact (7.11, 7.12)", () => {
  const compare = (text: string, value: number) =>
    compareDecimalToDouble(decimalParts(decimal(text)), value);
  assert.equal(compare("0.1", 0.1), -1);
  assert.equal(compare("0.5", 0.5), 0);
  assert.equal(compare("9007199254740993", 2 ** 53), 1);
  assert.equal(compare("1E-6000", 0), 1);
  assert.equal(compare("-1E-6000", -0), -1);
  assert.equal(compare("1E+6000", Number.MAX_VALUE), 1);
  assert.equal(compare("1E+6000", Infinity), -1);
  assert.equal(compare("Infinity", Infinity), 0);
  assert.equal(compare("Infinity", -Infinity), 1);
  assert.equal(compare("-Infinity", -1e308), -1);
  assert.equal(compare("NaN", NaN), 0);
  assert.equal(compare("NaN", -Infinity), -1);
  assert.equal(compare("1", NaN), 1);
});

Deno.test("comparison of decimals ignores trailing zeros", () => {
  const compare = (a: string, b: string) =>
    compareDecimals(decimalParts(decimal(a)), decimalParts(decimal(b)));
  assert.equal(compare("1.0", "1"), 0);
  assert.equal(compare("1E+100", "1E+99"), 1);
  assert.equal(compare("-1E+100", "-1E+99"), -1);
  assert.equal(compare("-0", "0E+5"), 0);
  assert.equal(compare("-Infinity", "-9E+6144"), -1);
});

Deno.test("helpers: digits, powers, the parts of a double", () => {
  assert.equal(digitCount(0n), 1);
  assert.equal(digitCount(999n), 3);
  assert.equal(powerOfTen(90), 10n ** 90n);
  assert.deepEqual(doubleParts(-0.5), { mantissa: -(2n ** 52n), exponent: -53 });
  assert.deepEqual(doubleParts(Number.MIN_VALUE), { mantissa: 1n, exponent: -1074 });
});

Deno.test("fuzz: parts and bytes agree with npm:bson's text", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let i = 0; i < 500; i++) {
    const { bytes, at } = randomValue(random, { types: [19] });
    const parts = readDecimal(bytes, at);
    if (parts.kind === "nan") continue;
    const text = new Decimal128(bytes.slice(at, at + 16)).toString();
    assert.equal(fromParts(parts).toString(), text, `seed ${seed}`);
    assert.equal(decimalToDouble(parts), Number(text), `seed ${seed}`);
  }
});
