// What a filter says by equality: the fields an upsert starts from, and the `_id` of an express lookup.
//
// Equalities count at the top, inside $and, in an $or of one branch, and in $all and $in of one value.

import type { RawValue } from "../bson/read.ts";
import type { MatchExpression } from "./match_expression.ts";

/** Path and value of each equality that every matching document satisfies, in the filter's order. */
export function equalities(expression: MatchExpression): [string, RawValue][] {
  switch (expression.kind) {
    case "compare":
      return expression.operator === "$eq" ? [[expression.path, expression.value]] : [];
    case "in":
      return expression.values.length === 1 && expression.regexes.length === 0
        ? [[expression.path, expression.values[0]]]
        : [];
    case "and":
      return expression.children.flatMap(equalities);
    case "or":
      return expression.children.length === 1 ? equalities(expression.children[0]) : [];
    default:
      return [];
  }
}

/** The value when the filter is just `{_id: value}`. */
export function idEquality(expression: MatchExpression): RawValue | undefined {
  return expression.kind === "compare" && expression.path === "_id" &&
      expression.operator === "$eq"
    ? expression.value
    : undefined;
}
