// The planner's law: whatever the plan, the answer is that of a collection scan.
//
// Small collections with few distinct values (so that conditions meet documents), random indexes of every option, random
// filters with sort and limit. Each query runs as the planner likes, through every usable index by hint, and as a scan;
// all must give the same documents, and the same order of sort keys. A failure prints documents, index and query.

import assert from "node:assert/strict";
import { BSON } from "bson";
import { documentText } from "../../src/bson/json.ts";
import { CommandError } from "../../src/error.ts";
import { countScanOf, CountScanStream } from "../../src/plan/count_stream.ts";
import { planQuery, type QueryRequest } from "../../src/plan/choose.ts";
import { openPlan } from "../../src/plan/run.ts";
import { compileQuery } from "../../src/query/filter.ts";
import { SortKeyGenerator } from "../../src/query/sort_key.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { Random } from "./generate.ts";

type Literal = Record<string, unknown>;

const DOCUMENTS = 40;
const QUERIES_PER_COLLECTION = 60;
const PATHS = ["a", "b", "c", "d.x", "d.y", "d"];

function scalar(random: Random): unknown {
  return random.pick<unknown>([0, 1, 2, 2.5, 3, -1, "x", "xy", "y", null, true, new Date(5), NaN]);
}

function value(random: Random): unknown {
  switch (random.below(10)) {
    case 0:
      return Array.from({ length: random.below(4) }, () => scalar(random));
    case 1:
      return { x: scalar(random) };
    case 2:
      return [[scalar(random)], scalar(random)];
    default:
      return scalar(random);
  }
}

function nested(random: Random): unknown {
  const item = (): Literal => {
    const made: Literal = {};
    if (random.chance(0.8)) made.x = random.chance(0.85) ? scalar(random) : value(random);
    if (random.chance(0.8)) made.y = random.chance(0.85) ? scalar(random) : value(random);
    return made;
  };
  switch (random.below(4)) {
    case 0:
      return Array.from({ length: random.below(4) }, item);
    case 1:
      return scalar(random);
    default:
      return item();
  }
}

/** A plan's documents: `kinds` limits what a collection holds, so that some indexes stay free of arrays. */
function document(random: Random, id: number, withArrays: boolean): Literal {
  const made: Literal = { _id: id };
  for (const name of ["a", "b", "c"]) {
    if (random.chance(0.85)) made[name] = withArrays ? value(random) : scalar(random);
  }
  if (random.chance(0.8)) {
    made.d = withArrays ? nested(random) : { x: scalar(random), y: scalar(random) };
  }
  return made;
}

function index(random: Random): Literal {
  const count = 1 + random.below(3);
  const key: Literal = {};
  for (let i = 0; i < count; i++) key[random.pick(PATHS)] = random.pick([1, -1]);
  const made: Literal = { key, name: JSON.stringify(key).replaceAll(/[^a-z0-9-]/g, "_") };
  const kind = random.below(7);
  if (kind === 0) made.sparse = true;
  else if (kind === 1) {
    made.partialFilterExpression = random.pick<Literal>([
      { a: { $gt: 1 } },
      { b: { $exists: true } },
      { c: { $gte: "x" } },
    ]);
  }
  return made;
}

function condition(random: Random): unknown {
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
      return scalar(random);
    case 3:
      return { $in: Array.from({ length: random.below(4) }, () => scalar(random)) };
    case 4:
      return { $gt: scalar(random) };
    case 5:
      return { $lte: scalar(random) };
    case 6:
      return { $gte: random.pick([0, 1]), $lt: random.pick([2, 3]) };
    case 7:
      return { $ne: scalar(random) };
    case 8:
      return { $nin: [scalar(random), scalar(random)] };
    case 9:
      return { $exists: random.chance(0.5) };
    case 10:
      return { $not: { $gt: scalar(random) } };
    case 11:
      return { $elemMatch: { $gte: 1, $lt: 3 } };
    case 12:
      return value(random);
    case 13:
      return { $type: random.pick(["int", "string", "array", "null", "double", "object"]) };
    case 14:
      return { $regex: random.pick(["^x", "y", "^xy$"]) };
    default:
      return { $all: [scalar(random), scalar(random)] };
  }
}

function filter(random: Random, depth = 0): Literal {
  const made: Literal = {};
  const count = random.below(4);
  for (let i = 0; i < count; i++) made[random.pick(PATHS)] = condition(random);
  if (random.chance(0.15)) {
    made.d = {
      $elemMatch: { x: condition(random), ...(random.chance(0.6) ? { y: condition(random) } : {}) },
    };
  }
  if (depth === 0 && random.chance(0.2)) {
    made[random.pick(["$or", "$or", "$nor", "$and"])] = [filter(random, 1), filter(random, 1)];
  }
  return made;
}

