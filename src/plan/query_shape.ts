// The shape of a query: what it asks without the values it asks for. Queries of one shape share a plan in the cache.
//
//   { a: 5, b: { $gt: 1 } } sorted by { c: 1 }   ->   "and (compare $eq a,compare $gt b)~sort c 1"
//
// planCacheShapeHash stands for the shape alone (index filters go by it). planCacheKey adds which indexes the values let
// the planner use: { a: null } may not read a sparse index that { a: 5 } may, so they do not share a plan.

import type { Collation } from "../bson/collation.ts";
import { BsonWriter } from "../bson/encode.ts";
import { documentText, toShellText } from "../bson/json.ts";
import { elements } from "../bson/read.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import { serialize } from "../query/serialize.ts";
import type { SortSpec } from "../query/sort_spec.ts";

/** The parts of a query that make its shape. */
export interface ShapedQuery {
  readonly filter: { readonly expression: MatchExpression };
  readonly sort?: SortSpec | undefined;
  readonly projection?: { readonly spec: Uint8Array } | undefined;
  readonly collation?: Collation | undefined;
}

/** The shape as text: equal for queries that differ in values only. */
export function shapeText(query: ShapedQuery): string {
  let text = shapeOf(query.filter.expression);
  const { sort, projection, collation } = query;
  if (sort !== undefined && sort.parts.length > 0) {
    const parts = sort.parts.map(({ path, direction, meta }) => `${path} ${meta ?? direction}`);
    text += `~sort ${parts.join(",")}`;
  }
  if (projection !== undefined) text += `~project ${projectionShape(projection.spec)}`;
  if (collation !== undefined) text += `~collation ${documentText(collation.spec)}`;
  return text;
}

/** The query as $planCacheStats shows it: `{ query, sort, projection, collation? }`. */
export function queryDocument(query: ShapedQuery): Uint8Array {
  const { filter, sort, projection, collation } = query;
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.document("query", serialize(filter.expression));
  writer.startDocument("sort");
  for (const part of sort?.parts ?? []) {
    if (part.meta === undefined) {
      writer.int32(part.path, part.direction);
    } else {
      writer.startDocument(part.path);
      writer.string("$meta", part.meta);
      writer.end();
    }
  }
  writer.end();
  if (projection === undefined) {
    writer.startDocument("projection");
    writer.end();
  } else {
    writer.document("projection", projection.spec);
  }
  if (collation !== undefined) writer.document("collation", collation.spec);
  writer.end();
  return writer.bytes();
}

/** Eight hexadecimal digits for the shape of a query. */
export function planCacheShapeHash(query: ShapedQuery): string {
  return hashText(shapeText(query));
}

/** What explain and $planCacheStats call it too: the older name of the same thing. */
export function queryHash(query: ShapedQuery): string {
  return planCacheShapeHash(query);
}

/** Eight hexadecimal digits for the shape and the ways there are to answer it (the candidates' names). */
export function planCacheKey(shape: string, candidates: readonly string[]): string {
  return hashText(cacheKeyText(shape, candidates));
}

export function cacheKeyText(shape: string, candidates: readonly string[]): string {
  return `${shape}~by ${[...candidates].sort().join(",")}`;
}

/** Eight hexadecimal digits for the shape of a filter alone. */
export function shapeHash(filter: MatchExpression): string {
  return hashText(shapeOf(filter));
}

function shapeOf(filter: MatchExpression): string {
  const path = "path" in filter && filter.path !== undefined ? filter.path : "";
  switch (filter.kind) {
    case "and":
    case "or":
    case "nor":
    case "elemMatchValue":
      return `${filter.kind} ${path}(${filter.children.map(shapeOf).sort().join(",")})`;
    case "not":
    case "elemMatchObject":
      return `${filter.kind} ${path}(${shapeOf(filter.child)})`;
    case "compare":
      return `${filter.operator} ${path}`;
    case "in":
      // A regular expression in the list changes what bounds there can be.
      return `in ${path}${filter.regexes.length > 0 ? " regex" : ""}`;
    case "regex":
      return `regex ${path} ${filter.flags}`;
    case "bits":
      return `${filter.operator} ${path}`;
    default:
      return `${filter.kind} ${path}`;
  }
}

/** Inclusions and exclusions by name, in any spelling of true and false; computed fields as they are. */
function projectionShape(spec: Uint8Array): string {
  const fields: string[] = [];
  for (const field of elements(spec)) {
    const isFlag = field.type === BsonType.Boolean || isNumericType(field.type);
    const text = toShellText(field);
    fields.push(`${field.name} ${isFlag ? !isZero(text) : text}`);
  }
  return fields.sort().join(",");
}

function isZero(text: string): boolean {
  return text === "false" || !/[1-9a-z]/.test(text.replace(/^(NumberDecimal|NumberLong)/, ""));
}

/** FNV-1a, 32 bits. */
export function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).toUpperCase().padStart(8, "0");
}
