// From a filter on measurements to one on buckets that keeps every bucket with a matching measurement: the rest need not be read.
//
// Conditions on the meta field hold for a whole bucket and move over as they are. A time range becomes conditions on the bucket's
// earliest and latest time, and on its `_id`, which begins with the earliest time; other comparisons become conditions on the smallest
// and largest values. What says nothing about buckets is left out, so the
// filter on measurements always has to be asked as well, except where `isMetaOnly`.

import { encodeValue } from "../bson/encode.ts";
import { type RawValue, readInt64AsNumber } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { BsonDate } from "../bson/value.ts";
import type { CompareExpression, MatchExpression } from "../query/match_expression.ts";
import { extremesFilter } from "./extremes_filter.ts";
import { bucketIdBound, bucketIdValue, FIRST_EXTENDED_SECOND } from "./bucket_id.ts";

export interface BucketFields {
  readonly timeField: string;
  readonly metaField: string | undefined;
  readonly bucketMaxSpanSeconds: number;
}

export interface BucketFilterOptions extends BucketFields {
  /** Every bucket's `_id` begins with its earliest time. */
  readonly idsOrderByTime: boolean;
}

/** The conditions on buckets; undefined when the filter gives none. */
export function bucketFilter(
  expression: MatchExpression,
  options: BucketFilterOptions,
): MatchExpression | undefined {
  const onMeta = metaExpression(expression, options.metaField);
  if (onMeta !== undefined) return onMeta;
  switch (expression.kind) {
    case "and": {
      const children = expression.children.flatMap((child) => bucketFilter(child, options) ?? []);
      return children.length === 0 ? undefined : allOf(children);
    }
    case "or": {
      const children: MatchExpression[] = [];
      for (const child of expression.children) {
        const moved = bucketFilter(child, options);
        if (moved === undefined) return undefined;
        children.push(moved);
      }
      return { kind: "or", children };
    }
    case "compare":
      return expression.path === options.timeField
        ? timeFilter(expression, options)
        : isInMeta(expression.path, options.metaField)
        ? undefined
        : extremesFilter(expression);
    case "in": {
      const isTimes = expression.path === options.timeField && expression.regexes.length === 0 &&
        expression.values.length > 0 &&
        expression.values.every(({ type }) => type === BsonType.Date);
      if (!isTimes) return undefined;
      const times = expression.values.map(millisecondsOf);
      return spanFilter(Math.min(...times), Math.max(...times), options);
    }
    default:
      return undefined;
  }
}

/** True when the filter asks for nothing but the meta field: it holds for all measurements of a bucket or for none. */
export function isMetaOnly(expression: MatchExpression, metaField: string | undefined): boolean {
  return metaExpression(expression, metaField) !== undefined;
}

function allOf(children: readonly MatchExpression[]): MatchExpression {
  return children.length === 1 ? children[0] : { kind: "and", children };
}

/** The expression with the meta field called `meta`; undefined when it looks at anything else. */
function metaExpression(
  expression: MatchExpression,
  metaField: string | undefined,
): MatchExpression | undefined {
  switch (expression.kind) {
    case "expr":
    case "sampleRate":
    case "jsonSchema":
    case "alwaysTrue":
    case "alwaysFalse":
      return undefined;
    case "and":
    case "or":
    case "nor": {
      if (expression.children.length === 0) return undefined;
      const children: MatchExpression[] = [];
      for (const child of expression.children) {
        const moved = metaExpression(child, metaField);
        if (moved === undefined) return undefined;
        children.push(moved);
      }
      const path = expression.path === undefined
        ? {}
        : { path: metaPath(expression.path, metaField)! };
      return { ...expression, ...path, children };
    }
    case "not": {
      const child = metaExpression(expression.child, metaField);
      const path = metaPath(expression.path, metaField);
      return child === undefined || path === undefined ? undefined : { ...expression, path, child };
    }
    default: {
      // What is inside an $elemMatch has paths of its own.
      const path = metaPath(expression.path, metaField);
      return path === undefined ? undefined : { ...expression, path };
    }
  }
}

/** True for a path whose field is the meta field. */
function isInMeta(path: string, metaField: string | undefined): boolean {
  return metaPath(path, metaField) !== undefined;
}

/** "tags.host" to "meta.host"; undefined for a path outside the meta field. */
export function metaPath(path: string, metaField: string | undefined): string | undefined {
  if (metaField === undefined) return undefined;
  if (path === metaField) return "meta";
  return path.startsWith(`${metaField}.`) ? `meta${path.slice(metaField.length)}` : undefined;
}

function millisecondsOf(value: RawValue): number {
  return readInt64AsNumber(value.bytes, value.at);
}

/** Farther from 1970 numbers are no longer exact; such times are not used to look for buckets. */
const EXACT_MS = 2 ** 52;

function timeFilter(
  { operator, value }: CompareExpression,
  options: BucketFilterOptions,
): MatchExpression | undefined {
  if (value.type !== BsonType.Date) return undefined;
  const timeMs = millisecondsOf(value);
  switch (operator) {
    case "$eq":
      return spanFilter(timeMs, timeMs, options);
    case "$gt":
    case "$gte":
      return spanFilter(timeMs, undefined, options);
    case "$lt":
    case "$lte":
      return spanFilter(undefined, timeMs, options);
    default:
      return undefined;
  }
}

/** Buckets that may hold a time from `fromMs` to `toMs`, both included. */
function spanFilter(
  fromMs: number | undefined,
  toMs: number | undefined,
  options: BucketFilterOptions,
): MatchExpression | undefined {
  if (Math.abs(fromMs ?? 0) > EXACT_MS || Math.abs(toMs ?? 0) > EXACT_MS) return undefined;
  const { timeField, bucketMaxSpanSeconds, idsOrderByTime } = options;
  const spanMs = bucketMaxSpanSeconds * 1000;
  const min = `control.min.${timeField}`;
  const max = `control.max.${timeField}`;
  const children: MatchExpression[] = [];
  if (fromMs !== undefined) {
    children.push(compareTime(max, "$gte", fromMs), compareTime(min, "$gte", fromMs - spanMs));
  }
  if (toMs !== undefined) {
    children.push(compareTime(min, "$lte", toMs), compareTime(max, "$lte", toMs + spanMs));
  }
  if (idsOrderByTime) children.push(...idFilters(fromMs, toMs, spanMs));
  return { kind: "and", children };
}

function compareTime(
  path: string,
  operator: "$gte" | "$lte",
  timeMs: number,
): CompareExpression {
  return { kind: "compare", path, operator, value: encodeValue(new BsonDate(BigInt(timeMs))) };
}

function idFilters(
  fromMs: number | undefined,
  toMs: number | undefined,
  spanMs: number,
): MatchExpression[] {
  const filters: MatchExpression[] = [];
  const secondsOf = (timeMs: number): number =>
    Math.min(Math.max(Math.floor(timeMs / 1000), 0), FIRST_EXTENDED_SECOND - 1);
  if (fromMs !== undefined) {
    filters.push(compareId("$gte", bucketIdBound(secondsOf(fromMs - spanMs), "lowest")));
  }
  if (toMs !== undefined) {
    filters.push(compareId("$lte", bucketIdBound(secondsOf(toMs), "highest")));
  }
  return filters;
}

function compareId(operator: "$gte" | "$lte", id: Uint8Array): CompareExpression {
  return { kind: "compare", path: "_id", operator, value: bucketIdValue(id) };
}
