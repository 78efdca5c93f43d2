// Generated filters on generated documents: our predicate against the npm package mingo, an independent implementation.
//
// Only what both claim to do as MongoDB does is generated (not $mod and the bit tests: mingo takes booleans and missing
// fields for numbers; not $all: mingo wants an array field); where mingo is known to answer otherwise than MongoDB the case
// is skipped and counted, by the exceptions below. The same seed gives the same cases.

import { BSON } from "bson";
import { Query } from "mingo";
import { compileQuery } from "../../src/query/filter.ts";

type Document = Record<string, unknown>;

export interface DifferentialResult {
  readonly cases: number;
  /** Cases not compared, by the exception's reason. */
  readonly skipped: ReadonlyMap<string, number>;
  readonly mismatches: readonly string[];
}

interface Exception {
  /** Where mingo differs from MongoDB, and what MongoDB does. */
  readonly reason: string;
  applies(filter: Document, document: Document): boolean;
}

const RANGES = new Set(["$gt", "$gte", "$lt", "$lte"]);

/** True when some operator of the filter has the given name and argument. */
function uses(filter: unknown, test: (name: string, argument: unknown) => boolean): boolean {
  if (Array.isArray(filter)) return filter.some((item) => uses(item, test));
  if (typeof filter !== "object" || filter === null) return false;
  return Object.entries(filter).some(([name, argument]) =>
    test(name, argument) || uses(argument, test)
  );
}

/** True when the document has an array at or above the end of one of the filter's dotted paths. */
function passesArray(filter: Document, document: Document): boolean {
  return uses(filter, (name) => {
    if (name.startsWith("$")) return false;
    let value: unknown = document;
    for (const part of name.split(".")) {
      if (Array.isArray(value)) return true;
      value = (value as Document | null | undefined)?.[part];
    }
    return false;
  });
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    reason:
      "ranges with null: MongoDB matches null and missing with $gte and $lte, mingo only null",
    applies: (filter) => uses(filter, (name, value) => RANGES.has(name) && value === null),
  },
  {
    reason: "ranges with arrays and documents: MongoDB compares them in BSON order, mingo does not",
    applies: (filter) =>
      uses(filter, (name, value) => RANGES.has(name) && typeof value === "object"),
  },
  {
    reason: "$type on an array: MongoDB tests the elements too",
    applies: (filter, document) =>
      uses(filter, (name) => name === "$type") &&
      uses(document, (_, value) => Array.isArray(value)),
  },
  {
    reason:
      "$elemMatch on an element that is an array: MongoDB takes it for a document of positions",
    applies: (filter, document) =>
      uses(filter, (name) => name === "$elemMatch") &&
      uses(document, (_, value) => Array.isArray(value) && value.some(Array.isArray)),
  },
  {
    reason:
      "arrays of arrays below a dotted path or a pattern: MongoDB enters one level per part, mingo all",
    applies: (filter, document) =>
      uses(filter, (name) => name.includes(".") || name === "$regex") &&
      uses(document, (_, value) => Array.isArray(value) && value.some(Array.isArray)),
  },
  {
    reason: "$in and $nin with an array in the list: MongoDB compares it with the whole field too",
    applies: (filter) =>
      uses(
        filter,
        (name, value) =>
          (name === "$in" || name === "$nin") && Array.isArray(value) && value.some(Array.isArray),
      ),
  },
  {
    reason:
      "an array, null or nothing at the end of a path through an array: mingo gathers a list of values first",
    applies: (filter, document) =>
      passesArray(filter, document) &&
      uses(filter, (name, value) =>
        ["$elemMatch", "$exists", "$size"].includes(name) || value === null ||
        Array.isArray(value)),
  },
];

