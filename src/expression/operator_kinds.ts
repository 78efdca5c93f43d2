// Building definitions for the usual shapes of operators: a fixed number of operands, a range of them, any number, named
// arguments. Each gives MongoDB's own errors for a wrong number of operands (16020, 28667).

import { elements, type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";

/** The operands of `{ $op: [a, b] }` or `{ $op: a }`. */
export function operandsOf(argument: RawValue): RawValue[] {
  if (argument.type !== BsonType.Array) return [argument];
  return Array.from(elements(argument.bytes, argument.at));
}

/** Compiles the operands and checks their number. */
export function compileOperands(
  name: string,
  argument: RawValue,
  context: CompileContext,
  minimum: number,
  maximum: number,
): Expression[] {
  const operands = operandsOf(argument);
  const count = operands.length;
  if (count < minimum || count > maximum) {
    if (minimum === maximum) {
      throw new CommandError(
        16020,
        `Expression ${name} takes exactly ${minimum} arguments. ${count} were passed in.`,
      );
    }
    throw new CommandError(
      28667,
      `Expression ${name} takes at least ${minimum} arguments, and at most ${maximum}, ` +
        `but ${count} were passed in.`,
    );
  }
  return operands.map((operand) => context.compile(operand));
}

/** An operator of one operand. */
export function unaryOperator(
  name: string,
  help: string,
  evaluate: (value: OptionalValue) => OptionalValue,
): ExpressionDefinition {
  return {
    name,
    help,
    compile: (argument, context) => {
      const [operand] = compileOperands(name, argument, context, 1, 1);
      const inner = operand.evaluate;
      return combineExpressions([operand], (scope) => evaluate(inner(scope)));
    },
  };
}

/** An operator of two operands. */
export function binaryOperator(
  name: string,
  help: string,
  evaluate: (left: OptionalValue, right: OptionalValue, context: CompileContext) => OptionalValue,
): ExpressionDefinition {
  return {
    name,
    help,
    compile: (argument, context) => {
      const operands = compileOperands(name, argument, context, 2, 2);
      const left = operands[0].evaluate;
      const right = operands[1].evaluate;
      return combineExpressions(
        operands,
        (scope) => evaluate(left(scope), right(scope), context),
      );
    },
  };
}

/** An operator of `minimum` to `maximum` operands (Infinity: any number), which gets all values at once. */
export function listOperator(
  name: string,
  help: string,
  [minimum, maximum]: readonly [number, number],
  evaluate: (values: readonly OptionalValue[], context: CompileContext) => OptionalValue,
): ExpressionDefinition {
  return {
    name,
    help,
    compile: (argument, context) => {
      const operands = compileOperands(name, argument, context, minimum, maximum);
      const inner = operands.map((operand) => operand.evaluate);
      return combineExpressions(operands, (scope) => {
        const values: OptionalValue[] = new Array(inner.length);
        for (let i = 0; i < inner.length; i++) values[i] = inner[i](scope);
        return evaluate(values, context);
      });
    },
  };
}

/** How an operator with named arguments words its errors. */
export interface NamedArguments<Name extends string> {
  readonly operator: string;
  /** Argument names, true for required ones. */
  readonly names: Readonly<Record<Name, boolean>>;
  readonly notAnObject: (argument: RawValue) => CommandError;
  readonly unknown: (name: string) => CommandError;
  readonly missing: (name: Name) => CommandError;
}

/** The named arguments of `{ $op: { a: ..., b: ... } }`, checked and not yet compiled. */
export function namedArguments<Name extends string>(
  argument: RawValue,
  rules: NamedArguments<Name>,
): Partial<Record<Name, RawElement>> {
  if (argument.type !== BsonType.Document) throw rules.notAnObject(argument);
  const found: Partial<Record<Name, RawElement>> = {};
  for (const element of elements(argument.bytes, argument.at)) {
    if (!Object.hasOwn(rules.names, element.name)) throw rules.unknown(element.name);
    found[element.name as Name] = element;
  }
  for (const name of Object.keys(rules.names) as Name[]) {
    if (rules.names[name] && found[name] === undefined) throw rules.missing(name);
  }
  return found;
}

/** An operator with named arguments; those not given evaluate to MISSING. */
export function namedOperator<Name extends string>(
  rules: NamedArguments<Name>,
  help: string,
  evaluate: (
    values: Readonly<Record<Name, OptionalValue>>,
    given: ReadonlySet<Name>,
  ) => OptionalValue,
): ExpressionDefinition {
  return {
    name: rules.operator,
    help,
    compile: (argument, context) => {
      const found = namedArguments(argument, rules);
      const names = Object.keys(rules.names) as Name[];
      const given = names.filter((name) => found[name] !== undefined);
      const expressions = given.map((name) => context.compile(found[name]!));
      const givenNames: ReadonlySet<Name> = new Set(given);
      const absent = Object.fromEntries(names.map((name) => [name, MISSING]));
      return combineExpressions(expressions, (scope) => {
        const values = { ...absent } as Record<Name, OptionalValue>;
        for (let i = 0; i < given.length; i++) values[given[i]] = expressions[i].evaluate(scope);
        return evaluate(values, givenNames);
      });
    },
  };
}

/** A value for a place that cannot be missing: missing becomes null. */
export function orNull(value: OptionalValue): BsonValue {
  return value === MISSING ? null : value;
}
