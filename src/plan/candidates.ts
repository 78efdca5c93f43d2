// Which ways are there to look? All usable index scans for a query, with what each would still have to do.
//
// A candidate is an index with its bounds, the direction to read it, and whether it gives the wanted order. rank.ts decides among
// them; choose.ts makes the plan tree of the winner. Rules for whole indexes: hidden and unfinished ones are never used,
// sparse and partial ones only when they hold all documents the filter asks for (a hint overrides the former).

import type { Collation } from "../bson/collation.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { parseFilter } from "../query/filter.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import { implies, needsField } from "./implication.ts";
import { boundIndex, type IndexBounds } from "./index_bounds.ts";
import { isCollationFree, type PlannerIndex, sameCollation } from "./planner_index.ts";
import type { IndexPredicate } from "./predicates.ts";
import { providesSort, providesSortWhenSplit } from "./sort_order.ts";
import { expandWildcard, wildcardPlace } from "./wildcard_index.ts";

/** The parts of a query that decide about indexes. */
export interface IndexQuestion {
  readonly conjuncts: readonly MatchExpression[];
  readonly predicates: readonly IndexPredicate[];
  /** undefined when no order is asked for. */
  readonly sort: SortSpec | undefined;
  readonly collation: Collation | undefined;
}

export interface Candidate {
  readonly index: PlannerIndex;
  readonly bounds: IndexBounds;
  readonly forward: boolean;
  /** True when no SORT is needed above. */
  readonly sorted: boolean;
  /** Set when the order needs the scan split by the values of so many leading fields, merged. */
  readonly splitFields: number;
}

/** More scans than this are not merged for an order, as in mongod. */
const MAX_SPLIT_SCANS = 200;

/** All candidates, in the order of the indexes. */
export function findCandidates(
  indexes: readonly PlannerIndex[],
  question: IndexQuestion,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const index of indexes) {
    if (!index.isUsable) continue;
    const place = wildcardPlace(index);
    if (place >= 0) {
      candidates.push(...wildcardCandidates(index, place, question));
      continue;
    }
    const candidate = candidateFor(index, question);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return candidates;
}

function candidateFor(index: PlannerIndex, question: IndexQuestion): Candidate | undefined {
  const { sort } = question;
  const leading = index.parts[0].path;
  const isBounded = question.predicates.some((predicate) => predicate.path === leading);
  if (!isBounded && !(sort !== undefined && mentions(index, sort))) return undefined;
  if (!holdsAnswer(index, question)) return undefined;
  const candidate = makeCandidate(index, question);
  const givesOrder = sort !== undefined && candidate.sorted;
  return givesOrder || candidate.bounds.leadingIsBounded ? candidate : undefined;
}

/** A wildcard index is a candidate for each path it can serve. */
function wildcardCandidates(
  index: PlannerIndex,
  place: number,
  question: IndexQuestion,
): Candidate[] {
  if (!holdsAnswer(index, question)) return [];
  return expandWildcard(index, place, question.predicates)
    .map((expanded) => makeCandidate(expanded, question))
    .filter(({ bounds }) => bounds.leadingIsBounded && bounds.fields[place].intervals.length > 0)
    .filter(({ bounds }) => bounds.boundedFields > place + 1);
}

function mentions(index: PlannerIndex, sort: SortSpec): boolean {
  return sort.parts.some((part) => part.path === index.parts[0].path);
}

/** The candidate of a hinted index: used whatever it holds, except a partial index that cannot answer. */
export function hintedCandidate(index: PlannerIndex, question: IndexQuestion): Candidate {
  const place = wildcardPlace(index);
  if (place >= 0) {
    const [candidate] = wildcardCandidates(index, place, question)
      .sort((a, b) => b.bounds.pointFields - a.bounds.pointFields);
    if (candidate !== undefined) return candidate;
    throw new CommandError(
      ErrorCode.NoQueryExecutionPlans,
      "error processing query: planner returned error :: caused by :: No query solutions: the hinted " +
        "wildcard index does not hold all documents of the query",
    );
  }
  if (index.spec.partialFilter !== undefined && !holdsAnswer(index, question)) {
    throw new CommandError(
      ErrorCode.NoQueryExecutionPlans,
      "error processing query: planner returned error :: caused by :: No query solutions: the hinted " +
        "partial index does not hold all documents of the query",
    );
  }
  return makeCandidate(index, question);
}

function makeCandidate(index: PlannerIndex, question: IndexQuestion): Candidate {
  const { sort } = question;
  const bounds = boundIndex(index, question.predicates, question.collation);
  if (sort === undefined) return { index, bounds, forward: true, sorted: true, splitFields: 0 };
  // Key bytes do not order strings by a collation.
  if (index.spec.collation !== undefined || question.collation !== undefined) {
    return { index, bounds, forward: true, sorted: false, splitFields: 0 };
  }
  const forward = providesSort(index, bounds.fields, sort);
  if (forward !== undefined) return { index, bounds, forward, sorted: true, splitFields: 0 };
  const split = providesSortWhenSplit(index, bounds.fields, sort);
  if (split === undefined || scanCount(bounds, split.splitFields) > MAX_SPLIT_SCANS) {
    return { index, bounds, forward: true, sorted: false, splitFields: 0 };
  }
  return { index, bounds, forward: split.forward, sorted: true, splitFields: split.splitFields };
}

function scanCount(bounds: IndexBounds, fields: number): number {
  let count = 1;
  for (let i = 0; i < fields; i++) count *= bounds.fields[i].intervals.length;
  return count;
}

const partialFilters = new WeakMap<Uint8Array, MatchExpression>();

/** False when a sparse or partial index may lack documents the filter accepts. */
export function holdsAnswer(index: PlannerIndex, question: IndexQuestion): boolean {
  const { partialFilter, sparse } = index.spec;
  if (partialFilter !== undefined) {
    let condition = partialFilters.get(partialFilter);
    if (condition === undefined) {
      condition = parseFilter(partialFilter, { now: 0n });
      partialFilters.set(partialFilter, condition);
    }
    // Another collation's strings say nothing about the condition.
    const isComparable = sameCollation(index.spec.collation, question.collation) ||
      isCollationFree(condition);
    if (!isComparable || !implies(question.conjuncts, condition, question.collation)) return false;
  }
  if (!sparse) return true;
  return question.predicates.some((predicate) =>
    index.parts.some(({ path }) => path === predicate.path) &&
    needsField(predicate.expression, ownPathOf(predicate))
  );
}

/** The path as the predicate's node has it: relative inside an $elemMatch. */
function ownPathOf({ path, scope }: IndexPredicate): string {
  return scope === undefined ? path : path.slice(scope.path.length + 1);
}
