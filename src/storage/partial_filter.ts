// What the filter of a partial index may hold: comparisons, $in, $type, $exists: true, and $and and $or of those.
//
// Errors show the refused part as mongod's matcher prints it, one node a line. Geo conditions are not built; mongod allows
// $geoWithin and $geoIntersects.

import { toShellText } from "../bson/json.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { parseFilter } from "../query/filter.ts";
import { childrenOf, type MatchExpression, type NotExpression } from "../query/match_expression.ts";

const NEAR: ReadonlySet<string> = new Set(["$geoNear", "$near", "$nearSphere"]);
/** What cannot be decided from the document alone. */
const REFUSED: ReadonlySet<string> = new Set(["$expr", "$jsonSchema", "$text", "$where", ...NEAR]);
const MAX_DEPTH = 4;

/** Parses the filter of a partial index; throws mongod's errors. */
export function parsePartialFilter(filter: Uint8Array): MatchExpression {
  try {
    return parseFilter(filter, { now: 0n, refuse: REFUSED });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (![...NEAR].some((name) => error.message.startsWith(`${name} is not allowed`))) throw error;
    throw new CommandError(
      error.code,
      "$geoNear, $near, and $nearSphere are not allowed in this context",
    );
  }
}

/** Throws 67 for the first part of a filter that a partial index may not have. */
export function checkPartialFilter(expression: MatchExpression, depth = 0): void {
  if (depth + 1 > MAX_DEPTH) {
    throw new CommandError(
      ErrorCode.CannotCreateIndex,
      `partialFilterExpression depth may not exceed ${MAX_DEPTH}`,
    );
  }
  switch (expression.kind) {
    case "and":
    case "or":
      for (const child of expression.children) checkPartialFilter(child, depth + 1);
      return;
    case "compare":
    case "in":
    case "exists":
    case "type":
      return;
    default:
      throw new CommandError(
        ErrorCode.CannotCreateIndex,
        `Expression not supported in partial index: ${treeText(expression)}`,
      );
  }
}

/** A tree of conditions, indented. */
function treeText(expression: MatchExpression, indent = ""): string {
  const deeper = `${indent}    `;
  if (isNotOperator(expression)) {
    const and: MatchExpression = { kind: "and", children: [expression.child] };
    return `${indent}$not\n${treeText(and, deeper)}`;
  }
  const children = childrenOf(expression).map((child) => treeText(child, deeper)).join("");
  return `${indent}${nodeText(expression)}\n${children}`;
}

/** `{ $not: { $gt: 1 } }`, whose operators mongod keeps under an $and; not $ne, $nin and $exists: false. */
function isNotOperator(expression: MatchExpression): expression is NotExpression {
  return expression.kind === "not" && expression.origin?.operator === "$not" &&
    expression.child.kind !== "regex" && expression.child.kind !== "and";
}

function nodeText(expression: MatchExpression): string {
  switch (expression.kind) {
    case "compare": {
      const { path, operator, value } = expression;
      return `${path} ${operator} ${toShellText(value)}`;
    }
    case "in": {
      const values = expression.values.map((value) => ` ${toShellText(value)}`);
      const regexes = expression.regexes.map(({ source, flags }) => ` /${source}/${flags}`);
      return `${expression.path} $in [${[...values, ...regexes].join("")}]`;
    }
    case "exists":
      return `${expression.path} exists`;
    case "type":
      return `${expression.path} type: [ ${[...expression.types].join(", ")} ]`;
    case "regex":
      return `${expression.path} regex /${expression.source}/${expression.flags}`;
    case "size":
      return `${expression.path} $size : ${expression.size}`;
    case "mod":
      return `${expression.path} mod ${expression.divisor} % x == ${expression.remainder}`;
    case "bits":
      return `${expression.path} ${expression.operator}: [${expression.positions.join(", ")}]`;
    case "elemMatchObject":
      return `${expression.path} $elemMatch (obj)`;
    case "elemMatchValue":
      return `${expression.path} $elemMatch (value)`;
    case "sampleRate":
      return "$sampleRate";
    default:
      return `$${expression.kind}`;
  }
}
