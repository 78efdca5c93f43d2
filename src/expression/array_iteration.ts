// $map, $filter, $reduce: an expression for each element, with variables bound in scope slots.

import { type RawElement, type RawValue, readString } from "../bson/read.ts";
import { typeName } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { describe } from "./array_access.ts";
import type {
  CompileContext,
  Dependencies,
  Expression,
  ExpressionDefinition,
} from "./definition.ts";
import { joinDependencies, withoutVariables } from "./dependencies.ts";
import { exactInt32 } from "./number.ts";
import { type NamedArguments, namedArguments } from "./operator_kinds.ts";
import { Scope } from "./scope.ts";
import { isNullish, isTruthy, typeNameOf } from "./value_type.ts";

/** An expression over an array and a body; constant when both are without the loop's own variables. */
function loop(
  outer: readonly Expression[],
  body: Expression,
  slots: readonly number[],
  evaluate: Expression["evaluate"],
): Expression {
  const inner = withoutVariables(body, slots);
  const parts: Dependencies[] = [
    ...outer.map((part) => part.dependencies),
    inner.dependencies,
  ];
  const dependencies = joinDependencies(parts);
  const { paths, wholeDocument, variables, metadata, random } = dependencies;
  const isConstant = paths.size === 0 && !wholeDocument && variables.size === 0 &&
    metadata.size === 0 && !random;
  return { evaluate, constant: isConstant ? evaluate(new Scope()) : undefined, dependencies };
}

/** The name in `as`, "this" when it is not given. */
function variableName(element: RawElement | undefined, operator: string): string {
  if (element === undefined) return "this";
  if (typeName(element.type) !== "string") {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `${operator} requires 'as' to be a string, found: ${typeName(element.type)}`,
    );
  }
  return readString(element.bytes, element.at);
}

const MAP_ARGUMENTS: NamedArguments<"input" | "as" | "in"> = {
  operator: "$map",
  names: { input: true, as: false, in: true },
  notAnObject: () => new CommandError(16878, "$map only supports an object as its argument"),
  unknown: (name) => new CommandError(16879, `Unrecognized parameter to $map: ${name}`),
  missing: (name) =>
    new CommandError(name === "input" ? 16880 : 16882, `Missing '${name}' parameter to $map`),
};

function compileMap(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, MAP_ARGUMENTS);
  const input = context.compile(found.input!);
  const name = variableName(found.as, "$map");
  return context.withVariables([name], ([slot]) => {
    const body = context.compile(found.in!);
    return loop([input], body, [slot], (scope) => {
      const array = input.evaluate(scope);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new CommandError(16883, `input to $map must be an array not ${typeNameOf(array)}`);
      }
      const mapped: BsonValue[] = new Array(array.length);
      for (let i = 0; i < array.length; i++) {
        scope.variables[slot] = array[i];
        const value = body.evaluate(scope);
        mapped[i] = value === MISSING ? null : value;
      }
      return mapped;
    });
  });
}

const FILTER_MISSING = { input: 28648, as: 28649, cond: 28650, limit: 28650 };
const FILTER_ARGUMENTS: NamedArguments<"input" | "as" | "cond" | "limit"> = {
  operator: "$filter",
  names: { input: true, as: false, cond: true, limit: false },
  notAnObject: () => new CommandError(28646, "$filter only supports an object as its argument"),
  unknown: (name) => new CommandError(28647, `Unrecognized parameter to $filter: ${name}`),
  missing: (name) =>
    new CommandError(FILTER_MISSING[name], `Missing '${name}' parameter to $filter`),
};

function filterLimit(value: OptionalValue): number {
  if (isNullish(value)) return Infinity;
  const limit = exactInt32(value);
  if (limit === undefined) {
    throw new CommandError(
      327391,
      `$filter: limit must be represented as a 32-bit integral value: ${describe(value)}`,
    );
  }
  if (limit <= 0) {
    throw new CommandError(327392, `$filter: limit must be greater than 0: ${limit}`);
  }
  return limit;
}

function compileFilter(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, FILTER_ARGUMENTS);
  const input = context.compile(found.input!);
  const limit = found.limit === undefined ? undefined : context.compile(found.limit);
  const name = variableName(found.as, "$filter");
  return context.withVariables([name], ([slot]) => {
    const condition = context.compile(found.cond!);
    const outer = limit === undefined ? [input] : [input, limit];
    return loop(outer, condition, [slot], (scope) => {
      const array = input.evaluate(scope);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new CommandError(
          28651,
          `input to $filter must be an array not ${typeNameOf(array)}`,
        );
      }
      const most = limit === undefined ? Infinity : filterLimit(limit.evaluate(scope));
      const kept: BsonValue[] = [];
      for (let i = 0; i < array.length && kept.length < most; i++) {
        scope.variables[slot] = array[i];
        if (isTruthy(condition.evaluate(scope))) kept.push(array[i]);
      }
      return kept;
    });
  });
}

const REDUCE_MISSING = { input: 40077, initialValue: 40078, in: 40079 };
const REDUCE_ARGUMENTS: NamedArguments<"input" | "initialValue" | "in"> = {
  operator: "$reduce",
  names: { input: true, initialValue: true, in: true },
  notAnObject: ({ type }) =>
    new CommandError(40075, `$reduce requires an object as an argument, found: ${typeName(type)}`),
  unknown: (name) => new CommandError(40076, `$reduce found an unknown argument: ${name}`),
  missing: (name) =>
    new CommandError(REDUCE_MISSING[name], `$reduce requires '${name}' to be specified`),
};

function compileReduce(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, REDUCE_ARGUMENTS);
  const input = context.compile(found.input!);
  const initial = context.compile(found.initialValue!);
  return context.withVariables(["this", "value"], ([thisSlot, valueSlot]) => {
    const body = context.compile(found.in!);
    return loop([input, initial], body, [thisSlot, valueSlot], (scope) => {
      const array = input.evaluate(scope);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new CommandError(
          40080,
          `$reduce requires that 'input' be an array, found: ${describe(array)}`,
        );
      }
      let value = initial.evaluate(scope);
      for (let i = 0; i < array.length; i++) {
        scope.variables[thisSlot] = array[i];
        scope.variables[valueSlot] = value;
        value = body.evaluate(scope);
      }
      return value;
    });
  });
}

export const ARRAY_ITERATION_OPERATORS: readonly ExpressionDefinition[] = [
  { name: "$filter", help: "Elements for which a condition holds", compile: compileFilter },
  { name: "$map", help: "An expression applied to each element", compile: compileMap },
  { name: "$reduce", help: "Elements combined into one value", compile: compileReduce },
];
