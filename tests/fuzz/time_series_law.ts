// The laws of time series: unpacking gives what was packed, and reading fewer buckets gives the same answer as reading all.
//
// Random measurements go into a series in an order of their own, are read with random filters and pipelines, with the optimizer and
// without, and deleted and updated; a list beside it, kept in plain TypeScript, says what must be there. A failure prints the seed.

import assert from "node:assert/strict";
import { BSON, type Document, EJSON, ObjectId } from "bson";
import type { PipelineContext } from "../../src/aggregation/definition.ts";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import {
  CatalogSources,
  joinPipelines,
  openPipeline,
  planPipeline,
  resolveNamespace,
} from "../../src/aggregation/run_pipeline.ts";
import { BsonType } from "../../src/bson/type.ts";
import { ExpressionCompiler } from "../../src/expression/expression.ts";
import { compileQuery } from "../../src/query/filter.ts";
import type { TimeSeries } from "../../src/storage/catalog.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { UNPACED } from "../../src/stream/pacer.ts";
import { createTimeSeries } from "../../src/write/time_series_create.ts";
import { deleteMeasurements } from "../../src/write/time_series_delete.ts";
import { insertMeasurements } from "../../src/write/time_series_insert.ts";
import { seriesState } from "../../src/write/time_series_state.ts";
import { updateMeasurements } from "../../src/write/time_series_update.ts";
import { DEFAULT_MEMORY_LIMITS } from "../../src/stream/memory_limits.ts";
import { Random } from "./generate.ts";

const NAMESPACE = "fuzz.series";
const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

const OPTIONS: readonly Document[] = [
  { timeField: "t", metaField: "m" },
  { timeField: "t", metaField: "m", granularity: "minutes" },
  { timeField: "t", metaField: "m", granularity: "hours" },
  { timeField: "t", metaField: "m", bucketMaxSpanSeconds: 60, bucketRoundingSeconds: 60 },
  { timeField: "t" },
];

function bson(literal: Document): Uint8Array {
  return new Uint8Array(BSON.serialize(literal, { ignoreUndefined: true }));
}

function time(random: Random): Date {
  // Now and then one whose bucket has an id that does not order by time.
  if (random.chance(0.01)) return new Date(random.pick([-5 * HOUR, Date.UTC(2050, 1, 1), -1]));
  const at = random.chance(0.2) ? random.below(40) * 24 : random.next() * 6;
  return new Date(START + Math.floor(at * HOUR));
}

function scalar(random: Random): unknown {
  return random.pick<unknown>([0, 1, 2.5, -1, "x", "y", null, true, NaN, new Date(START)]);
}

/** What other values than numbers are likely in one series. */
function value(random: Random, mixed: number): unknown {
  if (!random.chance(mixed)) return random.below(10);
  switch (random.below(4)) {
    case 0:
      return Array.from({ length: random.below(3) }, () => scalar(random));
    case 1:
      return { x: scalar(random), y: scalar(random) };
    default:
      return scalar(random);
  }
}

function meta(random: Random): unknown {
  return random.pick<unknown>([
    undefined,
    null,
    "a",
    7,
    { host: "a", dc: 1 },
    { dc: 1, host: "b" },
    { dc: 2, host: "b" },
    ["a", { dc: 1 }],
  ]);
}

function measurement(random: Random, mixed: number): Document {
  const fields: [string, unknown][] = [["_id", new ObjectId()], ["t", time(random)]];
  for (const name of ["v", "w", "x"]) {
    if (random.chance(0.8)) fields.push([name, value(random, mixed)]);
  }
  const group = meta(random);
  if (group !== undefined) fields.push(["m", group]);
  if (random.chance(0.5)) fields.reverse();
  return Object.fromEntries(fields);
}

function condition(random: Random, path: string): unknown {
  if (path === "t") {
    return random.pick<unknown>([
      time(random),
      { $gte: time(random) },
      { $lt: time(random) },
      { $gt: time(random), $lte: time(random) },
      { $in: [time(random), time(random)] },
      { $ne: time(random) },
      { $gt: 5 },
      { $exists: random.chance(0.5) },
    ]);
  }
  return random.pick<unknown>([
    scalar(random),
    "b",
    { $in: ["a", 7, null] },
    { $gte: 3 },
    { $gt: random.below(12) },
    { $lt: 4 },
    { $lte: random.below(10) - 3 },
    { $lt: "y" },
    { $gte: NaN },
    { $lt: new ObjectId() },
    { $gt: new Date(START - 1) },
    { $ne: 1 },
    { $exists: random.chance(0.5) },
    { $not: { $gt: 2 } },
    { $elemMatch: { dc: 1 } },
    { $type: "number" },
  ]);
}

