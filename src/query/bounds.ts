// Which part of an index can hold the documents that satisfy a condition on one path.
//
// The values come from the definitions of the nodes (their `bounds`); here negation and the parts of a negated list
// are added. `exact` false means that what the index gives must be checked with the filter. How the conditions of a
// filter combine, and whether the index's collation fits, is the planner's business.

import { BsonType } from "../bson/type.ts";
import {
  complement,
  intersect,
  makeInterval,
  MAX_KEY_VALUE,
  MIN_KEY_VALUE,
  normalize,
  union,
} from "../index/interval.ts";
import type { Bounds, BoundsOptions } from "./definition.ts";
import type { CompareExpression, MatchExpression, NotExpression } from "./match_expression.ts";
import { kindDefinition } from "./operators/all.ts";
import { nullBounds } from "./value_bounds.ts";

export type { Bounds } from "./definition.ts";

/**
 * The values an index field on the node's path can have in matching documents; undefined when an index is of no help.
 * `isMultikey`: some document may have several keys for the field.
 */
export function boundsFor(expression: MatchExpression, isMultikey: boolean): Bounds | undefined {
  return find(expression, { isMultikey });
}

/**
 * The values on the node's side of its constant, of whatever type: for the comparisons of $expr. A missing field, which is
 * less than everything but MinKey, is indexed as null, so what may be less than null takes null in. Never exact, and of no
 * help where some document has several keys: there the whole array is compared. Nor where a number in the path may be a
 * position in an array, which it is not to $expr.
 */
export function spanningBounds(
  { operator, path, value }: CompareExpression,
  isMultikey: boolean,
): Bounds | undefined {
  if (isMultikey || /(^|\.)\d+(\.|$)/.test(path)) return undefined;
  const isInclusive = operator === "$gte" || operator === "$lte";
  const interval = operator === "$gt" || operator === "$gte"
    ? makeInterval(value, isInclusive, MAX_KEY_VALUE, true)
    : makeInterval(MIN_KEY_VALUE, true, value, isInclusive || value.type === BsonType.Null);
  return { intervals: normalize([interval]), exact: false };
}

function find(expression: MatchExpression, options: BoundsOptions): Bounds | undefined {
  return expression.kind === "not"
    ? negationBounds(expression, options)
    : kindDefinition(expression.kind).bounds?.(expression, options);
}

function negationBounds({ child }: NotExpression, options: BoundsOptions): Bounds | undefined {
  // A missing field is indexed as null; so is a null.
  if (child.kind === "exists") return { ...nullBounds(options), exact: false };
  const bounds = negatable(child, options);
  // The complement of too much would be too little.
  if (bounds === undefined || !bounds.exact) return undefined;
  return { intervals: complement(bounds.intervals), exact: !options.isMultikey };
}

/** The bounds of a node below a "not". */
function negatable(expression: MatchExpression, options: BoundsOptions): Bounds | undefined {
  switch (expression.kind) {
    case "compare":
    case "in":
    case "regex":
      return find(expression, options);
    case "and": {
      // With several keys per document, conditions met by different keys would be lost.
      if (options.isMultikey && expression.children.length > 1) return undefined;
      const parts = expression.children.map((child) => negatable(child, options));
      return combine(parts, intersect);
    }
    case "or":
      return combine(expression.children.map((child) => negatable(child, options)), union);
    default:
      return undefined;
  }
}

function combine(
  parts: readonly (Bounds | undefined)[],
  join: typeof intersect,
): Bounds | undefined {
  let result: Bounds | undefined;
  for (const part of parts) {
    if (part === undefined) return undefined;
    result = result === undefined
      ? part
      : { intervals: join(result.intervals, part.intervals), exact: result.exact && part.exact };
  }
  return result;
}
