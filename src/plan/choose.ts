// From a query to its plan tree.
//
//   planQuery: missing collection -> EOF; hint; `_id` equality -> EXPRESS_IXSCAN; candidates (candidates.ts) ranked
//   (rank.ts); a root $or with an index for every branch; else COLLSCAN. Then SORT where the order is not given, SKIP,
//   projection, LIMIT.
//
// One candidate, or one that nothing can beat, is the plan. Of several the trial decides when the plan is opened (choice.ts,
// trial.ts). An index filter (index_filters.ts) restricts the candidates.
//
// The tree is data (node.ts): run.ts executes it, explain.ts shows it. Nothing here touches a document.

import type { Collation } from "../bson/collation.ts";
import { buildKeyRanges } from "../index/interval.ts";
import { type CompiledFilter, compileFilter } from "../query/filter.ts";
import { ErrorCode } from "../error.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import { isNeverTrue } from "../query/normalize.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import { DEFAULT_LIMIT_BYTES, type MemoryLimits } from "../stream/memory_limits.ts";
import { uniteBranches, type UnitedBranches } from "./branches.ts";
import {
  type Candidate,
  findCandidates,
  hintedCandidates,
  type IndexQuestion,
  nameOf,
} from "./candidates.ts";
import {
  type CandidatePlan,
  type PlanCacheCounts,
  type PlanChoice,
  planChoice,
  unionName,
} from "./choice.ts";
import { coveredProjection, coveredScan, projectionStage } from "./covered.ts";
import { expressId } from "./express.ts";
import { type Hint, plannerError } from "./hint.ts";
import { filteredIndexes } from "./index_filters.ts";
import { testOnKeys } from "./key_filter.ts";
import { minMaxRange } from "./min_max.ts";
import {
  type CollectionScanNode,
  type EofNode,
  type FetchNode,
  type IndexScanNode,
  newStatistics,
  type PlanNode,
  type SortMergeNode,
  type StageFilter,
} from "./node.ts";
import type { PlannerIndex } from "./planner_index.ts";
import { pointScan } from "./point_lookup.ts";
import { collectPredicates, conjunctsOf, residualOf } from "./predicates.ts";
import { isSingleDocument, rankCandidates } from "./rank.ts";
import { summaryOf } from "./summary.ts";

export { summaryOf } from "./summary.ts";

/** What is asked of a collection. */
export interface QueryRequest {
  readonly filter: CompiledFilter;
  /** undefined or without parts: any order. */
  readonly sort?: SortSpec | undefined;
  readonly skip?: number | undefined;
  /** 0 or undefined: all. */
  readonly limit?: number | undefined;
  /** What a sort may hold in memory: planQuery fills it in. */
  readonly sortLimitBytes?: number | undefined;
  readonly hint?: Hint | undefined;
  readonly min?: Uint8Array | undefined;
  readonly max?: Uint8Array | undefined;
  /** For what the planner says of min and max. */
  readonly namespace?: string | undefined;
  readonly collation?: Collation | undefined;
  /** The projection as the client wrote it, for explain; `isSimple` when it only includes or excludes fields. */
  readonly projection?: { readonly spec: Uint8Array; readonly isSimple: boolean } | undefined;
  /** All that the caller looks at in the documents; undefined: everything. See covered.ts. */
  readonly neededPaths?: ReadonlySet<string> | undefined;
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
  /**
   * Set when there are several plans: trial.ts opens such a plan and decides. Until then root, summary and rejected are
   * those of the first by rank (or of the plan cache), afterwards those of the winner.
   */
  readonly choice?: PlanChoice | undefined;
  /** What was asked: for the hashes explain shows. */
  readonly request?: QueryRequest | undefined;
  /** Where the plan cache keeps such a plan; undefined when it does not. */
  readonly planCacheKey?: string | undefined;
  /** An index filter restricted the plans (planCacheSetFilter). */
  readonly indexFilterSet?: boolean | undefined;
}

/** What the planner needs of a collection. */
export interface PlannedCollection {
  readonly indexes: readonly PlannerIndex[];
  readonly namespace?: string;
  readonly planner?: {
    readonly refusesScans: boolean;
    readonly limits?: MemoryLimits;
    readonly hasIndexFilters: boolean;
    readonly planCache: PlanCacheCounts;
  };
}

/** How many plans are tried, and shown beside the winner. */
const MAX_CANDIDATES = 11;

