import assert from "node:assert/strict";
import { BSONSymbol, Decimal128, Double, Long, ObjectId } from "bson";
import { parseCollation } from "../../src/bson/collation.ts";
import { encodeValue } from "../../src/bson/encode.ts";
import { MISSING, type OptionalValue, UNDEFINED } from "../../src/bson/value.ts";
import { KeyBytes, KeyTable } from "../../src/aggregation/key_table.ts";
import { bson } from "./fixture.ts";

/** The number of each value, added decoded and in place in turn. */
function numbers(values: readonly OptionalValue[], keys = new KeyBytes()): number[] {
  const table = new KeyTable();
  return values.map((value, i) => {
    if (i % 2 === 0 || value === MISSING) keys.set(value);
    else {
      const { bytes, type, at } = encodeValue(value);
      keys.setRaw(bytes, type, at);
    }
    return table.numberOf(keys);
  });
}

Deno.test("7.62 equal values have one number", () => {
  const dec = (text: string) => Decimal128.fromString(text);
  assert.deepEqual(numbers([1, new Double(1), 1n, dec("1.0"), 1.5, dec("1.5"), 2]), [
    0,
    0,
    0,
    0,
    1,
    1,
    2,
  ]);
  assert.deepEqual(numbers([new Double(-0), 0, NaN, NaN, dec("NaN")]), [0, 0, 1, 1, 1]);
  assert.deepEqual(numbers([null, MISSING, UNDEFINED, "", "x", "x"]), [0, 0, 1, 2, 3, 3]);
  assert.deepEqual(numbers(["1", 1, true, "true"]), [0, 1, 2, 3]);
  const id = new ObjectId();
  assert.deepEqual(numbers([id, new ObjectId(id.id), new ObjectId()]), [0, 0, 1]);
  assert.deepEqual(
    numbers([[1, "a"], [new Double(1), "a"], [1], bson({ a: 1 }), new Map([["a", 1n]])]),
    [
      0,
      0,
      1,
      2,
      2,
    ],
  );
  assert.deepEqual(numbers([2n ** 53n + 1n, new Double(2 ** 53)]), [0, 1]);
  assert.deepEqual(numbers([Long.fromNumber(5).toBigInt(), 5]), [0, 0]);
});

Deno.test("many keys, after growing and after clearing", () => {
  const table = new KeyTable();
  const keys = new KeyBytes();
  const number = (value: OptionalValue): number => {
    keys.set(value);
    return table.numberOf(keys);
  };
  const count = 150_000; // enough for segments, and for those to grow
  for (let i = 0; i < count; i++) assert.equal(number(i % 2 === 0 ? i : `key ${i}`), i);
  for (let i = count - 1; i >= 0; i--) assert.equal(number(i % 2 === 0 ? i : `key ${i}`), i);
  assert.equal(table.count, count);
  assert.notDeepEqual(table.keyAt(0), table.keyAt(1));
  table.clear();
  assert.equal(number("again"), 0);
});

Deno.test("a collation joins the strings it calls equal, inside of values too", () => {
  const collation = parseCollation(bson({ locale: "en", strength: 1 }));
  assert.deepEqual(
    numbers(
      [
        "é",
        "E",
        "f",
        new BSONSymbol("F"),
        ["e"],
        ["É"],
        new Map([["a", "F"]]),
        new Map([["a", "f"]]),
      ],
      new KeyBytes(collation),
    ),
    [0, 0, 1, 1, 2, 2, 3, 3],
  );
});

Deno.test("tables of any phase find their keys again while they grow, and after they were cleared", () => {
  for (const phase of [0, 0.3, 31 / 32]) {
    const table = new KeyTable(phase);
    const keys = new KeyBytes(undefined);
    for (let round = 0; round < 2; round++) {
      for (const again of [false, true]) {
        for (let i = 0; i < 60_000; i++) {
          keys.set(`key ${i}`);
          if (table.numberOf(keys) !== i) assert.fail(`${phase} ${round} ${again} ${i}`);
        }
      }
      table.clear();
    }
  }
});
