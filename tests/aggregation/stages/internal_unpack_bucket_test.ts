import assert from "node:assert/strict";
import type { Document } from "bson";
import { isUnpackStage } from "../../../src/aggregation/stages/internal_unpack_bucket.ts";
import { parsePipeline } from "../../../src/aggregation/pipeline.ts";
import { testDatabase } from "../database.ts";
import { contextOf, pipelineOf } from "../fixture.ts";

const NAME = "$_internalUnpackBucket";

testDatabase("buckets are unpacked wherever they come from, many of them in parts", async (db) => {
  const start = Date.UTC(2024, 0, 1);
  const reply = await db.command({ create: "s", timeseries: { timeField: "t", metaField: "m" } });
  assert.equal(reply.ok, 1, reply.errmsg);
  const text = "x".repeat(500);
  const documents = Array.from({ length: 3000 }, (_, i) => ({
    t: new Date(start + i * 1000),
    m: i % 2,
    _id: i,
    text,
  }));
  await db.insert("s", documents);
  const spec = { timeField: "t", metaField: "m", bucketMaxSpanSeconds: 3600 };
  const ids = async (collection: string, stages: Document[]): Promise<number[]> =>
    (await db.results(collection, stages)).map(({ _id }) => _id).sort((a, b) => a - b);
  const expected = documents.map(({ _id }) => _id);
  assert.deepEqual(await ids("s", []), expected);
  assert.deepEqual(await ids("system.buckets.s", [{ [NAME]: spec }]), expected);
  const [first] = await db.results("system.buckets.s", [
    { [NAME]: { ...spec, include: ["_id", "m"] } },
    { $limit: 1 },
  ]);
  assert.deepEqual(first, { m: 0, _id: 0 });
  await db.check(
    "s",
    [{ $match: { _id: { $lt: 3 } } }, { $unset: "text" }, { $sort: { _id: 1 } }],
    [
      { t: new Date(start), m: 0, _id: 0 },
      { t: new Date(start + 1000), m: 1, _id: 1 },
      { t: new Date(start + 2000), m: 0, _id: 2 },
    ],
  );
});

/** [specification, code] */
const WRONG: readonly (readonly [unknown, number])[] = [
  [1, 5346500],
  [{}, 5346508],
  [{ timeField: 1 }, 5346504],
  [{ timeField: "t", metaField: 1 }, 5346505],
  [{ timeField: "t", bucketMaxSpanSeconds: "x" }, 5510600],
  [{ timeField: "t", include: 1 }, 5346501],
  [{ timeField: "t", include: [1] }, 5346502],
  [{ timeField: "t", exclude: ["a.b"] }, 5346503],
  [{ timeField: "t", include: [], exclude: [] }, 5408000],
  [{ timeField: "t", other: 1 }, 5346506],
];

Deno.test("specifications of the stage", () => {
  for (const [spec, code] of WRONG) {
    const parse = () => parsePipeline(pipelineOf([{ [NAME]: spec }]), contextOf());
    assert.throws(parse, { code }, JSON.stringify(spec));
  }
  const [stage] = parsePipeline(
    pipelineOf([{ [NAME]: { timeField: "t", usesExtendedRange: true } }]),
    contextOf(),
  );
  assert.ok(isUnpackStage(stage));
  assert.equal(stage.unpack.bucketMaxSpanSeconds, 3600);
});
