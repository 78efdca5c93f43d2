import assert from "node:assert/strict";
import { Decimal128, Double } from "bson";
import {
  add,
  addPromoting,
  asInt64Exact,
  compareDoubles,
  compareNumbers,
  compareNumbersRaw,
  isInt32,
  isNumber,
  multiply,
  multiplyPromoting,
  numericKind,
  type NumericValue,
  rawSafeInteger,
  rawToNumber,
  subtract,
  subtractPromoting,
  toDecimal128,
  toNumber,
} from "../../src/bson/number.ts";
import { MISSING } from "../../src/bson/value.ts";
import { decimal, double, type Literal, rawValue } from "./literal.ts";

/** `int 5`, `long 5`, `double 5`, `decimal 5.0` */
function show(value: NumericValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = value instanceof Decimal128 ? value.toString() : String(toNumber(value));
  return `${numericKind(value)} ${typeof value === "bigint" ? value : text}`;
}

Deno.test("kinds and conversions", () => {
  const rows: ReadonlyArray<readonly [NumericValue, string, number]> = [
    [5, "int", 5],
    [2 ** 31, "double", 2 ** 31],
    [-0, "double", -0],
    [NaN, "double", NaN],
    [5n, "long", 5],
    [double(5), "double", 5],
    [decimal("5.0"), "decimal", 5],
  ];
  for (const [value, kind, number] of rows) {
    assert.equal(numericKind(value), kind);
    assert.equal(toNumber(value), number);
    assert.ok(isNumber(value));
  }
  for (const other of ["5", null, true, MISSING, []] as const) {
    assert.ok(!isNumber(other as never));
  }
  assert.ok(isInt32(-1) && !isInt32(-0) && !isInt32(0.5) && !isInt32(1n));
  assert.equal(toDecimal128(1.1).toString(), "1.10000000000000");
  assert.equal(toDecimal128(7n).toString(), "7");
});

Deno.test("asInt64Exact takes integral values in range only", () => {
  const rows: ReadonlyArray<readonly [Parameters<typeof asInt64Exact>[0], bigint | undefined]> = [
    [5, 5n],
    [double(5), 5n],
    [5.5, undefined],
    [NaN, undefined],
    [double(2 ** 63), undefined],
    [double(-(2 ** 63)), -(2n ** 63n)],
    [decimal("9223372036854775807"), 2n ** 63n - 1n],
    [decimal("9223372036854775808"), undefined],
    [decimal("5.00"), 5n],
    [decimal("5.1"), undefined],
    [decimal("Infinity"), undefined],
    ["5", undefined],
    [null, undefined],
    [MISSING, undefined],
  ];
  for (const [value, result] of rows) assert.equal(asInt64Exact(value), result);
});

Deno.test("rawSafeInteger and rawToNumber", () => {
  const safe = (literal: Literal) => rawSafeInteger(rawValue(literal));
  assert.equal(safe(5), 5);
  assert.equal(safe(2n ** 53n - 1n), 2 ** 53 - 1);
  assert.equal(safe(2n ** 53n), undefined);
  assert.equal(safe(double(2)), 2);
  assert.equal(safe(2.5), undefined);
  assert.equal(safe(decimal("2.0")), 2);
  assert.equal(safe(decimal("2.5")), undefined);
  assert.equal(safe(decimal("1.0000000000000000000000001")), undefined);
  assert.equal(safe("2"), undefined);
  assert.ok(Object.is(safe(double(-0)), 0));
  const number = (literal: Literal) => {
    const { bytes, type, at } = rawValue(literal);
    return rawToNumber(bytes, type, at);
  };
  assert.deepEqual([1, 2n, 2.5, decimal("3.5")].map(number), [1, 2, 2.5, 3.5]);
});

Deno.test("numbers compare by exact value, decoded and raw (7.8, 7.9, 7.11, 7.12)", () => {
  const rows: ReadonlyArray<readonly [NumericValue, NumericValue, number]> = [
    [1, 1n, 0],
    [1, double(1), 0],
    [2n ** 53n + 1n, double(2 ** 53), 1],
    [double(2 ** 53), 2n ** 53n + 1n, -1],
    [2n ** 63n - 1n, double(2 ** 63), -1],
    [decimal("0.1"), 0.1, -1],
    [0.1, decimal("0.1"), 1],
    [decimal("1.0"), 1, 0],
    [2, decimal("1.5"), 1],
    [5n, decimal("5.0"), 0],
    [NaN, decimal("NaN"), 0],
    [NaN, 5n, -1],
    [5n, NaN, 1],
    [0, double(-0), 0],
  ];
  for (const [a, b, expected] of rows) {
    assert.equal(compareNumbers(a, b), expected, `${show(a)} against ${show(b)}`);
    const x = rawValue(a);
    const y = rawValue(b);
    assert.equal(compareNumbersRaw(x.bytes, x.type, x.at, y.bytes, y.type, y.at), expected);
  }
  assert.equal(compareDoubles(NaN, NaN), 0);
  assert.equal(compareDoubles(NaN, -Infinity), -1);
  assert.equal(compareDoubles(-0, 0), 0);
});

Deno.test("update arithmetic: widest type, int to long, long overflow refused (7.45)", () => {
  const max = 2n ** 63n - 1n;
  const rows: ReadonlyArray<
    readonly [
      NumericValue,
      NumericValue,
      string | undefined,
      string | undefined,
      string | undefined,
    ]
  > = [
    [2, 3, "int 5", "int -1", "int 6"],
    [2 ** 31 - 1, 1, "long 2147483648", "int 2147483646", "int 2147483647"],
    [-(2 ** 31), -1, "long -2147483649", "int -2147483647", "long 2147483648"],
    [2, 3n, "long 5", "long -1", "long 6"],
    [2, double(3), "double 5", "double -1", "double 6"],
    [max, 1, undefined, "long 9223372036854775806", "long 9223372036854775807"],
    [max, -1n, "long 9223372036854775806", undefined, "long -9223372036854775807"],
    [2n ** 62n, 2, "long 4611686018427387906", "long 4611686018427387902", undefined],
    [2147483647, 2147483647, "long 4294967294", "int 0", "long 4611686014132420609"],
    [1.5, 1.5, "double 3", "double 0", "double 2.25"],
    [decimal("1.10"), 1, "decimal 2.10", "decimal 0.10", "decimal 1.10"],
    [
      1.1,
      decimal("2.5"),
      "decimal 3.60000000000000",
      "decimal -1.40000000000000",
      "decimal 2.750000000000000",
    ],
    [0, -5, "int -5", "int 5", "int 0"],
  ];
  for (const [a, b, sum, difference, product] of rows) {
    assert.equal(show(add(a, b)), sum);
    assert.equal(show(subtract(a, b)), difference);
    assert.equal(show(multiply(a, b)), product);
  }
});

Deno.test("expression arithmetic: a long overflow becomes a double (7.47)", () => {
  const max = 2n ** 63n - 1n;
  assert.equal(show(addPromoting(max, 1)), "double 9223372036854776000");
  assert.equal(show(subtractPromoting(-max, 2n)), "double -9223372036854776000");
  assert.equal(show(multiplyPromoting(max, 2)), "double 18446744073709552000");
  assert.equal(show(addPromoting(2 ** 31 - 1, 1)), "long 2147483648");
  assert.ok(addPromoting(double(1), 1) instanceof Double);
});
