// $split, $replaceOne and $replaceAll, with a text or a regular expression to look for.
//
// A replacement is literal text: it cannot refer to groups. Parts that $split's groups captured stand between the others.

import { BSONRegExp } from "bson";
import { type RawValue } from "../bson/read.ts";
import { typeName } from "../bson/type.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { compileOperands, type NamedArguments, namedArguments } from "./operator_kinds.ts";
import { PatternSource, type TextPattern } from "./text_pattern.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

function splitByText(text: string, separator: string): BsonValue {
  if (separator === "") throw new CommandError(40087, "$split requires a non-empty separator");
  return text.split(separator);
}

function splitByPattern(text: string, pattern: TextPattern): BsonValue {
  const parts: string[] = [];
  const walk = pattern.walk(text);
  let rest = 0;
  for (let match = walk.next(); match !== undefined; match = walk.next()) {
    parts.push(text.slice(rest, match.start));
    for (const capture of match.captures) parts.push(capture ?? "");
    rest = match.end;
  }
  parts.push(text.slice(rest));
  return parts;
}

function split(text: OptionalValue, separator: OptionalValue, source: PatternSource): BsonValue {
  if (isNullish(text) || isNullish(separator)) return null;
  if (typeof text !== "string") {
    throw new CommandError(
      40085,
      "$split requires an expression that evaluates to a string as a first argument, found: " +
        typeNameOf(text),
    );
  }
  if (typeof separator === "string") return splitByText(text, separator);
  if (separator instanceof BSONRegExp) return splitByPattern(text, source.get(separator, null)!);
  throw new CommandError(
    10503900,
    "$split requires an expression that evaluates to a string as a second argument, found: " +
      typeNameOf(separator),
  );
}

function compileSplit(argument: RawValue, context: CompileContext): Expression {
  const operands = compileOperands("$split", argument, context, 2, 2);
  const [text, separator] = operands;
  const source = new PatternSource("$split", context.checkInterrupt);
  return combineExpressions(
    operands,
    (scope) => split(text.evaluate(scope), separator.evaluate(scope), source),
  );
}

type Name = "input" | "find" | "replacement";
const NAMES: readonly Name[] = ["input", "find", "replacement"];
const MISSING_CODE: Readonly<Record<Name, number>> = {
  input: 51749,
  find: 51748,
  replacement: 51747,
};
const TYPE_CODE: Readonly<Record<Name, number>> = { input: 51746, find: 51745, replacement: 51744 };

function rulesFor(operator: string): NamedArguments<Name> {
  return {
    operator,
    names: { input: true, find: true, replacement: true },
    notAnObject: ({ type }) =>
      new CommandError(
        51751,
        `${operator} requires an object as an argument, found: ${typeName(type)}`,
      ),
    unknown: (name) => new CommandError(51750, `${operator} found an unknown argument: ${name}`),
    missing: (name) =>
      new CommandError(MISSING_CODE[name], `${operator} requires '${name}' to be specified`),
  };
}

function checkOperand(operator: string, name: Name, value: OptionalValue): void {
  if (typeof value === "string" || isNullish(value)) return;
  if (name === "find" && value instanceof BSONRegExp) return;
  const wanted = name === "find" ? "string or regular expression" : "string";
  throw new CommandError(
    TYPE_CODE[name],
    `${operator} requires that '${name}' be a ${wanted}, found: ${describe(value)}`,
  );
}

function replaceOperator(
  name: "$replaceAll" | "$replaceOne",
  help: string,
  replaceText: (input: string, find: string, replacement: string) => string,
): ExpressionDefinition {
  const rules = rulesFor(name);
  const limit = name === "$replaceOne" ? 1 : Infinity;
  return {
    name,
    help,
    compile: (argument, context) => {
      const found = namedArguments(argument, rules);
      const operands = NAMES.map((part) => context.compile(found[part]!));
      const source = new PatternSource(name, context.checkInterrupt);
      return combineExpressions(operands, (scope): BsonValue => {
        const values = operands.map((operand) => operand.evaluate(scope));
        NAMES.forEach((part, i) => checkOperand(name, part, values[i]));
        const [input, find, replacement] = values;
        if (typeof input !== "string" || typeof replacement !== "string") return null;
        if (typeof find === "string") return replaceText(input, find, replacement);
        if (!(find instanceof BSONRegExp)) return null;
        return replacePattern(input, source.get(find, null)!, replacement, limit);
      });
    },
  };
}

function replacePattern(
  input: string,
  pattern: TextPattern,
  replacement: string,
  limit: number,
): string {
  const walk = pattern.walk(input);
  let output = "";
  let rest = 0;
  for (let count = 0; count < limit; count++) {
    const match = walk.next();
    if (match === undefined) break;
    output += input.slice(rest, match.start) + replacement;
    rest = match.end;
  }
  return output + input.slice(rest);
}

function replaceFirst(input: string, find: string, replacement: string): string {
  const at = input.indexOf(find);
  return at < 0 ? input : input.slice(0, at) + replacement + input.slice(at + find.length);
}

/** An empty text is found before every character and at the end. */
function replaceEvery(input: string, find: string, replacement: string): string {
  if (find !== "") return input.split(find).join(replacement);
  return replacement + Array.from(input, (character) => character + replacement).join("");
}

export const STRING_REPLACEMENT_OPERATORS: readonly ExpressionDefinition[] = [
  replaceOperator("$replaceAll", "Every occurrence of a text or pattern replaced", replaceEvery),
  replaceOperator(
    "$replaceOne",
    "The first occurrence of a text or pattern replaced",
    replaceFirst,
  ),
  { name: "$split", help: "Parts of a string between separators", compile: compileSplit },
];
