import assert from "node:assert/strict";
import { Binary, BSON, type Document } from "bson";
import { BsonWriter } from "../../src/bson/encode.ts";
import { BucketBuilder } from "../../src/timeseries/bucket.ts";
import { parseTimeSeriesOptions } from "../../src/timeseries/options.ts";
import { BucketReader, type UnpackOptions } from "../../src/timeseries/unpack.ts";

const bson = (literal: Document): Uint8Array => new Uint8Array(BSON.serialize(literal));
const OPTIONS = parseTimeSeriesOptions(bson({ timeField: "t", metaField: "m" }));
const START = Date.UTC(2024, 0, 1);
const at = (ms: number): Date => new Date(START + ms);

function unpack(bucket: Uint8Array, options: Partial<UnpackOptions> = {}): Document[] {
  const reader = new BucketReader({ timeField: "t", metaField: "m", ...options });
  const rows: Document[] = [];
  reader.open(bucket);
  for (;;) {
    const writer = new BsonWriter();
    if (!reader.next(writer)) return rows;
    rows.push(BSON.deserialize(writer.bytes()));
  }
}

const ROWS: readonly Document[] = [
  { t: at(1), m: { h: 1 }, v: 1, s: "x" },
  { t: at(0), m: { h: 1 }, s: "y" },
  { t: at(2), m: { h: 1 }, v: [1, { a: 2 }] },
];

function packed(): Uint8Array {
  const meta = { bytes: bson({ h: 1 }), type: 3, at: 0 };
  const builder = BucketBuilder.open(OPTIONS, START, meta);
  for (const row of ROWS) builder.add(bson(row));
  return builder.encode();
}

Deno.test("rows come back with their own fields, time and meta in front", () => {
  const rows = unpack(packed());
  assert.deepEqual(rows, ROWS);
  assert.deepEqual(rows.map((row) => Object.keys(row).slice(0, 2)), ROWS.map(() => ["t", "m"]));
});

/** [what is wanted, first row] */
const CASES: readonly (readonly [Partial<UnpackOptions>, Document])[] = [
  [{ include: new Set(["v"]) }, { v: 1 }],
  [{ include: new Set(["t", "s"]) }, { t: at(1), s: "x" }],
  [{ include: new Set(["m"]) }, { m: { h: 1 } }],
  [{ include: new Set() }, {}],
  [{ exclude: new Set(["m", "v"]) }, { t: at(1), s: "x" }],
  [{ metaField: undefined }, { t: at(1), v: 1, s: "x" }],
];

Deno.test("only wanted columns are unpacked; each row still comes", () => {
  for (const [options, first] of CASES) {
    const rows = unpack(packed(), options);
    assert.equal(rows.length, ROWS.length);
    assert.deepEqual(rows[0], first);
  }
});

Deno.test("what is no bucket, and compressed columns, are refused", () => {
  assert.throws(() => unpack(bson({ a: 1 })), { code: 2 });
  assert.throws(() => unpack(bson({ data: { v: { 0: 1 } } })), { code: 2 });
  const column = new Binary(new Uint8Array([0]), 7);
  assert.throws(() => unpack(bson({ data: { t: column } })), { code: 115 });
});
