import assert from "node:assert/strict";
import { BSON, type Document, EJSON } from "bson";
import { parseFilter } from "../../src/query/filter.ts";
import { serialize } from "../../src/query/serialize.ts";
import { bucketFilter, isMetaOnly, metaPath } from "../../src/timeseries/bucket_filter.ts";

const HOUR = 3_600_000;
const at = (ms: number): Date => new Date(Date.UTC(2024, 0, 1) + ms);

function moved(filter: Document, idsOrderByTime = false): Document | undefined {
  const parsed = parseFilter(new Uint8Array(BSON.serialize(filter)), { now: 0n });
  const found = bucketFilter(parsed, {
    timeField: "t",
    metaField: "m",
    bucketMaxSpanSeconds: 3600,
    idsOrderByTime,
  });
  return found === undefined ? undefined : BSON.deserialize(serialize(found));
}

const expected = (filter: Document): Document =>
  BSON.deserialize(serialize(parseFilter(new Uint8Array(BSON.serialize(filter)), { now: 0n })));

const from = (ms: number): Document[] => [
  { "control.max.t": { $gte: at(ms) } },
  { "control.min.t": { $gte: at(ms - HOUR) } },
];
const to = (ms: number): Document[] => [
  { "control.min.t": { $lte: at(ms) } },
  { "control.max.t": { $lte: at(ms + HOUR) } },
];

/** [filter on measurements, filter on buckets] */
const CASES: readonly (readonly [Document, Document | undefined])[] = [
  [{ m: 1 }, { meta: 1 }],
  [{ "m.host": { $in: ["a", /b/] } }, { "meta.host": { $in: ["a", /b/] } }],
  [{ $or: [{ m: 1 }, { "m.x": { $not: { $gt: 2 } } }] }, {
    $or: [{ meta: 1 }, { "meta.x": { $not: { $gt: 2 } } }],
  }],
  [{ $nor: [{ m: 1 }] }, { $nor: [{ meta: 1 }] }],
  [{ m: { $elemMatch: { m: 1 } } }, { meta: { $elemMatch: { m: 1 } } }],
  [{ t: { $gte: at(5) } }, { $and: from(5) }],
  [{ t: { $lt: at(5) } }, { $and: to(5) }],
  [{ t: at(5) }, { $and: [...from(5), ...to(5)] }],
  [{ t: { $in: [at(9), at(5)] } }, { $and: [...from(5), ...to(9)] }],
  [{ t: { $gt: at(5) }, v: { $in: [1] }, m: 2 }, { $and: [{ $and: from(5) }, { meta: 2 }] }],
  [{ $or: [{ m: 1 }, { t: { $gt: at(5) } }] }, { $or: [{ meta: 1 }, { $and: from(5) }] }],
  [{ "v.x": 1 }, undefined],
  [{ v: null }, undefined],
  [{ $or: [{ m: 1 }, { "v.x": 1 }] }, undefined],
  [{ $nor: [{ t: { $gt: at(5) } }] }, undefined],
  [{ t: { $gt: 5 } }, undefined],
  [{ t: { $in: [at(5), 1] } }, undefined],
  [{ mm: true }, undefined],
  [{ $expr: { $eq: ["$m", 1] } }, undefined],
  [{}, undefined],
];

Deno.test("what a filter on measurements says about their buckets", () => {
  for (const [filter, onBuckets] of CASES) {
    assert.deepEqual(
      moved(filter),
      onBuckets === undefined ? undefined : expected(onBuckets),
      EJSON.stringify(filter),
    );
  }
});

Deno.test("a time range is one of ids too, where they order by time", () => {
  const text = EJSON.stringify(moved({ t: { $gte: at(0), $lt: at(HOUR) } }, true));
  assert.match(text, /"_id":{"\$gte":{"\$oid":"[0-9a-f]{8}0{16}"}}/);
  assert.match(text, /"_id":{"\$lte":{"\$oid":"[0-9a-f]{8}f{16}"}}/);
});

Deno.test("filters on nothing but the meta field", () => {
  const isMeta = (filter: Document): boolean =>
    isMetaOnly(parseFilter(new Uint8Array(BSON.serialize(filter)), { now: 0n }), "m");
  assert.ok(isMeta({ m: 1, "m.a": { $gt: 1 } }));
  assert.ok(!isMeta({ m: 1, v: 1 }));
  assert.ok(!isMeta({}));
  assert.equal(metaPath("m", "m"), "meta");
  assert.equal(metaPath("m.a.b", "m"), "meta.a.b");
  assert.equal(metaPath("ma", "m"), undefined);
  assert.equal(metaPath("m", undefined), undefined);
});
