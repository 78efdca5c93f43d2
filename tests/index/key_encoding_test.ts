import assert from "node:assert/strict";
import { MISSING } from "../../src/bson/value.ts";
import { compareKeys, encodeKey, KeyClass, KeyWriter } from "../../src/index/key_encoding.ts";
import { decimal, double, type Literal, ORDERED, rawValue } from "../bson/literal.ts";
import { freshSeed } from "../fuzz/generate.ts";
import { fuzzKeyOrder } from "../fuzz/key_order.ts";

function key(literal: Literal, descending = false): Uint8Array {
  return encodeKey([rawValue(literal)], [descending]);
}

Deno.test("key bytes order as values do, both directions (7.30, 7.34, 7.35, 7.37, 7.40, 7.73)", () => {
  ORDERED.forEach((left, i) => {
    ORDERED.forEach((right, j) => {
      for (const a of left) {
        for (const b of right) {
          assert.equal(compareKeys(key(a), key(b)), Math.sign(i - j), `${i} ${j}`);
          assert.equal(
            compareKeys(key(a, true), key(b, true)),
            Math.sign(j - i),
            `descending ${i} ${j}`,
          );
        }
      }
    });
  });
});

Deno.test("equal numbers of different types have equal keys (7.8, 7.9, 7.11, 7.12)", () => {
  assert.deepEqual(key(double(5)), key(5));
  assert.deepEqual(key(5n), key(decimal("5.00")));
  assert.deepEqual(key(2n ** 53n + 1n), key(decimal("9007199254740993")));
  assert.deepEqual(key(double(-0)), key(0));
  assert.deepEqual(key(NaN), key(decimal("NaN")));
  assert.notDeepEqual(key(0.1), key(decimal("0.1")));
  assert.equal(key(0).length, 1);
  assert.equal(key(5).length, 9);
});

Deno.test("missing is written as null", () => {
  assert.deepEqual(encodeKey([MISSING]), key(null));
  assert.deepEqual(encodeKey([MISSING], [true]), Uint8Array.of(KeyClass.Null ^ 0xff));
});

Deno.test("fields of a compound key do not run into each other", () => {
  const pair = (a: Literal, b: Literal, descending: boolean[]) =>
    encodeKey([rawValue(a), rawValue(b)], descending);
  for (const descending of [[false, false], [true, false], [false, true], [true, true]]) {
    const sign = descending[0] ? -1 : 1;
    assert.equal(compareKeys(pair("a", "z", descending), pair("ab", "a", descending)), -sign);
    assert.equal(compareKeys(pair("a", 1, descending), pair("a\0", 0, descending)), -sign);
    assert.equal(compareKeys(pair([], 9, descending), pair([1], 0, descending)), -sign);
    assert.equal(compareKeys(pair({}, 9, descending), pair({ a: 1 }, 0, descending)), -sign);
    assert.equal(
      compareKeys(pair(2n ** 53n, 9, descending), pair(2n ** 53n + 1n, 0, descending)),
      -sign,
    );
  }
});

Deno.test("KeyWriter grows, truncates and is used again", () => {
  const writer = new KeyWriter();
  writer.append(rawValue("x".repeat(1000)));
  assert.equal(writer.length, 1002);
  writer.truncate(3);
  assert.deepEqual([...writer.view()], [KeyClass.String, 120, 120]);
  writer.reset();
  writer.appendEncoded(Uint8Array.of(1, 2), true);
  writer.appendByte(0xff);
  writer.appendClass(KeyClass.MaxKey);
  assert.deepEqual([...writer.bytes()], [0xfe, 0xfd, 0xff, 0xf0]);
});

Deno.test("fuzz: key order equals value order", () => {
  fuzzKeyOrder(freshSeed(), 3000);
});
