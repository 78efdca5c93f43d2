// A filter as explain shows it under `parsedQuery`: every operator spelled out, children in mongod's canonical order.

import { BsonWriter } from "../bson/encode.ts";
import type { QueryWriter } from "./definition.ts";
import type { MatchExpression } from "./match_expression.ts";
import { kindDefinition } from "./operators/all.ts";

/** The filter as a document. */
export function serialize(expression: MatchExpression): Uint8Array {
  const writer = new FilterWriter();
  writer.bson.startDocument();
  writer.fields(expression);
  writer.bson.end();
  return writer.bson.bytes();
}

/** Canonical order of the children of $and, $or, $nor: first by kind, then by path. */
const RANK: readonly string[] = [
  "and",
  "or",
  "elemMatchObject",
  "elemMatchValue",
  "size",
  "$eq",
  "$lte",
  "$lt",
  "$gt",
  "$gte",
  "regex",
  "mod",
  "exists",
  "in",
  "$bitsAllSet",
  "$bitsAllClear",
  "$bitsAnySet",
  "$bitsAnyClear",
  "not",
  "nor",
  "type",
  "expr",
  "alwaysFalse",
  "alwaysTrue",
  "sampleRate",
  "jsonSchema",
];

function rank(expression: MatchExpression): number {
  return RANK.indexOf("operator" in expression ? expression.operator : expression.kind);
}

function pathOf(expression: MatchExpression): string {
  return "path" in expression ? expression.path ?? "" : "";
}

function inCanonicalOrder(expressions: readonly MatchExpression[]): MatchExpression[] {
  return [...expressions].sort((a, b) =>
    rank(a) - rank(b) || (pathOf(a) < pathOf(b) ? -1 : pathOf(a) > pathOf(b) ? 1 : 0)
  );
}

class FilterWriter implements QueryWriter {
  readonly bson = new BsonWriter();

  fields(expression: MatchExpression): void {
    const { kind } = expression;
    if (kind === "and" || kind === "or" || kind === "nor") {
      const children = inCanonicalOrder(expression.children);
      kindDefinition(kind).serialize({ ...expression, children }, this);
    } else if (
      "path" in expression && expression.path !== undefined && kind !== "not" &&
      kindDefinition(kind).leaf !== undefined
    ) {
      this.bson.startDocument(expression.path);
      kindDefinition(kind).serialize(expression, this);
      this.bson.end();
    } else {
      kindDefinition(kind).serialize(expression, this);
    }
  }

  document(name: string | undefined, expression: MatchExpression): void {
    this.bson.startDocument(name);
    this.fields(expression);
    this.bson.end();
  }

  operators(name: string, expressions: readonly MatchExpression[]): void {
    this.bson.startDocument(name);
    for (const expression of expressions) this.#operator(expression);
    this.bson.end();
  }

  /** One node without its path: `$gt: 1`. */
  #operator(expression: MatchExpression): void {
    if (expression.kind === "not") {
      this.operators("$not", [expression.child]);
    } else if (expression.kind === "and") {
      for (const child of expression.children) this.#operator(child);
    } else {
      kindDefinition(expression.kind).serialize(expression, this);
    }
  }

  negation(path: string, child: MatchExpression): void {
    if (kindDefinition(child.kind).leaf === undefined) {
      this.bson.startArray("$nor");
      this.document(undefined, child);
      this.bson.end();
      return;
    }
    this.bson.startDocument(path);
    this.operators("$not", [child]);
    this.bson.end();
  }
}
