import assert from "node:assert/strict";
import { Binary, ObjectId, Timestamp } from "bson";
import {
  compareDocuments,
  compareRawValues,
  compareStrings,
  compareValues,
  equalRawValues,
} from "../../src/bson/compare.ts";
import { parseCollation } from "../../src/bson/collation.ts";
import { toShellText } from "../../src/bson/json.ts";
import { MISSING, UNDEFINED } from "../../src/bson/value.ts";
import { fuzzDecodedOrder } from "../fuzz/codec.ts";
import { freshSeed } from "../fuzz/generate.ts";
import { fuzzCompareLaws } from "../fuzz/key_order.ts";
import { decimal, double, type Literal, ORDERED, raw, rawValue, toBson } from "./literal.ts";

function order(a: Literal, b: Literal): number {
  return compareRawValues(rawValue(a), rawValue(b));
}

Deno.test("compare orders all types and values (7.30, 7.8, 7.9, 7.10, 7.11, 7.12)", () => {
  ORDERED.forEach((left, i) => {
    ORDERED.forEach((right, j) => {
      const expected = Math.sign(i - j);
      for (const a of left) {
        for (const b of right) {
          const label = `${toShellText(toBson(a))} against ${toShellText(toBson(b))}`;
          assert.equal(order(a, b), expected, label);
          assert.equal(compareValues(toBson(a), toBson(b)), expected, `decoded: ${label}`);
          assert.equal(equalRawValues(rawValue(a), rawValue(b)), expected === 0, label);
        }
      }
    });
  });
});

Deno.test("compare: NaN of every numeric type is equal and below all numbers (7.8)", () => {
  assert.equal(order(NaN, decimal("NaN")), 0);
  assert.equal(order(NaN, -Infinity), -1);
  assert.equal(order(decimal("NaN"), decimal("-Infinity")), -1);
  assert.equal(order(decimal("NaN"), -(2n ** 63n)), -1);
  assert.equal(order(5, NaN), 1);
});

Deno.test("compare: zeros of every sign and type are equal (7.9)", () => {
  const zeros: Literal[] = [0, double(-0), double(0), 0n, decimal("-0"), decimal("0E-6176")];
  for (const a of zeros) for (const b of zeros) assert.equal(order(a, b), 0);
});

Deno.test("compare: true is not 1 (7.10)", () => {
  assert.equal(order(true, 1), 1);
  assert.equal(order(false, 0), 1);
});

Deno.test("compare: 2^53 as double is not 2^53+1 as long (7.11)", () => {
  assert.equal(order(double(2 ** 53), 2n ** 53n + 1n), -1);
  assert.equal(order(2n ** 53n + 1n, double(2 ** 53)), 1);
  assert.equal(order(-(2n ** 53n) - 1n, double(-(2 ** 53))), -1);
  assert.equal(order(double(2 ** 63), 2n ** 63n - 1n), 1);
});

Deno.test("compare: decimal 0.1 is not double 0.1 (7.12)", () => {
  assert.equal(order(decimal("0.1"), 0.1), -1);
  assert.equal(order(0.1, decimal("0.1")), 1);
  assert.equal(order(0.5, decimal("0.5")), 0);
});

Deno.test("compare: field order matters in documents, numeric type does not (7.22)", () => {
  assert.equal(order({ a: 1, b: 2 }, { b: 2, a: 1 }), -1);
  assert.equal(order({ a: 1 }, { a: double(1) }), 0);
  assert.equal(order({ a: 1 }, { a: 1, b: 1 }), -1);
  // The type of a field comes before its name.
  assert.equal(order({ b: 1 }, { a: "x" }), -1);
  assert.equal(compareDocuments(raw({ a: 1 }), 0, raw({ a: 2 }), 0), -1);
});

Deno.test("compare: strings by UTF-8 bytes, not UTF-16 units (7.34)", () => {
  assert.equal(order("\uff21", "\u{1f600}"), -1);
  assert.equal(compareStrings("\uff21", "\u{1f600}"), -1);
  assert.ok("\uff21" > "\u{1f600}"); // what JavaScript says
  assert.equal(compareStrings("a\ud83d\ude00", "a\ud83d\ude01"), -1);
  assert.equal(compareStrings("a", "ab"), -1);
  assert.equal(compareStrings("b", "ab"), 1);
});

Deno.test("compare: NUL inside strings counts like any byte (7.35)", () => {
  assert.equal(order("a\0b", "a\0c"), -1);
  assert.equal(order("a", "a\0"), -1);
  assert.equal(order("a\0", "a\u0001"), -1);
});

Deno.test("compare: binary by length, subtype, bytes (7.37)", () => {
  const binary = (subtype: number, ...bytes: number[]) =>
    new Binary(Uint8Array.from(bytes), subtype);
  assert.equal(order(binary(5, 255), binary(0, 0, 0)), -1);
  assert.equal(order(binary(3, 255), binary(4, 0)), -1);
  assert.equal(order(binary(4, 1), binary(4, 2)), -1);
});

Deno.test("compare: timestamps unsigned, seconds then increment (7.40)", () => {
  const stamp = (t: number, i: number) => new Timestamp({ t, i });
  assert.equal(order(stamp(1, 5), stamp(2, 1)), -1);
  assert.equal(order(stamp(4294967295, 0), stamp(1, 0)), 1);
  assert.equal(order(stamp(1, 4294967295), stamp(1, 1)), 1);
});

Deno.test("compare: ObjectIds as unsigned bytes (7.73)", () => {
  const id = (hex: string) => new ObjectId(hex);
  assert.equal(order(id("80".repeat(12)), id("7f".repeat(12))), 1);
});

Deno.test("compare: missing ties with undefined and sorts below null", () => {
  assert.equal(compareValues(MISSING, UNDEFINED), 0);
  assert.equal(compareValues(MISSING, null), -1);
  assert.equal(compareValues(MISSING, MISSING), 0);
  assert.equal(compareValues(null, null), 0);
  const missing = { bytes: new Uint8Array(0), type: 0, at: 0 };
  assert.equal(compareRawValues(missing, rawValue(null)), -1);
  assert.equal(compareRawValues(missing, rawValue(UNDEFINED)), 0);
});

Deno.test("compare under a collation reaches strings inside documents and arrays", () => {
  const collation = parseCollation(raw({ locale: "en", strength: 2 }));
  const same = (a: Literal, b: Literal) => compareRawValues(rawValue(a), rawValue(b), collation);
  assert.equal(same("a", "A"), 0);
  assert.equal(same({ x: ["a"] }, { x: ["A"] }), 0);
  assert.equal(same("a", "b"), -1);
  assert.equal(compareValues("A", "a", collation), 0);
  assert.equal(compareValues(["A"], ["a"], collation), 0);
  assert.equal(same({ a: 1 }, { A: 1 }), 1); // names are not collated
});

Deno.test("fuzz: comparison laws; decoded comparison agrees with raw", () => {
  const seed = freshSeed();
  fuzzCompareLaws(seed, 2000);
  fuzzDecodedOrder(seed, 2000);
});