const PATHS = ["t", "t", "t", "m", "m.host", "m.dc", "v", "v", "w", "x", "x.x", "_id"];

function filter(random: Random, depth = 0): Document {
  const made: Document = {};
  for (let i = random.below(3) + (depth > 0 ? 1 : 0); i > 0; i--) {
    const path = random.pick(PATHS);
    made[path] = condition(random, path);
  }
  if (depth < 2 && random.chance(0.3)) {
    made[random.pick(["$or", "$and", "$nor"])] = [
      filter(random, depth + 1),
      filter(random, depth + 1),
    ];
  }
  return made;
}

function stages(random: Random): Document[] {
  return random.pick<Document[]>([
    [],
    [{ $project: { v: 1 } }],
    [{ $project: { m: 1, w: 1, _id: 0 } }],
    [{ $group: { _id: "$m", n: { $sum: 1 } } }, { $sort: { _id: 1 } }],
    [{ $group: { _id: { $hour: "$t" }, v: { $sum: "$v" } } }, { $sort: { _id: 1 } }],
    [{ $count: "n" }],
    [{ $unset: "w" }],
    [{ $sort: { t: -1 } }, { $limit: 1 + random.below(5) }, { $project: { t: 1, _id: 0 } }],
    [{ $sort: { t: -1, v: 1 } }, { $limit: 2 }, { $project: { t: 1, v: 1, _id: 0 } }],
    [{ $sort: { t: 1 } }, { $limit: 2 }, { $project: { t: 1, _id: 0 } }],
    [{ $unwind: "$v" }, { $group: { _id: "$v", n: { $sum: 1 } } }],
    [{ $match: { v: { $gte: 5 } } }, { $set: { q: "$m" } }, { $match: { q: "a" } }],
  ]);
}

class SeriesRun {
  readonly model = new Map<string, Document>();

  constructor(readonly engine: StorageEngine, readonly series: TimeSeries) {}

  get metaField(): string | undefined {
    return this.series.options.metaField;
  }

  async insert(documents: readonly Document[]): Promise<void> {
    const { failures, inserted } = await insertMeasurements(
      this.engine,
      this.series,
      (index) => bson(documents[index]),
      documents.length,
      { ordered: true, pacer: UNPACED },
    );
    assert.deepEqual(failures, []);
    assert.equal(inserted, documents.length);
    for (const one of documents) this.model.set(String(one._id), this.asRead(one));
  }

  /** A measurement as it comes back: time, then meta with sorted fields. */
  asRead({ t, ...rest }: Document): Document {
    const { m, ...others } = rest;
    if (this.metaField === undefined) return { t, ...rest };
    return { t, ...("m" in rest ? { m: sorted(m) } : {}), ...others };
  }

  async answer(pipeline: readonly Document[], optimize: boolean): Promise<string[]> {
    const { catalog } = this.engine;
    const resolved = resolveNamespace(catalog, NAMESPACE);
    const compiler = new ExpressionCompiler({ now: 0n });
    const context: PipelineContext = {
      database: "fuzz",
      namespace: resolved.namespace,
      query: { now: 0n, expressionCompiler: compiler },
      compiler,
      allowDiskUse: true,
      limits: DEFAULT_MEMORY_LIMITS,
      optimize,
      sources: new CatalogSources(catalog),
      parse: parsePipeline,
      place: "top",
    };
    const raw = joinPipelines(resolved.pipeline, bson({ ...pipeline }));
    const parsed = parsePipeline(raw, context);
    const planned = planPipeline(parsed, resolved.collection, context);
    const documents = await collect(openPipeline(planned, resolved.collection, context));
    return canonical(documents.map((one) => BSON.deserialize(one, { promoteValues: false })));
  }

