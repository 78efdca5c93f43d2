// A filter as mongod rewrites it before planning, for explain: parsedQuery, the filters of stages, and whether it is a rooted $or.
//
//   { $or: [{ a: 1 }, { a: 2 }] } -> { a: { $in: [1, 2] } }     { a: { $in: [3] } } -> { a: 3 }
//   { $and: [{ a: 1 }, { $and: [...] }] } -> one $and           { a: { $in: [] } }  -> { $alwaysFalse: 1 }
//
// Our planner reads the filter as it is written and finds the same bounds; nothing runs a normalized tree.

import type { Collation } from "../bson/collation.ts";
import { compareRawValues } from "../bson/compare.ts";
import type { RawValue } from "../bson/read.ts";
import type { InExpression, ListExpression, MatchExpression } from "./match_expression.ts";

export function normalize(expression: MatchExpression): MatchExpression {
  switch (expression.kind) {
    case "and":
      return expression.path === undefined ? normalizeAnd(expression) : expression;
    case "or":
      return normalizeOr(expression);
    case "nor":
      return { ...expression, children: expression.children.map(normalize) };
    case "not":
      return normalizeNot(expression.path, normalize(expression.child));
    case "in":
      return normalizeIn(expression);
    default:
      return expression;
  }
}

/** True when no document can satisfy the filter, as it is written: an empty $in, $alwaysFalse. */
export function isNeverTrue(expression: MatchExpression): boolean {
  switch (expression.kind) {
    case "alwaysFalse":
      return true;
    case "in":
      return expression.values.length + expression.regexes.length === 0;
    case "and":
      return expression.children.some(isNeverTrue);
    case "or":
      return expression.children.every(isNeverTrue);
    default:
      return false;
  }
}

function normalizeAnd(expression: ListExpression): MatchExpression {
  const children = expression.children.map(normalize).flatMap((child) =>
    child.kind === "and" && child.path === undefined ? child.children : [child]
  );
  if (children.some(({ kind }) => kind === "alwaysFalse")) return { kind: "alwaysFalse" };
  return children.length === 1 ? children[0] : { kind: "and", children };
}

function normalizeNot(path: string, child: MatchExpression): MatchExpression {
  if (child.kind === "alwaysFalse") return { kind: "and", children: [] };
  return { kind: "not", path, child };
}

function normalizeOr(expression: ListExpression): MatchExpression {
  const children = expression.children.map(normalize).flatMap((child) =>
    child.kind === "or" ? child.children : [child]
  ).filter(({ kind }) => kind !== "alwaysFalse");
  if (children.length === 0) return { kind: "alwaysFalse" };
  if (children.length === 1) return children[0];
  return equalitiesOfOnePath(children) ?? { kind: "or", children };
}

/** An $or of equalities on one path is an $in. */
function equalitiesOfOnePath(children: readonly MatchExpression[]): InExpression | undefined {
  const values: RawValue[] = [];
  let path: string | undefined;
  let collation: Collation | undefined;
  for (const child of children) {
    const isEquality = child.kind === "compare" && child.operator === "$eq";
    if (!isEquality && (child.kind !== "in" || child.regexes.length > 0)) return undefined;
    if (path !== undefined && child.path !== path) return undefined;
    path = child.path;
    collation = child.collation;
    if (child.kind === "in") values.push(...child.values);
    else values.push((child as { value: RawValue }).value);
  }
  if (path === undefined) return undefined;
  const sorted = values.sort((a, b) => compareRawValues(a, b)).filter((value, i) =>
    i === 0 || compareRawValues(values[i - 1], value) !== 0
  );
  return {
    kind: "in",
    path,
    values: sorted,
    regexes: [],
    ...(collation === undefined ? {} : { collation }),
  };
}

function normalizeIn(expression: InExpression): MatchExpression {
  const { collation, path, regexes, values } = expression;
  if (isNeverTrue(expression)) return { kind: "alwaysFalse" };
  if (values.length !== 1 || regexes.length > 0) return expression;
  const [value] = values;
  return {
    kind: "compare",
    operator: "$eq",
    path,
    value,
    ...(collation === undefined ? {} : { collation }),
  };
}
