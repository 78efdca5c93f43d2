import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import {
  bucketsIndexSpec,
  bucketsKey,
  seriesIndexSpec,
  seriesKey,
} from "../../src/timeseries/index_keys.ts";
import { parseTimeSeriesOptions } from "../../src/timeseries/options.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));
const OPTIONS = parseTimeSeriesOptions(bson({ timeField: "t", metaField: "m" }));

/** [key of the series, key of the buckets] */
const KEYS: readonly (readonly [Document, Document])[] = [
  [{ m: 1 }, { meta: 1 }],
  [{ "m.host": -1, t: 1 }, { "meta.host": -1, "control.min.t": 1, "control.max.t": 1 }],
  [{ t: -1 }, { "control.max.t": -1, "control.min.t": -1 }],
  [{ v: 1, m: 1 }, { "control.min.v": 1, "control.max.v": 1, meta: 1 }],
  [{ "v.x": -1 }, { "control.max.v.x": -1, "control.min.v.x": -1 }],
  [{ "m.tags": "hashed" }, { "meta.tags": "hashed" }],
];

Deno.test("keys of a series and of its buckets, there and back", () => {
  for (const [series, buckets] of KEYS) {
    assert.deepEqual(Object.entries(BSON.deserialize(bucketsKey(bson(series), OPTIONS))), [
      ...Object.entries(buckets),
    ]);
    assert.deepEqual(BSON.deserialize(seriesKey(bson(buckets), OPTIONS)!), series);
  }
  for (const other of [{ _id: 1 }, { data: 1 }, { "control.min.t": 1 }]) {
    assert.equal(seriesKey(bson(other), OPTIONS), undefined);
  }
});

Deno.test("specifications keep their options; what a series cannot have is refused", () => {
  const spec = { key: { t: 1 }, name: "x", hidden: true };
  const stored = bucketsIndexSpec(bson(spec), OPTIONS);
  assert.deepEqual(BSON.deserialize(stored).name, "x");
  assert.deepEqual(BSON.deserialize(seriesIndexSpec(stored, OPTIONS)!), spec);
  assert.equal(seriesIndexSpec(bson({ key: { _id: 1 }, name: "_id_" }), OPTIONS), undefined);
  const refused: readonly (readonly [Document, number, RegExp])[] = [
    [{ unique: true }, 72, /^Unique indexes are not supported on time-series collections$/],
    [{ sparse: true }, 72, /^Sparse/],
    [{ expireAfterSeconds: 1 }, 72, /^TTL indexes on time-series collections require/],
    [{ partialFilterExpression: {} }, 72, /^Partial indexes/],
    [{ key: { v: "text" } }, 67, /ascending or descending \(numbers only\), or '2dsphere'$/],
    [{ key: { t: "hashed" } }, 67, /Indexes on the time field must be/],
  ];
  for (const [options, code, message] of refused) {
    const given = bson({ key: { m: 1 }, name: "x", ...options });
    assert.throws(() => bucketsIndexSpec(given, OPTIONS), { code, message });
  }
});
