// Why a document did not pass a validator: the `details` tree of error 121, as mongod builds it.
//
// The tree is told in terms of what was written (`origin` of the nodes): logical operators list the clauses at fault, the
// others name the operator, its specification, the reason and the values considered. Below a negation everything is
// told inverted: why the clause did match. $jsonSchema details come from the schema's rules (schema/).

import { BsonWriter } from "../bson/encode.ts";
import type { RawValue } from "../bson/read.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { MISSING } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { compileNode } from "./compile_filter.ts";
import { type ArrayVisits, documentPath, forEachPathValue } from "./document_path.ts";
import type { MatchExpression, Origin } from "./match_expression.ts";
import { kindDefinition } from "./operators/all.ts";
import { writeAnnotations, writeFailures } from "./schema/details.ts";

/** At most this many values are shown. */
const MAXIMUM_CONSIDERED_VALUES = 10;

/** The details for a document that does not match. */
export function explainFailure(expression: MatchExpression, document: Uint8Array): Uint8Array {
  const writer = new BsonWriter();
  writer.startDocument();
  new FailureWriter(writer, document).node(expression, false);
  writer.end();
  return writer.bytes();
}

class FailureWriter {
  constructor(readonly writer: BsonWriter, readonly document: Uint8Array) {}

  /** Appends the fields that explain a node; `inverted`: why it did match. */
  node(expression: MatchExpression, inverted: boolean): void {
    switch (expression.kind) {
      case "and":
        if (expression.origin?.operator === "$all") {
          return this.#leaf(expression, expression.origin, inverted, ALL_FAILURE);
        }
        return this.#list("$and", expression.children, inverted);
      case "or":
        return this.#list("$or", expression.children, inverted);
      case "nor":
        return this.#list("$nor", expression.children, !inverted);
      case "not":
        return this.#not(expression, inverted);
      case "jsonSchema":
        return this.#schema(expression, inverted);
      case "expr":
        return this.#expr(expression, inverted);
      case "alwaysTrue":
      case "alwaysFalse":
      case "sampleRate":
        return this.#always(expression, inverted);
      default:
        if (expression.origin !== undefined) this.#leaf(expression, expression.origin, inverted);
    }
  }

  /** The clauses at fault; `inverted` tells whether the clauses' matching is the fault. */
  #list(operator: string, children: readonly MatchExpression[], inverted: boolean): void {
    const { writer } = this;
    writer.string("operatorName", operator);
    writer.startArray(inverted ? "clausesSatisfied" : "clausesNotSatisfied");
    children.forEach((child, index) => {
      if (this.#matches(child) !== inverted) return;
      writer.startDocument(undefined);
      writer.int32("index", index);
      if (child.kind === "jsonSchema") writeAnnotations(writer, child.schema);
      writer.startDocument("details");
      this.node(child, inverted);
      writer.end();
      writer.end();
    });
    writer.end();
  }

