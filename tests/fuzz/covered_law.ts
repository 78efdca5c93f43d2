// The law of covered plans: what keys give equals, byte for byte, what the documents give.
//
// Documents whose values keys cannot keep apart (5, 5.0, decimals, missing, null, objects), changed and deleted again;
// compound indexes; filters, orders and projections on their fields. Each query runs through every index by hint and as a
// scan of the collection. Only the order of fields may differ: keys have that of the index.

import assert from "node:assert/strict";
import { BSON, Decimal128, Double, Long } from "bson";
import { documentText } from "../../src/bson/json.ts";
import { elements, valueEnd } from "../../src/bson/read.ts";
import { BsonType } from "../../src/bson/type.ts";
import { CommandError } from "../../src/error.ts";
import { ExpressionCompiler } from "../../src/expression/expression.ts";
import { planQuery } from "../../src/plan/choose.ts";
import { allNodes } from "../../src/plan/node.ts";
import { runPlan } from "../../src/plan/run.ts";
import { compileQuery } from "../../src/query/filter.ts";
import { compileProjection } from "../../src/query/projection.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { ProjectionStream } from "../../src/stream/projection_stream.ts";
import { Random } from "./generate.ts";

type Literal = Record<string, unknown>;

const DOCUMENTS = 50;
const QUERIES_PER_COLLECTION = 40;
const PATHS = ["a", "b", "c", "d.x", "d.y", "d", "d.z.w"];

function scalar(random: Random): unknown {
  return random.pick<() => unknown>([
    () => random.below(4),
    () => new Double(random.below(4)),
    () => Long.fromNumber(random.below(4)),
    () => Decimal128.fromString(random.pick(["1", "1.0", "2.50", "0.1", "0.0", "NaN"])),
    () => random.pick([2.5, -0, NaN, Infinity, 1e300]),
    () => Long.fromString("9007199254740993"),
    () => random.pick(["x", "xy", "", "a\0b"]),
    () => null,
    () => random.chance(0.5),
    () => new Date(random.below(3)),
    () => ({ x: random.below(2), y: random.chance(0.5) ? new Double(1) : "y" }),
    () => /x/i,
  ])();
}

function document(random: Random, id: number, arrays: number): Literal {
  const made: Literal = { _id: id };
  const value = (): unknown =>
    random.chance(arrays) ? [scalar(random), scalar(random)] : scalar(random);
  for (const name of ["a", "b", "c"]) if (random.chance(0.8)) made[name] = value();
  if (random.chance(0.2)) made.d = value();
  else if (random.chance(0.9)) {
    const inner: Literal = {};
    if (random.chance(0.8)) inner.x = value();
    if (random.chance(0.8)) inner.y = scalar(random);
    if (random.chance(0.4)) inner.z = random.chance(0.6) ? { w: scalar(random) } : scalar(random);
    made.d = inner;
  }
  return made;
}

function index(random: Random): Literal {
  const key: Literal = {};
  const count = 1 + random.below(4);
  for (let i = 0; i < count; i++) key[random.pick([...PATHS, "_id"])] = random.pick([1, -1]);
  return { key, name: JSON.stringify(key).replaceAll(/[^a-z0-9-]/g, "_") };
}

function condition(random: Random): unknown {
  return random.pick<() => unknown>([
    () => scalar(random),
    () => ({ $gt: scalar(random) }),
    () => ({ $lte: scalar(random) }),
    () => ({ $in: [scalar(random), scalar(random), scalar(random)] }),
    () => ({ $gte: 0, $lt: 3 }),
    () => ({ $exists: random.chance(0.7) }),
    () => ({ $ne: scalar(random) }),
    () => ({ $type: random.pick(["int", "double", "null", "number", "string"]) }),
    () => ({ $regex: random.pick(["x", "^x"]) }),
    () => ({ $mod: [2, 0] }),
    () => ({ $not: { $regex: "x" } }),
    () => ({ $not: { $mod: [2, 0] } }),
    () => ({ $bitsAnySet: [0] }),
    () => ({ $size: 2 }),
    () => ({ $in: [/x/, scalar(random)] }),
  ])();
}

function filter(random: Random): Literal {
  const made: Literal = {};
  const count = random.below(4);
  for (let i = 0; i < count; i++) {
    const path = random.pick(PATHS);
    // Parameters of operators have to be good ones: patterns are no operands of $gt.
    made[path] = condition(random);
  }
  return made;
}

