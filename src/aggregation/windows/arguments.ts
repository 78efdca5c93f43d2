// Reading the fields of a window function's specification: `{ $function: argument, window: bounds }`.

import { toShellText } from "../../bson/json.ts";
import type { RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import { documentPath } from "../../expression/path_expression.ts";
import { parseBounds, type WindowBounds } from "./bounds.ts";
import type { WindowSite } from "./definition.ts";

/** An error of a specification; most of them have MongoDB's FailedToParse. */
export function failedToParse(message: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, message);
}

export interface WindowArguments {
  readonly argument: RawElement;
  /** undefined when there is no `window`. */
  readonly bounds: WindowBounds | undefined;
}

/** How a function words the error for a field it does not know. */
export type UnexpectedField = (name: string) => CommandError;

export function unknownArgument(name: string): CommandError {
  return name.startsWith("$")
    ? failedToParse("Cannot specify two functions in window function spec")
    : failedToParse(`Window function found an unknown argument: ${name}`);
}

/** The function's argument and its window. */
export function windowArguments(
  name: string,
  fields: readonly RawElement[],
  site: WindowSite,
  unexpected: UnexpectedField = unknownArgument,
): WindowArguments {
  let argument: RawElement | undefined;
  let bounds: WindowBounds | undefined;
  for (const field of fields) {
    if (field.name === "window") {
      if (bounds !== undefined) {
        throw failedToParse(`saw multiple 'window' fields in '${name}' expression`);
      }
      bounds = parseBounds(field, site);
    } else if (field.name === name && argument === undefined) argument = field;
    else throw unexpected(field.name);
  }
  return { argument: argument!, bounds };
}

/** The argument of a function that has no `window`. */
export function windowlessArgument(name: string, fields: readonly RawElement[]): RawElement {
  let argument: RawElement | undefined;
  let hasWindow = false;
  for (const field of fields) {
    if (field.name === "window") hasWindow = true;
    else if (field.name === name && argument === undefined) argument = field;
    else throw unknownArgument(field.name);
  }
  if (hasWindow) throw failedToParse(`'window' field is not allowed in ${name}`);
  return argument!;
}

/** An argument that has to be an object. */
export function objectArgument(name: string, argument: RawElement): RawElement {
  if (argument.type === BsonType.Document) return argument;
  throw failedToParse(`${name} expects an object, but got ${toShellText(argument)}`);
}

/** The path of a sortBy that has one field; undefined when there is none. */
export function sortExpression({ sortBy }: WindowSite): Expression | undefined {
  if (sortBy === undefined || sortBy.parts.length !== 1 || sortBy.parts[0].meta !== undefined) {
    return undefined;
  }
  return documentPath(sortBy.parts[0].segments);
}
