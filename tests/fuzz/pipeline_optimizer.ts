// The optimizer's law: with all its rules on, a pipeline gives the same documents in the same order as with all of them off.
//
// Small collections, documents with few names and values, random pipelines of the stages that rules know about. Pipelines run over
// a real collection, so that what goes into the query plan is under test too. There are no indexes: they would change the
// natural order. A failure prints documents and pipeline.

import assert from "node:assert/strict";
import { BSON, type Document } from "bson";
import type { PipelineContext } from "../../src/aggregation/definition.ts";
import { optimizePipeline, OPTIMIZER_RULES } from "../../src/aggregation/optimize.ts";
import { parsePipeline } from "../../src/aggregation/pipeline.ts";
import { CatalogSources, openPipeline, planPipeline } from "../../src/aggregation/run_pipeline.ts";
import { documentText } from "../../src/bson/json.ts";
import { CommandError } from "../../src/error.ts";
import { ExpressionCompiler } from "../../src/expression/expression.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { DEFAULT_MEMORY_LIMITS } from "../../src/stream/memory_limits.ts";
import { Random } from "./generate.ts";

const DOCUMENTS = 25;
const PIPELINES_PER_COLLECTION = 50;
const NAMES = ["a", "b", "c", "d", "_id"];
const OTHER = "other";
const PATHS = ["a", "b", "c", "d", "d.x", "d.y", "a.0", "_id"];

function scalar(random: Random): unknown {
  return random.pick<unknown>([0, 1, 2, 2.5, -1, "x", "y", null, true, new Date(5)]);
}

function value(random: Random): unknown {
  switch (random.below(8)) {
    case 0:
      return Array.from({ length: random.below(4) }, () => scalar(random));
    case 1:
      return { x: scalar(random), y: scalar(random) };
    case 2:
      return [{ x: scalar(random) }, scalar(random), { y: scalar(random) }];
    default:
      return scalar(random);
  }
}

function document(random: Random, id: number): Document {
  const made: Document = { _id: id };
  for (const name of ["a", "b", "c", "d"]) if (random.chance(0.8)) made[name] = value(random);
  return made;
}

function condition(random: Random): unknown {
  switch (random.below(9)) {
    case 0:
      return { $in: [scalar(random), scalar(random)] };
    case 1:
      return { $gt: scalar(random) };
    case 2:
      return { $lte: scalar(random) };
    case 3:
      return { $ne: scalar(random) };
    case 4:
      return { $exists: random.chance(0.5) };
    case 5:
      return { $not: { $gt: scalar(random) } };
    case 6:
      return { $elemMatch: random.chance(0.5) ? { $gte: 1 } : { x: scalar(random) } };
    default:
      return scalar(random);
  }
}

function filter(random: Random, depth = 0): Document {
  const made: Document = {};
  const count = random.below(4);
  for (let i = 0; i < count; i++) made[random.pick(PATHS)] = condition(random);
  if (depth === 0 && random.chance(0.25)) {
    made[random.pick(["$or", "$and", "$nor"])] = [filter(random, 1), filter(random, 1)];
  }
  if (random.chance(0.15)) made.$expr = { $gte: [expression(random), scalar(random)] };
  return made;
}

function expression(random: Random): unknown {
  switch (random.below(6)) {
    case 0:
      return { $ifNull: [`$${random.pick(PATHS)}`, 7] };
    case 1:
      return { $eq: [`$${random.pick(PATHS)}`, scalar(random)] };
    case 2:
      return random.chance(0.3) ? "$$ROOT" : { $literal: scalar(random) };
    case 3:
      return { p: `$${random.pick(PATHS)}`, q: 1 };
    default:
      return `$${random.pick(PATHS)}`;
  }
}

function distinctNames(random: Random, names: readonly string[]): string[] {
  return names.filter(() => random.chance(0.4));
}

