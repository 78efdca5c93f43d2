// $cond, $ifNull, $switch. A branch that is not taken is not evaluated; a missing result stays missing.

import { elements, type RawValue } from "../bson/read.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { CommandError } from "../error.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { failedExpression, joinDependencies } from "./dependencies.ts";
import { compileOperands, type NamedArguments, namedArguments } from "./operator_kinds.ts";
import { Scope } from "./scope.ts";
import { isNullish, isTruthy } from "./value_type.ts";

const COND_MISSING = { if: 17080, then: 17081, else: 17082 };
const COND_ARGUMENTS: NamedArguments<"if" | "then" | "else"> = {
  operator: "$cond",
  names: { if: true, then: true, else: true },
  notAnObject: () => new CommandError(16020, "Expression $cond takes exactly 3 arguments."),
  unknown: (name) => new CommandError(17083, `Unrecognized parameter to $cond: ${name}`),
  missing: (name) => new CommandError(COND_MISSING[name], `Missing '${name}' parameter to $cond`),
};

/** An expression with branches: constant only when everything in it is. */
function branching(
  parts: readonly Expression[],
  evaluate: Expression["evaluate"],
): Expression {
  const allConstant = parts.every((part) => part.constant !== undefined);
  return {
    evaluate,
    constant: allConstant ? evaluate(new Scope()) : undefined,
    dependencies: joinDependencies(parts.map((part) => part.dependencies)),
  };
}

function compileCond(argument: RawValue, context: CompileContext): Expression {
  let parts: Expression[];
  if (argument.type === BsonType.Document) {
    const found = namedArguments(argument, COND_ARGUMENTS);
    parts = [found.if!, found.then!, found.else!].map((part) => context.compile(part));
  } else parts = compileOperands("$cond", argument, context, 3, 3);
  const [condition, whenTrue, whenFalse] = parts;
  if (condition.constant !== undefined) return isTruthy(condition.constant) ? whenTrue : whenFalse;
  return branching(
    parts,
    (scope) =>
      isTruthy(condition.evaluate(scope)) ? whenTrue.evaluate(scope) : whenFalse.evaluate(scope),
  );
}

function compileIfNull(argument: RawValue, context: CompileContext): Expression {
  const operands = compileOperands("$ifNull", argument, context, 0, Infinity);
  if (operands.length < 2) {
    throw new CommandError(
      1257300,
      `$ifNull needs at least two arguments, had: ${operands.length}`,
    );
  }
  const last = operands.length - 1;
  return branching(operands, (scope) => {
    for (let i = 0; i < last; i++) {
      const value = operands[i].evaluate(scope);
      if (!isNullish(value)) return value;
    }
    return operands[last].evaluate(scope);
  });
}

interface Branch {
  readonly condition: Expression;
  readonly result: Expression;
}

function compileBranch(spec: RawValue, context: CompileContext): Branch {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      40062,
      `$switch expected each branch to be an object, found: ${typeName(spec.type)}`,
    );
  }
  let condition: Expression | undefined;
  let result: Expression | undefined;
  for (const element of elements(spec.bytes, spec.at)) {
    if (element.name === "case") condition = context.compile(element);
    else if (element.name === "then") result = context.compile(element);
    else {
      throw new CommandError(
        40063,
        `$switch found an unknown argument to a branch: ${element.name}`,
      );
    }
  }
  if (condition === undefined) {
    throw new CommandError(40064, "$switch requires each branch have a 'case' expression");
  }
  if (result === undefined) {
    throw new CommandError(40065, "$switch requires each branch have a 'then' expression.");
  }
  return { condition, result };
}

function compileBranches(spec: RawValue, context: CompileContext): Branch[] {
  if (spec.type !== BsonType.Array) {
    throw new CommandError(
      40061,
      `$switch expected an array for 'branches', found: ${typeName(spec.type)}`,
    );
  }
  return Array.from(elements(spec.bytes, spec.at), (branch) => compileBranch(branch, context));
}

/** Without branches known not to be taken; one known to be taken becomes the default. */
function simplify(
  branches: readonly Branch[],
  otherwise: Expression | undefined,
): [Branch[], Expression | undefined] {
  const left: Branch[] = [];
  for (const branch of branches) {
    const { constant } = branch.condition;
    if (constant === undefined) left.push(branch);
    else if (isTruthy(constant)) return [left, branch.result];
  }
  return [left, otherwise];
}

function compileSwitch(argument: RawValue, context: CompileContext): Expression {
  if (argument.type !== BsonType.Document) {
    throw new CommandError(
      40060,
      `$switch requires an object as an argument, found: ${typeName(argument.type)}`,
    );
  }
  let branches: Branch[] = [];
  let otherwise: Expression | undefined;
  for (const element of elements(argument.bytes, argument.at)) {
    if (element.name === "branches") branches = compileBranches(element, context);
    else if (element.name === "default") otherwise = context.compile(element);
    else throw new CommandError(40067, `$switch found an unknown argument: ${element.name}`);
  }
  if (branches.length === 0) {
    throw new CommandError(40068, "$switch requires at least one branch.");
  }
  [branches, otherwise] = simplify(branches, otherwise);
  if (branches.length === 0) {
    return otherwise ?? failedExpression(
      new CommandError(
        40069,
        "One cannot execute a switch statement where all the cases evaluate to false without a default.",
      ),
    );
  }
  const parts = branches.flatMap(({ condition, result }) => [condition, result]);
  if (otherwise !== undefined) parts.push(otherwise);
  return branching(parts, (scope) => {
    for (let i = 0; i < branches.length; i++) {
      if (isTruthy(branches[i].condition.evaluate(scope))) {
        return branches[i].result.evaluate(scope);
      }
    }
    if (otherwise !== undefined) return otherwise.evaluate(scope);
    throw new CommandError(
      40066,
      "$switch could not find a matching branch for an input, and no default was specified.",
    );
  });
}

export const CONDITIONAL_OPERATORS: readonly ExpressionDefinition[] = [
  { name: "$cond", help: "One of two expressions by a condition", compile: compileCond },
  { name: "$ifNull", help: "The first operand that is not null", compile: compileIfNull },
  { name: "$switch", help: "The result of the first true case", compile: compileSwitch },
];
