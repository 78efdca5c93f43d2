// Sets of values of one indexed field as sorted, disjoint intervals, and their use on a compound key.
//
// Ends are encoded ascending values (key_encoding.ts), so comparing two ends is comparing bytes. The decoded ends are
// kept for explain. `buildKeyRanges` turns the intervals of a pattern's fields into ranges of key bytes: points multiply
// out, the first field that is not a list of points ends the prefix, and what lies behind it is tested on keys (key_bounds.ts).

import type { Collation } from "../bson/collation.ts";
import { BsonWriter } from "../bson/encode.ts";
import { toShellText } from "../bson/json.ts";
import { type RawValue, readString } from "../bson/read.ts";
import { BsonType, CANONICAL_ORDER } from "../bson/type.ts";
import { collationKeyText } from "./collation_key.ts";
import { compareKeys, encodeKey } from "./key_encoding.ts";

/** The values between two ends. */
export interface Interval {
  readonly low: Uint8Array;
  readonly lowInclusive: boolean;
  readonly high: Uint8Array;
  readonly highInclusive: boolean;
  readonly lowValue: RawValue;
  readonly highValue: RawValue;
}

/** Sorted and disjoint. */
export type IntervalList = readonly Interval[];

function singleValue(write: (writer: BsonWriter) => void): RawValue {
  const writer = new BsonWriter(32);
  writer.startDocument();
  write(writer);
  writer.end();
  const bytes = writer.bytes();
  return { bytes, type: bytes[4], at: 6 };
}

function valuelessValue(type: number): RawValue {
  return singleValue((writer) => writer.valueless("", type));
}

export const MIN_KEY_VALUE: RawValue = valuelessValue(BsonType.MinKey);
export const MAX_KEY_VALUE: RawValue = valuelessValue(BsonType.MaxKey);

const COLLATION_KEY = "CollationKey";

/** Of a string under a collation explain shows the key: `CollationKey(0x2d2f31)`. */
function shownEnd(value: RawValue, collation: Collation | undefined): RawValue {
  if (collation === undefined || value.type !== BsonType.String) return value;
  const string = readString(value.bytes, value.at);
  if (string === "") return value;
  // A symbol, so that no string of a query is taken for one.
  const text = `${COLLATION_KEY}(${collationKeyText(collation, string)})`;
  const made = singleValue((writer) => writer.string("", text));
  return { ...made, type: BsonType.Symbol };
}

/** The interval between two values. */
export function makeInterval(
  lowValue: RawValue,
  lowInclusive: boolean,
  highValue: RawValue,
  highInclusive: boolean,
  collation?: Collation,
): Interval {
  return {
    low: encodeKey([lowValue], [], collation),
    lowInclusive,
    high: encodeKey([highValue], [], collation),
    highInclusive,
    lowValue: shownEnd(lowValue, collation),
    highValue: shownEnd(highValue, collation),
  };
}

/** Just one value. */
export function pointInterval(value: RawValue, collation?: Collation): Interval {
  const key = encodeKey([value], [], collation);
  const shown = shownEnd(value, collation);
  return {
    low: key,
    lowInclusive: true,
    high: key,
    highInclusive: true,
    lowValue: shown,
    highValue: shown,
  };
}

/** MinKey to MaxKey, both included. */
export const ALL_INTERVAL: Interval = makeInterval(MIN_KEY_VALUE, true, MAX_KEY_VALUE, true);
export const ALL_VALUES: IntervalList = [ALL_INTERVAL];
export const NO_VALUES: IntervalList = [];

export function isPoint(interval: Interval): boolean {
  return interval.lowInclusive && interval.highInclusive &&
    compareKeys(interval.low, interval.high) === 0;
}

export function isAllValues(list: IntervalList): boolean {
  return list.length === 1 && list[0].lowInclusive && list[0].highInclusive &&
    compareKeys(list[0].low, ALL_INTERVAL.low) === 0 &&
    compareKeys(list[0].high, ALL_INTERVAL.high) === 0;
}

