// What the optimizer may know of $project, $addFields and $unset: which top-level fields they read, write and keep.

import { decodeValue } from "../bson/decode.ts";
import { elements, type RawElement, readString } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type Dependencies, isTruthy } from "../expression/expression.ts";
import type { Projection } from "../query/projection.ts";
import type { StageEffect } from "./definition.ts";

/** The first part of a dotted path. */
export function topLevel(path: string): string {
  const dot = path.indexOf(".");
  return dot < 0 ? path : path.slice(0, dot);
}

/** The top-level fields that expressions read; undefined when one reads the whole document, or more than fields. */
export function readsOf(dependencies: readonly Dependencies[]): Set<string> | undefined {
  const reads = new Set<string>();
  for (const { paths, wholeDocument, metadata } of dependencies) {
    if (wholeDocument || metadata.size > 0) return undefined;
    for (const path of paths) reads.add(topLevel(path));
  }
  return reads;
}

function joined(
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string>,
): ReadonlySet<string> | undefined {
  return a === undefined ? undefined : new Set([...a, ...b]);
}

/** The field that `name: "$other"` copies whole; undefined for anything else. */
function copiedField(element: RawElement): string | undefined {
  if (element.type !== BsonType.String || element.name.includes(".")) return undefined;
  const text = readString(element.bytes, element.at);
  const isPath = text.startsWith("$") && !text.startsWith("$$") && !text.includes(".");
  return isPath ? text.slice(1) : undefined;
}

function renamesOf(spec: Uint8Array): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  for (const element of elements(spec)) {
    const copied = copiedField(element);
    if (copied !== undefined) renames.set(element.name, copied);
  }
  return renames;
}

/** True for `name: 1` and `name: true`, which keep a field as it is. */
function isPlainInclusion({ name, type }: RawElement): boolean {
  return !name.includes(".") &&
    (type === BsonType.Boolean || type === BsonType.Int32 || type === BsonType.Int64 ||
      type === BsonType.Double || type === BsonType.Decimal128);
}

/** False for what is computed inside an object: whether there is an array of those, it has to look. */
function isFlat({ name, type, bytes, at }: RawElement): boolean {
  const isInclusion = type === BsonType.Boolean || type === BsonType.Int32 ||
    type === BsonType.Int64 || type === BsonType.Double || type === BsonType.Decimal128;
  if (isInclusion) return true;
  const isOperator = type !== BsonType.Document ||
    elements(bytes, at).next().value?.name[0] === "$";
  return !name.includes(".") && isOperator;
}

function isExcludedId(element: RawElement): boolean {
  return element.name === "_id" && isPlainInclusion(element) && !isTruthy(decodeValue(element));
}

export function projectionEffect(spec: Uint8Array, projection: Projection): StageEffect {
  const reads = readsOf(projection.dependencies);
  const fields = [...elements(spec)];
  if (!projection.isInclusion) return exclusionEffect(fields, reads, projection.isSimple);
  const keeps = new Set(["_id"]);
  const writes = new Set<string>();
  for (const element of fields) {
    const name = topLevel(element.name);
    if (isExcludedId(element)) keeps.delete("_id");
    else {
      keeps.add(name);
      if (!isPlainInclusion(element)) writes.add(name);
    }
  }
  return {
    isRowwise: true,
    letsFiltersPass: true,
    isExhaustive: true,
    reads: joined(reads, keeps),
    ...(projection.requiredPaths !== undefined && fields.every(isFlat)
      ? { needsPaths: projection.requiredPaths }
      : {}),
    writes,
    keeps,
    renames: renamesOf(spec),
    ...(projection.isSimple && writes.size === 0 ? { includes: [...keeps] } : {}),
  };
}

function exclusionEffect(
  fields: readonly RawElement[],
  reads: ReadonlySet<string> | undefined,
  isSimple: boolean,
): StageEffect {
  const isPlain = isSimple && fields.every(({ type }) => type !== BsonType.Document);
  return {
    isRowwise: true,
    letsFiltersPass: true,
    reads,
    writes: new Set(fields.map(({ name }) => topLevel(name))),
    ...(isPlain ? { excludes: fields.map(({ name }) => name) } : {}),
  };
}

export function addFieldsEffect(spec: Uint8Array, projection: Projection): StageEffect {
  const writes = new Set(Array.from(elements(spec), ({ name }) => topLevel(name)));
  const reads = joined(readsOf(projection.dependencies), writes);
  return { isRowwise: true, letsFiltersPass: true, reads, writes, renames: renamesOf(spec) };
}
