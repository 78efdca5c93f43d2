// A conjunct that is an $or, each branch of which has an index: the union of their scans.
//
//   { $or: [{ a: 1, c: 2 }, { b: 3 }], d: 4 }   FETCH d = 4 -> OR -> (FETCH c = 2 -> IXSCAN a; IXSCAN b)
//
// Each branch is planned by itself. When every branch's scan gives the order that is asked for, they are merged by it
// (SORT_MERGE) instead of sorted afterwards. What a branch's bounds leave open is tested in the branch, the other conjuncts above.

import type { Collation } from "../bson/collation.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import { type Candidate, findCandidates, type IndexQuestion } from "./candidates.ts";
import { testOnKeys } from "./key_filter.ts";
import { type IndexScanNode, newStatistics, type PlanNode, type SortMergeNode } from "./node.ts";
import type { PlannerIndex } from "./planner_index.ts";
import { collectPredicates, conjunctsOf, residualOf } from "./predicates.ts";
import { rankCandidates } from "./rank.ts";

/** How the caller makes stages of a candidate. */
export interface StageMaker {
  scan(candidate: Candidate): IndexScanNode | SortMergeNode;
  /** FETCH with what is left to test, nothing for undefined. */
  fetch(input: PlanNode, residual: MatchExpression | undefined): PlanNode;
}

export interface UnitedBranches {
  readonly root: PlanNode;
  /** True when the union comes in the order that is asked for. */
  readonly sorted: boolean;
}

/** The union for the first $or whose branches all have an index; undefined when there is none. */
export function uniteBranches(
  indexes: readonly PlannerIndex[],
  question: IndexQuestion,
  make: StageMaker,
): UnitedBranches | undefined {
  for (let place = 0; place < question.conjuncts.length; place++) {
    const conjunct = question.conjuncts[place];
    if (conjunct.kind !== "or") continue;
    // An $or on one path is bounded like an $in.
    if (question.predicates.some(({ expression }) => expression === conjunct)) continue;
    const branches = conjunct.children.map(conjunctsOf);
    const merged = question.sort === undefined
      ? undefined
      : planAll(indexes, branches, question.collation, question.sort);
    const candidates = merged ?? planAll(indexes, branches, question.collation, undefined);
    if (candidates === undefined) continue;
    const inputs = candidates.flatMap((candidate, i) => branchScans(candidate, branches[i], make));
    const union: PlanNode = merged === undefined
      ? { stage: "OR", inputs, statistics: newStatistics() }
      : {
        stage: "SORT_MERGE",
        sort: question.sort as SortSpec,
        inputs,
        prefixFields: 0,
        statistics: newStatistics(),
      };
    const residual = residualOf(question.conjuncts, new Set([place]));
    const isFetched = residual === undefined && inputs.every(({ stage }) => stage === "FETCH");
    return {
      root: isFetched ? union : make.fetch(union, residual),
      sorted: merged !== undefined || question.sort === undefined,
    };
  }
  return undefined;
}

/** The best candidate of every branch, undefined when one has none; with a sort all of them give its order. */
function planAll(
  indexes: readonly PlannerIndex[],
  branches: readonly (readonly MatchExpression[])[],
  collation: Collation | undefined,
  sort: SortSpec | undefined,
): Candidate[] | undefined {
  const found: Candidate[] = [];
  for (const conjuncts of branches) {
    const question = { conjuncts, predicates: collectPredicates(conjuncts), sort, collation };
    const [best] = rankCandidates(
      findCandidates(indexes, question).filter(({ bounds, sorted }) =>
        bounds.leadingIsBounded && (sort === undefined || sorted)
      ),
    );
    if (best === undefined) return undefined;
    found.push(best);
  }
  return found;
}

/** The scans of one branch, each with the branch's residual filter above it. */
function branchScans(
  candidate: Candidate,
  conjuncts: readonly MatchExpression[],
  make: StageMaker,
): PlanNode[] {
  const { bounds, index } = candidate;
  const { input, residual } = testOnKeys(make.scan(candidate), index, conjuncts, bounds.covered);
  const scans = input.stage === "SORT_MERGE" ? input.inputs : [input];
  if (residual === undefined) return [...scans];
  return scans.map((one) => make.fetch(one, residual));
}
