// Comparisons in the full BSON order: no type bracketing, so missing < null < numbers < strings and `{ $lt: ["$a", 5] }` holds
// for a missing field. A comparison of a top-level field with a constant reads the bytes in place.

import { compareRaw, compareValues } from "../bson/compare.ts";
import { encodeValue } from "../bson/encode.ts";
import { findElement, nameBytes } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { MISSING, type OptionalValue, UNDEFINED } from "../bson/value.ts";
import type {
  CompileContext,
  Expression,
  ExpressionDefinition,
  PathComparison,
} from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { compileOperands } from "./operator_kinds.ts";
import type { Scope } from "./scope.ts";

/** A function that compares the two operands: negative, zero or positive. */
function comparer(
  left: Expression,
  right: Expression,
  context: CompileContext,
): (scope: Scope) => number {
  const collation = context.collation;
  const direct = directComparer(left, right, context);
  if (direct !== undefined) return direct;
  const mirrored = directComparer(right, left, context);
  if (mirrored !== undefined) return (scope) => -mirrored(scope);
  return (scope) => compareValues(left.evaluate(scope), right.evaluate(scope), collation);
}

function directComparer(
  field: Expression,
  other: Expression,
  { collation }: CompileContext,
): ((scope: Scope) => number) | undefined {
  const { constant } = other;
  if (field.path?.length !== 1 || constant === undefined || constant === MISSING) return undefined;
  const name = nameBytes(field.path[0]);
  const value = encodeValue(constant);
  return ({ bytes, start }) => {
    const element = findElement(bytes, start, name);
    if (element < 0) return value.type === BsonType.MinKey ? 1 : -1;
    return compareRaw(
      bytes,
      bytes[element],
      element + name.length + 2,
      value.bytes,
      value.type,
      value.at,
      collation,
    );
  };
}

function comparison(
  name: string,
  help: string,
  answer: (order: number) => OptionalValue,
): ExpressionDefinition {
  return {
    name,
    help,
    compile: (argument, context) => {
      const operands = compileOperands(name, argument, context, 2, 2);
      const compare = comparer(operands[0], operands[1], context);
      const expression = combineExpressions(operands, (scope) => answer(compare(scope)));
      const found = comparisonOf(name, operands);
      return found === undefined ? expression : { ...expression, comparisons: [found] };
    },
  };
}

/** The operator that says the same with its operands exchanged. */
const MIRRORED: ReadonlyMap<string, PathComparison["operator"]> = new Map([
  ["$eq", "$eq"],
  ["$gt", "$lt"],
  ["$gte", "$lte"],
  ["$lt", "$gt"],
  ["$lte", "$gte"],
]);

/**
 * A field compared with a constant, where an index on the field can find the documents for which it holds. Not so for
 * missing values, nor for an array a path may have gathered from several documents.
 */
function comparisonOf(
  name: string,
  [left, right]: readonly Expression[],
): PathComparison | undefined {
  const mirrored = MIRRORED.get(name);
  if (mirrored === undefined) return undefined;
  const [field, other] = left.path !== undefined ? [left, right] : [right, left];
  const { path } = field;
  const value = other.constant;
  if (path === undefined || value === undefined || value === MISSING || value === UNDEFINED) {
    return undefined;
  }
  if (path.length > 1 && Array.isArray(value)) return undefined;
  const operator = field === left ? name as PathComparison["operator"] : mirrored;
  return { path, operator, value };
}

export const COMPARISON_OPERATORS: readonly ExpressionDefinition[] = [
  comparison("$cmp", "-1, 0 or 1 as the first is less, equal or greater", Math.sign),
  comparison("$eq", "True when equal", (order) => order === 0),
  comparison("$gt", "True when the first is greater", (order) => order > 0),
  comparison("$gte", "True when the first is not less", (order) => order >= 0),
  comparison("$lt", "True when the first is less", (order) => order < 0),
  comparison("$lte", "True when the first is not greater", (order) => order <= 0),
  comparison("$ne", "True when not equal", (order) => order !== 0),
];
