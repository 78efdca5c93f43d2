// From a query to its plan tree.
//
//   planQuery: missing collection -> EOF; hint; `_id` equality -> EXPRESS_IXSCAN; candidates (candidates.ts) ranked
//   (rank.ts); a root $or with an index for every branch; else COLLSCAN. Then SORT where the order is not given, SKIP,
//   projection, LIMIT.
//
// The tree is data (node.ts): run.ts executes it, explain.ts shows it. Nothing here touches a document.

import type { Collation } from "../bson/collation.ts";
import { buildKeyRanges } from "../index/interval.ts";
import { type CompiledFilter, compileFilter } from "../query/filter.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import {
  type Candidate,
  findCandidates,
  hintedCandidate,
  type IndexQuestion,
} from "./candidates.ts";
import { expressId } from "./express.ts";
import type { Hint } from "./hint.ts";
import { minMaxRange } from "./min_max.ts";
import {
  type CollectionScanNode,
  type FetchNode,
  type IndexScanNode,
  newStatistics,
  type PlanNode,
  type SortMergeNode,
  type StageFilter,
} from "./node.ts";
import type { PlannerIndex } from "./planner_index.ts";
import { collectPredicates, conjunctsOf, residualOf } from "./predicates.ts";
import { rankCandidates } from "./rank.ts";

/** What is asked of a collection. */
export interface QueryRequest {
  readonly filter: CompiledFilter;
  /** undefined or without parts: any order. */
  readonly sort?: SortSpec | undefined;
  readonly skip?: number | undefined;
  /** 0 or undefined: all. */
  readonly limit?: number | undefined;
  readonly hint?: Hint | undefined;
  readonly min?: Uint8Array | undefined;
  readonly max?: Uint8Array | undefined;
  /** For what the planner says of min and max. */
  readonly namespace?: string | undefined;
  readonly collation?: Collation | undefined;
  /** The projection as the client wrote it, for explain; `isSimple` when it only includes or excludes fields. */
  readonly projection?: { readonly spec: Uint8Array; readonly isSimple: boolean } | undefined;
  readonly returnKey?: boolean | undefined;
  readonly tailable?: boolean | undefined;
  /** False where the documents' order of fields or RecordIds matter to the caller (updates). */
  readonly allowExpress?: boolean | undefined;
}

export interface ChosenPlan {
  readonly root: PlanNode;
  readonly rejected: readonly PlanNode[];
  /** "IXSCAN { a: 1 }", "COLLSCAN", ... for logs, currentOp and the profiler. */
  readonly summary: string;
}

/** What the planner needs of a collection. */
export interface PlannedCollection {
  readonly indexes: readonly PlannerIndex[];
}

/** How many other plans explain shows. */
const MAX_REJECTED = 10;

export function planQuery(
  collection: PlannedCollection | undefined,
  request: QueryRequest,
): ChosenPlan {
  if (collection === undefined) {
    return finish({ stage: "EOF", statistics: newStatistics() }, request, []);
  }
  const express = planExpress(request);
  if (express !== undefined) return express;
  const conjuncts = conjunctsOf(request.filter.expression);
  const question: IndexQuestion = {
    conjuncts,
    predicates: collectPredicates(conjuncts),
    sort: hasOrder(request.sort) ? request.sort : undefined,
    collation: request.collation,
  };
  const natural = request.hint?.natural ?? request.sort?.natural;
  if (natural !== undefined) return finish(collectionScan(request, natural > 0), request, []);
  if (request.hint?.index !== undefined) {
    return planHinted(request.hint.index, request, question);
  }
  const candidates = rankCandidates(findCandidates(collection.indexes, question));
  if (candidates.length > 0) {
    const plans = candidates.slice(0, 1 + MAX_REJECTED).map((one) =>
      treeOf(one, request, question)
    );
    return finish(plans[0].root, request, plans.slice(1), plans[0].sorted);
  }
  const united = planBranches(collection, request, question);
  if (united !== undefined) return finish(united, request, []);
  return finish(collectionScan(request, true), request, []);
}

function hasOrder(sort: SortSpec | undefined): boolean {
  return sort !== undefined && sort.parts.length > 0;
}