/** True when no value lies in the interval. */
export function isEmptyInterval(interval: Interval): boolean {
  const order = compareKeys(interval.low, interval.high);
  return order > 0 || (order === 0 && !(interval.lowInclusive && interval.highInclusive));
}

// Ends on one line: an exclusive low end lies just behind its value, an exclusive high end just before.
function compareLow(a: Interval, b: Interval): number {
  return compareKeys(a.low, b.low) || Number(b.lowInclusive) - Number(a.lowInclusive);
}

function compareHigh(a: Interval, b: Interval): number {
  return compareKeys(a.high, b.high) || Number(a.highInclusive) - Number(b.highInclusive);
}

function between(low: Interval, high: Interval): Interval {
  return {
    low: low.low,
    lowInclusive: low.lowInclusive,
    lowValue: low.lowValue,
    high: high.high,
    highInclusive: high.highInclusive,
    highValue: high.highValue,
  };
}

/** The values in both lists. */
export function intersect(a: IntervalList, b: IntervalList): IntervalList {
  const result: Interval[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const common = between(
      compareLow(a[i], b[j]) >= 0 ? a[i] : b[j],
      compareHigh(a[i], b[j]) <= 0 ? a[i] : b[j],
    );
    if (!isEmptyInterval(common)) result.push(common);
    if (compareHigh(a[i], b[j]) <= 0) i++;
    else j++;
  }
  return result;
}

/** Any intervals as a sorted and disjoint list. */
export function normalize(intervals: readonly Interval[]): IntervalList {
  const sorted = intervals.filter((interval) => !isEmptyInterval(interval)).sort(compareLow);
  const result: Interval[] = [];
  for (const interval of sorted) {
    const last = result[result.length - 1];
    if (last === undefined || !touches(last, interval)) {
      result.push(interval);
    } else if (compareHigh(interval, last) > 0) {
      result[result.length - 1] = between(last, interval);
    }
  }
  return result;
}

/** True when no value lies between the end of `a` and the start of `b`, given a starts first. */
function touches(a: Interval, b: Interval): boolean {
  const order = compareKeys(b.low, a.high);
  return order < 0 || (order === 0 && (a.highInclusive || b.lowInclusive));
}

/** The values in either list. */
export function union(a: IntervalList, b: IntervalList): IntervalList {
  return normalize([...a, ...b]);
}

/** The values not in the list. */
export function complement(list: IntervalList): IntervalList {
  const result: Interval[] = [];
  let from = { value: MIN_KEY_VALUE, key: ALL_INTERVAL.low, inclusive: true };
  for (const interval of list) {
    const gap: Interval = {
      low: from.key,
      lowInclusive: from.inclusive,
      lowValue: from.value,
      high: interval.low,
      highInclusive: !interval.lowInclusive,
      highValue: interval.lowValue,
    };
    if (!isEmptyInterval(gap)) result.push(gap);
    from = {
      value: interval.highValue,
      key: interval.high,
      inclusive: !interval.highInclusive,
    };
  }
  const last: Interval = {
    low: from.key,
    lowInclusive: from.inclusive,
    lowValue: from.value,
    high: ALL_INTERVAL.high,
    highInclusive: true,
    highValue: MAX_KEY_VALUE,
  };
  if (!isEmptyInterval(last)) result.push(last);
  return result;
}

function endText(value: RawValue): string {
  if (value.type === BsonType.Symbol) {
    const text = readString(value.bytes, value.at);
    if (text.startsWith(`${COLLATION_KEY}(`)) return text;
  }
  const text = toShellText(value);
  // mongod's plans write `inf.0`, unlike its errors.
  return value.type === BsonType.Double && /(inf|nan)$/.test(text) ? `${text}.0` : text;
}