  #matches(expression: MatchExpression): boolean {
    try {
      return compileNode(expression).matches(this.document, 0);
    } catch (error) {
      if (error instanceof CommandError) return false;
      throw error;
    }
  }

  #not(expression: MatchExpression & { kind: "not" }, inverted: boolean): void {
    const { child, origin } = expression;
    if (origin !== undefined && origin.operator !== "$not") {
      // $ne, $nin and $exists: false are told as one operator.
      return this.#leaf({ ...child, origin } as MatchExpression, origin, !inverted);
    }
    const { writer } = this;
    writer.string("operatorName", "$not");
    writer.startDocument("details");
    this.node(child, !inverted);
    writer.end();
  }

  #schema(expression: MatchExpression & { kind: "jsonSchema" }, inverted: boolean): void {
    const { writer } = this;
    writer.string("operatorName", "$jsonSchema");
    if (inverted) {
      writer.string("reason", "schema matched");
      return;
    }
    writeAnnotations(writer, expression.schema);
    const root = { bytes: this.document, type: BsonType.Document, at: 0 };
    writeFailures(writer, "schemaRulesNotSatisfied", expression.schema, root);
  }

  #expr(expression: MatchExpression & { kind: "expr" }, inverted: boolean): void {
    const { writer } = this;
    writer.string("operatorName", "$expr");
    writer.startDocument("specifiedAs");
    writer.raw("$expr", expression.spec);
    writer.end();
    try {
      expression.scope.setRoot(this.document, 0);
      const result = expression.expression.evaluate(expression.scope);
      writer.string("reason", inverted ? "expression did match" : "expression did not match");
      if (result !== MISSING) writer.value("expressionResult", result);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      writer.string("reason", "failed to evaluate aggregation expression");
      writer.startDocument("details");
      writer.int32("code", error.code);
      writer.string("codeName", error.codeName);
      writer.string("errmsg", error.message);
      writer.end();
    }
  }

  #always(expression: MatchExpression, inverted: boolean): void {
    const { origin } = expression;
    if (origin === undefined) return;
    const path = "path" in expression ? expression.path : undefined;
    this.#operator(origin, path);
    this.writer.string(
      "reason",
      `expression always evaluates to ${inverted ? "true" : "false"}`,
    );
  }

  /** `operatorName` and `specifiedAs`. */
  #operator(origin: Origin, path: string | undefined): void {
    const { writer } = this;
    const { operator, argument, implicit, options } = origin;
    writer.string("operatorName", operator);
    writer.startDocument("specifiedAs");
    if (path === undefined) {
      writer.raw(operator, argument);
    } else if (implicit === true) {
      writer.raw(path, argument);
    } else {
      writer.startDocument(path);
      writer.raw(operator, argument);
      if (options !== undefined) writer.raw("$options", options);
      writer.end();
    }
    writer.end();
  }

  #leaf(
    expression: MatchExpression,
    origin: Origin,
    inverted: boolean,
    failure = kindDefinition(expression.kind).failure,
  ): void {
    const { writer } = this;
    const path = "path" in expression ? expression.path ?? "" : "";
    this.#operator(origin, path);
    const reason = inverted ? failure?.inverted : failure?.normal;
    if (expression.kind === "exists") {
      writer.string("reason", reason ?? "");
      return;
    }
    const considered = this.#consider(expression, path);
    const expected = EXPECTED_TYPES.get(expression.kind);
    if (considered === undefined) {
      writer.string("reason", "field was missing");
    } else if (
      expected !== undefined && !considered.values.some(({ type }) => expected.has(type))
    ) {
      writer.string("reason", "type did not match");
      this.#types("considered", considered.values.map(({ type }) => typeName(type)));
      this.#types("expected", [...expected].map(typeName));
    } else {
      writer.string("reason", reason ?? "");
    }
    if (considered === undefined) return;
    this.#values(considered);
    if (expression.kind === "type") {
      this.#types("considered", considered.values.map(({ type }) => typeName(type)));
    }
  }

  /** The values the path leads to, undefined when there is none. */
  #consider(expression: MatchExpression, path: string): Considered | undefined {
    const arrays: ArrayVisits = WHOLE_ARRAYS.has(expression.kind) ? "whole" : "elements";
    const compiled = documentPath(path);
    const values: RawValue[] = [];
    let isTruncated = false;
    forEachPathValue(this.document, 0, compiled, arrays, (bytes, type, at) => {
      if (type < 0) return true;
      if (values.length === MAXIMUM_CONSIDERED_VALUES) {
        isTruncated = true;
        return true;
      }
      values.push({ bytes, type, at });
      return false;
    });
    if (values.length === 0) {
      const exists = forEachPathValue(
        this.document,
        0,
        compiled,
        "whole",
        (_bytes, type) => type >= 0,
      );
      if (!exists) return undefined;
    }
    return { values, isTruncated };
  }

  #values({ values, isTruncated }: Considered): void {
    const { writer } = this;
    if (values.length === 1) {
      writer.raw("consideredValue", values[0]);
    } else {
      writer.startArray("consideredValues");
      for (const value of values) writer.raw(undefined, value);
      writer.end();
    }
    if (isTruncated) writer.bool("consideredValuesTruncated", true);
  }

  #types(which: "considered" | "expected", names: readonly string[]): void {
    const distinct = [...new Set(names)].sort();
    if (distinct.length === 0) return;
    if (distinct.length === 1) {
      this.writer.string(`${which}Type`, distinct[0]);
      return;
    }
    this.writer.startArray(`${which}Types`);
    for (const name of distinct) this.writer.string(undefined, name);
    this.writer.end();
  }
}

interface Considered {
  readonly values: readonly RawValue[];
  readonly isTruncated: boolean;
}

const ALL_FAILURE = {
  normal: "array did not contain all specified values",
  inverted: "array did contain all specified values",
};

/** Kinds that look at arrays as a whole. */
const WHOLE_ARRAYS: ReadonlySet<string> = new Set([
  "and",
  "elemMatchObject",
  "elemMatchValue",
  "size",
]);

const NUMBERS = [BsonType.Int32, BsonType.Int64, BsonType.Double, BsonType.Decimal128];
const ARRAYS = new Set<number>([BsonType.Array]);

/** What a kind can match at all. */
const EXPECTED_TYPES: ReadonlyMap<string, ReadonlySet<number>> = new Map<
  string,
  ReadonlySet<number>
>([
  ["bits", new Set([...NUMBERS, BsonType.Binary])],
  ["elemMatchObject", ARRAYS],
  ["elemMatchValue", ARRAYS],
  ["mod", new Set(NUMBERS)],
  ["regex", new Set([BsonType.String, BsonType.Symbol, BsonType.Regex])],
  ["size", ARRAYS],
]);