/** A small generator of random numbers, the same for the same seed. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed >>> 0) || 1;
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

const SCALARS: readonly unknown[] = [null, 0, 1, 2, 3, -1, 2.5, "", "a", "ab", "b", true, false];
const NAMES = ["a", "b", "c"];
const PATHS = ["a", "b", "c", "a.b", "a.c", "b.a", "a.b.c", "a.0", "a.1", "a.0.b", "a.b.0"];

function makeValue(random: Random, depth: number): unknown {
  const kind = depth > 0 ? random.below(5) : 0;
  if (kind === 3) {
    return Array.from({ length: random.below(4) }, () => makeValue(random, depth - 1));
  }
  if (kind === 4) return makeDocument(random, depth - 1);
  return random.pick(SCALARS);
}

function makeDocument(random: Random, depth: number): Document {
  const document: Document = {};
  for (const name of NAMES) if (random.below(3) > 0) document[name] = makeValue(random, depth);
  return document;
}

const TYPES = ["number", "string", "object", "array", "bool", "null"];

function makeOperators(random: Random, depth: number): Document {
  const operators: Document = {};
  for (let i = random.below(2); i >= 0; i--) {
    const name = random.pick(OPERATORS);
    operators[name] = makeArgument(name, random, depth);
  }
  return operators;
}

const OPERATORS = [
  "$eq",
  "$ne",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$in",
  "$nin",
  "$exists",
  "$not",
  "$elemMatch",
  "$size",
  "$type",
  "$regex",
] as const;

function makeArgument(name: typeof OPERATORS[number], random: Random, depth: number): unknown {
  const values = (count: number) => Array.from({ length: count }, () => makeValue(random, 1));
  switch (name) {
    case "$in":
    case "$nin":
      return values(random.below(3));
    case "$exists":
      return random.below(2) === 0;
    case "$not":
      return makeOperators(random, depth - 1);
    case "$elemMatch":
      if (depth <= 0) return { $gt: 1 };
      return random.below(2) === 0
        ? makeOperators(random, depth - 1)
        : makeFilter(random, depth - 1);
    case "$size":
      return random.below(4);
    case "$type":
      return random.pick(TYPES);
    case "$regex":
      return random.pick(["a", "^a", "b$", "^$", "[ab]{2}"]);
    default:
      return makeValue(random, 2);
  }
}

function makeFilter(random: Random, depth: number): Document {
  const filter: Document = {};
  for (let i = random.below(2); i >= 0; i--) {
    if (depth > 0 && random.below(5) === 0) {
      const list = Array.from({ length: 1 + random.below(2) }, () => makeFilter(random, depth - 1));
      filter[random.pick(["$and", "$or", "$nor"])] = list;
    } else {
      const path = random.pick(PATHS);
      filter[path] = random.below(3) === 0 ? makeValue(random, 2) : makeOperators(random, depth);
    }
  }
  return filter;
}

/** Compares `cases` generated cases and reports at most ten mismatches. */
export function filterDifferential(seed: number, cases: number): DifferentialResult {
  const random = new Random(seed);
  const skipped = new Map<string, number>();
  const mismatches: string[] = [];
  for (let i = 0; i < cases && mismatches.length < 10; i++) {
    const filter = makeFilter(random, 2);
    const document = makeDocument(random, 3);
    const exception = EXCEPTIONS.find((each) => each.applies(filter, document));
    if (exception !== undefined) {
      skipped.set(exception.reason, (skipped.get(exception.reason) ?? 0) + 1);
      continue;
    }
    const { matches } = compileQuery(new Uint8Array(BSON.serialize(filter)), { now: 0n });
    const ours = matches(new Uint8Array(BSON.serialize(document)), 0);
    const theirs = new Query(filter).test(document);
    if (ours !== theirs) {
      mismatches.push(
        `seed ${seed} case ${i}: ${JSON.stringify(filter)} on ${JSON.stringify(document)}: ` +
          `ours ${ours}, mingo ${theirs}`,
      );
    }
  }
  return { cases, skipped, mismatches };
}

/** Throws when a case differs. */
export function fuzzFilterDifferential(seed: number, cases: number): void {
  const { mismatches } = filterDifferential(seed, cases);
  if (mismatches.length > 0) throw new Error(mismatches.join("\n"));
}
