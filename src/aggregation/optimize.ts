// The pipeline optimizer: an ordered list of rules, each of which rewrites a few neighbouring stages into others that give the
// same answer sooner.
//
// A rule looks at the stages at one position and says what should stand there instead, or nothing. Rules run in the order of
// the list until none has anything left to say; `FINAL_RULES` run once behind them. Rules know stages by their `effect`
// (definition.ts); a stage without one is left alone and nothing moves past it. `optimize: false` in the context switches all of
// this off; tests/fuzz/pipeline_optimizer.ts holds the rules to giving the same answers.
// What one query can answer (leading $match, $sort, $skip, $limit) is taken into the plan by run_pipeline.ts.

import type { OptimizerRule, PipelineContext, Rewrite, Stage } from "./definition.ts";
import { readFewerBuckets } from "./bucket_moves.ts";
import { dropUnusedFields } from "./field_needs.ts";
import { mergeFilters, moveFilterForward, removeEmptyFilter } from "./filter_moves.ts";
import { filterInLookup, sortBeforeLookup, unwindInLookup } from "./join_moves.ts";
import { exclusionStage, inclusionStage } from "./stages/project.ts";
import { limitStage, skipStage } from "./stages/skip_limit.ts";
import { sortStage } from "./stages/sort.ts";

const mergeLimits: OptimizerRule = {
  name: "mergeLimits",
  help: "Two $limit become the smaller one",
  apply(stages, at): Rewrite | undefined {
    const first = stages[at].front;
    const second = stages[at + 1]?.front;
    if (first?.kind !== "limit" || second?.kind !== "limit") return undefined;
    return { at, count: 2, stages: [limitStage(Math.min(first.count, second.count))] };
  },
};

const mergeSkips: OptimizerRule = {
  name: "mergeSkips",
  help: "Two $skip become their sum",
  apply(stages, at): Rewrite | undefined {
    const first = stages[at].front;
    const second = stages[at + 1]?.front;
    if (first?.kind !== "skip" || second?.kind !== "skip") return undefined;
    const sum = first.count + second.count;
    return Number.isSafeInteger(sum) ? { at, count: 2, stages: [skipStage(sum)] } : undefined;
  },
};

const removeEmptySkip: OptimizerRule = {
  name: "removeEmptySkip",
  help: "$skip: 0 does nothing",
  apply(stages, at): Rewrite | undefined {
    const { front } = stages[at];
    if (front?.kind !== "skip" || front.count > 0) return undefined;
    return { at, count: 1, stages: [] };
  },
};

const moveLimitForward: OptimizerRule = {
  name: "moveLimitForward",
  help: "$limit and $skip go in front of stages that change documents one by one",
  apply(stages, at): Rewrite | undefined {
    const next = stages[at + 1];
    const kind = next?.front?.kind;
    if (stages[at].effect?.isRowwise !== true || (kind !== "limit" && kind !== "skip")) {
      return undefined;
    }
    return { at, count: 2, stages: [next, stages[at]] };
  },
};

const sortToTopCount: OptimizerRule = {
  name: "sortToTopCount",
  help: "A $sort in front of a $limit (a $skip may be between) keeps only what is wanted",
  apply(stages, at): Rewrite | undefined {
    const sort = stages[at];
    if (sort.front?.kind !== "sort" || sort.given === undefined) return undefined;
    let skipped = 0;
    for (let next = at + 1; next < stages.length; next++) {
      const { front } = stages[next];
      if (front?.kind === "skip") skipped += front.count;
      else if (front?.kind === "limit") {
        const wanted = front.count + skipped;
        if (sort.topCount !== undefined && sort.topCount <= wanted) return undefined;
        return { at, count: 1, stages: [sortStage(sort.given, wanted)] };
      } else return undefined;
    }
    return undefined;
  },
};

/** Paths without those that lie inside another one. */
function outermost(paths: readonly string[]): string[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => path.startsWith(`${other}.`)));
}

const mergeExclusions: OptimizerRule = {
  name: "mergeExclusions",
  help: "Two stages that take fields out become one",
  apply(stages, at, context): Rewrite | undefined {
    const first = stages[at].effect?.excludes;
    const second = stages[at + 1]?.effect?.excludes;
    if (first === undefined || second === undefined) return undefined;
    const paths = outermost([...first, ...second]);
    return { at, count: 2, stages: [exclusionStage(paths, context)] };
  },
};

const mergeInclusions: OptimizerRule = {
  name: "mergeInclusions",
  help: "Two stages that keep fields keep those in both",
  apply(stages, at, context): Rewrite | undefined {
    const first = stages[at].effect?.includes;
    const second = stages[at + 1]?.effect?.includes;
    if (first === undefined || second === undefined) return undefined;
    const both = second.filter((name) => first.includes(name));
    // Only _id, or nothing, would be another kind of projection.
    if (both.every((name) => name === "_id")) return undefined;
    return { at, count: 2, stages: [inclusionStage(both, context)] };
  },
};

/** In the order in which they are tried. */
export const OPTIMIZER_RULES: readonly OptimizerRule[] = [
  removeEmptySkip,
  removeEmptyFilter,
  mergeFilters,
  moveFilterForward,
  unwindInLookup,
  filterInLookup,
  sortBeforeLookup,
  mergeLimits,
  mergeSkips,
  moveLimitForward,
  sortToTopCount,
  mergeExclusions,
  mergeInclusions,
];

/** Tried once, when the others are done. */
export const FINAL_RULES: readonly OptimizerRule[] = [readFewerBuckets, dropUnusedFields];

/** More rewrites than any pipeline can need: a rule that undoes another one would loop. */
const MAX_REWRITES = 20000;

/** The stages after all rules. */
export function optimizePipeline(
  stages: readonly Stage[],
  context: PipelineContext,
  rules: readonly OptimizerRule[] = OPTIMIZER_RULES,
  finalRules: readonly OptimizerRule[] = FINAL_RULES,
): Stage[] {
  const current = [...stages];
  let rewrites = 0;
  const applyRule = (rule: OptimizerRule): boolean => {
    let hasChanged = false;
    for (let at = 0; at < current.length && rewrites < MAX_REWRITES; at++) {
      const rewrite = rule.apply(current, at, context);
      if (rewrite === undefined) continue;
      current.splice(rewrite.at, rewrite.count, ...rewrite.stages);
      hasChanged = true;
      rewrites++;
      at = Math.max(-1, rewrite.at - 2);
    }
    return hasChanged;
  };
  while (rules.some(applyRule));
  for (const rule of finalRules) {
    const rewrite = current.length > 0 ? rule.apply(current, 0, context) : undefined;
    if (rewrite !== undefined) current.splice(rewrite.at, rewrite.count, ...rewrite.stages);
  }
  return current;
}
