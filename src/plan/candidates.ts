// Which ways are there to look? All usable index scans for a query, with what each would still have to do.
//
// A candidate is an index with its bounds, the direction to read it, and whether it gives the wanted order. rank.ts decides among
// them; choose.ts makes the plan tree of the winner. Rules for whole indexes: hidden and unfinished ones are never used,
// sparse and partial ones only when they hold all documents the filter asks for (a hint overrides the former).

import type { Collation } from "../bson/collation.ts";
import { BsonType } from "../bson/type.ts";
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
  /** Split and merged it would give the order, but those were too many scans. */
  readonly isSplitRefused?: boolean;
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
  // A whole index is only read for its order when no other, with bounds, gives it.
  if (question.sort === undefined || candidates.length < 2) return candidates;
  const isGiven = candidates.some(({ bounds, sorted }) => sorted && bounds.leadingIsBounded);
  return isGiven ? candidates.filter(({ bounds }) => bounds.leadingIsBounded) : candidates;
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

/**
 * The ways to use a hinted index, the best first: several only for a wildcard index, one for each path. It is used whatever it
 * holds: of a partial index that does not hold the whole answer all entries are read.
 */
export function hintedCandidates(
  index: PlannerIndex,
  question: IndexQuestion,
): readonly Candidate[] {
  const place = wildcardPlace(index);
  if (place >= 0) {
    const candidates = wildcardCandidates(index, place, question)
      .sort((a, b) => b.bounds.pointFields - a.bounds.pointFields);
    if (candidates.length > 0) return candidates;
    throw new CommandError(
      ErrorCode.NoQueryExecutionPlans,
      "error processing query: planner returned error :: caused by :: No query solutions",
    );
  }
  if (index.spec.partialFilter !== undefined && !holdsAnswer(index, question)) {
    return [makeCandidate(index, { ...question, predicates: [] })];
  }
  return [makeCandidate(index, question)];
}

/** What candidates of a query are told apart by: the index, and for a wildcard index the path. */
export function nameOf({ index }: Candidate): string {
  if (index.expandedFrom === undefined) return index.name;
  return `${index.name} ${index.parts[(index.pathField ?? 0) + 1].path}`;
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
  const isSplitRefused = split !== undefined &&
    scanCount(bounds, split.splitFields) > MAX_SPLIT_SCANS;
  if (split === undefined || isSplitRefused) {
    return { index, bounds, forward: true, sorted: false, splitFields: 0, isSplitRefused };
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
    (predicate.spansTypes !== true || isAbove(predicate)) &&
    needsField(predicate.expression, ownPathOf(predicate))
  );
}

/** True when values are asked for that are greater than a missing one. */
function isAbove({ expression }: IndexPredicate): boolean {
  return expression.kind === "compare" && expression.value.type !== BsonType.MinKey &&
    (expression.operator === "$gt" || expression.operator === "$gte");
}

/** The path as the predicate's node has it: relative inside an $elemMatch. */
function ownPathOf({ path, scope }: IndexPredicate): string {
  return scope === undefined ? path : path.slice(scope.path.length + 1);
}
