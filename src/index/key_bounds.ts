// Bounds on fields behind a range: is an index entry inside, and if not, where do the next ones begin that may be?
//
//   { a: { $gt: 1 }, b: 5 } on { a: 1, b: 1 }:   range a > 1; of its entries those with b = 5, looked for per value of a
//
// Key ranges (interval.ts) narrow a scan up to the first field that is not a list of points; here the later fields are
// compared on the key bytes, part by part. `seekTarget` gives the key to go on from when a run of entries was outside.

import { type FieldIntervals, isAllValues } from "./interval.ts";
import { keyValueEnd } from "./key_decoding.ts";

/** An interval as keys have it: inverted and turned round for a descending field. */
interface StoredInterval {
  readonly low: Uint8Array;
  readonly lowInclusive: boolean;
  readonly high: Uint8Array;
  readonly highInclusive: boolean;
}

/** Where a scan goes on: forward from `key`, which is included, backward from before it. */
export type SeekTarget = Uint8Array;

export class KeyBounds {
  /** Per field its intervals in key order; undefined: all values. Fields behind the last bounded one are left out. */
  readonly #fields: readonly (readonly StoredInterval[] | undefined)[];
  readonly #flips: Uint8Array;
  // Of the last entry that was outside: the field and where its value stands.
  #failedField = 0;
  #failedFrom = 0;
  #failedTo = 0;

  constructor(fields: readonly FieldIntervals[], exactFields: number) {
    const bounded = fields.map(({ intervals, descending }, i) =>
      i < exactFields || isAllValues(intervals) ? undefined : storedIntervals(intervals, descending)
    );
    while (bounded.length > 0 && bounded[bounded.length - 1] === undefined) bounded.pop();
    this.#fields = bounded;
    this.#flips = Uint8Array.from(fields, ({ descending }) => descending ? 0xff : 0);
  }

  /** True when the entry whose key starts at `at` is inside. */
  holds(keys: Uint8Array, at: number): boolean {
    const fields = this.#fields;
    for (let field = 0; field < fields.length; field++) {
      const end = keyValueEnd(keys, at, this.#flips[field]);
      const intervals = fields[field];
      if (intervals !== undefined && !isInside(intervals, keys, at, end)) {
        this.#failedField = field;
        this.#failedFrom = at;
        this.#failedTo = end;
        return false;
      }
      at = end;
    }
    return true;
  }

  /** For the entry that `holds` refused last, its key starting at `start`. */
  seekTarget(keys: Uint8Array, start: number, forward: boolean): SeekTarget {
    const from = this.#failedFrom;
    const to = this.#failedTo;
    const prefix = keys.subarray(start, from);
    const intervals = this.#fields[this.#failedField] ?? [];
    if (forward) {
      for (const { low, lowInclusive } of intervals) {
        const order = compare(keys, from, to, low);
        if (order < 0 || (order === 0 && !lowInclusive)) return joined(prefix, low, !lowInclusive);
      }
      return joined(prefix, NOTHING, true);
    }
    for (let i = intervals.length - 1; i >= 0; i--) {
      const { high, highInclusive } = intervals[i];
      const order = compare(keys, from, to, high);
      if (order > 0 || (order === 0 && !highInclusive)) return joined(prefix, high, highInclusive);
    }
    return joined(prefix, NOTHING, false);
  }
}

const NOTHING = new Uint8Array(0);

/** What the ranges leave to be tested on keys; undefined when they say everything. */
export function keyBoundsOf(
  fields: readonly FieldIntervals[],
  exactFields: number,
): KeyBounds | undefined {
  for (let field = exactFields; field < fields.length; field++) {
    if (!isAllValues(fields[field].intervals)) return new KeyBounds(fields, exactFields);
  }
  return undefined;
}

function storedIntervals(
  intervals: FieldIntervals["intervals"],
  descending: boolean,
): readonly StoredInterval[] {
  if (!descending) return intervals;
  return intervals.map(({ low, lowInclusive, high, highInclusive }) => ({
    low: inverted(high),
    lowInclusive: highInclusive,
    high: inverted(low),
    highInclusive: lowInclusive,
  })).reverse();
}

function inverted(key: Uint8Array): Uint8Array {
  return key.map((byte) => byte ^ 0xff);
}

function isInside(
  intervals: readonly StoredInterval[],
  keys: Uint8Array,
  from: number,
  to: number,
): boolean {
  // The first interval whose high end is not before the value.
  let first = 0;
  let end = intervals.length;
  while (first < end) {
    const middle = (first + end) >> 1;
    const { high, highInclusive } = intervals[middle];
    const order = compare(keys, from, to, high);
    if (order > 0 || (order === 0 && !highInclusive)) first = middle + 1;
    else end = middle;
  }
  if (first === intervals.length) return false;
  const { low, lowInclusive } = intervals[first];
  const order = compare(keys, from, to, low);
  return order > 0 || (order === 0 && lowInclusive);
}

/** Byte order of keys[from, to) and a value. */
function compare(keys: Uint8Array, from: number, to: number, value: Uint8Array): number {
  const length = Math.min(to - from, value.length);
  for (let i = 0; i < length; i++) {
    if (keys[from + i] !== value[i]) return keys[from + i] < value[i] ? -1 : 1;
  }
  return to - from - value.length;
}

/** `behind`: the key behind all that start with these bytes. */
function joined(prefix: Uint8Array, value: Uint8Array, behind: boolean): Uint8Array {
  const key = new Uint8Array(prefix.length + value.length + (behind ? 1 : 0));
  key.set(prefix);
  key.set(value, prefix.length);
  if (behind) key[key.length - 1] = 0xff;
  return key;
}
