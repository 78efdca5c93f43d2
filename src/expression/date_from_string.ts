// $dateFromString: text to date, with a format, a time zone, and answers for null and for text that is no date.

import { BsonDate, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { type RawValue } from "../bson/read.ts";
import { typeName } from "../bson/type.ts";
import { describe } from "./array_access.ts";
import { formatArgument } from "./date_argument.ts";
import { parseDateText, parseFormattedDate, parseInputFormat } from "./date_parse.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { type NamedArguments, namedArguments } from "./operator_kinds.ts";
import type { Scope } from "./scope.ts";
import { type TimeZone, timeZoneOf } from "./time_zone.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

type Name = "dateString" | "format" | "timezone" | "onError" | "onNull";

const RULES: NamedArguments<Name> = {
  operator: "$dateFromString",
  names: { dateString: true, format: false, timezone: false, onError: false, onNull: false },
  notAnObject: ({ type }) =>
    new CommandError(
      40540,
      `$dateFromString only supports an object as an argument, found: ${typeName(type)}`,
    ),
  unknown: (name) => new CommandError(40541, `Unrecognized argument to $dateFromString: ${name}`),
  missing: () => new CommandError(40542, "Missing 'dateString' parameter to $dateFromString"),
};

function compile(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, RULES);
  const parts: Partial<Record<Name, Expression>> = {};
  for (const name of Object.keys(found) as Name[]) parts[name] = context.compile(found[name]!);
  const all = Object.values(parts);
  return combineExpressions(all, (scope) => evaluate(parts, scope));
}

function evaluate(parts: Partial<Record<Name, Expression>>, scope: Scope): OptionalValue {
  const format = parts.format?.evaluate(scope);
  const pieces = format === undefined || isNullish(format)
    ? undefined
    : parseInputFormat(formatArgument("$dateFromString", 40684, format));
  let zone: TimeZone | undefined;
  if (parts.timezone !== undefined) {
    const identifier = parts.timezone.evaluate(scope);
    if (isNullish(identifier)) return null;
    if (typeof identifier !== "string") {
      throw new CommandError(
        40517,
        `timezone must evaluate to a string, found ${typeNameOf(identifier)}`,
      );
    }
    zone = timeZoneOf(identifier);
  }
  const text = parts.dateString!.evaluate(scope);
  if (isNullish(text)) return parts.onNull === undefined ? null : parts.onNull.evaluate(scope);
  if (format !== undefined && isNullish(format)) return null;
  try {
    if (typeof text !== "string") {
      throw new CommandError(
        ErrorCode.ConversionFailure,
        `$dateFromString requires that 'dateString' be a string, found: ${
          typeNameOf(text)
        } with value ${describe(text)}`,
      );
    }
    return new BsonDate(
      pieces === undefined ? parseDateText(text, zone) : parseFormattedDate(text, pieces, zone),
    );
  } catch (error) {
    const isConversion = error instanceof CommandError &&
      error.code === ErrorCode.ConversionFailure;
    if (!isConversion || parts.onError === undefined) throw error;
    return parts.onError.evaluate(scope);
  }
}

export const DATE_FROM_STRING_OPERATORS: readonly ExpressionDefinition[] = [
  { name: "$dateFromString", help: "A date out of text", compile },
];
