// The parts of a filter that an index could serve: a flat list taken from the "and" tree.
//
//   { a: 5, b: { $elemMatch: { c: 1, d: { $gt: 2 } } }, $or: [...] }
//     -> a = 5 (conjunct 0), b.c = 1 and b.d > 2 (conjunct 1, in the scope of the $elemMatch on b)
//
// Conjuncts are the children of the root "and"; a conjunct that exact bounds answer completely is not tested again.

import { encodeValue } from "../bson/encode.ts";
import type { CompareExpression, MatchExpression } from "../query/match_expression.ts";

/** An $elemMatch: predicates in the same scope speak of the same array element. */
export interface ElementScope {
  readonly path: string;
}

export interface IndexPredicate {
  /** The whole path from the document's root. */
  readonly path: string;
  /** The node whose definition makes the bounds; inside an $elemMatch its own path is relative. */
  readonly expression: MatchExpression;
  readonly conjunct: number;
  readonly scope: ElementScope | undefined;
  /** False when the node is only a part of its conjunct, so bounds never answer it completely. */
  readonly isWholeConjunct: boolean;
  /** The comparison is one of $expr: it holds for values of all types on its side of the constant. */
  readonly spansTypes?: boolean;
}

/** The root "and" taken apart. */
export function conjunctsOf(filter: MatchExpression): MatchExpression[] {
  if (filter.kind === "alwaysTrue") return [];
  if (filter.kind !== "and" || filter.path !== undefined) return [filter];
  return filter.children.flatMap(conjunctsOf);
}

/** The path that all branches of an $or compare, undefined when they differ: then it is like an $in. */
function commonPath(branches: readonly MatchExpression[]): string | undefined {
  let common: string | undefined;
  for (const branch of branches) {
    if (branch.kind !== "compare" && branch.kind !== "in") return undefined;
    if (common !== undefined && branch.path !== common) return undefined;
    common = branch.path;
  }
  return common;
}

export function collectPredicates(conjuncts: readonly MatchExpression[]): IndexPredicate[] {
  const found: IndexPredicate[] = [];
  conjuncts.forEach((expression, conjunct) => {
    collect(expression, { conjunct, prefix: "", scope: undefined, isWholeConjunct: true }, found);
  });
  return found;
}

interface Place {
  readonly conjunct: number;
  readonly prefix: string;
  readonly scope: ElementScope | undefined;
  readonly isWholeConjunct: boolean;
}

function collect(expression: MatchExpression, place: Place, found: IndexPredicate[]): void {
  switch (expression.kind) {
    case "and": {
      const isWholeConjunct = place.isWholeConjunct && expression.children.length === 1;
      for (const child of expression.children) collect(child, { ...place, isWholeConjunct }, found);
      return;
    }
    case "nor": {
      const isWholeConjunct = place.isWholeConjunct && expression.children.length === 1;
      for (const child of expression.children) {
        const path = pathOf(child);
        if (path === undefined) continue;
        collect({ kind: "not", path, child }, { ...place, isWholeConjunct }, found);
      }
      return;
    }
    case "elemMatchObject": {
      const path = joined(place.prefix, expression.path);
      const inside = { ...place, prefix: path, scope: { path }, isWholeConjunct: false };
      collect(expression.child, inside, found);
      return;
    }
    case "elemMatchValue": {
      const path = joined(place.prefix, expression.path);
      const inside = { ...place, prefix: path, scope: { path }, isWholeConjunct: false };
      for (const child of expression.children) collect(child, inside, found);
      return;
    }
    case "expr": {
      // Not the whole of what the expression says, and tested again in any case.
      for (const { path, operator, value } of expression.expression.comparisons ?? []) {
        const compare: CompareExpression = {
          kind: "compare",
          path: path.join("."),
          operator,
          value: encodeValue(value),
        };
        found.push({
          path: compare.path,
          expression: compare,
          conjunct: place.conjunct,
          scope: undefined,
          isWholeConjunct: false,
          spansTypes: operator !== "$eq",
        });
      }
      return;
    }
    default: {
      const ownPath = expression.kind === "or"
        ? commonPath(expression.children)
        : pathOf(expression);
      if (ownPath === undefined) return;
      found.push({
        path: joined(place.prefix, ownPath),
        expression,
        conjunct: place.conjunct,
        scope: place.scope,
        isWholeConjunct: place.isWholeConjunct,
      });
    }
  }
}

function pathOf(expression: MatchExpression): string | undefined {
  return "path" in expression ? expression.path : undefined;
}

function joined(prefix: string, path: string): string {
  if (prefix === "") return path;
  return path === "" ? prefix : `${prefix}.${path}`;
}

/** The "and" of what is left after exact bounds answered the conjuncts in `covered`; undefined when nothing is. */
export function residualOf(
  conjuncts: readonly MatchExpression[],
  covered: ReadonlySet<number>,
): MatchExpression | undefined {
  const left = conjuncts.filter((_, conjunct) => !covered.has(conjunct));
  if (left.length === 0) return undefined;
  return left.length === 1 ? left[0] : { kind: "and", children: left };
}
