// Optimizer rules for $lookup: what stands behind it goes into it, or past it.
//
// An $unwind of the joined array goes in, so that the array is never made (a document with a thousand matches gives a thousand
// small documents and no large one); then a $match on fields of the joined documents goes in too. A $sort that does not look
// at the joined field goes in front, where an index may give its order.

import { conjunctsOf } from "../plan/predicates.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { OptimizerRule, Rewrite } from "./definition.ts";
import { filterStage, withPaths } from "./filter_moves.ts";
import { topLevel } from "./projection_effect.ts";

export const unwindInLookup: OptimizerRule = {
  name: "unwindInLookup",
  help: "$lookup does the $unwind of its array, without making the array",
  apply(stages, at): Rewrite | undefined {
    const { join } = stages[at];
    const unwind = stages[at + 1]?.unwind;
    if (join === undefined || join.unwind !== undefined || unwind?.path !== join.as) {
      return undefined;
    }
    const { indexField } = unwind;
    if (indexField !== undefined && topLevel(indexField) === topLevel(join.as)) return undefined;
    return { at, count: 2, stages: [join.unwound(unwind)] };
  },
};

/** The part as it reads inside the field; undefined when it looks at anything else. */
function insideField(part: MatchExpression, field: string): MatchExpression | undefined {
  const prefix = `${field}.`;
  return withPaths(part, (path) => path.startsWith(prefix) ? path.slice(prefix.length) : undefined);
}

export const filterInLookup: OptimizerRule = {
  name: "filterInLookup",
  help: "A $match on joined documents that are unwound is asked before they are joined",
  apply(stages, at): Rewrite | undefined {
    const { join } = stages[at];
    const front = stages[at + 1]?.front;
    // A document without matches that is kept has no joined fields to ask for.
    if (join?.unwind === undefined || join.unwind.preserve || front?.kind !== "match") {
      return undefined;
    }
    let { stage, rest }: { stage: Rewrite["stages"][0]; rest: MatchExpression[] } = {
      stage: stages[at],
      rest: [],
    };
    for (const part of conjunctsOf(front.filter.expression)) {
      const inside = insideField(part, join.as);
      if (inside === undefined) rest = [...rest, part];
      else stage = stage.join!.filtered(inside);
    }
    if (stage === stages[at]) return undefined;
    return { at, count: 2, stages: rest.length === 0 ? [stage] : [stage, filterStage(rest)] };
  },
};

export const sortBeforeLookup: OptimizerRule = {
  name: "sortBeforeLookup",
  help: "A $sort that does not look at the joined field goes in front of the $lookup",
  apply(stages, at): Rewrite | undefined {
    const { join } = stages[at];
    const sort = stages[at + 1];
    if (join === undefined || join.unwind !== undefined || sort?.front?.kind !== "sort") {
      return undefined;
    }
    const reads = sort.effect?.reads;
    if (reads === undefined || reads.has(topLevel(join.as))) return undefined;
    return { at, count: 2, stages: [sort, stages[at]] };
  },
};
