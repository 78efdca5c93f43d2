// Bounds of the hashed field of an index: single hashes, for equality and $in.
//
// Different values may have one hash, so the filter is always asked again. Arrays are in no hashed index, and ranges and
// patterns say nothing about hashes.

import type { Collation } from "../bson/collation.ts";
import type { RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { normalize, pointInterval } from "../index/interval.ts";
import type { Bounds } from "../query/bounds.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import { hashedValue } from "../storage/hashed_value.ts";

/** The hashes a matching document can have; undefined when the index is of no help. */
export function hashedBounds(
  expression: MatchExpression,
  collation: Collation | undefined,
): Bounds | undefined {
  const values = valuesOf(expression);
  if (values === undefined || values.some(({ type }) => type === BsonType.Array)) return undefined;
  const points = values.map((value) => pointInterval(hashedValue(value, collation)));
  return { intervals: normalize(points), exact: false };
}

/** The values an expression compares with, when it asks for nothing but equality. */
function valuesOf(expression: MatchExpression): readonly RawValue[] | undefined {
  switch (expression.kind) {
    case "compare":
      return expression.operator === "$eq" ? [expression.value] : undefined;
    case "in":
      return expression.regexes.length === 0 ? expression.values : undefined;
    case "or": {
      const branches = expression.children.map(valuesOf);
      const isComplete = branches.every((branch) => branch !== undefined);
      return isComplete ? branches.flat() : undefined;
    }
    default:
      return undefined;
  }
}
