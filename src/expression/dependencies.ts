// Joining the dependencies of sub-expressions, and building expressions from closures with constant folding.
//
// An operator whose operands are all known is evaluated once while compiling; its errors appear then, as in MongoDB: they are
// kept as a dependency and thrown when the expression is complete, so that mistakes in the specification come first and a
// branch that is known not to be taken does not matter.

import type { OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { Dependencies, Expression } from "./definition.ts";
import { Scope } from "./scope.ts";

const EMPTY: ReadonlySet<never> = new Set<never>();

/** Reads nothing. */
export const NO_DEPENDENCIES: Dependencies = {
  paths: EMPTY,
  wholeDocument: false,
  variables: EMPTY,
  metadata: EMPTY,
  random: false,
};

/** An error met while folding constants, before any document was seen: aggregate says so in the message. */
export class FoldingError extends CommandError {}

/** An expression that is known to fail. */
export function failedExpression(error: unknown): Expression {
  if (!(error instanceof CommandError)) throw error;
  return {
    evaluate: () => {
      throw error;
    },
    constant: undefined,
    dependencies: { ...NO_DEPENDENCIES, failure: error },
  };
}

/** Throws for an expression that is known to fail. */
export function checkFolding({ dependencies: { failure } }: Expression): void {
  if (failure === undefined) return;
  const { code, message, labels, info } = failure;
  throw new FoldingError(code, message, info === undefined ? { labels } : { labels, info });
}

/** Everything that any of the parts reads. */
export function joinDependencies(parts: readonly Dependencies[]): Dependencies {
  const active = parts.filter((part) => part !== NO_DEPENDENCIES);
  if (active.length === 0) return NO_DEPENDENCIES;
  if (active.length === 1) return active[0];
  const failure = active.find((part) => part.failure !== undefined)?.failure;
  return {
    ...(failure === undefined ? {} : { failure }),
    paths: new Set(active.flatMap((part) => Array.from(part.paths))),
    wholeDocument: active.some((part) => part.wholeDocument),
    variables: new Set(active.flatMap((part) => Array.from(part.variables))),
    metadata: new Set(active.flatMap((part) => Array.from(part.metadata))),
    random: active.some((part) => part.random),
  };
}

export function constantExpression(value: OptionalValue): Expression {
  return { evaluate: () => value, constant: value, dependencies: NO_DEPENDENCIES };
}

/** An expression over `operands`; folded to a constant when all of them are constants. */
export function combineExpressions(
  operands: readonly Expression[],
  evaluate: (scope: Scope) => OptionalValue,
): Expression {
  if (operands.every((operand) => operand.constant !== undefined)) {
    try {
      return constantExpression(evaluate(new Scope()));
    } catch (error) {
      return failedExpression(error);
    }
  }
  const dependencies = joinDependencies(operands.map((operand) => operand.dependencies));
  return { evaluate, constant: undefined, dependencies };
}

/** The same without the slots that the expression binds itself (`$map`, `$let`). */
export function withoutVariables(expression: Expression, bound: readonly number[]): Expression {
  const { dependencies } = expression;
  if (!bound.some((slot) => dependencies.variables.has(slot))) return expression;
  const variables = new Set(dependencies.variables);
  for (const slot of bound) variables.delete(slot);
  return { ...expression, dependencies: { ...dependencies, variables } };
}