function projection(random: Random): Literal {
  const made: Literal = {};
  const count = 1 + random.below(2);
  for (let i = 0; i < count; i++) {
    const path = random.pick(PATHS);
    const isFree = !Object.keys(made).some((other) =>
      other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`)
    );
    if (isFree) made[path] = 1;
  }
  if (random.chance(0.85)) made._id = 0;
  if (random.chance(0.15)) made.sum = { $ifNull: ["$a", "$b"] };
  return made;
}

function bson(literal: Literal): Uint8Array {
  return new Uint8Array(BSON.serialize(literal));
}

/** A document as text that does not depend on the order of fields, at every level of projected paths. */
function canonical(bytes: Uint8Array): string {
  const fields = [...elements(bytes)].map(({ name, type, at }) => {
    const raw = bytes.subarray(at, valueEnd(bytes, type, at));
    return `${name} ${type} ${type === BsonType.Document ? canonical(raw) : raw.join()}`;
  });
  return `{${fields.sort().join("; ")}}`;
}

interface Query {
  readonly filter: Literal;
  readonly sort: Literal | undefined;
  /** undefined: whole documents, of which keys only test the filter. */
  readonly projection: Literal | undefined;
}

async function answers(
  collection: Collection,
  { filter, sort, projection }: Query,
  hint: { index?: Collection["indexes"][number]; natural?: 1 },
): Promise<Found> {
  const compiled = projection === undefined ? undefined : compileProjection(bson(projection), {
    compiler: new ExpressionCompiler({ now: 0n }),
  });
  const plan = planQuery(collection, {
    filter: compileQuery(bson(filter), { now: 0n }),
    sort: sort === undefined ? undefined : parseSort(bson(sort)),
    hint,
    ...(compiled === undefined || projection === undefined ? {} : {
      projection: { spec: bson(projection), isSimple: compiled.isSimple },
      neededPaths: compiled.requiredPaths,
    }),
  });
  const documents = await collect(runPlan(plan.root, {
    collection,
    project: (input) => compiled === undefined ? input : new ProjectionStream(input, compiled),
  }));
  const nodes = [...allNodes(plan.root)];
  return {
    texts: documents.map(canonical).sort(),
    isCovered: nodes.some((node) => node.stage === "IXSCAN" && node.covering !== undefined),
    isFiltered: nodes.some((node) => node.stage === "IXSCAN" && node.filtering !== undefined),
    fetched: nodes.reduce((sum, { statistics }) => sum + statistics.docsExamined, 0),
  };
}

interface Found {
  texts: string[];
  isCovered: boolean;
  isFiltered: boolean;
  fetched: number;
}

function change(engine: StorageEngine, collection: Collection, random: Random, arrays: number) {
  for (let i = 0; i < DOCUMENTS; i++) {
    const recordId = 1 + random.below(DOCUMENTS);
    try {
      engine.run((transaction) => {
        const before = collection.get(transaction, recordId);
        if (before === null) return;
        const id = BSON.deserialize(before)._id;
        if (random.chance(0.2)) collection.remove(transaction, recordId, before);
        else collection.update(transaction, recordId, before, bson(document(random, id, arrays)));
      });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
}

async function fill(engine: StorageEngine, collection: Collection, random: Random): Promise<void> {
  const arrays = random.chance(0.7) ? 0 : 0.1;
  for (let i = 0; i < 4; i++) {
    try {
      await engine.indexes.create(collection.namespace, [bson(index(random))]);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  for (let id = 0; id < DOCUMENTS; id++) {
    try {
      const made = bson(document(random, id, arrays));
      engine.run((transaction) => collection.insert(transaction, made));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  change(engine, collection, random, arrays);
  const { errors } = await validateCollection(engine.store, collection);
  assert.deepEqual(errors, [], `seed ${random.seed}`);
}

export interface CoveredCounts {
  queries: number;
  covered: number;
  /** Queries whose filter was tested on keys, below a FETCH. */
  filtered: number;
  documents: number;
  fetched: number;
}

async function check(collection: Collection, random: Random, counts: CoveredCounts): Promise<void> {
  const query: Query = {
    filter: filter(random),
    sort: random.chance(0.4) ? { [random.pick(PATHS)]: random.pick([1, -1]) } : undefined,
    projection: random.chance(0.3) ? undefined : projection(random),
  };
  const expected = (await answers(collection, query, { natural: 1 })).texts;
  for (const hinted of collection.indexes) {
    const found = await answers(collection, query, { index: hinted });
    counts.queries++;
    if (found.isFiltered) counts.filtered++;
    if (found.isCovered) {
      counts.covered++;
      counts.documents += found.texts.length;
      counts.fetched += found.fetched;
    }
    assert.deepEqual(
      found.texts,
      expected,
      `seed ${random.seed}, ${BSON.EJSON.stringify(query)}, index ${
        documentText(hinted.spec.document)
      }`,
    );
  }
}

/** Runs so many queries; throws on the first that breaks the law. */
export async function fuzzCoveredLaw(seed: number, cases: number): Promise<CoveredCounts> {
  const random = new Random(seed);
  const counts: CoveredCounts = { queries: 0, covered: 0, filtered: 0, documents: 0, fetched: 0 };
  const engine = await StorageEngine.open({ path: ":memory:", cacheSizeMb: 64 });
  try {
    for (let done = 0; done < cases; done += QUERIES_PER_COLLECTION) {
      const namespace = `fuzz.c${done}`;
      engine.definitions.create(namespace);
      const collection = engine.catalog.collection(namespace)!;
      await fill(engine, collection, random);
      for (let i = 0; i < QUERIES_PER_COLLECTION && done + i < cases; i++) {
        try {
          await check(collection, random, counts);
        } catch (error) {
          // Some operands are refused, and so is sorting by two arrays.
          if (!(error instanceof CommandError)) throw error;
        }
      }
      engine.definitions.drop(namespace);
    }
  } finally {
    await engine.close();
  }
  return counts;
}
