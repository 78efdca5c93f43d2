// The planner's law: whatever the plan, the answer is that of a collection scan.
//
// Small collections, random indexes of every kind and option, random filters with sort, projection, skip, limit and collation.
// Each query runs as the planner likes, through every usable index by hint, and as a scan: all must give the same documents,
// value for value, and the same order of sort keys. A failure prints seed, query and indexes.

import assert from "node:assert/strict";
import { BSON } from "bson";
import { documentText } from "../../src/bson/json.ts";
import { ArgumentPlan, parseArguments } from "../../src/commands/arguments.ts";
import { findArguments, openFind, prepareFind } from "../../src/commands/crud/find_query.ts";
import { OperationHolder } from "../../src/commands/crud/query_cursor.ts";
import { CommandError, ErrorCode } from "../../src/error.ts";
import { countScanOf, CountScanStream } from "../../src/plan/count_stream.ts";
import { holdsAnswer } from "../../src/plan/candidates.ts";
import type { PlannerIndex } from "../../src/plan/planner_index.ts";
import { conjunctsOf } from "../../src/plan/predicates.ts";
import type { MatchExpression } from "../../src/query/match_expression.ts";
import { SortKeyGenerator } from "../../src/query/sort_key.ts";
import { Operation } from "../../src/session/operation.ts";
import type { Collection } from "../../src/storage/collection.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { collect } from "../../src/stream/document_stream.ts";
import { Random } from "./generate.ts";
import {
  type Literal,
  randomCollation,
  randomDocument,
  randomFilter,
  randomIndex,
  randomProjection,
  randomSort,
} from "./plan_cases.ts";

const DOCUMENTS = 40;
const INDEXES = 5;
const QUERIES_PER_COLLECTION = 60;
const FIND = new ArgumentPlan("find", findArguments);
const HOLDER = new OperationHolder(new Operation(1, undefined));

function bson(literal: Literal): Uint8Array {
  return new Uint8Array(BSON.serialize(literal, { ignoreUndefined: true }));
}