  matching(given: Document): Document[] {
    const query = compileQuery(bson(given), { now: 0n });
    return [...this.model.values()].filter((one) => query.matches(bson(one), 0));
  }

  async delete(given: Document, isSingle: boolean): Promise<void> {
    const before = this.matching(given);
    const query = compileQuery(bson(given), { now: 0n });
    const { deleted } = await deleteMeasurements(this.engine, this.series, {
      filter: query,
      collation: undefined,
      isSingle,
    }, UNPACED);
    assert.equal(deleted, isSingle ? Math.min(1, before.length) : before.length);
    if (!isSingle) { for (const { _id } of before) this.model.delete(String(_id)); }
    else if (deleted > 0) await this.forgetDeleted();
  }

  /** Which one a single delete took is for the series to say. */
  async forgetDeleted(): Promise<void> {
    const left = new Set(await this.answer([{ $project: { _id: 1 } }], false));
    for (const [key, { _id }] of this.model) {
      if (!left.has(canonical([{ _id }])[0])) this.model.delete(key);
    }
  }

  async updateMeta(): Promise<void> {
    const outcome = await updateMeasurements(this.engine, this.series, {
      filter: bson({ "m.host": "b" }),
      update: { bytes: bson({ $set: { "m.seen": 1 } }), type: BsonType.Document, at: 0 },
      multi: true,
      upsert: false,
      context: { now: 0n },
      collation: undefined,
      arrayFilters: undefined,
      hint: undefined,
      nextTimestamp: () => 1n,
      pacer: UNPACED,
    });
    const changed = this.matching({ "m.host": "b" });
    assert.equal(outcome.matched, changed.length);
    for (const one of changed) one.m.seen = 1;
  }
}

function sorted(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(sorted);
  if (given === null || typeof given !== "object" || given instanceof Date) return given;
  return Object.fromEntries(
    Object.entries(given).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)]),
  );
}

/** Texts that are equal for equal measurements, whatever order their own fields have. */
function canonical(documents: readonly Document[]): string[] {
  return documents.map((one) => {
    const read = BSON.deserialize(bson(one), { promoteValues: false });
    const fields = Object.entries(read).sort(([a], [b]) => a < b ? -1 : 1);
    return EJSON.stringify(Object.fromEntries(fields), { relaxed: false });
  }).sort();
}

async function check(run: SeriesRun, random: Random): Promise<void> {
  const all = await run.answer([], true);
  assert.deepEqual(all, canonical([...run.model.values()]));
  for (let i = 0; i < 12; i++) {
    const given = filter(random);
    const text = EJSON.stringify(given);
    const found = await run.answer([{ $match: given }], true);
    assert.deepEqual(found, canonical(run.matching(given)), text);
    const pipeline = [{ $match: given }, ...stages(random)];
    assert.deepEqual(
      await run.answer(pipeline, true),
      await run.answer(pipeline, false),
      EJSON.stringify(pipeline),
    );
  }
}

async function oneSeries(random: Random): Promise<void> {
  const engine = await StorageEngine.open({ path: ":memory:" });
  try {
    const options = random.pick(OPTIONS);
    await createTimeSeries(engine, NAMESPACE, bson({ timeseries: options }));
    const series = engine.catalog.timeSeries(NAMESPACE)!;
    const run = new SeriesRun(engine, series);
    const mixed = random.pick([0, 0.02, 0.3]);
    for (let round = 0; round < 4; round++) {
      const count = 1 + random.below(random.chance(0.2) ? 1500 : 60);
      await run.insert(Array.from({ length: count }, () => measurement(random, mixed)));
      if (random.chance(0.3)) seriesState(series.buckets).open.clear();
      await check(run, random);
      await run.delete(filter(random), random.chance(0.4));
      if (random.chance(0.3) && run.metaField !== undefined) await run.updateMeta();
    }
    await check(run, random);
    const { valid } = await validateCollection(engine.store, series.buckets, {});
    assert.ok(valid);
  } finally {
    await engine.close();
  }
}

/** Runs `count` series, each with its own seed. */
export async function fuzzTimeSeries(seed: number, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    try {
      await oneSeries(new Random(seed + i));
    } catch (error) {
      throw new Error(`time series, seed ${seed + i}`, { cause: error });
    }
  }
}
