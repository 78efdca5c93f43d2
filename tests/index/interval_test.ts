import assert from "node:assert/strict";
import { BsonType } from "../../src/bson/type.ts";
import { compareKeys, encodeKey } from "../../src/index/key_encoding.ts";
import {
  ALL_VALUES,
  buildKeyRanges,
  complement,
  intersect,
  type Interval,
  intervalText,
  intervalTexts,
  isAllValues,
  isEmptyInterval,
  isPoint,
  makeInterval,
  NO_VALUES,
  normalize,
  pointInterval,
  typeInterval,
  union,
} from "../../src/index/interval.ts";
import { double, type Literal, rawValue } from "../bson/literal.ts";
import { freshSeed } from "../fuzz/generate.ts";
import { fuzzIntervals } from "../fuzz/index_keys.ts";

/** `span("[", 5, 10, ")")` */
function span(open: "[" | "(", low: Literal, high: Literal, close: "]" | ")"): Interval {
  return makeInterval(rawValue(low), open === "[", rawValue(high), close === "]");
}

function texts(list: readonly Interval[]): string[] {
  return intervalTexts(list);
}

const point = (literal: Literal) => pointInterval(rawValue(literal));

Deno.test("interval text is explain's", () => {
  assert.equal(intervalText(span("[", 5, 10, ")")), "[5, 10)");
  assert.equal(intervalText(span("(", double(-Infinity), double(5), "]")), "(-inf.0, 5.0]");
  assert.equal(intervalText(span("(", 5, 10, "]"), true), "[10, 5)");
  assert.equal(intervalText(point("x")), '["x", "x"]');
  assert.deepEqual(texts(ALL_VALUES), ["[MinKey, MaxKey]"]);
  assert.deepEqual(intervalTexts([point(1), point(2)], true), ["[2, 2]", "[1, 1]"]);
});

Deno.test("type intervals bracket each type", () => {
  const rows: ReadonlyArray<readonly [number, string]> = [
    [BsonType.Int32, "[nan.0, inf.0]"],
    [BsonType.String, '["", {})'],
    [BsonType.Document, "[{}, [])"],
    [BsonType.Array, "[[], BinData(0, ))"],
    [BsonType.Binary, "[BinData(0, ), ObjectId('000000000000000000000000'))"],
    [BsonType.Boolean, "[false, true]"],
    [BsonType.Date, "[new Date(-9223372036854775808), new Date(9223372036854775807)]"],
    [BsonType.Timestamp, "[Timestamp(0, 0), Timestamp(4294967295, 4294967295)]"],
    [BsonType.Null, "[null, null]"],
    [BsonType.MinKey, "[MinKey, MinKey]"],
  ];
  for (const [type, text] of rows) assert.equal(intervalText(typeInterval(type)), text);
});

Deno.test("points and empty intervals", () => {
  assert.ok(isPoint(point(5)));
  assert.ok(isPoint(span("[", 5, double(5), "]")));
  assert.ok(!isPoint(span("[", 5, 6, "]")));
  assert.ok(isEmptyInterval(span("[", 5, 5, ")")));
  assert.ok(isEmptyInterval(span("[", 6, 5, "]")));
  assert.ok(isAllValues(ALL_VALUES));
  assert.ok(!isAllValues(NO_VALUES));
});

Deno.test("intersect, union and complement", () => {
  const a = [span("[", 1, 5, "]"), span("(", 7, 9, ")")];
  const b = [span("(", 3, 8, "]")];
  assert.deepEqual(texts(intersect(a, b)), ["(3, 5]", "(7, 8]"]);
  assert.deepEqual(texts(union(a, b)), ["[1, 9)"]);
  assert.deepEqual(texts(complement(a)), ["[MinKey, 1)", "(5, 7]", "[9, MaxKey]"]);
  assert.deepEqual(texts(complement(NO_VALUES)), ["[MinKey, MaxKey]"]);
  assert.deepEqual(texts(complement(ALL_VALUES)), []);
  assert.deepEqual(texts(complement([point(null)])), ["[MinKey, null)", "(null, MaxKey]"]);
  assert.deepEqual(texts(intersect(a, ALL_VALUES)), texts(a));
  assert.deepEqual(texts(normalize([point(2), point(1), point(double(2))])), ["[1, 1]", "[2, 2]"]);
  assert.deepEqual(texts(union([span("[", 1, 2, ")")], [point(2)])), ["[1, 2]"]);
});

Deno.test("a compound of points and a range becomes ranges in key order", () => {
  const { ranges, exactFields } = buildKeyRanges([
    { intervals: [point(1), point(2)], descending: true },
    { intervals: [span("(", 5, 10, "]")], descending: false },
    { intervals: ALL_VALUES, descending: false },
  ]);
  assert.equal(exactFields, 3);
  assert.equal(ranges.length, 2);
  const holds = (a: number, b: number) => {
    const key = encodeKey([rawValue(a), rawValue(b), rawValue("any")], [true, false, false]);
    return ranges.findIndex(({ low, high }) =>
      compareKeys(low, key) <= 0 && compareKeys(key, high) < 0
    );
  };
  assert.equal(holds(2, 6), 0); // descending: 2 comes first
  assert.equal(holds(1, 10), 1);
  assert.equal(holds(1, 5), -1);
  assert.equal(holds(3, 6), -1);
});

Deno.test("fields behind a range or an unbounded field are left to the filter", () => {
  const range = { intervals: [span("[", 1, 5, "]")], descending: false };
  const eq = { intervals: [point(1)], descending: false };
  const all = { intervals: ALL_VALUES, descending: false };
  assert.equal(buildKeyRanges([range, eq]).exactFields, 1);
  assert.equal(buildKeyRanges([all, eq]).exactFields, 1);
  assert.equal(buildKeyRanges([eq, all]).exactFields, 2);
  assert.equal(buildKeyRanges([eq, all, range]).exactFields, 2);
  assert.deepEqual([...buildKeyRanges([all]).ranges[0].high], [0xff]);
  assert.equal(buildKeyRanges([{ intervals: NO_VALUES, descending: false }]).ranges.length, 0);
});

Deno.test("products of long $in lists stop before they explode", () => {
  const many = {
    intervals: normalize(Array.from({ length: 1000 }, (_, i) => point(i))),
    descending: false,
  };
  const { ranges, exactFields } = buildKeyRanges([many, many]);
  assert.equal(ranges.length, 1000);
  assert.equal(exactFields, 1);
});

Deno.test("fuzz: set operations and ranges agree with membership", () => {
  fuzzIntervals(freshSeed(), 1500);
});