/** Runs what may be refused; other errors are failures. */
async function allowRefusal(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

async function fill(engine: StorageEngine, collection: Collection, random: Random): Promise<void> {
  const withArrays = random.chance(0.6);
  for (let i = 0; i < INDEXES; i++) {
    const spec = bson(randomIndex(random));
    await allowRefusal(() => engine.indexes.create(collection.namespace, [spec]));
  }
  for (let id = 0; id < DOCUMENTS; id++) {
    const made = bson(randomDocument(random, id, withArrays));
    // Parallel arrays do not fit into some indexes, and unique ones refuse repeated keys.
    await allowRefusal(() => engine.run((transaction) => collection.insert(transaction, made)));
  }
}

interface Answer {
  /** The documents as texts, in the order they came. */
  readonly documents: string[];
  readonly keys: string[];
}

function hexText(document: Uint8Array): string {
  return document.toHex();
}

/** Values with their types, whatever the order of fields: a covered answer has the order of the index, as in mongod. */
function unorderedText(document: Uint8Array): string {
  const decoded = BSON.deserialize(document, { promoteValues: false });
  return JSON.stringify(ordered(BSON.EJSON.serialize(decoded, { relaxed: false })));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return fields.map(([name, one]) => [name, ordered(one)]);
}

class Law {
  constructor(readonly engine: StorageEngine, readonly collection: Collection) {}

  prepare(query: Literal) {
    const args = parseArguments(FIND, bson({ find: "c", ...query }));
    const { collection, engine } = this;
    return prepareFind(args, collection, collection.namespace, HOLDER, engine);
  }

  async answer(query: Literal): Promise<Answer> {
    const prepared = this.prepare(query);
    const found = await collect(openFind(prepared, this.collection));
    const { sort, collation } = prepared;
    const keys = sort === undefined || prepared.projection !== undefined
      ? []
      : sortKeys(found, new SortKeyGenerator(sort, collation));
    const textOf = prepared.projection === undefined ? hexText : unorderedText;
    return { documents: found.map(textOf), keys };
  }

  tell(how: string, query: Literal): string {
    const indexes = this.collection.indexes.map((one) => documentText(one.spec.document));
    return `${how}\nfind ${documentText(bson(query))}\nindexes ${indexes.join("\n        ")}`;
  }

  /** The query through every plan must find what the scan finds. */
  async check(query: Literal): Promise<Answer | undefined> {
    let expected: Answer;
    try {
      expected = await this.answer({ ...query, hint: { $natural: 1 } });
    } catch (error) {
      // Sorting by two arrays is refused, with an index that gives the order it is not: nothing to compare.
      if (error instanceof CommandError) return undefined;
      throw error;
    }
    await this.compare("chosen plan", query, expected);
    const conjuncts = conjunctsOf(this.prepare(query).plan.request!.filter.expression);
    for (const index of this.collection.indexes) {
      const { name, spec } = index;
      // A sparse or partial index that is hinted is used whatever it lacks.
      if (spec.sparse || !this.holds(index, query, conjuncts)) continue;
      try {
        await this.compare(`hint ${name}`, { ...query, hint: name }, expected);
      } catch (error) {
        const isUseless = error instanceof CommandError &&
          error.code === ErrorCode.NoQueryExecutionPlans;
        if (!isUseless) throw error;
      }
    }
    return expected;
  }

  /** False for a partial index that may lack documents of the answer. */
  holds(
    index: PlannerIndex,
    query: Literal,
    conjuncts: readonly MatchExpression[],
  ): boolean {
    const { collation } = this.prepare(query);
    return holdsAnswer(index, { conjuncts, predicates: [], sort: undefined, collation });
  }

  async compare(how: string, query: Literal, expected: Answer): Promise<void> {
    const found = await this.answer(query);
    const told = this.tell(how, query);
    assert.deepEqual([...found.documents].sort(), [...expected.documents].sort(), told);
    assert.deepEqual(found.keys, expected.keys, told);
  }

  /** A stretch of the answer: as many documents, and the same sort keys. */
  async checkStretch(query: Literal, whole: Answer, skip: number, limit: number): Promise<void> {
    const stretch = { ...query, skip, limit };
    const found = await this.answer(stretch);
    const told = this.tell(`skip ${skip} limit ${limit}`, stretch);
    const end = skip + limit;
    assert.equal(found.documents.length, whole.documents.slice(skip, end).length, told);
    assert.deepEqual(found.keys, whole.keys.slice(skip, end), told);
    const all = new Set(whole.documents);
    assert.ok(found.documents.every((one) => all.has(one)), told);
  }

  checkCount(query: Literal, expected: number): void {
    const node = countScanOf(this.prepare({ ...query, sort: undefined }).plan.root);
    if (node === undefined) return;
    const stream = new CountScanStream(node, this.collection, { limit: Infinity });
    while (stream.next() !== null);
    stream.close();
    assert.equal(stream.count, expected, this.tell("count", query));
  }
}

function sortKeys(documents: readonly Uint8Array[], generator: SortKeyGenerator): string[] {
  // Under a collation keys are values, which are equal when neither is less.
  if (!generator.isByteComparable) return [];
  return documents.map((one) => generator.key(one, 0).toHex());
}

async function checkQuery(law: Law, random: Random): Promise<void> {
  const query: Literal = {
    filter: randomFilter(random),
    sort: randomSort(random),
    collation: randomCollation(random),
  };
  const whole = await law.check(query);
  if (whole === undefined) return;
  await law.checkStretch(query, whole, random.pick([0, 0, 1, 3]), 1 + random.below(5));
  law.checkCount(query, whole.documents.length);
  if (random.chance(0.7)) await law.check({ ...query, projection: randomProjection(random) });
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
      const law = new Law(engine, collection);
      for (let i = 0; i < QUERIES_PER_COLLECTION && done + i < cases; i++) {
        try {
          await checkQuery(law, random);
        } catch (error) {
          throw new Error(`seed ${seed}, case ${done + i}`, { cause: error });
        }
      }
      engine.definitions.drop(namespace);
    }
  } finally {
    await engine.close();
  }
}
