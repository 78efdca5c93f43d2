// Index intervals of conditions on values: what the definitions in operators/ return as their `bounds`.
//
// Keys of an array are its elements, of an empty array undefined, of a missing field null. Keys of strings under a
// collation, and of what may contain strings, only narrow the search (index/collation_key.ts): ends are included and
// nothing is exact. The planner uses such bounds on indexes of the same collation only.

import type { Collation } from "../bson/collation.ts";
import { BsonWriter } from "../bson/encode.ts";
import { elements, type RawValue, readDouble } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import {
  ALL_VALUES,
  type Interval,
  type IntervalList,
  makeInterval,
  NO_VALUES,
  normalize,
  pointInterval,
  typeInterval,
} from "../index/interval.ts";
import type { Bounds, BoundsOptions } from "./definition.ts";
import type {
  CompareExpression,
  InExpression,
  RegexExpression,
  TypeExpression,
} from "./match_expression.ts";
import type { RegularExpression } from "./regex.ts";

function singleValue(write: (writer: BsonWriter) => void): RawValue {
  const writer = new BsonWriter(32);
  writer.startDocument();
  write(writer);
  writer.end();
  const bytes = writer.bytes();
  return { bytes, type: bytes[4], at: 6 };
}

const NULL = singleValue((writer) => writer.null(""));
const UNDEFINED = singleValue((writer) => writer.valueless("", BsonType.Undefined));
const LOWEST_NUMBER = singleValue((writer) => writer.double("", -Infinity));
const HIGHEST_NUMBER = singleValue((writer) => writer.double("", Infinity));
const EMPTY_STRING = singleValue((writer) => writer.string("", ""));

function isCollated(value: RawValue): boolean {
  return value.type === BsonType.String || value.type === BsonType.Symbol ||
    value.type === BsonType.Document || value.type === BsonType.Array;
}

/** Null and missing: one point. With arrays about, an element that misses the field is not what is meant. */
export function nullBounds({ isMultikey }: BoundsOptions): Bounds {
  return { intervals: [pointInterval(NULL)], exact: !isMultikey };
}

/** `$exists: true`. */
export function existsBounds(): Bounds {
  return { intervals: ALL_VALUES, exact: false };
}

function equalityBounds(
  value: RawValue,
  options: BoundsOptions,
  collation: Collation | undefined,
): Bounds {
  if (value.type === BsonType.Null) return nullBounds(options);
  if (collation !== undefined && isCollated(value)) return collatedEquality(value, collation);
  if (value.type !== BsonType.Array) return { intervals: [pointInterval(value)], exact: true };
  // The array is found under its first element, or whole when it is an element itself.
  const first = elements(value.bytes, value.at).next();
  const key = first.done ? UNDEFINED : first.value;
  return { intervals: normalize([pointInterval(key), pointInterval(value)]), exact: false };
}

function collatedEquality(value: RawValue, collation: Collation): Bounds {
  const points = [pointInterval(value, collation)];
  if (value.type === BsonType.Array) {
    const first = elements(value.bytes, value.at).next();
    points.push(pointInterval(first.done ? UNDEFINED : first.value, collation));
  }
  return { intervals: normalize(points), exact: false };
}

/** Strings from a string on, or up to it; of what contains strings all of the type. */
function collatedRange(value: RawValue, isUpwards: boolean, collation: Collation): Bounds {
  const bracket = typeInterval(value.type);
  if (value.type !== BsonType.String && value.type !== BsonType.Symbol) {
    const intervals = value.type === BsonType.Array ? ALL_VALUES : [bracket];
    return { intervals, exact: false };
  }
  const { lowValue, lowInclusive, highValue, highInclusive } = bracket;
  const interval = isUpwards
    ? makeInterval(value, true, highValue, highInclusive, collation)
    : makeInterval(lowValue, lowInclusive, value, true, collation);
  return { intervals: normalize([interval]), exact: false };
}

export function comparisonBounds(
  { operator, value, collation }: CompareExpression,
  options: BoundsOptions,
): Bounds | undefined {
  if (operator === "$eq") return equalityBounds(value, options, collation);
  const includes = operator === "$gte" || operator === "$lte";
  const isUpwards = operator === "$gt" || operator === "$gte";
  if (collation !== undefined && isCollated(value)) {
    return collatedRange(value, isUpwards, collation);
  }
  switch (value.type) {
    case BsonType.Null:
      return includes ? nullBounds(options) : { intervals: NO_VALUES, exact: true };
    case BsonType.MinKey:
    case BsonType.MaxKey:
    case BsonType.Array:
      return { intervals: ALL_VALUES, exact: false };
  }
  if (isNumericType(value.type)) {
    if (isNaNValue(value)) {
      return { intervals: includes ? [pointInterval(value)] : NO_VALUES, exact: true };
    }
    return exactly(
      isUpwards
        ? makeInterval(value, includes, HIGHEST_NUMBER, true)
        : makeInterval(LOWEST_NUMBER, true, value, includes),
    );
  }
  const bracket = typeInterval(value.type);
  return exactly(
    isUpwards
      ? makeInterval(value, includes, bracket.highValue, bracket.highInclusive)
      : makeInterval(bracket.lowValue, bracket.lowInclusive, value, includes),
  );
}

function exactly(interval: Interval): Bounds {
  return { intervals: normalize([interval]), exact: true };
}

function isNaNValue({ bytes, type, at }: RawValue): boolean {
  if (type === BsonType.Double) return Number.isNaN(readDouble(bytes, at));
  return type === BsonType.Decimal128 && (bytes[at + 15] & 0x7c) === 0x7c;
}

export function membershipBounds(
  { values, regexes, collation }: InExpression,
  options: BoundsOptions,
): Bounds | undefined {
  if (collation !== undefined && regexes.length > 0) return undefined;
  const parts = [
    ...values.map((value) => equalityBounds(value, options, collation)),
    ...regexes.map(patternBounds),
  ];
  return {
    intervals: normalize(parts.flatMap((part) => [...part.intervals])),
    exact: parts.every((part) => part.exact),
  };
}

export function regexBounds({ regex }: RegexExpression): Bounds {
  return patternBounds(regex);
}

function patternBounds(regex: RegularExpression): Bounds {
  const self = singleValue((writer) => writer.regex("", regex.source, regex.flags));
  const strings = typeInterval(BsonType.String);
  const low = regex.prefix === ""
    ? EMPTY_STRING
    : singleValue((writer) => writer.string("", regex.prefix));
  const next = regex.prefix === "" ? undefined : successor(regex.prefix);
  const interval = next === undefined
    ? makeInterval(low, true, strings.highValue, strings.highInclusive)
    : makeInterval(low, true, next, false);
  return { intervals: normalize([interval, pointInterval(self)]), exact: regex.isPrefixOnly };
}

/** The smallest string above every string with this prefix: its last byte one higher. */
function successor(prefix: string): RawValue | undefined {
  const text = new TextEncoder().encode(prefix);
  const value = singleValue((writer) => writer.string("", prefix));
  const last = value.at + 4 + text.length - 1;
  // UTF-8 never uses ff, so a byte can always be raised.
  value.bytes[last]++;
  return value;
}

export function typeBounds({ types }: TypeExpression): Bounds {
  if (types.has(BsonType.Array)) return { intervals: ALL_VALUES, exact: false };
  const intervals: IntervalList = normalize([...types].map(typeInterval));
  return { intervals, exact: false };
}

/** All numbers: for $mod. */
export function numberBounds(): Bounds {
  return { intervals: [typeInterval(BsonType.Double)], exact: false };
}
