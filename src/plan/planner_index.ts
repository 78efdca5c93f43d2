// What the planner needs to know of an index. storage/index.ts has it all; tests write it by hand.
//
// Rules about a whole index live here: may it be used for this query at all? What its fields can be bounded by is
// index_bounds.ts.

import type { Collation } from "../bson/collation.ts";
import { getField } from "../bson/read.ts";
import type { IndexPart, IndexSpec } from "../storage/index_spec.ts";
import type { MatchExpression } from "../query/match_expression.ts";

export interface PlannerIndex {
  readonly name: string;
  readonly parts: readonly IndexPart[];
  /** True when a key belongs to one document at most. */
  readonly isUnique: boolean;
  /** False while it is hidden or being built. */
  readonly isUsable: boolean;
  /** Per key field a bit mask of the path parts where some document has an array; undefined: none anywhere. */
  readonly multikeyParts: readonly number[] | undefined;
  readonly spec:
    & Pick<
      IndexSpec,
      "collation" | "keyPattern" | "partialFilter" | "sparse" | "unique" | "wildcardProjection"
    >
    & Partial<Pick<IndexSpec, "document">>;
  /** Keys and what stands beside them give the values back (storage/index.ts). */
  readonly keepsTypes?: boolean;
  /** Set when this is a wildcard index seen as one on a single path: the index itself, and the place of `$_path`. */
  readonly expandedFrom?: PlannerIndex;
  readonly pathField?: number;
}

/** The index that is read: storage's own. */
export function storedIndex(index: PlannerIndex): PlannerIndex {
  return index.expandedFrom ?? index;
}

const clusteredSpecs = new WeakMap<PlannerIndex["spec"], boolean>();

/** True for the `_id` index of a clustered collection, which clients know as the collection itself. */
export function isClusteredIndex({ spec }: PlannerIndex): boolean {
  let isClustered = clusteredSpecs.get(spec);
  if (isClustered === undefined) {
    isClustered = spec.document !== undefined && getField(spec.document, "clustered") !== undefined;
    clusteredSpecs.set(spec, isClustered);
  }
  return isClustered;
}

export function isMultikey(index: PlannerIndex): boolean {
  return index.multikeyParts !== undefined;
}

/** The positions in one key field's path where arrays are, in ascending order. */
export function multikeyPositions(index: PlannerIndex, field: number): readonly number[] {
  const mask = index.multikeyParts?.[field] ?? 0;
  if (mask === 0) return NO_POSITIONS;
  const positions: number[] = [];
  for (let position = 0; position < 32; position++) {
    if ((mask & (1 << position)) !== 0) positions.push(position);
  }
  return positions;
}

const NO_POSITIONS: readonly number[] = [];

/**
 * True when fields `a` and `b` of an index go through the same array: bounds on both would ask for one element that
 * satisfies both, which the query does not.
 */
export function shareArray(index: PlannerIndex, a: number, b: number): boolean {
  const aParts = index.parts[a].path.split(".");
  const bParts = index.parts[b].path.split(".");
  const bPositions = multikeyPositions(index, b);
  return multikeyPositions(index, a).some((position) => {
    if (!bPositions.includes(position)) return false;
    for (let i = 0; i <= position; i++) if (aParts[i] !== bParts[i]) return false;
    return true;
  });
}

/** True when two collations order strings alike. */
export function sameCollation(a: Collation | undefined, b: Collation | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.spec.length !== b.spec.length) return false;
  return a.spec.every((byte, i) => byte === b.spec[i]);
}

/** True when the order of the values a predicate looks at does not depend on a collation. */
export function isCollationFree(expression: MatchExpression): boolean {
  switch (expression.kind) {
    case "compare":
      return !dependsOnCollation(expression.value.type);
    case "in":
      return expression.regexes.length === 0 &&
        expression.values.every((value) => !dependsOnCollation(value.type));
    case "exists":
    case "type":
      return true;
    case "not":
      return isCollationFree(expression.child);
    case "and":
    case "or":
      return expression.children.every(isCollationFree);
    default:
      return false;
  }
}

/** True when a predicate looks at the bytes of strings whatever the collation: an index with one has none. */
export function looksAtBytes(expression: MatchExpression): boolean {
  switch (expression.kind) {
    case "regex":
      return true;
    case "compare":
      return expression.collation === undefined && dependsOnCollation(expression.value.type);
    case "in":
      return expression.regexes.length > 0 ||
        (expression.collation === undefined &&
          expression.values.some(({ type }) => dependsOnCollation(type)));
    case "not":
      return looksAtBytes(expression.child);
    case "and":
    case "or":
      return expression.children.some(looksAtBytes);
    default:
      return false;
  }
}

/** Strings, and what may hold strings; MinKey and MaxKey because they range over all types. */
function dependsOnCollation(type: number): boolean {
  return type === 2 || type === 3 || type === 4 || type === 14 || type === 127 || type === 255;
}
