// Set operators: arrays as sets, duplicates and order ignored, equality as in BSON compare.
//
// $setUnion and $setIntersection give their elements in BSON order, as mongod does though its manual leaves that open;
// $setDifference keeps the order of the first array.

import { compareValues } from "../bson/compare.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { CompileContext, ExpressionDefinition } from "./definition.ts";
import { binaryOperator, listOperator, operandsOf, unaryOperator } from "./operator_kinds.ts";
import { ValueSet } from "./value_set.ts";
import { isNullish, isTruthy, typeNameOf } from "./value_type.ts";

function setOf(values: readonly BsonValue[], context: CompileContext): ValueSet {
  const set = new ValueSet(context.collation);
  for (const value of values) set.add(value);
  return set;
}

function elementsTrue(operator: string, code: number, all: boolean) {
  return (array: OptionalValue): BsonValue => {
    if (!Array.isArray(array)) {
      throw new CommandError(
        code,
        `${operator}'s argument must be an array, but is ${typeNameOf(array)}`,
      );
    }
    return all ? array.every(isTruthy) : array.some(isTruthy);
  };
}

/** An operand that has to be an array. */
function arrayOperand(
  value: OptionalValue,
  operator: string,
  place: "First" | "Second",
  code: number,
): BsonValue[] {
  if (Array.isArray(value)) return value;
  throw new CommandError(
    code,
    `both operands of ${operator} must be arrays. ${place} argument is of type: ${
      typeNameOf(value)
    }`,
  );
}

function difference(
  left: OptionalValue,
  right: OptionalValue,
  context: CompileContext,
): BsonValue {
  if (isNullish(left)) return null;
  const first = arrayOperand(left, "$setDifference", "First", 17048);
  if (isNullish(right)) return null;
  const excluded = setOf(arrayOperand(right, "$setDifference", "Second", 17049), context);
  return first.filter((value) => excluded.add(value));
}

function isSubset(left: OptionalValue, right: OptionalValue, context: CompileContext): BsonValue {
  const first = arrayOperand(left, "$setIsSubset", "First", 17046);
  const second = setOf(arrayOperand(right, "$setIsSubset", "Second", 17042), context);
  return first.every((value) => second.has(value));
}

function setEquals(values: readonly OptionalValue[], context: CompileContext): BsonValue {
  const sets = values.map((value, i) => {
    if (Array.isArray(value)) return setOf(value, context);
    throw new CommandError(
      5887502,
      `All operands of $setEquals must be arrays. ${i + 1}-th argument is of type: ${
        typeNameOf(value)
      }`,
    );
  });
  return sets.every((set) =>
    set.size === sets[0].size && set.values.every((value) => sets[0].has(value))
  );
}

function arrayAmongOperands(value: OptionalValue, operator: string, code: number): BsonValue[] {
  if (Array.isArray(value)) return value;
  throw new CommandError(
    code,
    `All operands of ${operator} must be arrays. One argument is of type: ${typeNameOf(value)}`,
  );
}

function inOrder(set: ValueSet, { collation }: CompileContext): BsonValue[] {
  return [...set.values].sort((a, b) => compareValues(a, b, collation));
}

function intersection(values: readonly OptionalValue[], context: CompileContext): BsonValue {
  let current: ValueSet | undefined;
  for (const value of values) {
    if (isNullish(value)) return null;
    const array = arrayAmongOperands(value, "$setIntersection", 17047);
    const former: ValueSet | undefined = current;
    current = setOf(array, context);
    if (former !== undefined) {
      const other = current;
      current = setOf(former.values.filter((element) => other.has(element)), context);
    }
  }
  return current === undefined ? [] : inOrder(current, context);
}

function union(values: readonly OptionalValue[], context: CompileContext): BsonValue {
  const joined = new ValueSet(context.collation);
  for (const value of values) {
    if (isNullish(value)) return null;
    for (const element of arrayAmongOperands(value, "$setUnion", 17043)) joined.add(element);
  }
  return inOrder(joined, context);
}

const equals = listOperator("$setEquals", "True for the same elements", [0, Infinity], setEquals);

export const SET_OPERATORS: readonly ExpressionDefinition[] = [
  unaryOperator(
    "$allElementsTrue",
    "True when no element is false",
    elementsTrue("$allElementsTrue", 17040, true),
  ),
  unaryOperator(
    "$anyElementTrue",
    "True when some element is true",
    elementsTrue("$anyElementTrue", 17041, false),
  ),
  binaryOperator("$setDifference", "Elements of the first and not the second", difference),
  {
    ...equals,
    compile: (argument, context) => {
      const count = operandsOf(argument).length;
      if (count < 2) {
        throw new CommandError(17045, `$setEquals needs at least two arguments had: ${count}`);
      }
      return equals.compile(argument, context);
    },
  },
  listOperator("$setIntersection", "Elements in every set", [0, Infinity], intersection),
  binaryOperator("$setIsSubset", "True when the second has all of the first", isSubset),
  listOperator("$setUnion", "Elements in any set", [0, Infinity], union),
];
