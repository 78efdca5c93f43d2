import assert from "node:assert/strict";
import { KeyGenerator } from "../../src/index/key_paths.ts";
import { KeyType, keyTypeOf, KeyTypes } from "../../src/index/key_losses.ts";
import { decimal, double, type Literal, raw, rawValue } from "../bson/literal.ts";

const CASES: ReadonlyArray<readonly [Literal, number]> = [
  [5, KeyType.Usual],
  [double(5), KeyType.Double],
  [double(2.5), KeyType.Usual],
  [double(2 ** 40), KeyType.Usual],
  [double(-0), KeyType.NegativeZero],
  [double(NaN), KeyType.Usual],
  [5n, KeyType.Int64],
  [2n ** 40n, KeyType.Int64],
  [2n ** 53n + 1n, KeyType.Usual],
  [decimal("1.5"), KeyType.Decimal],
  [decimal("1.500"), KeyType.Decimal | 2],
  [decimal("0.00"), KeyType.Fetch],
  [decimal("NaN"), KeyType.Fetch],
  ["text", KeyType.Usual],
  [null, KeyType.Usual],
  [{ a: 1, b: [1, 2] }, KeyType.Usual],
  [{ a: double(1) }, KeyType.Fetch],
  [[double(1)], KeyType.Fetch],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], KeyType.Usual],
];

Deno.test("the types of values", () => {
  for (const [literal, expected] of CASES) {
    const { bytes, type, at } = rawValue(literal);
    assert.equal(keyTypeOf(bytes, type, at), expected, String(literal));
  }
});

Deno.test("usual fields at the end take no room", () => {
  const types = new KeyTypes(4);
  assert.deepEqual([...types.bytes()], []);
  types.set(2, KeyType.Int64);
  types.set(3, KeyType.Usual);
  assert.deepEqual([...types.bytes()], [0, 0, KeyType.Int64]);
  types.reset();
  types.set(1, KeyType.Double);
  assert.deepEqual([...types.view()], [0, KeyType.Double]);
});

Deno.test("a generator tells missing from null, and where nothing is there", () => {
  const generator = new KeyGenerator([
    { path: "a", direction: 1 },
    { path: "b.c", direction: -1 },
  ]);
  const typesOf = (document: Record<string, Literal>) => {
    const { keys, types } = generator.keys(raw(document));
    return keys.map((_, i) => [...(types?.[i] ?? [])]);
  };
  assert.deepEqual(typesOf({ a: 1, b: { c: 1 } }), [[]]);
  assert.deepEqual(typesOf({ a: null, b: { c: null } }), [[]]);
  assert.deepEqual(typesOf({}), [[KeyType.Missing, KeyType.Missing]]);
  assert.deepEqual(typesOf({ a: 1, b: {} }), [[0, KeyType.MissingInside]]);
  assert.deepEqual(typesOf({ a: 1, b: 5 }), [[0, KeyType.Fetch]]);
  assert.deepEqual(typesOf({ a: [1, 2], b: { c: double(1) } }), [
    [0, KeyType.Double],
    [0, KeyType.Double],
  ]);
});
