// Strings: joining, case, length, trimming. Case is ASCII only: "é" stays as it is.

import { compareStrings } from "../bson/compare.ts";
import { typeName } from "../bson/type.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import type { ExpressionDefinition } from "./definition.ts";
import {
  binaryOperator,
  listOperator,
  type NamedArguments,
  namedOperator,
  unaryOperator,
} from "./operator_kinds.ts";
import { codePointCount, coerceToText, isAscii, utf8Bytes } from "./text.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

function concat(values: readonly OptionalValue[]): BsonValue {
  let text = "";
  for (const value of values) {
    if (isNullish(value)) return null;
    if (typeof value !== "string") {
      throw new CommandError(16702, `$concat only supports strings, not ${typeNameOf(value)}`);
    }
    text += value;
  }
  return text;
}

export function asciiLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

function asciiUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : text.replace(/[a-z]+/g, (part) => part.toUpperCase());
}

function compareIgnoringCase(left: OptionalValue, right: OptionalValue): BsonValue {
  return Math.sign(
    compareStrings(asciiUpper(coerceToText(left)), asciiUpper(coerceToText(right))),
  );
}

function lengthInBytes(value: OptionalValue): BsonValue {
  if (typeof value === "string") return isAscii(value) ? value.length : utf8Bytes(value).length;
  throw new CommandError(
    34473,
    `$strLenBytes requires a string argument, found: ${typeNameOf(value)}`,
  );
}

function lengthInCodePoints(value: OptionalValue): BsonValue {
  if (typeof value === "string") return codePointCount(value);
  throw new CommandError(
    34471,
    `$strLenCP requires a string argument, found: ${typeNameOf(value)}`,
  );
}

/** What $trim takes away without `chars`: ASCII white space, NUL and Unicode spaces up to U+200A. */
const WHITE_SPACE: ReadonlySet<string> = new Set(
  "\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a",
);

function trimOperator(
  operator: "$trim" | "$ltrim" | "$rtrim",
  help: string,
): ExpressionDefinition {
  const rules: NamedArguments<"input" | "chars"> = {
    operator,
    names: { input: true, chars: false },
    notAnObject: ({ type }) =>
      new CommandError(
        50696,
        `${operator} only supports an object as an argument, found ${typeName(type)}`,
      ),
    unknown: (name) => new CommandError(50694, `${operator} found an unknown argument: ${name}`),
    missing: () => new CommandError(50695, `${operator} requires an 'input' field`),
  };
  return namedOperator(rules, help, ({ input, chars }, given) => {
    if (isNullish(input)) return null;
    if (typeof input !== "string") {
      throw new CommandError(
        50699,
        `${operator} requires its input to be a string, got ${describe(input)} (of type ` +
          `${typeNameOf(input)}) instead.`,
      );
    }
    if (!given.has("chars")) return trim(input, WHITE_SPACE, operator);
    if (isNullish(chars)) return null;
    if (typeof chars !== "string") {
      throw new CommandError(
        50700,
        ` ${operator} requires 'chars' to be a string, got ${describe(chars)} (of type ` +
          `${typeNameOf(chars)}) instead.`,
      );
    }
    return trim(input, new Set(chars), operator);
  });
}

function trim(text: string, characters: ReadonlySet<string>, operator: string): string {
  const points = isAscii(text) ? text : Array.from(text);
  let from = 0;
  let to = points.length;
  if (operator !== "$rtrim") { while (from < to && characters.has(points[from])) from++; }
  if (operator !== "$ltrim") { while (to > from && characters.has(points[to - 1])) to--; }
  return typeof points === "string" ? points.slice(from, to) : points.slice(from, to).join("");
}

export const STRING_OPERATORS: readonly ExpressionDefinition[] = [
  listOperator("$concat", "Strings joined", [0, Infinity], concat),
  trimOperator("$ltrim", "The string without leading white space or characters"),
  trimOperator("$rtrim", "The string without trailing white space or characters"),
  unaryOperator("$strLenBytes", "Length in UTF-8 bytes", lengthInBytes),
  unaryOperator("$strLenCP", "Length in code points", lengthInCodePoints),
  binaryOperator("$strcasecmp", "Comparison without ASCII case", compareIgnoringCase),
  unaryOperator("$toLower", "ASCII letters in lower case", (v) => asciiLower(coerceToText(v))),
  unaryOperator("$toUpper", "ASCII letters in upper case", (v) => asciiUpper(coerceToText(v))),
  trimOperator("$trim", "The string without white space or characters at its ends"),
];
