// Fast tests of one value against a constant: $eq, $lt, $lte, $gt, $gte by the constant's type.
//
// The rule of the query language: values of another type class never match (type bracketing), except that MinKey and
// MaxKey compare with everything and null equals missing. Numbers compare by exact value, whatever their types; NaN
// equals NaN only. The usual pairs of types are compared in place without decoding, the rest by bson/compare.ts.

import type { Collation } from "../bson/collation.ts";
import { compareRaw } from "../bson/compare.ts";
import { BsonType, CANONICAL_ORDER } from "../bson/type.ts";
import {
  type RawValue,
  readDouble,
  readInt32,
  readInt64AsNumber,
  readString,
  readUint32,
  valueEnd,
} from "../bson/read.ts";
import type { ValueTest } from "./predicate.ts";

export type CompareOperator = "$eq" | "$gt" | "$gte" | "$lt" | "$lte";

const never: ValueTest = () => false;
const always: ValueTest = () => true;

/** True for the signs of compare(value, constant) that the operator accepts. */
function accepts(operator: CompareOperator, sign: number): boolean {
  switch (operator) {
    case "$eq":
      return sign === 0;
    case "$gt":
      return sign > 0;
    case "$gte":
      return sign >= 0;
    case "$lt":
      return sign < 0;
    case "$lte":
      return sign <= 0;
  }
}

/** The answer of the comparison for a field that is not there. */
export function comparisonMatchesMissing(operator: CompareOperator, type: number): boolean {
  if (type === BsonType.Null) return operator !== "$lt" && operator !== "$gt";
  if (type === BsonType.MaxKey) return operator === "$lt" || operator === "$lte";
  if (type === BsonType.MinKey) return operator === "$gt" || operator === "$gte";
  return false;
}

/** The test `value <operator> constant`. */
export function comparisonTest(
  operator: CompareOperator,
  constant: RawValue,
  collation?: Collation,
): ValueTest {
  switch (constant.type) {
    case BsonType.Double:
    case BsonType.Int32:
    case BsonType.Int64:
      return numberTest(operator, constant);
    case BsonType.String:
    case BsonType.Symbol:
      return collation === undefined
        ? stringTest(operator, constant)
        : collatedTest(operator, constant, collation);
    case BsonType.Decimal128:
      return decimalTest(operator, constant);
    case BsonType.ObjectId:
      return objectIdTest(operator, constant);
    case BsonType.Boolean:
      return booleanTest(operator, constant);
    case BsonType.Date:
      return dateTest(operator, constant);
    case BsonType.Null:
      return operator === "$lt" || operator === "$gt" ? never : (_, type) => type === BsonType.Null;
    case BsonType.MinKey:
    case BsonType.MaxKey:
      return extremeTest(operator, constant.type);
    default:
      return generalTest(operator, constant, collation);
  }
}

function extremeTest(operator: CompareOperator, extreme: number): ValueTest {
  const includes = operator === "$eq" || operator === "$lte" || operator === "$gte";
  const reachesAll = extreme === BsonType.MaxKey
    ? operator === "$lt" || operator === "$lte"
    : operator === "$gt" || operator === "$gte";
  if (includes && reachesAll) return always;
  return (_bytes, type) => type === extreme ? includes : reachesAll;
}

function generalTest(
  operator: CompareOperator,
  constant: RawValue,
  collation: Collation | undefined,
): ValueTest {
  const { bytes, type, at } = constant;
  const place = CANONICAL_ORDER[type];
  return (valueBytes, valueType, valueAt) =>
    CANONICAL_ORDER[valueType] === place &&
    accepts(
      operator,
      compareRaw(valueBytes, valueType, valueAt, bytes, type, at, collation),
    );
}

function collatedTest(
  operator: CompareOperator,
  constant: RawValue,
  collation: Collation,
): ValueTest {
  const text = readString(constant.bytes, constant.at);
  return (bytes, type, at) =>
    (type === BsonType.String || type === BsonType.Symbol) &&
    accepts(operator, collation.compare(readString(bytes, at), text));
}

// ---- numbers ----

/** Below this size doubles and int64 are compared exactly as JavaScript numbers. */
const EXACT_LIMIT = 9007199254740991;