function projection(random: Random): Document {
  const names = distinctNames(random, NAMES);
  if (names.length === 0) names.push("a");
  const made: Document = {};
  if (random.chance(0.3)) {
    for (const name of names) made[name === "d" && random.chance(0.5) ? "d.x" : name] = 0;
    return made;
  }
  for (const name of names) {
    if (name === "_id") made[name] = random.chance(0.5) ? 0 : 1;
    else if (name === "d" && random.chance(0.4)) made["d.x"] = 1;
    else made[name] = random.chance(0.5) ? 1 : expression(random);
  }
  if (names.every((name) => name === "_id")) made.b = 1;
  return made;
}

function additions(random: Random): Document {
  const made: Document = {};
  for (const name of distinctNames(random, ["a", "b", "c", "e", "d.x"])) {
    made[name] = expression(random);
  }
  return Object.keys(made).length === 0 ? { e: "$a" } : made;
}

function sort(random: Random): Document {
  const made: Document = {};
  for (let i = 0; i <= random.below(2); i++) made[random.pick(PATHS)] = random.pick([1, -1]);
  return made;
}

function window(random: Random): Document {
  return {
    ...(random.chance(0.5) ? { partitionBy: expressionPath(random) } : {}),
    sortBy: { _id: 1 },
    output: { w: { $push: "$a", window: { documents: [-1, "current"] } } },
  };
}

function expressionPath(random: Random): string {
  return `$${random.pick(["b", "c", "d.x"])}`;
}

/** A join, often with what can go into it right behind it. */
function join(random: Random): Document[] {
  const as = random.pick(["j", "d", "j.k", "a"]);
  const fields = { localField: random.pick(PATHS), foreignField: random.pick(PATHS) };
  const pipeline = [{ $match: filter(random, 1) }, { $project: { a: 1, d: 1 } }];
  const lookup = random.pick<Document>([
    { ...fields },
    { ...fields, let: { v: "$b" }, pipeline },
    { let: { v: "$a" }, pipeline: [{ $match: { $expr: { $gte: ["$b", "$$v"] } } }, ...pipeline] },
  ]);
  const stages: Document[] = [{ $lookup: { from: OTHER, ...lookup, as } }];
  if (random.chance(0.2)) stages.push({ $sort: sort(random) });
  if (random.chance(0.7)) {
    stages.push({
      $unwind: {
        path: `$${as}`,
        ...(random.chance(0.3) ? { preserveNullAndEmptyArrays: true } : {}),
        ...(random.chance(0.3) ? { includeArrayIndex: random.pick(["i", "b", "i.x"]) } : {}),
      },
    });
  }
  if (random.chance(0.6)) {
    stages.push({
      $match: { [`${as}.${random.pick(PATHS)}`]: condition(random), ...filter(random, 1) },
    });
  }
  return stages;
}

function stage(random: Random): Document | Document[] {
  switch (random.below(18)) {
    case 16:
    case 17:
      return join(random);
    case 0:
    case 1:
    case 2:
    case 3:
      return { $match: filter(random) };
    case 4:
    case 5:
      return { $project: projection(random) };
    case 6:
      return { $addFields: additions(random) };
    case 7:
      return { $unset: random.pick<unknown>(["a", ["b", "d.y"], "d"]) };
    case 8:
    case 9:
      return { $sort: sort(random) };
    case 10:
      return { $limit: 1 + random.below(12) };
    case 11:
      return { $skip: random.below(6) };
    case 12:
      return {
        $unwind: random.chance(0.5)
          ? "$a"
          : { path: "$d", preserveNullAndEmptyArrays: true, includeArrayIndex: "i" },
      };
    case 13:
      return {
        $group: { _id: `$${random.pick(PATHS)}`, n: { $sum: 1 }, l: { $push: "$b" } },
      };
    case 14:
      return { $setWindowFields: window(random) };
    default:
      return random.pick<Document>([{ $count: "n" }, {
        $replaceRoot: { newRoot: { r: "$d", a: "$a" } },
      }, { $fill: { output: { c: { value: 9 } } } }]);
  }
}

