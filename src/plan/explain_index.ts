// The index of a scan as explain shows it: its key, which of its paths go through arrays, its options, and the bounds.
//
// Bounds are texts per field, `[5, 10)`, in the order the scan meets them; a COUNT_SCAN shows the keys it starts and ends at.

import type { BsonWriter } from "../bson/encode.ts";
import { intervalTexts, isAllValues, isPoint } from "../index/interval.ts";
import type { FieldBounds } from "./node.ts";
import { isMultikey, multikeyPositions, type PlannerIndex } from "./planner_index.ts";

export function writeIndex(writer: BsonWriter, index: PlannerIndex): void {
  const { collation, keyPattern, partialFilter, sparse, unique } = index.spec;
  writer.document("keyPattern", keyPattern);
  writer.string("indexName", index.name);
  if (collation !== undefined) writer.document("collation", collation.spec);
  writer.bool("isMultiKey", isMultikey(index));
  writer.startDocument("multiKeyPaths");
  index.parts.forEach(({ path }, field) => {
    const parts = path.split(".");
    writer.startArray(path);
    for (const position of multikeyPositions(index, field)) {
      writer.string(undefined, parts.slice(0, position + 1).join("."));
    }
    writer.end();
  });
  writer.end();
  writer.bool("isUnique", unique || index.name === "_id_");
  writer.bool("isSparse", sparse);
  writer.bool("isPartial", partialFilter !== undefined);
  writer.int32("indexVersion", 2);
}

export function writeBounds(
  writer: BsonWriter,
  bounds: readonly FieldBounds[],
  forward: boolean,
): void {
  writer.startDocument("indexBounds");
  for (const { path, descending, intervals } of bounds) {
    writer.startArray(path);
    for (const text of intervalTexts(intervals, descending === forward)) {
      writer.string(undefined, text);
    }
    writer.end();
  }
  writer.end();
}

/**
 * Bounds that are one stretch of keys as its two ends, as a COUNT_SCAN has them: single values, then at most one range, then
 * anything. False and nothing written when they are not.
 */
export function writeEndKeys(writer: BsonWriter, bounds: readonly FieldBounds[]): boolean {
  if (!isOneStretch(bounds)) return false;
  let startInclusive = true;
  let endInclusive = true;
  const starts: [string, FieldBounds["intervals"][number]["lowValue"]][] = [];
  const ends: typeof starts = [];
  for (const { path, descending, intervals } of bounds) {
    const [interval] = intervals;
    const { lowInclusive, lowValue, highInclusive, highValue } = interval;
    starts.push([path, descending ? highValue : lowValue]);
    ends.push([path, descending ? lowValue : highValue]);
    startInclusive &&= descending ? highInclusive : lowInclusive;
    endInclusive &&= descending ? lowInclusive : highInclusive;
  }
  writer.startDocument("indexBounds");
  writer.startDocument("startKey");
  for (const [path, value] of starts) writer.raw(path, value);
  writer.end();
  writer.bool("startKeyInclusive", startInclusive);
  writer.startDocument("endKey");
  for (const [path, value] of ends) writer.raw(path, value);
  writer.end();
  writer.bool("endKeyInclusive", endInclusive);
  writer.end();
  return true;
}

/** True when the bounds are one range of keys without gaps. */
export function isOneStretch(bounds: readonly FieldBounds[]): boolean {
  if (bounds.length === 0 || bounds.some(({ intervals }) => intervals.length !== 1)) return false;
  let field = 0;
  while (field < bounds.length && isPoint(bounds[field].intervals[0])) field++;
  return bounds.slice(field + 1).every(({ intervals }) => isAllValues(intervals));
}
