// Accumulators as expressions: $sum, $avg, $min, $max, $stdDevPop, $stdDevSamp over operands or over one array, and
// $firstN, $lastN, $maxN, $minN over an array.
//
// With one operand that is an array the elements are taken; with several operands an array among them is one value (and so no
// number). The accumulators of $group are a matter of the aggregation room, on the same Summation.

import { compareValues } from "../bson/compare.ts";
import { decimalDivide } from "../bson/decimal_arithmetic.ts";
import { decimalFromBigInt } from "../bson/decimal.ts";
import { doubleValue } from "../bson/decode.ts";
import { toShellText } from "../bson/json.ts";
import { asInt64Exact, isNumber, toNumber } from "../bson/number.ts";
import { elements, type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { compileOperands } from "./operator_kinds.ts";
import { Summation } from "./summation.ts";
import { isNullish } from "./value_type.ts";

/** An operator over the values of its operands, or of its one array. */
function accumulator(
  name: string,
  help: string,
  evaluate: (values: readonly OptionalValue[], context: CompileContext) => BsonValue,
): ExpressionDefinition {
  return {
    name,
    help,
    compile: (argument, context) => {
      const operands = compileOperands(name, argument, context, 0, Infinity);
      return combineExpressions(operands, (scope) => {
        if (operands.length === 1) {
          const value = operands[0].evaluate(scope);
          return evaluate(Array.isArray(value) ? value : [value], context);
        }
        return evaluate(operands.map((operand) => operand.evaluate(scope)), context);
      });
    },
  };
}

function summed(values: readonly OptionalValue[]): Summation {
  const summation = new Summation();
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isNumber(value)) summation.add(value);
  }
  return summation;
}

/** The mean of what was added, null of nothing. */
export function meanOf(summation: Summation): BsonValue {
  if (summation.count === 0) return null;
  if (summation.isDecimal) {
    return decimalDivide(summation.decimalTotal, decimalFromBigInt(BigInt(summation.count)));
  }
  return doubleValue(summation.doubleTotal / summation.count);
}

/** The smallest (sign 1) or largest (sign -1) value; null-like ones do not take part. */
function extreme(sign: 1 | -1) {
  return (values: readonly OptionalValue[], { collation }: CompileContext): BsonValue => {
    let best: BsonValue = null;
    let found = false;
    for (const value of values) {
      if (isNullish(value)) continue;
      if (!found || compareValues(value, best, collation) * sign < 0) best = value;
      found = true;
    }
    return best;
  };
}

/** Standard deviation of the numbers by Welford's method; null when there are too few. */
function standardDeviation(isSample: boolean) {
  return (values: readonly OptionalValue[]): BsonValue => {
    let count = 0;
    let mean = 0;
    let squares = 0;
    for (const value of values) {
      if (!isNumber(value)) continue;
      const number = toNumber(value);
      count++;
      const delta = number - mean;
      mean += delta / count;
      squares += delta * (number - mean);
    }
    const divisor = isSample ? count - 1 : count;
    return divisor <= 0 ? null : doubleValue(Math.sqrt(squares / divisor));
  };
}

/** The `n` of $firstN and its like. */
export function countArgument(value: OptionalValue): number {
  if (!isNumber(value)) {
    throw new CommandError(
      5787902,
      `Value for 'n' must be of integral type, but found ${describe(value)}`,
    );
  }
  const exact = asInt64Exact(value);
  if (exact === undefined) {
    throw new CommandError(
      5787903,
      `Value for 'n' must be of integral type, but found ${describe(value)}`,
    );
  }
  if (exact <= 0n) {
    throw new CommandError(5787908, `'n' must be greater than 0, found ${exact}`);
  }
  return Number(exact);
}

function countAndInput(
  name: string,
  argument: RawValue,
  context: CompileContext,
): { count: Expression; input: Expression } {
  if (argument.type !== BsonType.Document) {
    throw new CommandError(
      5787801,
      `specification must be an object; found ${name}: ${toShellText(argument)}`,
    );
  }
  const found = new Map<string, RawElement>();
  for (const element of elements(argument.bytes, argument.at)) {
    if (element.name !== "n" && element.name !== "input") {
      throw new CommandError(5787901, `Unknown argument for 'n' operator: ${element.name}`);
    }
    found.set(element.name, element);
  }
  const count = found.get("n");
  const input = found.get("input");
  if (count === undefined) throw new CommandError(5787906, "Missing value for 'n'");
  if (input === undefined) throw new CommandError(5787907, "Missing value for 'input'");
  return { count: context.compile(count), input: context.compile(input) };
}

function chooseOperator(
  name: string,
  help: string,
  choose: (array: readonly BsonValue[], count: number, context: CompileContext) => BsonValue[],
): ExpressionDefinition {
  return {
    name,
    help,
    compile: (argument, context) => {
      const { count, input } = countAndInput(name, argument, context);
      return combineExpressions([count, input], (scope) => {
        const n = countArgument(count.evaluate(scope));
        const array = input.evaluate(scope);
        if (!Array.isArray(array)) throw new CommandError(5788200, "Input must be an array");
        return choose(array, n, context);
      });
    },
  };
}

function extremes(sign: 1 | -1) {
  return (
    array: readonly BsonValue[],
    count: number,
    { collation }: CompileContext,
  ): BsonValue[] =>
    array
      .filter((value) => !isNullish(value))
      .sort((a, b) => compareValues(a, b, collation) * sign)
      .slice(0, count);
}

export const ACCUMULATION_OPERATORS: readonly ExpressionDefinition[] = [
  accumulator("$avg", "Mean of the numbers", (values) => meanOf(summed(values))),
  chooseOperator("$firstN", "The first n elements", (array, count) => array.slice(0, count)),
  chooseOperator("$lastN", "The last n elements", (array, count) => array.slice(-count)),
  accumulator("$max", "The largest value", extreme(-1)),
  chooseOperator("$maxN", "The n largest elements", extremes(-1)),
  accumulator("$min", "The smallest value", extreme(1)),
  chooseOperator("$minN", "The n smallest elements", extremes(1)),
  accumulator("$stdDevPop", "Standard deviation of a population", standardDeviation(false)),
  accumulator("$stdDevSamp", "Standard deviation of a sample", standardDeviation(true)),
  accumulator("$sum", "Sum of the numbers", (values) => summed(values).total),
];
