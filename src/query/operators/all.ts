// Every query operator and every kind of node, found by name.

import { assert } from "../../assert.ts";
import type { AnyMatchKindDefinition, QueryOperatorDefinition } from "../definition.ts";
import type { MatchKind } from "../match_expression.ts";
import * as array from "./array.ts";
import * as bitwise from "./bitwise.ts";
import * as comparison from "./comparison.ts";
import * as element from "./element.ts";
import * as evaluation from "./evaluation.ts";
import * as expr from "./expr.ts";
import * as logical from "./logical.ts";
import * as regularExpression from "./regular_expression.ts";
import * as schema from "./schema.ts";

const families: readonly Family[] = [
  array,
  bitwise,
  comparison,
  element,
  evaluation,
  expr,
  logical,
  regularExpression,
  schema,
];

interface Family {
  readonly operators: readonly QueryOperatorDefinition[];
  readonly kinds: readonly AnyMatchKindDefinition[];
}

/** All operators, sorted by name; an operator that may stand in both places is listed twice. */
export const queryOperators: readonly QueryOperatorDefinition[] = families
  .flatMap((family) => family.operators)
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const byPlace = {
  document: new Map<string, QueryOperatorDefinition>(),
  field: new Map<string, QueryOperatorDefinition>(),
};
for (const operator of queryOperators) byPlace[operator.place].set(operator.name, operator);

const kinds = new Map<MatchKind, AnyMatchKindDefinition>(
  families.flatMap((family) => family.kinds).map((kind) => [kind.kind, kind]),
);

/** The operator that stands beside field names, as `$or` does. */
export function documentOperator(name: string): QueryOperatorDefinition | undefined {
  return byPlace.document.get(name);
}

/** The operator that stands under a field name, as `$gt` does. */
export function fieldOperator(name: string): QueryOperatorDefinition | undefined {
  return byPlace.field.get(name);
}

export function kindDefinition(kind: MatchKind): AnyMatchKindDefinition {
  const definition = kinds.get(kind);
  assert(definition !== undefined, `no definition of query node ${kind}`);
  return definition;
}
