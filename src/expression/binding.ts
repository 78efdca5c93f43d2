// $literal and $let: values as they are, and variables for one expression.

import { copyValue, decodeValue } from "../bson/decode.ts";
import { elements, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError } from "../error.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { constantExpression, joinDependencies, withoutVariables } from "./dependencies.ts";
import { type NamedArguments, namedArguments } from "./operator_kinds.ts";

const LET_ARGUMENTS: NamedArguments<"vars" | "in"> = {
  operator: "$let",
  names: { vars: true, in: true },
  notAnObject: () => new CommandError(16874, "$let only supports an object as its argument"),
  unknown: (name) => new CommandError(16875, `Unrecognized parameter to $let: ${name}`),
  missing: (name) =>
    new CommandError(name === "vars" ? 16876 : 16877, `Missing '${name}' parameter to $let`),
};

function compileLet(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, LET_ARGUMENTS);
  const vars = found.vars!;
  if (vars.type !== BsonType.Document) {
    throw new CommandError(10065, `invalid parameter: expected an object (vars)`);
  }
  const definitions = Array.from(elements(vars.bytes, vars.at));
  const names = definitions.map((definition) => definition.name);
  // All values are computed outside: a variable does not see its siblings.
  const values = definitions.map((definition) => context.compile(definition));
  return context.withVariables(names, (slots) => {
    const body = context.compile(found.in!);
    if (body.constant !== undefined) return body;
    const inner = withoutVariables(body, slots);
    return {
      evaluate: (scope) => {
        const computed = values.map((value) => value.evaluate(scope));
        for (let i = 0; i < slots.length; i++) scope.variables[slots[i]] = computed[i];
        return body.evaluate(scope);
      },
      constant: undefined,
      dependencies: joinDependencies([
        inner.dependencies,
        ...values.map((value) => value.dependencies),
      ]),
    };
  });
}

/** The value outlives the message it came in, hence the copy. */
function compileLiteral(argument: RawValue): Expression {
  return constantExpression(copyValue(decodeValue(argument)));
}

export const BINDING_OPERATORS: readonly ExpressionDefinition[] = [
  { name: "$const", help: "The value as it is (as $literal)", compile: compileLiteral },
  { name: "$let", help: "Variables for one expression", compile: compileLet },
  { name: "$literal", help: "The value as it is", compile: compileLiteral },
];