function numberTest(operator: CompareOperator, constant: RawValue): ValueTest {
  const { bytes, type, at } = constant;
  const value = type === BsonType.Int32
    ? readInt32(bytes, at)
    : type === BsonType.Double
    ? readDouble(bytes, at)
    : readInt64AsNumber(bytes, at);
  if (Number.isNaN(value)) return notANumberTest(operator);
  if (Math.abs(value) > EXACT_LIMIT) return exactNumberTest(operator, constant);
  const decimal = decimalAgainst(operator, constant);
  switch (operator) {
    case "$eq":
      return (b, t, p) => {
        if (t === 16) return readInt32(b, p) === value;
        if (t === 1) return readDouble(b, p) === value;
        if (t === 18) return readInt64AsNumber(b, p) === value;
        return t === 19 && decimal(b, t, p);
      };
    case "$lt":
      return (b, t, p) => {
        if (t === 16) return readInt32(b, p) < value;
        if (t === 1) return readDouble(b, p) < value;
        if (t === 18) return readInt64AsNumber(b, p) < value;
        return t === 19 && decimal(b, t, p);
      };
    case "$lte":
      return (b, t, p) => {
        if (t === 16) return readInt32(b, p) <= value;
        if (t === 1) return readDouble(b, p) <= value;
        if (t === 18) return readInt64AsNumber(b, p) <= value;
        return t === 19 && decimal(b, t, p);
      };
    case "$gt":
      return (b, t, p) => {
        if (t === 16) return readInt32(b, p) > value;
        if (t === 1) return readDouble(b, p) > value;
        if (t === 18) return readInt64AsNumber(b, p) > value;
        return t === 19 && decimal(b, t, p);
      };
    case "$gte":
      return (b, t, p) => {
        if (t === 16) return readInt32(b, p) >= value;
        if (t === 1) return readDouble(b, p) >= value;
        if (t === 18) return readInt64AsNumber(b, p) >= value;
        return t === 19 && decimal(b, t, p);
      };
  }
}

/** True for NaN of either floating type. */
function isNaNValue(bytes: Uint8Array, type: number, at: number): boolean {
  if (type === 1) return Number.isNaN(readDouble(bytes, at));
  // Decimal128: combination bits 11111 mark a NaN.
  return type === 19 && (bytes[at + 15] & 0x7c) === 0x7c;
}

function notANumberTest(operator: CompareOperator): ValueTest {
  return operator === "$lt" || operator === "$gt" ? never : isNaNValue;
}

function decimalAgainst(operator: CompareOperator, constant: RawValue): ValueTest {
  const { bytes, type, at } = constant;
  return (valueBytes, valueType, valueAt) =>
    !isNaNValue(valueBytes, valueType, valueAt) &&
    accepts(operator, compareRaw(valueBytes, valueType, valueAt, bytes, type, at));
}

/** For decimals and numbers beyond 2^53. */
function exactNumberTest(operator: CompareOperator, constant: RawValue): ValueTest {
  const compare = decimalAgainst(operator, constant);
  return (bytes, type, at) => CANONICAL_ORDER[type] === 4 && compare(bytes, type, at);
}

/** The test for a decimal constant. */
function decimalTest(operator: CompareOperator, constant: RawValue): ValueTest {
  return isNaNValue(constant.bytes, constant.type, constant.at)
    ? notANumberTest(operator)
    : exactNumberTest(operator, constant);
}

// ---- strings ----

/** The order of two byte ranges, as memcmp with the shorter one first. */
export function compareByteRanges(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const length = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < length; i++) {
    const difference = a[aFrom + i] - b[bFrom + i];
    if (difference !== 0) return difference;
  }
  return (aTo - aFrom) - (bTo - bFrom);
}

function stringTest(operator: CompareOperator, constant: RawValue): ValueTest {
  // A copy of just the text: the constant's message buffer need not stay alive and offsets are constants.
  const length = readInt32(constant.bytes, constant.at);
  const text = constant.bytes.slice(constant.at + 4, constant.at + 3 + length);
  if (operator === "$eq") {
    return (bytes, type, at) => {
      if (type !== 2 && type !== 14) return false;
      if (readInt32(bytes, at) !== length) return false;
      for (let i = 0, from = at + 4; i < text.length; i++) {
        if (bytes[from + i] !== text[i]) return false;
      }
      return true;
    };
  }
  return (bytes, type, at) =>
    (type === 2 || type === 14) &&
    accepts(
      operator,
      compareByteRanges(bytes, at + 4, at + 3 + readInt32(bytes, at), text, 0, text.length),
    );
}

// ---- other scalars ----

function objectIdTest(operator: CompareOperator, constant: RawValue): ValueTest {
  const id = constant.bytes.slice(constant.at, constant.at + 12);
  if (operator === "$eq") {
    const first = readInt32(id, 0), second = readInt32(id, 4), third = readInt32(id, 8);
    // The counter at the end differs most often.
    return (bytes, type, at) =>
      type === 7 && readInt32(bytes, at + 8) === third && readInt32(bytes, at + 4) === second &&
      readInt32(bytes, at) === first;
  }
  return (bytes, type, at) =>
    type === 7 && accepts(operator, compareByteRanges(bytes, at, at + 12, id, 0, 12));
}

function booleanTest(operator: CompareOperator, constant: RawValue): ValueTest {
  const truth = constant.bytes[constant.at] === 0 ? 0 : 1;
  return (bytes, type, at) => type === 8 && accepts(operator, (bytes[at] === 0 ? 0 : 1) - truth);
}

