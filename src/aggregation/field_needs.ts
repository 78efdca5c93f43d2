// Which fields the rest of a pipeline can see, and the rule that drops the others before documents are copied.
//
// Going backwards: behind the last stage everything counts, because the client sees it. A stage that makes its documents anew
// ($group, an including $project) needs what it reads; any other needs that and what comes after needs. Stages read raw
// bytes in place, so dropping fields only pays in front of one that copies documents ($unwind, $sort, windows).

import type { OptimizerRule, PipelineContext, Rewrite, Stage } from "./definition.ts";
import { inclusionStage } from "./stages/project.ts";

/** Top-level fields that matter in front of each stage; undefined: all. */
export function fieldNeeds(stages: readonly Stage[]): (ReadonlySet<string> | undefined)[] {
  const needs: (ReadonlySet<string> | undefined)[] = new Array(stages.length);
  let after: ReadonlySet<string> | undefined;
  for (let at = stages.length - 1; at >= 0; at--) {
    const { effect } = stages[at];
    if (effect?.reads === undefined) after = undefined;
    else if (effect.isExhaustive === true) after = effect.reads;
    else if (after !== undefined) after = new Set([...after, ...effect.reads]);
    needs[at] = after;
  }
  return needs;
}

/** How many leading stages the query plan answers; what it sorts it reads from the collection as it is. */
function plannedCount(stages: readonly Stage[]): number {
  let count = 0;
  while (count < stages.length && stages[count].front !== undefined) count++;
  return count;
}

/** Names that a projection can be asked for. */
function isPlainName(name: string): boolean {
  return name !== "" && !name.startsWith("$") && !name.includes("\0");
}

export const dropUnusedFields: OptimizerRule = {
  name: "dropUnusedFields",
  help: "Fields that nothing behind looks at are dropped before documents are copied",
  apply(stages, _at, context: PipelineContext): Rewrite | undefined {
    const needs = fieldNeeds(stages);
    for (let at = 0; at < stages.length; at++) {
      const { effect } = stages[at];
      // From here on documents are as small as their stage makes them.
      if (effect === undefined || effect.isExhaustive === true) return undefined;
      const fields = needs[at];
      if (effect.copies !== true || at < plannedCount(stages) || fields === undefined) continue;
      const names = [...fields];
      const isUsable = names.every(isPlainName) && names.some((name) => name !== "_id");
      return isUsable ? { at, count: 0, stages: [inclusionStage(names, context)] } : undefined;
    }
    return undefined;
  },
};