/** The interval as explain shows it: `[5, 10)`. */
export function intervalText(interval: Interval, descending = false): string {
  const { lowInclusive, highInclusive } = interval;
  const low = endText(interval.lowValue);
  const high = endText(interval.highValue);
  if (descending) return `${highInclusive ? "[" : "("}${high}, ${low}${lowInclusive ? "]" : ")"}`;
  return `${lowInclusive ? "[" : "("}${low}, ${high}${highInclusive ? "]" : ")"}`;
}

/** The texts of a field's intervals in the order a forward scan meets them. */
export function intervalTexts(list: IntervalList, descending = false): string[] {
  const texts = list.map((interval) => intervalText(interval, descending));
  return descending ? texts.reverse() : texts;
}

const fromScratch = {
  string: () => singleValue((writer) => writer.string("", "")),
  object: () => singleValue((writer) => (writer.startDocument(""), writer.end())),
  array: () => singleValue((writer) => (writer.startArray(""), writer.end())),
  binary: () => singleValue((writer) => writer.binary("", 0, new Uint8Array(0))),
  lowId: () => singleValue((writer) => writer.objectId("", new Uint8Array(12))),
  highId: () => singleValue((writer) => writer.objectId("", new Uint8Array(12).fill(255))),
  false: () => singleValue((writer) => writer.bool("", false)),
  true: () => singleValue((writer) => writer.bool("", true)),
  lowDate: () => singleValue((writer) => writer.date("", -(2n ** 63n))),
  highDate: () => singleValue((writer) => writer.date("", 2n ** 63n - 1n)),
  lowTime: () => singleValue((writer) => writer.timestamp("", 0n)),
  highTime: () => singleValue((writer) => writer.timestamp("", 2n ** 64n - 1n)),
  regex: () => singleValue((writer) => writer.regex("", "", "")),
  nan: () => singleValue((writer) => writer.double("", NaN)),
  infinity: () => singleValue((writer) => writer.double("", Infinity)),
  pointer: () => smallest(BsonType.DBPointer, [1, 0, 0, 0, 0, ...new Array(12).fill(0)]),
  code: () => smallest(BsonType.Code, [1, 0, 0, 0, 0]),
  scope: () => smallest(BsonType.CodeWithScope, [14, 0, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0]),
};

function smallest(type: number, value: readonly number[]): RawValue {
  return singleValue((writer) => {
    writer.headerBytes(type, new Uint8Array(0));
    writer.append(Uint8Array.from(value));
  });
}

/** Per place in the type order: lowest value, highest value, and whether the highest still belongs to the type. */
const BRACKETS: ReadonlyMap<number, Interval> = new Map(
  ([
    [BsonType.MinKey, MIN_KEY_VALUE, MIN_KEY_VALUE, true],
    [BsonType.Undefined, valuelessValue(BsonType.Undefined), valuelessValue(6), true],
    [BsonType.Null, valuelessValue(BsonType.Null), valuelessValue(BsonType.Null), true],
    [BsonType.Double, fromScratch.nan(), fromScratch.infinity(), true],
    [BsonType.String, fromScratch.string(), fromScratch.object(), false],
    [BsonType.Document, fromScratch.object(), fromScratch.array(), false],
    [BsonType.Array, fromScratch.array(), fromScratch.binary(), false],
    [BsonType.Binary, fromScratch.binary(), fromScratch.lowId(), false],
    [BsonType.ObjectId, fromScratch.lowId(), fromScratch.highId(), true],
    [BsonType.Boolean, fromScratch.false(), fromScratch.true(), true],
    [BsonType.Date, fromScratch.lowDate(), fromScratch.highDate(), true],
    [BsonType.Timestamp, fromScratch.lowTime(), fromScratch.highTime(), true],
    [BsonType.Regex, fromScratch.regex(), fromScratch.pointer(), false],
    [BsonType.DBPointer, fromScratch.pointer(), fromScratch.code(), false],
    [BsonType.Code, fromScratch.code(), fromScratch.scope(), false],
    [BsonType.CodeWithScope, fromScratch.scope(), MAX_KEY_VALUE, false],
    [BsonType.MaxKey, MAX_KEY_VALUE, MAX_KEY_VALUE, true],
  ] as ReadonlyArray<readonly [number, RawValue, RawValue, boolean]>).map((
    [type, low, high, inclusive],
  ) => [CANONICAL_ORDER[type], makeInterval(low, true, high, inclusive)]),
);

