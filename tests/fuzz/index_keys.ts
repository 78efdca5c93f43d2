// Laws: a generator's keys are those of a simple model; interval sets and key ranges hold exactly their values.

import assert from "node:assert/strict";
import { isDocumentValue, toMap } from "../../src/bson/decode.ts";
import { encodeValue } from "../../src/bson/encode.ts";
import { documentText } from "../../src/bson/json.ts";
import { BsonType } from "../../src/bson/type.ts";
import { type BsonValue, UNDEFINED } from "../../src/bson/value.ts";
import { compareKeys, encodeKey } from "../../src/index/key_encoding.ts";
import { KeyGenerator } from "../../src/index/key_paths.ts";
import {
  buildKeyRanges,
  complement,
  type FieldIntervals,
  intersect,
  type Interval,
  type IntervalList,
  makeInterval,
  normalize,
  pointInterval,
  typeInterval,
  union,
} from "../../src/index/interval.ts";
import { ALL_TYPES, Random, randomDocument, randomValue } from "./generate.ts";

const PATHS = ["a", "b", "a.b", "a.0", "a.b.0", "a.0.b", "a.1", "a.b.a", "0", "a.0.0"];

/** The indexed values of one path, on decoded values, straight from the rules. */
function modelValues(value: BsonValue, parts: readonly string[], isElement: boolean): BsonValue[] {
  if (parts.length === 0) {
    if (!Array.isArray(value) || isElement) return [value];
    return value.length === 0 ? [UNDEFINED] : value;
  }
  const [name, ...rest] = parts;
  if (isDocumentValue(value)) {
    const found = toMap(value).get(name);
    return found === undefined ? [null] : modelValues(found, rest, false);
  }
  if (!Array.isArray(value) || isElement) return [null];
  const positional = /^\d+$/.test(name) ? value[Number(name)] : undefined;
  if (positional === undefined) {
    return value.length === 0
      ? [null]
      : value.flatMap((element) => modelValues(element, parts, true));
  }
  const named = value.filter((element) => isDocumentValue(element) && toMap(element).has(name));
  return [
    ...modelValues(positional, rest, false),
    ...named.flatMap((element) => modelValues(element, parts, true)),
  ];
}

/** Keys of single-field indexes against the model. */
export function fuzzIndexKeys(seed: number, cases: number): void {
  const random = new Random(seed);
  const types = [BsonType.Int32, BsonType.String, BsonType.Null, 3, 3, 3, 4, 4, 4];
  for (let i = 0; i < cases; i++) {
    const document = randomDocument(random, { names: ["a", "b", "0", "1"], types, maxDepth: 4 });
    const path = random.pick(PATHS);
    const direction = random.pick([1, -1] as const);
    const set = new KeyGenerator([{ path, direction }]).keys(document);
    const expected = modelValues(document, path.split("."), false)
      .map((value) => encodeKey([encodeValue(value)], [direction < 0]))
      .sort(compareKeys)
      .filter((key, at, all) => at === 0 || compareKeys(all[at - 1], key) !== 0);
    const label = `seed ${seed} case ${i}: ${path} of ${documentText(document)}`;
    assert.deepEqual([...set.keys], expected, label);
    if (expected.length > 1) assert.ok(set.multikey, label);
  }
}

function randomIntervals(random: Random): IntervalList {
  const intervals: Interval[] = [];
  for (let i = random.below(4); i > 0; i--) {
    const kind = random.below(4);
    if (kind === 0) intervals.push(typeInterval(random.pick(ALL_TYPES)));
    else if (kind === 1) intervals.push(pointInterval(randomValue(random, { maxDepth: 1 })));
    else {
      intervals.push(makeInterval(
        randomValue(random, { maxDepth: 1 }),
        random.chance(0.5),
        randomValue(random, { maxDepth: 1 }),
        random.chance(0.5),
      ));
    }
  }
  return normalize(intervals);
}

function contains(list: IntervalList, key: Uint8Array): boolean {
  return list.some((interval) => {
    const low = compareKeys(key, interval.low);
    const high = compareKeys(key, interval.high);
    return (low > 0 || (low === 0 && interval.lowInclusive)) &&
      (high < 0 || (high === 0 && interval.highInclusive));
  });
}

/** Set operations and key ranges against membership of random values. */
export function fuzzIntervals(seed: number, cases: number): void {
  const random = new Random(seed);
  for (let i = 0; i < cases; i++) {
    const label = `seed ${seed} case ${i}`;
    const a = randomIntervals(random);
    const b = randomIntervals(random);
    const ends = [...a, ...b].flatMap((interval) => [interval.lowValue, interval.highValue]);
    const values = [...ends, randomValue(random), randomValue(random)];
    for (const value of values) {
      const key = encodeKey([value]);
      const inA = contains(a, key);
      const inB = contains(b, key);
      assert.equal(contains(intersect(a, b), key), inA && inB, label);
      assert.equal(contains(union(a, b), key), inA || inB, label);
      assert.equal(contains(complement(a), key), !inA, label);
    }
    const fields: FieldIntervals[] = [
      { intervals: a, descending: random.chance(0.5) },
      { intervals: b, descending: random.chance(0.5) },
    ];
    const { ranges, exactFields } = buildKeyRanges(fields);
    for (let n = 1; n < ranges.length; n++) {
      assert.ok(compareKeys(ranges[n - 1].high, ranges[n].low) <= 0, `${label}: disjoint, sorted`);
    }
    const pair = [random.pick(values), random.pick(values)];
    const key = encodeKey(pair, fields.map((field) => field.descending));
    const withRecordId = Uint8Array.from([...key, 0, 0, 0, 0, 0, 0, 0, 7]);
    for (const entry of [key, withRecordId]) {
      const found = ranges.some(({ low, high }) =>
        compareKeys(entry, low) >= 0 && compareKeys(entry, high) < 0
      );
      const inFirst = contains(a, encodeKey([pair[0]]));
      const inBoth = inFirst && contains(b, encodeKey([pair[1]]));
      if (exactFields === 2) assert.equal(found, inBoth, label);
      else if (exactFields === 1) assert.equal(found, inFirst, label);
      else if (inBoth) assert.ok(found, label);
    }
  }
}