function planExpress(request: QueryRequest): ChosenPlan | undefined {
  if (
    request.allowExpress === false || request.hint !== undefined || request.min !== undefined ||
    request.max !== undefined || request.collation !== undefined || request.returnKey ||
    request.tailable || (request.skip ?? 0) > 0 || request.sort?.natural !== undefined
  ) {
    return undefined;
  }
  const id = expressId(request.filter.expression);
  if (id === undefined) return undefined;
  const source: PlanNode = { stage: "EXPRESS_IXSCAN", id, statistics: newStatistics() };
  // There is one document at most: no order, and no limit to keep.
  const root = complete(source, { ...request, limit: 0 }, true);
  return { root, rejected: [], summary: summaryOf(source) };
}

interface Tree {
  readonly root: PlanNode;
  readonly sorted: boolean;
}

function planHinted(
  index: PlannerIndex,
  request: QueryRequest,
  question: IndexQuestion,
): ChosenPlan {
  if (request.min !== undefined || request.max !== undefined) {
    const tree = minMaxTree(index, request, question);
    return finish(tree.root, request, [], tree.sorted);
  }
  const tree = treeOf(hintedCandidate(index, question), request, question);
  return finish(tree.root, request, [], tree.sorted);
}

function minMaxTree(index: PlannerIndex, request: QueryRequest, question: IndexQuestion): Tree {
  const candidate = hintedCandidate(index, { ...question, predicates: [] });
  const range = minMaxRange(index, request.min, request.max, request.namespace ?? "");
  const scan: IndexScanNode = {
    stage: "IXSCAN",
    index,
    forward: candidate.forward,
    bounds: range.bounds,
    ranges: [range],
    isMinMax: true,
    statistics: newStatistics(),
  };
  const filter = request.filter.isEmpty ? undefined : request.filter;
  return { root: above(scan, filter, request), sorted: candidate.sorted };
}

function treeOf(candidate: Candidate, request: QueryRequest, question: IndexQuestion): Tree {
  const residual = residualOf(question.conjuncts, candidate.bounds.covered);
  const input = candidate.splitFields > 0
    ? splitScans(candidate, question.sort as SortSpec)
    : indexScan(candidate);
  return { root: above(input, stageFilter(residual, request), request), sorted: candidate.sorted };
}

/** FETCH over a scan, or RETURN_KEY where the keys are the answer. */
function above(input: PlanNode, filter: StageFilter | undefined, request: QueryRequest): PlanNode {
  const fetch: FetchNode = { stage: "FETCH", filter, input, statistics: newStatistics() };
  return request.returnKey
    ? { stage: "RETURN_KEY", input: fetch, statistics: newStatistics() }
    : fetch;
}

function indexScan(candidate: Candidate): IndexScanNode {
  return {
    stage: "IXSCAN",
    index: candidate.index,
    forward: candidate.forward,
    bounds: candidate.bounds.fields,
    ranges: candidate.bounds.ranges,
    statistics: newStatistics(),
  };
}

/** One scan per combination of the leading fields' values, merged in the wanted order. */
function splitScans(candidate: Candidate, sort: SortSpec): SortMergeNode {
  const { fields } = candidate.bounds;
  let combinations: (typeof fields)[] = [fields];
  for (let field = 0; field < candidate.splitFields; field++) {
    combinations = combinations.flatMap((one) =>
      one[field].intervals.map((interval) =>
        one.map((bounds, i) => i === field ? { ...bounds, intervals: [interval] } : bounds)
      )
    );
  }
  const inputs = combinations.map((bounds): IndexScanNode => ({
    ...indexScan(candidate),
    bounds,
    ranges: buildKeyRanges(bounds).ranges,
    statistics: newStatistics(),
  }));
  return {
    stage: "SORT_MERGE",
    sort,
    inputs,
    prefixFields: candidate.splitFields,
    statistics: newStatistics(),
  };
}

function stageFilter(
  expression: MatchExpression | undefined,
  request: QueryRequest,
): StageFilter | undefined {
  if (expression === undefined) return undefined;
  if (expression === request.filter.expression) return request.filter;
  return { expression, matches: compileFilter(expression) };
}

