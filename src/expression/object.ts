// Objects: $getField, $setField, $unsetField for names that paths cannot have, and $mergeObjects.

import { documentEntries } from "../bson/decode.ts";
import { type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { listOperator, type NamedArguments, namedArguments } from "./operator_kinds.ts";
import { fieldOf } from "./path_expression.ts";
import { isDocument, isNullish, typeNameOf } from "./value_type.ts";

const GET_MISSING = { field: 3041702, input: 3041703 };
const GET_ARGUMENTS: NamedArguments<"field" | "input"> = {
  operator: "$getField",
  names: { field: true, input: true },
  notAnObject: () => new CommandError(3041701, "$getField requires an object"),
  unknown: (name) => new CommandError(3041701, `$getField found an unknown argument: ${name}`),
  missing: (name) =>
    new CommandError(GET_MISSING[name], `$getField requires '${name}' to be specified`),
};

function fieldName(operator: string, code: number, value: OptionalValue): string {
  if (typeof value === "string") return value;
  throw new CommandError(
    code,
    `${operator} requires 'field' to evaluate to type String, but got ${typeNameOf(value)}`,
  );
}

function compileGetField(argument: RawValue, context: CompileContext): Expression {
  // `{ $getField: "name" }` reads from the document itself; so does an expression in place of the name.
  const isShort = argument.type !== BsonType.Document || isOperatorObject(argument);
  const field = context.compile(
    isShort ? argument : namedArguments(argument, GET_ARGUMENTS).field!,
  );
  const input = isShort
    ? context.compile(ROOT_REFERENCE)
    : context.compile(namedArguments(argument, GET_ARGUMENTS).input!);
  return combineExpressions([field, input], (scope) => {
    const name = fieldName("$getField", 3041704, field.evaluate(scope));
    const value = input.evaluate(scope);
    if (isDocument(value)) return fieldOf(value, name);
    return isNullish(value) && value !== MISSING ? null : MISSING;
  });
}

/** "$$CURRENT" as a raw string value. */
const ROOT_REFERENCE: RawValue = {
  bytes: new Uint8Array([10, 0, 0, 0, ...new TextEncoder().encode("$$CURRENT"), 0]),
  type: BsonType.String,
  at: 0,
};

/** True for `{ $op: ... }`, an expression rather than named arguments. */
function isOperatorObject(argument: RawValue): boolean {
  return argument.bytes[argument.at + 4] !== 0 && argument.bytes[argument.at + 5] === 0x24;
}

type SetNames = "field" | "input" | "value";

function setRules(operator: "$setField" | "$unsetField"): NamedArguments<SetNames> {
  const codes = { field: 4161102, value: 4161103, input: 4161109 };
  return {
    operator,
    names: { field: true, input: true, value: operator === "$setField" },
    notAnObject: () =>
      new CommandError(4161100, `${operator} only supports an object as its argument`),
    unknown: (name) => new CommandError(4161101, `${operator} found an unknown argument: ${name}`),
    missing: (name) =>
      new CommandError(codes[name], `${operator} requires '${name}' to be specified`),
  };
}

function constantFieldName(
  operator: string,
  element: RawElement,
  context: CompileContext,
): string {
  const { constant, path } = context.compile(element);
  if (path !== undefined) {
    const text = `$${path.join(".")}`;
    throw new CommandError(
      4161108,
      `'${text}' is a field path reference which is not allowed in this context. ` +
        `Did you mean {$literal: '${text}'}?`,
    );
  }
  if (constant === undefined) {
    throw new CommandError(
      4161106,
      `${operator} requires 'field' to evaluate to a constant, but got a non-constant argument`,
    );
  }
  return fieldName(operator, 4161107, constant);
}

function compileSetField(operator: "$setField" | "$unsetField") {
  return (argument: RawValue, context: CompileContext): Expression => {
    const rules = setRules(operator);
    const found = namedArguments(argument, rules);
    if (operator === "$unsetField" && found.value !== undefined) throw rules.unknown("value");
    const name = constantFieldName(operator, found.field!, context);
    const input = context.compile(found.input!);
    const value = found.value === undefined ? undefined : context.compile(found.value);
    const operands = value === undefined ? [input] : [input, value];
    return combineExpressions(operands, (scope) => {
      const object = input.evaluate(scope);
      if (isNullish(object)) return null;
      if (!isDocument(object)) {
        throw new CommandError(
          4161105,
          `${operator} requires 'input' to evaluate to type Object`,
        );
      }
      const copy = new Map<string, BsonValue>(documentEntries(object));
      const replacement = value === undefined ? MISSING : value.evaluate(scope);
      if (replacement === MISSING) copy.delete(name);
      else copy.set(name, replacement);
      return copy;
    });
  };
}

function mergeObjects(values: readonly OptionalValue[]): BsonValue {
  const merged = new Map<string, BsonValue>();
  for (const value of values) {
    if (isNullish(value)) continue;
    if (!isDocument(value)) {
      throw new CommandError(
        40400,
        `$mergeObjects requires object inputs, but input ${describe(value)} is of type ${
          typeNameOf(value)
        }`,
      );
    }
    for (const [name, inner] of documentEntries(value)) merged.set(name, inner);
  }
  return merged;
}

const mergeList = listOperator(
  "$mergeObjects",
  "Objects joined, later fields win",
  [0, Infinity],
  (values) => mergeObjects(values.length === 1 && Array.isArray(values[0]) ? values[0] : values),
);

export const OBJECT_OPERATORS: readonly ExpressionDefinition[] = [
  {
    name: "$getField",
    help: "A field by name, dots and dollars included",
    compile: compileGetField,
  },
  mergeList,
  { name: "$setField", help: "The object with a field set", compile: compileSetField("$setField") },
  {
    name: "$unsetField",
    help: "The object without a field",
    compile: compileSetField("$unsetField"),
  },
];
