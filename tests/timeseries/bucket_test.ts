import assert from "node:assert/strict";
import { BSON, type Document, Double, ObjectId } from "bson";
import { getField } from "../../src/bson/read.ts";
import {
  BucketBuilder,
  bucketMinMs,
  isOpenBucket,
  MAX_MEASUREMENTS,
  measurementCount,
} from "../../src/timeseries/bucket.ts";
import { parseTimeSeriesOptions } from "../../src/timeseries/options.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));
const OPTIONS = parseTimeSeriesOptions(bson({ timeField: "t", metaField: "m" }));
const START = Date.UTC(2024, 0, 1);
const META = getField(bson({ m: "a" }), "m");

function open(): BucketBuilder {
  return BucketBuilder.open(OPTIONS, START, META);
}

Deno.test("a bucket is the same whether it is filled at once or goes on after being stored", () => {
  const rows: Document[] = [
    { _id: 1, t: new Date(START + 5), m: "a", v: 1 },
    { _id: 2, t: new Date(START + 9), m: "a", w: "x" },
    { t: new Date(START + 7), m: "a", v: { deep: [1] }, _id: 3, w: null },
  ];
  const whole = open();
  for (const row of rows) whole.add(bson(row));
  let stored: Uint8Array | undefined;
  for (const row of rows) {
    const builder = stored === undefined
      ? BucketBuilder.open(OPTIONS, START, META, whole.id)
      : BucketBuilder.load(OPTIONS, stored);
    builder.add(bson(row));
    stored = builder.encode();
  }
  assert.deepEqual(stored, whole.encode());
  const { data, control, meta } = BSON.deserialize(stored!);
  assert.equal(meta, "a");
  assert.deepEqual(data, {
    _id: { 0: 1, 1: 2, 2: 3 },
    t: { 0: rows[0].t, 1: rows[1].t, 2: rows[2].t },
    v: { 0: 1, 2: { deep: [1] } },
    w: { 1: "x", 2: null },
  });
  assert.deepEqual(control.min.t, new Date(START));
  assert.deepEqual(control.max.t, rows[1].t);
  assert.equal(measurementCount(stored!, OPTIONS), 3);
  assert.equal(bucketMinMs(stored!, OPTIONS), START);
});

Deno.test("a bucket accepts times of its span, as long as there is room", () => {
  const builder = open();
  assert.ok(builder.accepts(START, 50));
  assert.ok(builder.accepts(START + 3_599_999, 50));
  assert.ok(!builder.accepts(START + 3_600_000, 50));
  assert.ok(!builder.accepts(START - 1, 50));
  for (let i = 0; i < MAX_MEASUREMENTS; i++) {
    assert.ok(builder.accepts(START, 50) && !builder.isFull);
    builder.add(bson({ t: new Date(START), v: new Double(i) }));
  }
  assert.ok(!builder.accepts(START, 50) && builder.isFull);
});

Deno.test("a name that comes twice in a measurement counts once", () => {
  const one = bson({ t: new Date(START), a: 1, b: 2 });
  // "b" becomes a second "a".
  one[one.lastIndexOf("b".charCodeAt(0))] = "a".charCodeAt(0);
  const builder = open();
  builder.add(one);
  builder.add(bson({ t: new Date(START), a: 3 }));
  assert.deepEqual(BSON.deserialize(builder.encode()).data.a, { 0: 1, 1: 3 });
});

Deno.test("which stored documents a bucket can go on with", () => {
  const builder = open();
  builder.add(bson({ t: new Date(START) }));
  const stored = builder.encode();
  assert.ok(isOpenBucket(stored, builder.id, META));
  assert.ok(!isOpenBucket(stored, new ObjectId().id, META));
  assert.ok(!isOpenBucket(stored, builder.id, undefined));
  assert.ok(!isOpenBucket(stored, builder.id, getField(bson({ m: "b" }), "m")));
  const changed = (control: Document): Uint8Array => {
    const read = BSON.deserialize(stored);
    return bson({ ...read, control: { ...read.control, ...control } });
  };
  assert.ok(isOpenBucket(changed({ closed: false }), builder.id, META));
  assert.ok(!isOpenBucket(changed({ closed: true }), builder.id, META));
  assert.ok(!isOpenBucket(changed({ version: 2 }), builder.id, META));
});