function collectionScan(request: QueryRequest, forward: boolean): CollectionScanNode {
  return {
    stage: "COLLSCAN",
    forward,
    filter: request.filter.isEmpty ? undefined : request.filter,
    tailable: request.tailable ?? false,
    statistics: newStatistics(),
  };
}

/** A conjunct that is an $or, each branch of which has an index: the union of their scans. */
function planBranches(
  collection: PlannedCollection,
  request: QueryRequest,
  question: IndexQuestion,
): PlanNode | undefined {
  for (const conjunct of question.conjuncts) {
    if (conjunct.kind !== "or") continue;
    const inputs: IndexScanNode[] = [];
    let isExact = question.conjuncts.length === 1;
    for (const branch of conjunct.children) {
      const conjuncts = conjunctsOf(branch);
      const best = rankCandidates(findCandidates(collection.indexes, {
        conjuncts,
        predicates: collectPredicates(conjuncts),
        sort: undefined,
        collation: request.collation,
      }))[0];
      if (best === undefined) break;
      if (best.bounds.covered.size < conjuncts.length) isExact = false;
      inputs.push(indexScan(best));
    }
    if (inputs.length < conjunct.children.length) continue;
    const union: PlanNode = { stage: "OR", inputs, statistics: newStatistics() };
    return above(union, isExact ? undefined : request.filter, request);
  }
  return undefined;
}

/** Puts what every plan has in common on top. */
function finish(
  source: PlanNode,
  request: QueryRequest,
  others: readonly Tree[],
  sorted = !hasOrder(request.sort),
): ChosenPlan {
  return {
    root: complete(source, request, sorted),
    rejected: others.map((other) => complete(other.root, request, other.sorted)),
    summary: summaryOf(source),
  };
}

function complete(source: PlanNode, request: QueryRequest, sorted: boolean): PlanNode {
  const skip = request.skip ?? 0;
  const limit = request.limit ?? 0;
  let node = source;
  if (source.stage === "EOF") return source;
  if (!sorted && request.sort !== undefined) {
    node = {
      stage: "SORT",
      sort: request.sort,
      limit: limit > 0 ? limit + skip : 0,
      input: node,
      sortStatistics: undefined,
      statistics: newStatistics(),
    };
  }
  if (skip > 0) node = { stage: "SKIP", skip, input: node, statistics: newStatistics() };
  if (request.projection !== undefined) {
    node = {
      stage: request.projection.isSimple ? "PROJECTION_SIMPLE" : "PROJECTION_DEFAULT",
      spec: request.projection.spec,
      input: node,
      statistics: newStatistics(),
    };
  }
  // A SORT stops at the limit by itself.
  if (limit > 0 && sorted) {
    node = { stage: "LIMIT", limit, input: node, statistics: newStatistics() };
  }
  return node;
}

/** The scans of a plan as mongod's planSummary lists them. */
export function summaryOf(node: PlanNode): string {
  switch (node.stage) {
    case "IXSCAN":
    case "COUNT_SCAN":
    case "DISTINCT_SCAN":
      return `${node.stage} ${patternText(node.index)}`;
    case "COLLSCAN":
    case "EOF":
    case "RECORD_STORE_FAST_COUNT":
      return node.stage;
    case "EXPRESS_IXSCAN":
      return "EXPRESS_IXSCAN { _id: 1 }";
    case "OR":
    case "SORT_MERGE":
      return node.inputs.map(summaryOf).join(", ");
    case "COUNT":
      return node.input === undefined ? "COUNT" : summaryOf(node.input);
    default:
      return summaryOf(node.input);
  }
}

const patternTexts = new WeakMap<Uint8Array, string>();

/** The key pattern as text, remembered per index: every query asks for it. */
function patternText({ parts, spec }: PlannerIndex): string {
  let text = patternTexts.get(spec.keyPattern);
  if (text === undefined) {
    const fields = parts.map(({ path, direction, hashed }) =>
      `${path}: ${hashed ? '"hashed"' : direction}`
    );
    text = `{ ${fields.join(", ")} }`;
    patternTexts.set(spec.keyPattern, text);
  }
  return text;
}