function sort(random: Random): Literal | undefined {
  if (random.chance(0.5)) return undefined;
  const made: Literal = {};
  const count = 1 + random.below(2);
  for (let i = 0; i < count; i++) made[random.pick(PATHS)] = random.pick([1, -1]);
  return made;
}

function bson(literal: Literal): Uint8Array {
  return new Uint8Array(BSON.serialize(literal));
}

async function fill(engine: StorageEngine, collection: Collection, random: Random): Promise<void> {
  const withArrays = random.chance(0.6);
  for (let i = 0; i < 4; i++) {
    try {
      await engine.indexes.create(collection.namespace, [bson(index(random))]);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  for (let id = 0; id < DOCUMENTS; id++) {
    try {
      const made = bson(document(random, id, withArrays));
      engine.run((transaction) => collection.insert(transaction, made));
    } catch (error) {
      // Parallel arrays do not fit into some indexes.
      if (!(error instanceof CommandError)) throw error;
    }
  }
}

interface Answer {
  readonly ids: string[];
  readonly keys: string[];
}

async function answer(collection: Collection, request: QueryRequest): Promise<Answer> {
  const plan = planQuery(collection, request);
  const documents = await collect(openPlan(plan, collection));
  const ids = documents.map((one) => String(BSON.deserialize(one)._id));
  const generator = request.sort === undefined ? undefined : new SortKeyGenerator(request.sort);
  const keys = generator === undefined ? [] : documents.map((one) => generator.key(one, 0).join());
  return { ids, keys };
}

async function checkQuery(collection: Collection, random: Random): Promise<void> {
  const filterLiteral = filter(random);
  const sortLiteral = sort(random);
  const compiled = compileQuery(bson(filterLiteral), { now: 0n });
  const request: QueryRequest = {
    filter: compiled,
    sort: sortLiteral === undefined ? undefined : parseSort(bson(sortLiteral)),
  };
  let expected: Answer;
  try {
    expected = await answer(collection, { ...request, hint: { natural: 1 } });
  } catch (error) {
    // Sorting by two arrays is refused, with an index that gives the order it is not: nothing to compare.
    if (error instanceof CommandError) return;
    throw error;
  }
  const tell = (how: string): string =>
    `${how}\nfilter ${JSON.stringify(filterLiteral)}\nsort ${
      JSON.stringify(sortLiteral)
    }\nindexes ${
      collection.indexes.map((one) => documentText(one.spec.document)).join("\n        ")
    }`;
  const compare = async (how: string, asked: QueryRequest): Promise<void> => {
    const found = await answer(collection, asked);
    assert.deepEqual([...found.ids].sort(), [...expected.ids].sort(), tell(how));
    assert.deepEqual(found.keys, expected.keys, tell(how));
  };
  await compare("chosen plan", request);
  for (const hinted of collection.indexes) {
    if (hinted.spec.sparse || hinted.spec.partialFilter !== undefined) continue;
    await compare(`hint ${hinted.name}`, { ...request, hint: { index: hinted } });
  }
  const limit = 1 + random.below(5);
  const limited = await answer(collection, { ...request, limit });
  assert.equal(limited.ids.length, Math.min(limit, expected.ids.length), tell(`limit ${limit}`));
  assert.deepEqual(limited.keys, expected.keys.slice(0, limit), tell(`limit ${limit}`));
  checkCount(collection, request, expected.ids.length, tell("count"));
}

function checkCount(
  collection: Collection,
  request: QueryRequest,
  expected: number,
  tell: string,
): void {
  const node = countScanOf(planQuery(collection, { ...request, sort: undefined }).root);
  if (node === undefined) return;
  const stream = new CountScanStream(node, collection, { limit: Infinity });
  while (stream.next() !== null);
  stream.close();
  assert.equal(stream.count, expected, tell);
}

/** Runs `cases` queries; throws on the first that breaks the law. */
export async function fuzzPlanLaw(seed: number, cases: number): Promise<void> {
  const random = new Random(seed);
  const engine = await StorageEngine.open({ path: ":memory:", cacheSizeMb: 64 });
  try {
    for (let done = 0; done < cases; done += QUERIES_PER_COLLECTION) {
      const namespace = `fuzz.c${done}`;
      engine.definitions.create(namespace);
      const collection = engine.catalog.collection(namespace)!;
      await fill(engine, collection, random);
      for (let i = 0; i < QUERIES_PER_COLLECTION && done + i < cases; i++) {
        await checkQuery(collection, random);
      }
      engine.definitions.drop(namespace);
    }
  } finally {
    await engine.close();
  }
}
