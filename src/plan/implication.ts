// Does a query only ask for documents that a partial or sparse index holds?
//
// A partial index may be used when the filter implies its partialFilterExpression: each of the expression's conditions follows from
// one conjunct of the filter. Answers "no" when in doubt. Values are tried on the condition's own predicate, so that the
// rules of comparison stay in one place.

import type { Collation } from "../bson/collation.ts";
import type { RawValue } from "../bson/read.ts";
import { compareRawValues } from "../bson/compare.ts";
import type { BsonValue } from "../bson/value.ts";
import { documentFrom } from "../bson/encode.ts";
import { decodeValue } from "../bson/decode.ts";
import { type NumericValue, toNumber } from "../bson/number.ts";
import { BsonType, CANONICAL_ORDER, isNumericType } from "../bson/type.ts";
import { compileFilter } from "../query/filter.ts";
import {
  type CompareExpression,
  isAcceptAll,
  type MatchExpression,
} from "../query/match_expression.ts";
import { conjunctsOf } from "./predicates.ts";

/** True when the filter (as conjuncts) accepts only documents that `condition` accepts. */
export function implies(
  conjuncts: readonly MatchExpression[],
  condition: MatchExpression,
  collation?: Collation,
): boolean {
  if (isAcceptAll(condition)) return true;
  if (condition.kind === "and") {
    return condition.children.every((child) => implies(conjuncts, child, collation));
  }
  if (conjuncts.some((conjunct) => conjunctImplies(conjunct, condition, collation))) return true;
  if (condition.kind === "or") {
    return condition.children.some((child) => implies(conjuncts, child, collation));
  }
  return false;
}

function conjunctImplies(
  conjunct: MatchExpression,
  condition: MatchExpression,
  collation: Collation | undefined,
): boolean {
  if (conjunct.kind === "or") {
    return conjunct.children.every((branch) => implies(conjunctsOf(branch), condition, collation));
  }
  if (condition.kind === "or" || !("path" in condition) || !("path" in conjunct)) return false;
  if (conjunct.path !== condition.path) return false;
  switch (conjunct.kind) {
    case "compare":
      return compareImplies(conjunct, condition, collation);
    case "in":
      return conjunct.regexes.length === 0 && conjunct.values.length > 0 &&
        conjunct.values.every((value) => equalityImplies(value, condition, collation));
    case "exists":
      return condition.kind === "exists";
    case "type":
      return condition.kind === "exists" ||
        (condition.kind === "type" &&
          [...conjunct.types].every((type) => condition.types.has(type)));
    case "regex":
    case "mod":
    case "bits":
    case "size":
    case "elemMatchObject":
    case "elemMatchValue":
      return condition.kind === "exists";
    default:
      return false;
  }
}

/** Every document with an element equal to `value` at the path satisfies the condition. */
function equalityImplies(
  value: RawValue,
  condition: MatchExpression,
  collation: Collation | undefined,
): boolean {
  if (value.type === BsonType.Null) {
    return condition.kind === "compare" && condition.value.type === BsonType.Null &&
      condition.operator !== "$gt" && condition.operator !== "$lt";
  }
  switch (condition.kind) {
    case "exists":
      return true;
    case "type":
      return condition.types.has(value.type);
    case "compare":
      return satisfies(value, condition, collation);
    case "in":
      return condition.values.some((one) => compareRawValues(one, value, collation) === 0);
    default:
      return false;
  }
}

function sameBracket(a: RawValue, b: RawValue): boolean {
  return CANONICAL_ORDER[a.type] === CANONICAL_ORDER[b.type];
}

function satisfies(
  value: RawValue,
  condition: CompareExpression,
  collation: Collation | undefined,
): boolean {
  if (!sameBracket(value, condition.value)) return false;
  const order = compareRawValues(value, condition.value, collation);
  if (order !== 0 && (isNaNValue(value) || isNaNValue(condition.value))) return false;
  switch (condition.operator) {
    case "$eq":
      return order === 0;
    case "$gt":
      return order > 0;
    case "$gte":
      return order >= 0;
    case "$lt":
      return order < 0;
    case "$lte":
      return order <= 0;
  }
}

function compareImplies(
  conjunct: CompareExpression,
  condition: MatchExpression,
  collation: Collation | undefined,
): boolean {
  if (conjunct.operator === "$eq") return equalityImplies(conjunct.value, condition, collation);
  const { type } = conjunct.value;
  if (type === BsonType.Null || type === BsonType.MinKey || type === BsonType.MaxKey) return false;
  if (condition.kind === "exists") return true;
  if (condition.kind !== "compare" || !sameBracket(conjunct.value, condition.value)) return false;
  const order = compareRawValues(conjunct.value, condition.value, collation);
  // NaN lies below all numbers in an index, but satisfies comparisons with itself only.
  if (isNaNValue(conjunct.value) || isNaNValue(condition.value)) {
    return order === 0 && conjunct.operator === condition.operator;
  }
  switch (condition.operator) {
    case "$gt":
      return (conjunct.operator === "$gt" && order >= 0) ||
        (conjunct.operator === "$gte" && order > 0);
    case "$gte":
      return (conjunct.operator === "$gt" || conjunct.operator === "$gte") && order >= 0;
    case "$lt":
      return (conjunct.operator === "$lt" && order <= 0) ||
        (conjunct.operator === "$lte" && order < 0);
    case "$lte":
      return (conjunct.operator === "$lt" || conjunct.operator === "$lte") && order <= 0;
    default:
      return false;
  }
}

function isNaNValue(value: RawValue): boolean {
  return isNumericType(value.type) && Number.isNaN(toNumber(decodeValue(value) as NumericValue));
}

/**
 * True when a predicate rejects all documents that lack its field: what a sparse index needs to be complete. A dotted
 * path can be lacking in many ways, and not all of them are null to a filter.
 */
export function needsField(expression: MatchExpression, path: string): boolean {
  const matches = compileFilter(expression);
  return documentsWithout(path).every((document) => !matches(document, 0));
}

function documentsWithout(path: string): Uint8Array[] {
  const parts = path.split(".");
  const documents = [documentFrom({})];
  for (let depth = 1; depth < parts.length; depth++) {
    const empty: BsonValue = new Map();
    for (const value of [empty, 5, [], [5], [empty]] as BsonValue[]) {
      documents.push(documentFrom({ [parts[0]]: below(parts.slice(1, depth), value) }));
    }
  }
  return documents;
}

function below(parts: readonly string[], value: BsonValue): BsonValue {
  return parts.reduceRight((inner, part) => new Map([[part, inner]]), value);
}
