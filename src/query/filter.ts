// Filters: from the document a client sends to a tree (parseFilter), and from the tree to a closure over raw bytes
// (compileFilter). compileQuery does both.
//
// Parsing follows the server's rules for what is an operator and what is a value: a field's document is a list of
// operators when its first name starts with `$`, unless it is a DBRef. Operators are looked up in operators/all.ts.

import { copyToSlab } from "../bson/document_slab.ts";
import { BsonType } from "../bson/type.ts";
import { elements, type RawValue } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { compileNode } from "./compile_filter.ts";
import type { ParseSite, Predicate, QueryContext } from "./definition.ts";
import { isAcceptAll, type MatchExpression } from "./match_expression.ts";
import { isOperatorDocument } from "./operator_document.ts";
import { documentOperator, fieldOperator } from "./operators/all.ts";
import { equalityExpression } from "./operators/comparison.ts";
import { regexLiteral } from "./operators/regular_expression.ts";

export type { Predicate, QueryContext } from "./definition.ts";

export interface CompiledFilter {
  readonly expression: MatchExpression;
  readonly matches: Predicate;
  /** True when every document matches. */
  readonly isEmpty: boolean;
}

/**
 * Parses a filter; throws MongoDB's errors. The tree refers to a copy of the filter: it may outlive the message, whose
 * buffer is used again.
 */
export function parseFilter(filter: Uint8Array, context: QueryContext): MatchExpression {
  return parseDocument({
    bytes: copyToSlab(filter, 0, filter.length),
    start: 0,
    context,
    isSubDocument: false,
  });
}

/** The predicate of a parsed filter. */
export function compileFilter(expression: MatchExpression): Predicate {
  return compileNode(expression).matches;
}

export function compileQuery(filter: Uint8Array, context: QueryContext): CompiledFilter {
  const expression = parseFilter(filter, context);
  const isEmpty = isAcceptAll(expression);
  return { expression, matches: isEmpty ? () => true : compileFilter(expression), isEmpty };
}

/** What conditions on array elements ($pull, arrayFilters) may not use. */
export const SPECIAL_FEATURES: ReadonlySet<string> = new Set([
  "$expr",
  "$geoNear",
  "$jsonSchema",
  "$near",
  "$nearSphere",
  "$text",
  "$where",
]);

interface DocumentSite {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly context: QueryContext;
  readonly isSubDocument: boolean;
}

function parseDocument(site: DocumentSite): MatchExpression {
  const { bytes, start, context } = site;
  const children: MatchExpression[] = [];
  for (const element of elements(bytes, start)) {
    if (element.name.startsWith("$")) {
      const definition = documentOperator(element.name);
      if (definition === undefined) throw unknownTopLevelOperator(element.name);
      refuse(element.name, context);
      const child = definition.parse(element, parseSite(site, "", bytes, start));
      if (child !== null) children.push(child);
    } else if (isOperatorDocument(element, false)) {
      children.push(...parseFieldOperators(element, element.name, site));
    } else if (element.type === BsonType.Regex) {
      children.push(regexLiteral(element.name, element, context));
    } else {
      children.push(equalityExpression(element.name, element, context));
    }
  }
  return children.length === 1 ? children[0] : { kind: "and", children };
}

function unknownTopLevelOperator(name: string): CommandError {
  return new CommandError(
    ErrorCode.BadValue,
    `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, ` +
      "consider using $getField or $setField.",
  );
}

function refuse(name: string, context: QueryContext): void {
  if (context.refuse?.has(name)) {
    const code = name === "$expr" || name === "$jsonSchema"
      ? ErrorCode.QueryFeatureNotAllowed
      : ErrorCode.BadValue;
    throw new CommandError(code, `${name} is not allowed in this context`);
  }
}

function parseFieldOperators(
  document: RawValue,
  path: string,
  site: DocumentSite,
): MatchExpression[] {
  const children: MatchExpression[] = [];
  const inner = parseSite(site, path, document.bytes, document.at);
  for (const element of elements(document.bytes, document.at)) {
    const definition = fieldOperator(element.name);
    if (definition === undefined) {
      throw new CommandError(ErrorCode.BadValue, `unknown operator: ${element.name}`);
    }
    refuse(element.name, site.context);
    const child = definition.parse(element, inner);
    if (child !== null) children.push(child);
  }
  return children;
}

function parseSite(
  outer: DocumentSite,
  path: string,
  bytes: Uint8Array,
  start: number,
): ParseSite {
  const { context, isSubDocument } = outer;
  return {
    context,
    path,
    siblings: { bytes, type: BsonType.Document, at: start },
    isSubDocument,
    parseDocument: (childBytes, childStart, inSubDocument = isSubDocument) =>
      parseDocument({
        bytes: childBytes,
        start: childStart,
        context,
        isSubDocument: inSubDocument,
      }),
    parseFieldOperators: (document, childPath, inSubDocument = isSubDocument) =>
      parseFieldOperators(document, childPath, { ...outer, isSubDocument: inSubDocument }),
  };
}
