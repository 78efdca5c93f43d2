import assert from "node:assert/strict";
import { BSON, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from "bson";
import { compareRawValues } from "../../src/bson/compare.ts";
import { getField, type RawValue } from "../../src/bson/read.ts";
import { CANONICAL_ORDER } from "../../src/bson/type.ts";
import {
  compareByteRanges,
  comparisonTest,
  membershipTest,
  standAlone,
} from "../../src/query/value_comparison.ts";
import type { CompareOperator } from "../../src/query/match_expression.ts";
import { bson } from "./table.ts";

const values: unknown[] = [
  new MinKey(),
  null,
  new Int32(-5),
  new Int32(0),
  new Int32(7),
  new Double(-0),
  new Double(6.5),
  new Double(7),
  new Double(Infinity),
  new Double(-Infinity),
  new Double(2 ** 53),
  Long.fromString("9007199254740993"),
  Long.fromString("-9223372036854775808"),
  Long.fromNumber(7),
  Decimal128.fromString("7.00"),
  Decimal128.fromString("6.4999"),
  Decimal128.fromString("Infinity"),
  "",
  "a",
  "ab",
  "b",
  "é",
  {},
  { a: 1 },
  { a: 1, b: 2 },
  [],
  [1],
  [1, 2],
  new ObjectId("64b000000000000000000001"),
  new ObjectId("64b000010000000000000001"),
  false,
  true,
  new Date(-1),
  new Date(0),
  new Date(2 ** 40),
  new Timestamp({ t: 1, i: 2 }),
  new Timestamp({ t: 2, i: 1 }),
  /a/,
  /a/i,
  new MaxKey(),
];

function raw(value: unknown): RawValue {
  return getField(bson({ v: value }), "v")!;
}

function accepts(operator: CompareOperator, order: number): boolean {
  return operator === "$eq"
    ? order === 0
    : operator === "$gt"
    ? order > 0
    : operator === "$gte"
    ? order >= 0
    : operator === "$lt"
    ? order < 0
    : order <= 0;
}

Deno.test("each fast test agrees with compareRaw, within a type class", () => {
  for (const constant of values.map(raw)) {
    for (const operator of ["$eq", "$gt", "$gte", "$lt", "$lte"] as const) {
      const test = comparisonTest(operator, constant);
      for (const value of values.map(raw)) {
        const sameClass = CANONICAL_ORDER[value.type] === CANONICAL_ORDER[constant.type] ||
          constant.type === 127 || constant.type === 255;
        const expected = sameClass && accepts(operator, compareRawValues(value, constant));
        assert.equal(
          test(value.bytes, value.type, value.at),
          expected,
          `${BSON.EJSON.stringify(value.bytes)} ${operator} ${
            BSON.EJSON.stringify(constant.bytes)
          }`,
        );
      }
    }
  }
});

Deno.test("membership agrees with equality to any", () => {
  const constants = values.filter((_, i) => i % 2 === 0).map(raw);
  const isMember = membershipTest(constants);
  for (const value of values.map(raw)) {
    const expected = constants.some((constant) => compareRawValues(constant, value) === 0);
    assert.equal(isMember(value.bytes, value.type, value.at), expected);
  }
});

Deno.test("byte ranges compare as memcmp, the shorter first", () => {
  const bytes = Uint8Array.from([1, 2, 3, 1, 2]);
  assert.equal(Math.sign(compareByteRanges(bytes, 0, 3, bytes, 3, 5)), 1);
  assert.equal(compareByteRanges(bytes, 0, 2, bytes, 3, 5), 0);
  assert.equal(Math.sign(compareByteRanges(bytes, 0, 1, bytes, 1, 2)), -1);
});

Deno.test("a stand-alone value starts at 0 of its own bytes", () => {
  const value = raw("abc");
  const alone = standAlone(value);
  assert.deepEqual([alone.at, alone.bytes.length, compareRawValues(alone, value)], [0, 8, 0]);
});
