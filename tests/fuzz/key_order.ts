// Law: the byte order of keys is the order of values, for every type, nesting and direction.

import assert from "node:assert/strict";
import { compareRawValues } from "../../src/bson/compare.ts";
import { toShellText } from "../../src/bson/json.ts";
import type { RawValue } from "../../src/bson/read.ts";
import { compareKeys, encodeKey } from "../../src/index/key_encoding.ts";
import { NUMERIC_TYPES, Random, randomValue } from "./generate.ts";

/** Compares `cases` random pairs of compound keys with the order of their values. */
export function fuzzKeyOrder(seed: number, cases: number): void {
  const random = new Random(seed);
  for (let i = 0; i < cases; i++) {
    const options = random.chance(0.4) ? { types: NUMERIC_TYPES } : {};
    const count = 1 + random.below(2);
    const a: RawValue[] = [];
    const b: RawValue[] = [];
    const descending: boolean[] = [];
    for (let field = 0; field < count; field++) {
      a.push(randomValue(random, options));
      b.push(field === 0 && random.chance(0.3) ? a[0] : randomValue(random, options));
      descending.push(random.chance(0.5));
    }
    let expected = 0;
    for (let field = 0; field < count && expected === 0; field++) {
      const order = compareRawValues(a[field], b[field]);
      expected = order === 0 ? 0 : descending[field] ? -order : order;
    }
    const actual = compareKeys(encodeKey(a, descending), encodeKey(b, descending));
    assert.equal(
      actual,
      expected,
      `seed ${seed} case ${i}: ${a.map(toShellText)} against ${b.map(toShellText)} ${descending}`,
    );
    assertPrefixFree(a[0], b[0], expected, `seed ${seed} case ${i}`);
  }
}

/** No value's encoding is the beginning of another's: fields of a compound key cannot run into each other. */
function assertPrefixFree(a: RawValue, b: RawValue, order: number, label: string): void {
  if (order === 0) return;
  const left = encodeKey([a]);
  const right = encodeKey([b]);
  if (compareKeys(left, right) === 0) return;
  const length = Math.min(left.length, right.length);
  const isPrefix = compareKeys(left.subarray(0, length), right.subarray(0, length)) === 0;
  assert.ok(!isPrefix, `${label}: a key is a prefix of another`);
  assert.ok(left[0] >= 0x0a && left[0] <= 0xf0, `${label}: class byte`);
}

/** Comparison itself: antisymmetric and transitive on random triples. */
export function fuzzCompareLaws(seed: number, cases: number): void {
  const random = new Random(seed);
  for (let i = 0; i < cases; i++) {
    const options = random.chance(0.5) ? { types: NUMERIC_TYPES } : {};
    const values = [0, 1, 2].map(() => randomValue(random, options));
    const sorted = [...values].sort((a, b) => compareRawValues(a, b));
    const label = `seed ${seed} case ${i}: ${sorted.map(toShellText).join(" | ")}`;
    assert.ok(compareRawValues(sorted[0], sorted[2]) <= 0, label);
    for (const a of values) {
      assert.equal(compareRawValues(a, a), 0, label);
      for (const b of values) {
        assert.equal(compareRawValues(a, b), -compareRawValues(b, a) + 0, label);
      }
    }
  }
}
