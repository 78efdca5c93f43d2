import assert from "node:assert/strict";
import { BSONSymbol, Decimal128, Double, Long, ObjectId } from "bson";
import { parseCollation } from "../../../src/bson/collation.ts";
import { getField } from "../../../src/bson/read.ts";
import { JoinKeys, NO_TYPE } from "../../../src/aggregation/join/join_key.ts";
import { bson } from "../fixture.ts";

function keyOf(value: unknown, keys = new JoinKeys(undefined)) {
  return keys.ofValue(getField(bson({ v: value }), "v")!);
}

const id = new ObjectId("0102030405060708090a0b0c");

const EQUAL: readonly (readonly [unknown, unknown])[] = [
  [1, new Double(1)],
  [1, Long.fromNumber(1)],
  [1, Decimal128.fromString("1.0")],
  [0, new Double(-0)],
  [NaN, Decimal128.fromString("NaN")],
  [Long.MAX_VALUE, Decimal128.fromString("9223372036854775807")],
  ["a", new BSONSymbol("a")],
  [id, new ObjectId(id.toHexString())],
  [{ a: 1 }, { a: new Double(1) }],
  [[1, 2], [1, Long.fromNumber(2)]],
  [/x/i, /x/i],
  [new Date(5), new Date(5)],
];

const DIFFERENT: readonly (readonly [unknown, unknown])[] = [
  [1, "1"],
  [1, true],
  [0, false],
  ["1", new Date(1)],
  [0.1, Decimal128.fromString("0.1")],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  [[1], 1],
  [/x/i, /x/],
  ["x", /x/],
  [Long.MAX_VALUE, Long.MAX_VALUE.subtract(1)],
  [null, 0],
  [[], null],
  ["", null],
];

Deno.test("values that are equal have one key", () => {
  for (const [a, b] of EQUAL) {
    assert.ok(new Set([keyOf(a)]).has(keyOf(b)), Deno.inspect([a, b]));
  }
});

Deno.test("values that differ have different keys", () => {
  for (const [a, b] of DIFFERENT) assert.notEqual(keyOf(a), keyOf(b), Deno.inspect([a, b]));
});

Deno.test("a missing value is null", () => {
  assert.equal(new JoinKeys(undefined).keyOf(new Uint8Array(0), NO_TYPE, 0), keyOf(null));
});

Deno.test("strings equal under the collation have one key", () => {
  const keys = new JoinKeys(parseCollation(bson({ locale: "en", strength: 2 })));
  assert.equal(keyOf("Abc", keys), keyOf("aBC", keys));
  assert.equal(keyOf(new BSONSymbol("abc"), keys), keyOf("ABC", keys));
  assert.notEqual(keyOf("abc", keys), keyOf("abd", keys));
});