function dateTest(operator: CompareOperator, constant: RawValue): ValueTest {
  const high = readInt32(constant.bytes, constant.at + 4);
  const low = readUint32(constant.bytes, constant.at);
  return (bytes, type, at) => {
    if (type !== 9) return false;
    const valueHigh = readInt32(bytes, at + 4);
    if (valueHigh !== high) return accepts(operator, valueHigh < high ? -1 : 1);
    return accepts(operator, readUint32(bytes, at) - low);
  };
}

// ---- sets of constants ----

/** The test for `$in` over values without regular expressions: equality with any of them. */
export function membershipTest(values: readonly RawValue[], collation?: Collation): ValueTest {
  const numbers = new Set<number>();
  const strings = new Map<number, Uint8Array[]>();
  const rest: ValueTest[] = [];
  for (const value of values) {
    if (isSmallNumber(value)) numbers.add(smallNumber(value.bytes, value.type, value.at));
    else if (value.type === BsonType.String && collation === undefined) addText(strings, value);
    else rest.push(comparisonTest("$eq", value, collation));
  }
  if (values.length <= 4) {
    return anyOf(values.map((value) => comparisonTest("$eq", value, collation)));
  }
  // Object ids, the usual long list, are looked up by their last four bytes.
  const ids = idTable(values);
  const others = ids === undefined ? anyOf(rest) : never;
  const decimals = values.filter((value) => CANONICAL_ORDER[value.type] === 4);
  const decimalTests = anyOf(decimals.map((value) => comparisonTest("$eq", value)));
  return (bytes, type, at) => {
    switch (type) {
      case 1:
      case 16:
      case 18:
        if (numbers.has(smallNumber(bytes, type, at))) {
          return type !== 18 || Math.abs(readInt64AsNumber(bytes, at)) <= EXACT_LIMIT;
        }
        break;
      case 2:
      case 14:
        if (hasText(strings, bytes, at)) return true;
        break;
      case 7:
        if (ids !== undefined) return ids(bytes, type, at);
        break;
      case 19:
        return decimalTests(bytes, type, at);
    }
    return others(bytes, type, at);
  };
}

function anyOf(tests: readonly ValueTest[]): ValueTest {
  if (tests.length === 0) return never;
  if (tests.length === 1) return tests[0];
  if (tests.length === 2) {
    const [first, second] = tests;
    return (bytes, type, at) => first(bytes, type, at) || second(bytes, type, at);
  }
  return (bytes, type, at) => {
    for (let i = 0; i < tests.length; i++) if (tests[i](bytes, type, at)) return true;
    return false;
  };
}

function smallNumber(bytes: Uint8Array, type: number, at: number): number {
  if (type === 16) return readInt32(bytes, at);
  return type === 1 ? readDouble(bytes, at) : readInt64AsNumber(bytes, at);
}

function isSmallNumber(value: RawValue): boolean {
  if (value.type !== 16 && value.type !== 1 && value.type !== 18) return false;
  return Math.abs(smallNumber(value.bytes, value.type, value.at)) <= EXACT_LIMIT;
}

function textHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash, 31) + bytes[i] | 0;
  return hash;
}

function addText(table: Map<number, Uint8Array[]>, value: RawValue): void {
  const from = value.at + 4;
  const to = value.at + 3 + readInt32(value.bytes, value.at);
  const hash = textHash(value.bytes, from, to);
  const text = value.bytes.slice(from, to);
  const bucket = table.get(hash);
  if (bucket === undefined) table.set(hash, [text]);
  else bucket.push(text);
}

function hasText(table: Map<number, Uint8Array[]>, bytes: Uint8Array, at: number): boolean {
  const to = at + 3 + readInt32(bytes, at);
  const bucket = table.get(textHash(bytes, at + 4, to));
  return bucket !== undefined &&
    bucket.some((text) => compareByteRanges(bytes, at + 4, to, text, 0, text.length) === 0);
}

/** A lookup when all values are object ids. */
function idTable(values: readonly RawValue[]): ValueTest | undefined {
  if (!values.every((value) => value.type === BsonType.ObjectId)) return undefined;
  const table = new Map<number, ValueTest[]>();
  for (const value of values) {
    const key = readInt32(value.bytes, value.at + 8);
    const bucket = table.get(key);
    if (bucket === undefined) table.set(key, [objectIdTest("$eq", value)]);
    else bucket.push(objectIdTest("$eq", value));
  }
  return (bytes, type, at) => {
    const bucket = table.get(readInt32(bytes, at + 8));
    return bucket !== undefined && bucket.some((test) => test(bytes, type, at));
  };
}

/** A copy of the value alone, so that it does not keep its message's buffer alive. */
export function standAlone(value: RawValue): RawValue {
  const end = valueEnd(value.bytes, value.type, value.at);
  return { bytes: value.bytes.slice(value.at, end), type: value.type, at: 0 };
}
