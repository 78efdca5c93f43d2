import assert from "node:assert/strict";
import { Decimal128, Double, ObjectId } from "bson";
import { parseCollation } from "../../src/bson/collation.ts";
import { BsonDate, type BsonValue, MISSING, type OptionalValue } from "../../src/bson/value.ts";
import { ValueKeys } from "../../src/plan/value_keys.ts";
import { bson } from "./fixture.ts";

const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const id = new ObjectId();

/** Values of one row are equal, values of different rows are not. */
const CLASSES: readonly (readonly OptionalValue[])[] = [
  [1, 1n, new Double(1), decimal("1"), decimal("1.00")],
  [0, new Double(-0), decimal("-0"), 0n],
  [2.5, decimal("2.5")],
  [0.1],
  [decimal("0.1")],
  [new Double(NaN), decimal("NaN")],
  [9007199254740993n, decimal("9007199254740993")],
  [9007199254740992n, new Double(9007199254740992)],
  [null, MISSING],
  ["1"],
  ["x"],
  [true],
  [false],
  [id, new ObjectId(id.toHexString())],
  [new BsonDate(1n)],
  [[1, 2], [1n, new Double(2)]],
  [[2, 1]],
  [bson({ a: 1 }), new Map<string, BsonValue>([["a", 1n]])],
  [bson({ b: 1 })],
];

Deno.test("ValueKeys gives equal values one key and others different ones", () => {
  const keys = new ValueKeys();
  const seen = new Map<unknown, number>();
  CLASSES.forEach((values, row) => {
    const first = keys.keyOf(values[0]);
    for (const value of values) {
      assert.ok(Object.is(keys.keyOf(value), first) || keys.keyOf(value) === first, `row ${row}`);
    }
    assert.equal(seen.get(first), undefined, `row ${row} is equal to row ${seen.get(first)}`);
    seen.set(first, row);
  });
});

Deno.test("ValueKeys under a collation joins what it calls equal", () => {
  const keys = new ValueKeys(parseCollation(bson({ locale: "en", strength: 1 })));
  assert.equal(keys.keyOf("ABC"), keys.keyOf("abc"));
  assert.equal(keys.keyOf(["É"]), keys.keyOf(["e"]));
  assert.notEqual(keys.keyOf("abc"), keys.keyOf("abd"));
});
