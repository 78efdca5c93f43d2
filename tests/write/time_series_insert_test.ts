import assert from "node:assert/strict";
import type { Document } from "bson";
import { bucketsOf, insert, measurementsOf, withSeries } from "./series.ts";

const OPTIONS = { timeField: "t", metaField: "m" };
const START = Date.UTC(2024, 0, 1);
const SECOND = 1000;

const at = (seconds: number, more: Document = {}): Document => ({
  _id: seconds,
  t: new Date(START + seconds * SECOND),
  m: "a",
  ...more,
});

/** [what is inserted, measurements per bucket] */
const CASES: readonly (readonly [string, readonly Document[], readonly number[]])[] = [
  ["one group and hour", [at(0), at(10), at(3599)], [3]],
  ["two groups", [at(0), at(1, { m: "b" }), at(2), at(3, { m: undefined })], [2, 1, 1]],
  ["beyond the span", [at(0), at(3600), at(3601), at(5)], [2, 2]],
  ["before the first", [at(120), at(0), at(130)], [2, 1]],
  ["fields in another order", [at(0, { m: { a: 1, b: 2 } }), at(1, { m: { b: 2, a: 1 } })], [2]],
  [
    "a thousand at most",
    Array.from({ length: 2050 }, (_, i) => at(0, { _id: i })),
    [1000, 1000, 50],
  ],
  [
    "125 KB at most",
    Array.from({ length: 40 }, (_, i) => at(i, { text: "x".repeat(8_000) })),
    [15, 15, 10],
  ],
  ["ten large ones", Array.from({ length: 12 }, (_, i) => at(i, { text: "x".repeat(60_000) })), [
    10,
    2,
  ]],
  ["never 16 MB", Array.from({ length: 5 }, (_, i) => at(i, { text: "x".repeat(4_000_000) })), [
    1,
    1,
    1,
    1,
    1,
  ]],
];

Deno.test("measurements go into buckets by group, time span, number and size", async () => {
  for (const [name, documents, expected] of CASES) {
    await withSeries(OPTIONS, async (engine, series) => {
      const outcome = await insert(engine, series, documents);
      assert.deepEqual([outcome.inserted, outcome.failures], [documents.length, []], name);
      const counts = (await bucketsOf(series)).map(({ data }) => Object.keys(data.t).length);
      assert.deepEqual(counts.sort((a, b) => b - a), expected, name);
    });
  }
});

Deno.test("later inserts go on with open buckets, also late ones", async () => {
  await withSeries(OPTIONS, async (engine, series) => {
    for (const seconds of [0, 4000, 10, 4010, 20]) await insert(engine, series, [at(seconds)]);
    const counts = (await bucketsOf(series)).map(({ data }) => Object.keys(data.t).length);
    assert.deepEqual(counts, [3, 2]);
  });
});

Deno.test("what cannot be a measurement fails by itself", async () => {
  await withSeries(OPTIONS, async (engine, series) => {
    const documents = [at(0), { _id: 1, t: "now" }, at(2), { _id: 3 }, at(4)];
    const message = "'t' must be present and contain a valid BSON UTC datetime value";
    const shown = (failures: readonly { index: number; error: Error & { code?: number } }[]) =>
      failures.map(({ index, error }) => [index, error.code, error.message]);
    const ordered = await insert(engine, series, documents);
    assert.equal(ordered.inserted, 1);
    assert.deepEqual(shown(ordered.failures), [[1, 2, message]]);
    const unordered = await insert(engine, series, documents, false);
    assert.equal(unordered.inserted, 3);
    assert.deepEqual(shown(unordered.failures), [[1, 2, message], [3, 2, message]]);
    const large = await insert(engine, series, [at(9, { text: "x".repeat(4_200_000) })]);
    assert.equal(large.failures[0].error.code, 10334);
  });
});

Deno.test("a missing _id is made, fields keep their order, the stored layout is MongoDB's", async () => {
  await withSeries(OPTIONS, async (engine, series) => {
    await insert(engine, series, [
      { v: 5, t: new Date(START + 61_500), m: { b: 1, a: 2 }, s: { x: 1, y: 9 } },
      { t: new Date(START + 70_000), m: { a: 2, b: 1 }, v: 3, s: { x: 2, y: 3 }, _id: 8 },
    ]);
    const [bucket] = await bucketsOf(series);
    const ids = Object.values(bucket.data._id);
    assert.equal(ids.length, 2);
    assert.equal(bucket._id.getTimestamp().getTime(), START + 60_000);
    assert.deepEqual(Object.keys(bucket), ["_id", "control", "meta", "data"]);
    assert.equal(bucket.control.version, 1);
    assert.deepEqual(bucket.meta, { a: 2, b: 1 });
    assert.deepEqual(bucket.control.min.t, new Date(START + 60_000));
    assert.deepEqual(bucket.control.max.t, new Date(START + 70_000));
    assert.deepEqual([bucket.control.min.v, bucket.control.max.v], [3, 5]);
    assert.deepEqual([bucket.control.min.s, bucket.control.max.s], [{ x: 1, y: 3 }, {
      x: 2,
      y: 9,
    }]);
    assert.deepEqual(bucket.data.v, { 0: 5, 1: 3 });
    const [first, second] = await measurementsOf(series);
    assert.deepEqual(Object.keys(first).slice(0, 2), ["t", "m"]);
    assert.deepEqual(second, {
      t: new Date(START + 70_000),
      m: { a: 2, b: 1 },
      _id: 8,
      v: 3,
      s: { x: 2, y: 3 },
    });
  });
});
