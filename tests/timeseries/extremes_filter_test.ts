import assert from "node:assert/strict";
import { BSON, Decimal128, type Document, EJSON, Long, ObjectId } from "bson";
import { compileFilter, parseFilter } from "../../src/query/filter.ts";
import type { CompareExpression } from "../../src/query/match_expression.ts";
import { BucketBuilder } from "../../src/timeseries/bucket.ts";
import { extremesFilter } from "../../src/timeseries/extremes_filter.ts";
import { parseTimeSeriesOptions } from "../../src/timeseries/options.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));
const OPTIONS = parseTimeSeriesOptions(bson({ timeField: "t" }));

function compareOf(filter: Document): CompareExpression {
  return parseFilter(bson(filter), { now: 0n }) as CompareExpression;
}

/** Whether a bucket with these values of `v` is read for the filter. */
function isRead(values: readonly unknown[], condition: unknown): boolean {
  const builder = BucketBuilder.open(OPTIONS, 0, undefined);
  for (const v of values) builder.add(bson({ t: new Date(1), ...(v === undefined ? {} : { v }) }));
  const filter = extremesFilter(compareOf({ v: condition }));
  return filter === undefined || compileFilter(filter)(builder.encode(), 0);
}

const A = new ObjectId("000000000000000000000001");
const B = new ObjectId("000000000000000000000002");

/** [values, condition, read] */
const CASES: readonly (readonly [readonly unknown[], unknown, boolean])[] = [
  [[1, 5], { $gt: 5 }, false],
  [[1, 5], { $gte: 5 }, true],
  [[1, 5], { $gt: Long.fromNumber(4) }, true],
  [[1, 5], { $lt: 1 }, false],
  [[1, 5], { $lte: Decimal128.fromString("1") }, true],
  [[1, 5], 3, true],
  [[1, 5], 6, false],
  [[1, 5, "x"], { $gt: 7 }, true],
  [[1, 5, null], { $gt: 7 }, false],
  [[1, 5, undefined], { $gt: 7 }, false],
  [[1, 5, null], { $lt: 0 }, true],
  [[undefined], { $gt: 7 }, true],
  [[NaN, 5], { $lt: 6 }, true],
  [[NaN, 5], { $gt: 6 }, false],
  [[100, [1, 2]], { $gt: 50 }, true],
  [[100, [1, 2]], { $lt: 3 }, true],
  [[100, { x: 1 }], { $gt: 200 }, true],
  [["a", "c"], { $gt: "c" }, false],
  [["a", "c"], "b", true],
  [[A, A], B, false],
  [[A, B], A, true],
  [[new Date(5)], { $gte: new Date(6) }, false],
  [[1, 5], { $gt: "a" }, true],
];

Deno.test("a bucket is let go only when nothing in it can match", () => {
  for (const [values, condition, expected] of CASES) {
    assert.equal(isRead(values, condition), expected, EJSON.stringify([values, condition]));
  }
});

Deno.test("comparisons the extremes say nothing about", () => {
  const conditions: readonly Document[] = [
    { "v.x": 1 },
    { v: null },
    { v: true },
    { v: NaN },
    { v: Decimal128.fromString("NaN") },
    { v: { a: 1 } },
  ];
  for (const condition of conditions) {
    assert.equal(extremesFilter(compareOf(condition)), undefined, EJSON.stringify(condition));
  }
  const collation = { collation: {} } as unknown as CompareExpression;
  assert.equal(extremesFilter({ ...compareOf({ v: "a" }), ...collation }), undefined);
});