function bson(literal: Document): Uint8Array {
  return new Uint8Array(BSON.serialize(literal));
}

function contextOf(engine: StorageEngine, namespace: string, optimize: boolean): PipelineContext {
  const compiler = new ExpressionCompiler({ now: 0n });
  return {
    database: "fuzz",
    namespace,
    query: { now: 0n, expressionCompiler: compiler },
    compiler,
    allowDiskUse: true,
    limits: DEFAULT_MEMORY_LIMITS,
    optimize,
    sources: new CatalogSources(engine.catalog),
    parse: parsePipeline,
    place: "top",
  };
}

type Answer = readonly string[] | CommandError;

async function answer(
  engine: StorageEngine,
  collection: Collection,
  pipeline: readonly Document[],
  optimize: boolean,
): Promise<Answer> {
  try {
    const context = contextOf(engine, collection.namespace, optimize);
    const stages = parsePipeline(bson({ ...pipeline }), context);
    const planned = planPipeline(stages, collection, context);
    const documents = await collect(openPipeline(planned, collection, context));
    return documents.map((one) => documentText(one));
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

/** Each rule by itself must hold too: another one may hide what it does wrong. */
async function answerWithRule(
  engine: StorageEngine,
  collection: Collection,
  pipeline: readonly Document[],
  rule: typeof OPTIMIZER_RULES[number],
): Promise<Answer> {
  try {
    const context = contextOf(engine, collection.namespace, false);
    const stages = optimizePipeline(
      parsePipeline(bson({ ...pipeline }), context),
      context,
      [rule],
      [],
    );
    const planned = planPipeline(stages, collection, context);
    return (await collect(openPipeline(planned, collection, context))).map((one) =>
      documentText(one)
    );
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

async function checkPipeline(
  engine: StorageEngine,
  collection: Collection,
  random: Random,
): Promise<void> {
  const pipeline = Array.from({ length: 1 + random.below(7) }, () => stage(random)).flat();
  const expected = await answer(engine, collection, pipeline, false);
  // An error may concern a document that an optimized pipeline never looks at.
  if (expected instanceof CommandError) return;
  const check = (found: Answer, how: string): void => {
    const tell = `${how}\n${JSON.stringify(pipeline)}`;
    assert.ok(!(found instanceof CommandError), `${tell}\n${String(found)}`);
    assert.deepEqual(found, expected, tell);
  };
  check(await answer(engine, collection, pipeline, true), "all rules");
  const rule = random.pick(OPTIMIZER_RULES);
  check(await answerWithRule(engine, collection, pipeline, rule), rule.name);
}

function fill(engine: StorageEngine, namespace: string, random: Random, count: number): Collection {
  engine.definitions.create(namespace);
  const collection = engine.catalog.collection(namespace)!;
  engine.run((transaction) => {
    for (let id = 0; id < count; id++) {
      collection.insert(transaction, bson(document(random, id)));
    }
  });
  return collection;
}

/** Runs `cases` pipelines; throws on the first that breaks the law. */
export async function fuzzPipelineOptimizer(seed: number, cases: number): Promise<void> {
  const random = new Random(seed);
  const engine = await StorageEngine.open({ path: ":memory:", cacheSizeMb: 64 });
  try {
    fill(engine, `fuzz.${OTHER}`, random, 12);
    for (let done = 0; done < cases; done += PIPELINES_PER_COLLECTION) {
      const namespace = `fuzz.c${done}`;
      const collection = fill(engine, namespace, random, DOCUMENTS);
      for (let i = 0; i < PIPELINES_PER_COLLECTION && done + i < cases; i++) {
        await checkPipeline(engine, collection, random);
      }
      engine.definitions.drop(namespace);
    }
  } finally {
    await engine.close();
  }
}
