// A wildcard index as the planner uses it: for one path at a time, as an index on `$_path` and that path.
//
//   { "$**": 1 } asked for { "a.b": 5 }   ->   { $_path: 1, "a.b": 1 }, $_path in ["a.b", "a.b"], a.b in [5, 5]
//
// Documents without the path have no key for it, so only conditions are served that such documents never satisfy, and
// only on values that have keys of their own: no null, no objects, no arrays. `$exists: true` also reads what lies
// below the path. Bounds are never exact: array positions and the objects a value came from are not in the keys.

import { BsonWriter, encodeValue } from "../bson/encode.ts";
import type { RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type IntervalList, isAllValues, makeInterval, pointInterval } from "../index/interval.ts";
import { WildcardPaths } from "../index/wildcard_paths.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { IndexPart } from "../storage/index_spec.ts";
import type { PlannerIndex } from "./planner_index.ts";
import type { IndexPredicate } from "./predicates.ts";

export const PATH_FIELD = "$_path";

const EVERYWHERE = 1;
const known = new WeakMap<PlannerIndex["spec"], WildcardPaths>();

/** The place of the wildcard field, -1 when the index has none. */
export function wildcardPlace(index: PlannerIndex): number {
  return index.parts.findIndex(({ wildcard }) => wildcard === true);
}

/** The index once per path of the predicates that it can serve. */
export function expandWildcard(
  index: PlannerIndex,
  place: number,
  predicates: readonly IndexPredicate[],
): PlannerIndex[] {
  const paths = new Set<string>();
  for (const predicate of predicates) {
    if (paths.has(predicate.path) || predicate.spansTypes) continue;
    if (isServed(predicate, pathsOf(index, place))) paths.add(predicate.path);
  }
  return [...paths].map((path) => expanded(index, place, path));
}

function pathsOf(index: PlannerIndex, place: number): WildcardPaths {
  let paths = known.get(index.spec);
  if (paths === undefined) {
    paths = new WildcardPaths(index.parts[place].path, index.spec.wildcardProjection);
    known.set(index.spec, paths);
  }
  return paths;
}

function expanded(index: PlannerIndex, place: number, path: string): PlannerIndex {
  const { direction } = index.parts[place];
  const parts: IndexPart[] = [...index.parts];
  parts.splice(place, 1, { path: PATH_FIELD, direction: EVERYWHERE }, { path, direction });
  const masks = index.multikeyParts;
  const multikeyParts = masks === undefined ? undefined : [...masks];
  // Where on the path arrays are is not known: anywhere.
  const everywhere = 2 ** Math.min(path.split(".").length, 31) - 1;
  multikeyParts?.splice(place, 1, 0, multikeyParts[place] === 0 ? 0 : everywhere);
  return {
    name: index.name,
    parts,
    isUnique: false,
    isUsable: index.isUsable,
    multikeyParts,
    spec: { ...index.spec, keyPattern: patternOf(parts) },
    expandedFrom: index,
    pathField: place,
  };
}

function patternOf(parts: readonly IndexPart[]): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  for (const { path, direction } of parts) writer.int32(path, direction);
  writer.end();
  return writer.bytes();
}

/** True when an index seen as one on a path may bound that path by the predicate. */
export function mayBound(expandedIndex: PlannerIndex, predicate: IndexPredicate): boolean {
  const { expandedFrom, pathField } = expandedIndex;
  // A missing field, which has no key here, may satisfy such a comparison.
  return !predicate.spansTypes && isServed(predicate, pathsOf(expandedFrom!, pathField!));
}

/** True when the index has keys at the path for every document that satisfies the predicate. */
export function isServed(
  { path, scope, expression }: Pick<IndexPredicate, "expression" | "path" | "scope">,
  paths: WildcardPaths,
): boolean {
  // In an $elemMatch on values the elements may be arrays, which are keys of their own.
  if (scope?.path === path || hasPosition(path) || !paths.holds(path)) return false;
  return hasKeys(expression, paths, path);
}

function hasKeys(expression: MatchExpression, paths: WildcardPaths, path: string): boolean {
  switch (expression.kind) {
    case "compare":
      return hasOwnKey(expression.value);
    case "in":
      return expression.values.every(hasOwnKey);
    case "regex":
      return true;
    case "exists":
      return paths.holdsAllBelow(path);
    case "or":
      return expression.children.every((child) => hasKeys(child, paths, path));
    default:
      return false;
  }
}

/** A number in a path may be a position in an array, which keys do not have. */
function hasPosition(path: string): boolean {
  return path.split(".").some((part) => /^\d+$/.test(part));
}

function hasOwnKey({ type }: RawValue): boolean {
  switch (type) {
    case BsonType.Null:
    case BsonType.Undefined:
    case BsonType.Document:
    case BsonType.Array:
    case BsonType.MinKey:
    case BsonType.MaxKey:
      return false;
    default:
      return true;
  }
}

/** The `$_path` values to read for intervals of the path's values: all values lie at the path and below it. */
export function pathIntervals(path: string, values: IntervalList): IntervalList {
  const own = pointInterval(encodeValue(path));
  if (!isAllValues(values)) return [own];
  return [own, makeInterval(encodeValue(`${path}.`), true, encodeValue(`${path}/`), false)];
}