export function planQuery(
  collection: PlannedCollection | undefined,
  given: QueryRequest,
): ChosenPlan {
  if (collection === undefined) {
    return finish(emptyAnswer("nonExistentNamespace"), given, []);
  }
  const request = hasOrder(given.sort)
    ? { ...given, sortLimitBytes: collection.planner?.limits?.sortBytes }
    : given;
  const express = planExpress(request);
  if (express !== undefined) return express;
  if (isNeverTrue(request.filter.expression) && request.hint === undefined) {
    return finish(emptyAnswer("predicateEvalsToFalse"), request, []);
  }
  const point = planPoint(collection, request);
  if (point !== undefined) return point;
  const conjuncts = conjunctsOf(request.filter.expression);
  const question: IndexQuestion = {
    conjuncts,
    predicates: collectPredicates(conjuncts),
    sort: hasOrder(request.sort) ? request.sort : undefined,
    collation: request.collation,
  };
  const allowed = collection.planner?.hasIndexFilters === true
    ? filteredIndexes(collection, request)
    : undefined;
  // An index filter beats a hint.
  const hint = allowed === undefined ? request.hint : undefined;
  const natural = hint?.natural ?? request.sort?.natural;
  if (natural !== undefined) return planScan(collection, request, natural);
  if (hint?.index !== undefined) return planHinted(collection, hint.index, request, question);
  const planned = allowed === undefined ? collection : { indexes: allowed };
  const candidates = rankCandidates(findCandidates(planned.indexes, question));
  // A scan only for the order is no better than the union of the scans of a rooted $or.
  const isBounded = candidates.some(({ bounds }) => bounds.leadingIsBounded);
  const isRooted = conjuncts.length === 1;
  const united = (isBounded && isRooted) || !conjuncts.some(isBranching)
    ? undefined
    : planBranches(planned, request, question);
  if (
    united !== undefined &&
    (isRooted || candidates.length === 0 || (united.sorted && !isBounded))
  ) {
    return filtered(finish(united.root, request, [], united.sorted), allowed);
  }
  if (candidates.length === 0) return filtered(planScan(collection, request), allowed);
  const isOnly = candidates.length === 1 && united === undefined;
  if (isOnly || isSingleDocument(candidates[0])) {
    const plans = candidates.slice(0, MAX_CANDIDATES).map((one) => treeOf(one, request, question));
    return filtered(finish(plans[0].root, request, plans.slice(1), plans[0].sorted), allowed);
  }
  const plans = candidatePlans(candidates, request, question);
  if (united !== undefined) {
    const union: CandidatePlan = {
      name: unionName(united.root),
      build: () => {
        const tree = planBranches(planned, request, question)!;
        return complete(tree.root, request, tree.sorted);
      },
    };
    if (isBounded) plans.push(union);
    else plans.unshift(union);
  }
  return planChoice(collection, request, plans, allowed !== undefined);
}

function emptyAnswer(type: EofNode["type"] & string): PlanNode {
  return { stage: "EOF", type, statistics: newStatistics() };
}

function isBranching({ kind }: MatchExpression): boolean {
  return kind === "or";
}

function filtered(plan: ChosenPlan, allowed: readonly PlannerIndex[] | undefined): ChosenPlan {
  return allowed === undefined ? plan : { ...plan, indexFilterSet: true };
}

function candidatePlans(
  candidates: readonly Candidate[],
  request: QueryRequest,
  question: IndexQuestion,
): CandidatePlan[] {
  return candidates.slice(0, MAX_CANDIDATES).map((one) => ({
    name: nameOf(one),
    build: () => {
      const tree = treeOf(one, request, question);
      return complete(tree.root, request, tree.sorted);
    },
  }));
}

/** A collection scan, where the parameter notablescan does not forbid it. */
function planScan(
  collection: PlannedCollection,
  request: QueryRequest,
  natural?: number,
): ChosenPlan {
  if (collection.planner?.refusesScans === true && !request.filter.isEmpty) {
    const namespace = collection.namespace ?? "";
    if (!mayAlwaysScan(namespace)) {
      throw plannerError(
        namespace,
        ErrorCode.NoQueryExecutionPlans,
        natural === undefined
          ? "No indexed plans available, and running with 'notablescan'"
          : "hint $natural is not allowed, because 'notablescan' is enabled",
      );
    }
  }
  return finish(collectionScan(request, (natural ?? 1) > 0), request, []);
}

/** The server's own databases and collections. */
function mayAlwaysScan(namespace: string): boolean {
  return /^(admin|config|local)\.|^[^.]*\.system\./.test(namespace);
}

function hasOrder(sort: SortSpec | undefined): boolean {
  return sort !== undefined && sort.parts.length > 0;
}

/** Nothing says how to look, or changes what is found: the filter alone decides. */
function isPlain({ collation, hint, max, min, returnKey, sort, tailable }: QueryRequest): boolean {
  return hint === undefined && min === undefined && max === undefined && collation === undefined &&
    returnKey !== true && tailable !== true && sort?.natural === undefined;
}

function planExpress(request: QueryRequest): ChosenPlan | undefined {
  const isExcluded = request.allowExpress === false || (request.skip ?? 0) > 0;
  if (isExcluded || !isPlain(request)) return undefined;
  const id = expressId(request.filter.expression);
  if (id === undefined) return undefined;
  const source: PlanNode = { stage: "EXPRESS_IXSCAN", id, statistics: newStatistics() };
  // There is one document at most: no order, and no limit to keep.
  const root = complete(source, { ...request, limit: 0 }, true);
  return { root, rejected: [], summary: summaryOf(source), request };
}

