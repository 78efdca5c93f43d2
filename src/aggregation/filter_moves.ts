// Optimizer rules for $match: filters go as far forward as they can, in parts where not all of one can go.
//
// A filter is a conjunction. A part of it moves past a stage when it does not look at what the stage writes; a field that
// the stage only copied from another (`{ b: "$a" }`) is looked at under its old name. Parts are compared by top-level field, so
// that array indexes in paths need no thought.

import { conjunctsOf } from "../plan/predicates.ts";
import { type CompiledFilter, compileFilter } from "../query/filter.ts";
import { isAcceptAll, type MatchExpression } from "../query/match_expression.ts";
import type { OptimizerRule, Rewrite, Stage, StageEffect } from "./definition.ts";
import { topLevel } from "./projection_effect.ts";
import { fieldsOf, matchStage } from "./stages/match.ts";

/** A stage that filters by all of the parts. */
export function filterStage(parts: readonly MatchExpression[]): Stage {
  const expression: MatchExpression = parts.length === 1
    ? parts[0]
    : { kind: "and", children: parts };
  const filter: CompiledFilter = {
    expression,
    matches: compileFilter(expression),
    isEmpty: isAcceptAll(expression),
  };
  return matchStage(filter);
}

export const removeEmptyFilter: OptimizerRule = {
  name: "removeEmptyFilter",
  help: "$match: {} does nothing",
  apply(stages, at): Rewrite | undefined {
    const { front } = stages[at];
    // The last stage stays: an empty pipeline would be shown differently.
    if (front?.kind !== "match" || !front.filter.isEmpty || stages.length === 1) return undefined;
    return { at, count: 1, stages: [] };
  },
};

export const mergeFilters: OptimizerRule = {
  name: "mergeFilters",
  help: "Neighbouring $match become one that asks for all",
  apply(stages, at): Rewrite | undefined {
    const parts: MatchExpression[] = [];
    let count = 0;
    for (; at + count < stages.length; count++) {
      const { front } = stages[at + count];
      if (front?.kind !== "match") break;
      parts.push(...conjunctsOf(front.filter.expression));
    }
    return count < 2 ? undefined : { at, count, stages: [filterStage(parts)] };
  },
};

export const moveFilterForward: OptimizerRule = {
  name: "moveFilterForward",
  help: "What a $match asks of fields that the stages before do not write is asked before them",
  apply(stages, at): Rewrite | undefined {
    const { front } = stages[at];
    if (front?.kind !== "match" || at === 0) return undefined;
    /** The parts by the place they move to. */
    const places = new Map<number, MatchExpression[]>();
    for (const part of conjunctsOf(front.filter.expression)) {
      const { place, moved } = earliest(part, stages, at);
      places.set(place, [...places.get(place) ?? [], moved]);
    }
    const first = Math.min(...places.keys());
    if (places.size === 0 || first === at) return undefined;
    const rewritten: Stage[] = [];
    for (let place = first; place <= at; place++) {
      const parts = places.get(place);
      if (parts !== undefined) rewritten.push(filterStage(parts));
      if (place < at) rewritten.push(stages[place]);
    }
    return { at: first, count: at - first + 1, stages: rewritten };
  },
};

/** How far forward a part can go, and how it reads there. */
function earliest(
  part: MatchExpression,
  stages: readonly Stage[],
  at: number,
): { readonly place: number; readonly moved: MatchExpression } {
  let place = at;
  let moved = part;
  for (; place > 0; place--) {
    const { effect, front } = stages[place - 1];
    if (effect?.letsFiltersPass !== true || front?.kind === "match") break;
    const before = seenBefore(moved, effect);
    if (before === undefined) break;
    moved = before;
  }
  return { place, moved };
}

/** The part as it reads in front of the stage; undefined when it cannot be there. */
function seenBefore(part: MatchExpression, effect: StageEffect): MatchExpression | undefined {
  const fields = fieldsOf(part);
  const { writes, keeps, renames } = effect;
  if (fields === undefined || writes === undefined) return undefined;
  const names = new Map<string, string>();
  for (const field of fields) {
    if (!writes.has(field)) {
      if (keeps !== undefined && !keeps.has(field)) return undefined;
      continue;
    }
    const old = renames?.get(field);
    if (old === undefined) return undefined;
    names.set(field, old);
  }
  return names.size === 0 ? part : renamed(part, names);
}

/** The part with other names for top-level fields; undefined when it has formulas. */
function renamed(
  part: MatchExpression,
  names: ReadonlyMap<string, string>,
): MatchExpression | undefined {
  return withPaths(part, (path) => {
    const top = topLevel(path);
    return (names.get(top) ?? top) + path.slice(top.length);
  });
}

/** The part with other paths; undefined when one has none, or when it has formulas. */
export function withPaths(
  part: MatchExpression,
  newPath: (path: string) => string | undefined,
): MatchExpression | undefined {
  if (fieldsOf(part) === undefined || part.kind === "expr") return undefined;
  let changed: MatchExpression = part;
  if ("path" in part && part.path !== undefined) {
    const path = newPath(part.path);
    if (path === undefined) return undefined;
    changed = { ...part, path } as MatchExpression;
  }
  if (changed.kind === "and" || changed.kind === "or" || changed.kind === "nor") {
    const children: MatchExpression[] = [];
    for (const child of changed.children) {
      const inner = withPaths(child, newPath);
      if (inner === undefined) return undefined;
      children.push(inner);
    }
    return { ...changed, children };
  }
  if (changed.kind === "not") {
    const child = withPaths(changed.child, newPath);
    return child === undefined ? undefined : { ...changed, child };
  }
  // What is inside an $elemMatch has paths of its own.
  return changed;
}