/** All values that compare with the given type (numbers of every type, NaN included, for a numeric one). */
export function typeInterval(type: number): Interval {
  return BRACKETS.get(CANONICAL_ORDER[type]) ?? ALL_INTERVAL;
}

/** Key bytes from `low` up to, but not including, `high`. */
export interface KeyRange {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
}

export interface FieldIntervals {
  readonly intervals: IntervalList;
  readonly descending: boolean;
}

export interface KeyRanges {
  /** In key order, disjoint. */
  readonly ranges: readonly KeyRange[];
  /** Leading fields whose intervals the ranges express exactly; the others are tested on keys. */
  readonly exactFields: number;
}

/** More ranges than this are not multiplied out: the remaining fields are tested on keys. */
const MAX_RANGES = 20_000;

/** The ranges of keys whose fields lie in the given intervals. */
export function buildKeyRanges(fields: readonly FieldIntervals[]): KeyRanges {
  let prefixes: Uint8Array[] = [new Uint8Array(0)];
  let field = 0;
  for (; field < fields.length; field++) {
    const { intervals, descending } = fields[field];
    if (isAllValues(intervals)) break;
    if (prefixes.length * intervals.length > MAX_RANGES) break;
    const ordered = descending ? [...intervals].reverse() : intervals;
    if (!ordered.every(isPoint)) {
      const ranges = prefixes.flatMap((prefix) =>
        ordered.map((interval) => rangeOf(prefix, interval, descending))
      );
      return { ranges, exactFields: exactThrough(fields, field + 1) };
    }
    prefixes = prefixes.flatMap((prefix) =>
      ordered.map((interval) => concatenate(prefix, directed(interval.low, descending), false))
    );
  }
  const ranges = prefixes.map((prefix) => ({ low: prefix, high: endOf(prefix) }));
  return { ranges, exactFields: exactThrough(fields, field) };
}

/** Fields behind the last one used count as exact while they ask for nothing. */
function exactThrough(fields: readonly FieldIntervals[], used: number): number {
  while (used < fields.length && isAllValues(fields[used].intervals)) used++;
  return used;
}

/** The end of everything that starts with `prefix`: no value's encoding starts with ff. */
function endOf(prefix: Uint8Array): Uint8Array {
  return concatenate(prefix, new Uint8Array(0), true);
}

function rangeOf(prefix: Uint8Array, interval: Interval, descending: boolean): KeyRange {
  const { low, lowInclusive, high, highInclusive } = interval;
  if (descending) {
    return {
      low: concatenate(prefix, directed(high, true), !highInclusive),
      high: concatenate(prefix, directed(low, true), lowInclusive),
    };
  }
  return {
    low: concatenate(prefix, low, !lowInclusive),
    high: concatenate(prefix, high, highInclusive),
  };
}

function directed(encoded: Uint8Array, descending: boolean): Uint8Array {
  return descending ? encoded.map((byte) => byte ^ 0xff) : encoded;
}

/** `behind`: all keys that start with these bytes come before the result. */
function concatenate(prefix: Uint8Array, value: Uint8Array, behind: boolean): Uint8Array {
  const result = new Uint8Array(prefix.length + value.length + (behind ? 1 : 0));
  result.set(prefix);
  result.set(value, prefix.length);
  if (behind) result[result.length - 1] = 0xff;
  return result;
}
