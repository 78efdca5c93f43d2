// $regexMatch, $regexFind and $regexFindAll: PCRE2 patterns (regex/) on a string, with captures and code point positions.
//
// `regex` and `options` that are constants are checked and compiled once, before any document, as MongoDB does.

import { type RawValue } from "../bson/read.ts";
import { typeName } from "../bson/type.ts";
import { type BsonValue, MISSING } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions, constantExpression, failedExpression } from "./dependencies.ts";
import { type NamedArguments, namedArguments } from "./operator_kinds.ts";
import type { PatternMatch } from "./regex/pattern.ts";
import { codePointCount } from "./text.ts";
import { PatternSource, type TextPattern } from "./text_pattern.ts";
import { isNullish } from "./value_type.ts";

/** Bytes that all matches of one $regexFindAll may take together. */
const MAXIMUM_OUTPUT_BYTES = 64 * 1024 * 1024;
/** About what a match takes besides its texts. */
const MATCH_BYTES = 100;

type Name = "input" | "regex" | "options";

function rulesFor(operator: string): NamedArguments<Name> {
  return {
    operator,
    names: { input: true, regex: true, options: false },
    notAnObject: ({ type }) =>
      new CommandError(
        51103,
        `${operator} expects an object of named arguments but found: ${typeName(type)}`,
      ),
    unknown: (name) => new CommandError(31024, `${operator} found an unknown argument: ${name}`),
    missing: (name) =>
      new CommandError(
        name === "input" ? 31022 : 31023,
        `${operator} requires '${name}' parameter`,
      ),
  };
}

interface Kind {
  /** The answer when the input or the pattern is null or missing. */
  readonly withoutInput: () => BsonValue;
  readonly evaluate: (pattern: TextPattern, input: string, operator: string) => BsonValue;
}

function regexOperator(name: string, help: string, kind: Kind): ExpressionDefinition {
  const rules = rulesFor(name);
  return { name, help, compile: (argument, context) => compile(rules, kind, argument, context) };
}

function compile(
  rules: NamedArguments<Name>,
  kind: Kind,
  argument: RawValue,
  context: CompileContext,
): Expression {
  const { operator } = rules;
  const found = namedArguments(argument, rules);
  const input = context.compile(found.input!);
  const regex = context.compile(found.regex!);
  const options = found.options === undefined
    ? constantExpression(MISSING)
    : context.compile(found.options);
  const source = new PatternSource(operator, context.checkInterrupt);
  if (regex.constant !== undefined && options.constant !== undefined) {
    try {
      source.get(regex.constant, options.constant);
    } catch (error) {
      return failedExpression(error);
    }
  }
  return combineExpressions([input, regex, options], (scope) => {
    const text = input.evaluate(scope);
    const pattern = source.get(regex.evaluate(scope), options.evaluate(scope));
    if (typeof text !== "string" && !isNullish(text)) {
      throw new CommandError(51104, `${operator} needs 'input' to be of type string`);
    }
    if (pattern === undefined || isNullish(text)) return kind.withoutInput();
    return kind.evaluate(pattern, text, operator);
  });
}

function matchDocument(text: string, match: PatternMatch, index: number): Map<string, BsonValue> {
  return new Map<string, BsonValue>([
    ["match", text.slice(match.start, match.end)],
    ["idx", index],
    ["captures", [...match.captures]],
  ]);
}

function findFirst(pattern: TextPattern, text: string): BsonValue {
  const match = pattern.walk(text).next();
  if (match === undefined) return null;
  return matchDocument(text, match, codePointCount(text.slice(0, match.start)));
}

/** Every match; once the end is reached there is no search for an empty one there, unless the text is empty. */
function findAll(pattern: TextPattern, text: string, operator: string): BsonValue {
  const walk = pattern.walk(text);
  const matches: BsonValue[] = [];
  let unit = 0, index = 0, bytes = 0;
  do {
    const match = walk.next();
    if (match === undefined) break;
    index += codePointCount(text.slice(unit, match.start));
    unit = match.start;
    bytes += MATCH_BYTES + match.end - match.start;
    for (const capture of match.captures) bytes += MATCH_BYTES + (capture?.length ?? 0);
    if (bytes > MAXIMUM_OUTPUT_BYTES) {
      throw new CommandError(
        51151,
        `${operator}: the size of buffer to store output exceeded the 64MB limit`,
      );
    }
    matches.push(matchDocument(text, match, index));
  } while (walk.from < text.length);
  return matches;
}

export const REGULAR_EXPRESSION_OPERATORS: readonly ExpressionDefinition[] = [
  regexOperator("$regexFind", "The first match of a pattern, with its captures", {
    withoutInput: () => null,
    evaluate: findFirst,
  }),
  regexOperator("$regexFindAll", "Every match of a pattern, with captures", {
    withoutInput: () => [],
    evaluate: findAll,
  }),
  regexOperator("$regexMatch", "True when a pattern matches a string", {
    withoutInput: () => false,
    evaluate: (pattern, text) => pattern.walk(text).next() !== undefined,
  }),
];
