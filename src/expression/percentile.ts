// $percentile and $median over an array (or one number), and the continuous percentile both use.
//
// MongoDB offers the methods "approximate", "discrete" and "continuous"; as expressions the approximate form sorts all
// values, so it gives the discrete answer, as in MongoDB.

import { doubleValue } from "../bson/decode.ts";
import { isNumber, toNumber } from "../bson/number.ts";
import { type RawValue } from "../bson/read.ts";
import { typeName } from "../bson/type.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { type NamedArguments, namedArguments } from "./operator_kinds.ts";
import { isNullish } from "./value_type.ts";

export type PercentileMethod = "approximate" | "continuous" | "discrete";

const METHODS: ReadonlySet<string> = new Set(["approximate", "continuous", "discrete"]);

/** The value at fraction `p` of sorted numbers; null when there are none. */
export function percentileOf(
  sorted: readonly number[],
  p: number,
  method: PercentileMethod,
): BsonValue {
  const count = sorted.length;
  if (count === 0) return null;
  if (method === "continuous") {
    const rank = p * (count - 1);
    const below = Math.floor(rank);
    const above = Math.min(below + 1, count - 1);
    if (below === above || rank === below) return doubleValue(sorted[below]);
    return doubleValue(sorted[below] + (sorted[above] - sorted[below]) * (rank - below));
  }
  const index = Math.max(Math.ceil(p * count) - 1, 0);
  return doubleValue(sorted[Math.min(index, count - 1)]);
}

type Names = "input" | "p" | "method";

function rules(operator: "$median" | "$percentile"): NamedArguments<Names> {
  return {
    operator,
    names: { input: true, p: operator === "$percentile", method: true },
    notAnObject: ({ type }) =>
      new CommandError(
        operator === "$median" ? 7436100 : 7429703,
        `specification must be an object; found ${operator}: ${typeName(type)}`,
      ),
    unknown: (name) =>
      new CommandError(
        ErrorCode.IDLUnknownField,
        `BSON field '${operator}.${name}' is an unknown field.`,
      ),
    missing: (name) =>
      new CommandError(
        ErrorCode.IDLFailedToParse,
        `BSON field '${operator}.${name}' is missing but a required field`,
      ),
  };
}

function methodOf(value: OptionalValue): PercentileMethod {
  if (typeof value !== "string" || !METHODS.has(value)) {
    throw new CommandError(
      ErrorCode.BadValue,
      "Currently only 'approximate' can be used as a percentile 'method'.",
    );
  }
  return value as PercentileMethod;
}

function fractionsOf(value: OptionalValue): number[] {
  const fail = (): never => {
    throw new CommandError(
      7750301,
      "The $percentile 'p' field must be an array of constant values from [0.0, 1.0] range",
    );
  };
  if (!Array.isArray(value) || value.length === 0) return fail();
  return value.map((item) => {
    if (!isNumber(item)) return fail();
    const fraction = toNumber(item);
    return fraction >= 0 && fraction <= 1 ? fraction : fail();
  });
}

/** The numbers of an array, or of a single value, in order; NaN is left out. */
function sortedNumbers(value: OptionalValue): number[] {
  if (isNullish(value)) return [];
  const values = Array.isArray(value) ? value : [value];
  const numbers = values.filter(isNumber).map(toNumber).filter((number) => !Number.isNaN(number));
  return numbers.sort((a, b) => a - b);
}

function compilePercentile(operator: "$median" | "$percentile") {
  return (argument: RawValue, context: CompileContext): Expression => {
    const found = namedArguments(argument, rules(operator));
    const input = context.compile(found.input!);
    const method = methodOf(context.compile(found.method!).constant ?? null);
    if (operator === "$median") {
      return combineExpressions(
        [input],
        (scope) => percentileOf(sortedNumbers(input.evaluate(scope)), 0.5, method),
      );
    }
    const fractions = fractionsOf(context.compile(found.p!).constant ?? null);
    return combineExpressions([input], (scope): BsonValue => {
      const sorted = sortedNumbers(input.evaluate(scope));
      return fractions.map((fraction) => percentileOf(sorted, fraction, method));
    });
  };
}

export const PERCENTILE_OPERATORS: readonly ExpressionDefinition[] = [
  { name: "$median", help: "Median of the numbers", compile: compilePercentile("$median") },
  {
    name: "$percentile",
    help: "Percentiles of the numbers",
    compile: compilePercentile("$percentile"),
  },
];
