// arrayFilters: what `$[id]` in an update path accepts.
//
// Each filter speaks about one identifier, its top-level field name (`{ "id.qty": { $gt: 5 } }`), given once.

import { CommandError, ErrorCode } from "../../error.ts";
import { BsonType } from "../../bson/type.ts";
import { elements } from "../../bson/read.ts";
import type { QueryContext } from "../../query/definition.ts";
import { compileElementMatcher, type ElementMatcher } from "./element_matcher.ts";

const LOGICAL = new Set(["$and", "$nor", "$or"]);
const IDENTIFIER = /^[a-z][a-zA-Z0-9]*$/;

/** The matchers by identifier. */
export function parseArrayFilters(
  filters: readonly Uint8Array[],
  context: QueryContext,
): Map<string, ElementMatcher> {
  const matchers = new Map<string, ElementMatcher>();
  for (const filter of filters) {
    // What the filter may not contain is refused before its names are looked at.
    compile(filter, "", context);
    const identifier = identifierOf(filter);
    if (identifier === undefined) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        "Cannot use an expression without a top-level field name in arrayFilters",
      );
    }
    if (matchers.has(identifier)) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        `Found multiple array filters with the same top-level field name ${identifier}`,
      );
    }
    matchers.set(identifier, compile(filter, identifier, context));
  }
  return matchers;
}

function identifierOf(filter: Uint8Array): string | undefined {
  const names = new Set<string>();
  collectNames(filter, 0, names);
  const [first, second] = names;
  if (second !== undefined) {
    throw invalid(
      ErrorCode.FailedToParse,
      `Expected a single top-level field name, found '${first}' and '${second}'`,
    );
  }
  if (first !== undefined && !IDENTIFIER.test(first)) {
    throw invalid(
      ErrorCode.BadValue,
      "The top-level field name must be an alphanumeric string beginning with a lowercase " +
        `letter, found '${first}'`,
    );
  }
  return first;
}

function collectNames(bytes: Uint8Array, start: number, names: Set<string>): void {
  for (const element of elements(bytes, start)) {
    if (LOGICAL.has(element.name) && element.type === BsonType.Array) {
      for (const branch of elements(bytes, element.at)) {
        if (branch.type === BsonType.Document) collectNames(bytes, branch.at, names);
      }
    } else if (!element.name.startsWith("$")) {
      names.add(element.name.split(".")[0]);
    }
  }
}

function compile(filter: Uint8Array, identifier: string, context: QueryContext): ElementMatcher {
  try {
    return compileElementMatcher(filter, identifier, context);
  } catch (error) {
    if (error instanceof CommandError) throw invalid(error.code, error.message);
    throw error;
  }
}

function invalid(code: number, message: string): CommandError {
  return new CommandError(code, `Error parsing array filter :: caused by :: ${message}`);
}
