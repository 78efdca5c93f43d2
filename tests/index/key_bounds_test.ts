import assert from "node:assert/strict";
import { compareKeys, encodeKey } from "../../src/index/key_encoding.ts";
import { type FieldIntervals, makeInterval, pointInterval } from "../../src/index/interval.ts";
import { ALL_VALUES, type IntervalList } from "../../src/index/interval.ts";
import { KeyBounds, keyBoundsOf } from "../../src/index/key_bounds.ts";
import { type Literal, rawValue } from "../bson/literal.ts";
import { freshSeed, Random } from "../fuzz/generate.ts";

const point = (literal: Literal) => pointInterval(rawValue(literal));
const range = (low: Literal, lowInclusive: boolean, high: Literal, highInclusive: boolean) =>
  makeInterval(rawValue(low), lowInclusive, rawValue(high), highInclusive);

function fields(...lists: readonly [IntervalList, boolean][]): FieldIntervals[] {
  return lists.map(([intervals, descending]) => ({ intervals, descending }));
}

Deno.test("keyBoundsOf gives nothing where the ranges say everything", () => {
  const given = fields([[point(1)], false], [ALL_VALUES, false]);
  assert.equal(keyBoundsOf(given, 1), undefined);
  assert.ok(keyBoundsOf(fields([ALL_VALUES, false], [[point(1)], false]), 1) !== undefined);
});

Deno.test("an entry is inside when its later fields are", () => {
  const bounds = new KeyBounds(
    fields([ALL_VALUES, false], [[point(1), range(3, true, 5, false)], true]),
    1,
  );
  const holds = (a: Literal, b: Literal) =>
    bounds.holds(encodeKey([rawValue(a), rawValue(b)], [false, true]), 0);
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((b) => holds("x", b)), [
    false,
    true,
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("a jump passes over nothing that is inside", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let round = 0; round < 60; round++) {
    const directions = [0, 1, 2].map(() => random.chance(0.5));
    const list = (): IntervalList => {
      const from = random.below(4);
      if (random.chance(0.3)) return ALL_VALUES;
      return random.chance(0.5) ? [point(from), point(from + 2)] : [
        range(from, random.chance(0.5), from + 1 + random.below(3), random.chance(0.5)),
      ];
    };
    const lists = [list(), list(), list()].map((intervals, i) => ({
      intervals,
      descending: directions[i],
    }));
    const bounds = new KeyBounds(lists, 0);
    const keys: Uint8Array[] = [];
    for (let n = 0; n < 216; n++) {
      const values = [n % 6, Math.floor(n / 6) % 6, Math.floor(n / 36)].map(rawValue);
      const key = encodeKey(values, directions);
      // As an entry has it: the RecordId behind.
      keys.push(Uint8Array.of(...key, 0, 0, 0, 0, 0, 0, 0, 1));
    }
    keys.sort(compareKeys);
    const inside = keys.filter((key) => bounds.holds(key, 0));
    for (const forward of [true, false]) {
      const found: Uint8Array[] = [];
      const ordered = forward ? keys : [...keys].reverse();
      for (let i = 0; i < ordered.length;) {
        if (bounds.holds(ordered[i], 0)) {
          found.push(ordered[i++]);
          continue;
        }
        const target = bounds.seekTarget(ordered[i], 0, forward);
        const before = i;
        while (i < ordered.length) {
          const order = compareKeys(ordered[i], target);
          if (forward ? order >= 0 : order < 0) break;
          i++;
        }
        assert.ok(i > before, `seed ${seed}: a jump goes on`);
      }
      assert.deepEqual(forward ? found : found.reverse(), inside, `seed ${seed}`);
    }
  }
});
