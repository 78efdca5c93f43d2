// The parsed form of a filter: a plain tree that the planner, explain and upsert can walk.
//
// What it does not hold: how a node is tested. filter.ts compiles the tree to a closure, with the definitions of
// operators/*.ts. `origin` remembers how the node was written, for the details of a failed validation.

import type { Collation } from "../bson/collation.ts";
import type { RawValue } from "../bson/read.ts";
import type { Expression } from "../expression/definition.ts";
import type { Scope } from "../expression/scope.ts";
import type { RegularExpression } from "./regex.ts";
import type { SchemaNode } from "./schema/definition.ts";
import type { CompareOperator } from "./value_comparison.ts";

export type { CompareOperator };

export type BitsOperator = "$bitsAllSet" | "$bitsAllClear" | "$bitsAnySet" | "$bitsAnyClear";

/** How a node was written. */
export interface Origin {
  /** The operator's name as the validator reports it; "$eq" for `{a: 1}`. */
  readonly operator: string;
  /** The operator's argument. */
  readonly argument: RawValue;
  /** The `$options` beside a `$regex`. */
  readonly options?: RawValue;
  /** True for `{a: 1}` and `{a: /x/}`: no operator was spelled. */
  readonly implicit?: boolean;
}

interface Node {
  readonly origin?: Origin;
}

interface ListOf<K extends "and" | "or" | "nor"> extends Node {
  readonly kind: K;
  readonly children: readonly MatchExpression[];
  /** The field an "and" belongs to when it stands for one operator (`$all`). */
  readonly path?: string;
}

export type ListExpression = ListOf<"and"> | ListOf<"or"> | ListOf<"nor">;

export interface NotExpression extends Node {
  readonly kind: "not";
  readonly child: MatchExpression;
  readonly path: string;
}

export interface CompareExpression extends Node {
  readonly kind: "compare";
  readonly path: string;
  readonly operator: CompareOperator;
  readonly value: RawValue;
  readonly collation?: Collation;
}

export interface InExpression extends Node {
  readonly kind: "in";
  readonly path: string;
  readonly values: readonly RawValue[];
  readonly regexes: readonly RegularExpression[];
  readonly collation?: Collation;
}

export interface ExistsExpression extends Node {
  readonly kind: "exists";
  readonly path: string;
}

export interface TypeExpression extends Node {
  readonly kind: "type";
  readonly path: string;
  /** Type bytes; "number" is listed as its four types. */
  readonly types: ReadonlySet<number>;
}

export interface RegexExpression extends Node {
  readonly kind: "regex";
  readonly path: string;
  readonly source: string;
  readonly flags: string;
  readonly regex: RegularExpression;
}

export interface SizeExpression extends Node {
  readonly kind: "size";
  readonly path: string;
  readonly size: number;
}

export interface ModExpression extends Node {
  readonly kind: "mod";
  readonly path: string;
  readonly divisor: bigint;
  readonly remainder: bigint;
}

export interface BitsExpression extends Node {
  readonly kind: "bits";
  readonly path: string;
  readonly operator: BitsOperator;
  readonly positions: readonly number[];
}

export interface ElemMatchObjectExpression extends Node {
  readonly kind: "elemMatchObject";
  readonly path: string;
  readonly child: MatchExpression;
}

export interface ElemMatchValueExpression extends Node {
  readonly kind: "elemMatchValue";
  readonly path: string;
  readonly children: readonly MatchExpression[];
}

export interface ExprExpression extends Node {
  readonly kind: "expr";
  readonly spec: RawValue;
  readonly expression: Expression;
  /** Made for this node; evaluation points it at each document. */
  readonly scope: Scope;
}

export interface SampleRateExpression extends Node {
  readonly kind: "sampleRate";
  readonly rate: number;
}

interface AlwaysOf<K extends "alwaysTrue" | "alwaysFalse"> extends Node {
  readonly kind: K;
  /** The field of an empty `$all`. */
  readonly path?: string;
}

export type AlwaysExpression = AlwaysOf<"alwaysTrue"> | AlwaysOf<"alwaysFalse">;

export interface JsonSchemaExpression extends Node {
  readonly kind: "jsonSchema";
  readonly schema: SchemaNode;
  readonly document: RawValue;
}

export type MatchExpression =
  | ListExpression
  | NotExpression
  | CompareExpression
  | InExpression
  | ExistsExpression
  | TypeExpression
  | RegexExpression
  | SizeExpression
  | ModExpression
  | BitsExpression
  | ElemMatchObjectExpression
  | ElemMatchValueExpression
  | ExprExpression
  | SampleRateExpression
  | AlwaysExpression
  | JsonSchemaExpression;

export type MatchKind = MatchExpression["kind"];

/** The node of the given kind. */
export type ExpressionOfKind<K extends MatchKind> = Extract<MatchExpression, { kind: K }>;

/** The direct children of a node. */
export function childrenOf(expression: MatchExpression): readonly MatchExpression[] {
  switch (expression.kind) {
    case "and":
    case "or":
    case "nor":
    case "elemMatchValue":
      return expression.children;
    case "not":
    case "elemMatchObject":
      return [expression.child];
    default:
      return [];
  }
}

/** True when some node of the tree satisfies `test`. */
export function anyNode(
  expression: MatchExpression,
  test: (node: MatchExpression) => boolean,
): boolean {
  return test(expression) || childrenOf(expression).some((child) => anyNode(child, test));
}

/** True for the filter `{}`: it accepts every document. */
export function isAcceptAll(expression: MatchExpression): boolean {
  return expression.kind === "alwaysTrue" ||
    (expression.kind === "and" && expression.children.every(isAcceptAll));
}