/** One equality on a field that one index leads with, and the whole documents in any order. */
function planPoint(collection: PlannedCollection, request: QueryRequest): ChosenPlan | undefined {
  const isExcluded = request.neededPaths !== undefined || hasOrder(request.sort) ||
    collection.planner?.hasIndexFilters === true;
  if (isExcluded || !isPlain(request)) return undefined;
  const scan = pointScan(collection.indexes, request.filter.expression);
  return scan === undefined ? undefined : finish(fetched(scan, undefined), request, []);
}

interface Tree {
  readonly root: PlanNode;
  readonly sorted: boolean;
}

function planHinted(
  collection: PlannedCollection,
  index: PlannerIndex,
  request: QueryRequest,
  question: IndexQuestion,
): ChosenPlan {
  if (request.min !== undefined || request.max !== undefined) {
    const tree = minMaxTree(index, request, question);
    return finish(tree.root, request, [], tree.sorted);
  }
  const candidates = hintedCandidates(index, question);
  if (candidates.length > 1) {
    return planChoice(collection, request, candidatePlans(candidates, request, question), false);
  }
  const tree = treeOf(candidates[0], request, question);
  return finish(tree.root, request, [], tree.sorted);
}

function minMaxTree(index: PlannerIndex, request: QueryRequest, question: IndexQuestion): Tree {
  const [candidate] = hintedCandidates(index, { ...question, predicates: [] });
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
  const wanted = { ...request, neededPaths: neededOf(request, index) };
  const covered = coveredScan(scan, filter, wanted, candidate.sorted);
  return { root: covered ?? fetched(scan, filter), sorted: candidate.sorted };
}

function treeOf(candidate: Candidate, request: QueryRequest, question: IndexQuestion): Tree {
  const residual = residualOf(question.conjuncts, candidate.bounds.covered);
  const input = candidate.splitFields > 0
    ? splitScans(candidate, question.sort as SortSpec)
    : indexScan(candidate);
  const { bounds, index, sorted } = candidate;
  const neededPaths = neededOf(request, index);
  if (neededPaths !== undefined) {
    const wanted = { ...request, neededPaths };
    const covered = coveredScan(input, stageFilter(residual, request), wanted, sorted);
    if (covered !== undefined) return { root: covered, sorted };
  }
  if (residual === undefined) return { root: fetched(input, undefined), sorted };
  const tested = testOnKeys(input, index, question.conjuncts, bounds.covered);
  return { root: fetched(tested.input, stageFilter(tested.residual, request)), sorted };
}

function fetched(input: PlanNode, filter: StageFilter | undefined): FetchNode {
  return { stage: "FETCH", filter, input, statistics: newStatistics() };
}

/** What is read of the documents; with returnKey the fields of the index. */
function neededOf(request: QueryRequest, index: PlannerIndex): ReadonlySet<string> | undefined {
  return request.returnKey === true
    ? new Set(index.parts.map(({ path }) => path))
    : request.neededPaths;
}

function indexScan(candidate: Candidate): IndexScanNode {
  return {
    stage: "IXSCAN",
    index: candidate.index,
    forward: candidate.forward,
    bounds: candidate.bounds.fields,
    ranges: candidate.bounds.ranges,
    keyBounds: candidate.bounds.keyBounds,
    ...(candidate.isSplitRefused === true ? { isSplitRefused: true } : {}),
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

/** An $or, each branch of which has an index: the union of their scans. */
function planBranches(
  collection: PlannedCollection,
  request: QueryRequest,
  question: IndexQuestion,
): UnitedBranches | undefined {
  if (request.returnKey) return undefined;
  return uniteBranches(collection.indexes, question, {
    scan: (candidate) =>
      candidate.splitFields > 0
        ? splitScans(candidate, question.sort as SortSpec)
        : indexScan(candidate),
    fetch: (input, residual) => fetched(input, stageFilter(residual, request)),
  });
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
    request,
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
      memoryLimitBytes: request.sortLimitBytes ?? DEFAULT_LIMIT_BYTES,
      input: node,
      sortStatistics: undefined,
      statistics: newStatistics(),
    };
  }
  if (skip > 0) node = { stage: "SKIP", skip, input: node, statistics: newStatistics() };
  const projection = request.projection ?? coveredProjection(node, request.neededPaths);
  if (request.returnKey) {
    // The keys are the answer, whatever a projection says.
    node = { stage: "RETURN_KEY", input: node, statistics: newStatistics() };
  } else if (projection !== undefined) {
    node = {
      stage: projectionStage(node, projection, request.neededPaths),
      spec: projection.spec,
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
