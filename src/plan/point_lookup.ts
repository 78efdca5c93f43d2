// The commonest query after one by `_id`: one equality, answered by the one index that leads with its field.
//
// There is nothing to choose and nothing to combine, so the scan is made at once. Whatever might change that (an order, a
// collation, a projection that an index could cover, a second index, one that is partial or wildcard, values whose
// equality is not one key) is left to the planner, which makes the same scan by its rules.

import { BsonType } from "../bson/type.ts";
import type { RawValue } from "../bson/read.ts";
import { ALL_VALUES, type KeyRange, pointInterval } from "../index/interval.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import { pointRange } from "./index_bounds.ts";
import { type FieldBounds, type IndexScanNode, newStatistics } from "./node.ts";
import type { PlannerIndex } from "./planner_index.ts";
import { wildcardPlace } from "./wildcard_index.ts";

/** 1 for the types whose equality is one key and says all. */
const IS_POINT_TYPE = new Uint8Array(256);
for (
  const type of [
    BsonType.Double,
    BsonType.String,
    BsonType.ObjectId,
    BsonType.Boolean,
    BsonType.Date,
    BsonType.Int32,
    BsonType.Timestamp,
    BsonType.Int64,
    BsonType.Decimal128,
  ]
) {
  IS_POINT_TYPE[type] = 1;
}

/** The scan of a filter `{field: value}`; undefined when there is more to think about. */
export function pointScan(
  indexes: readonly PlannerIndex[],
  filter: MatchExpression,
): IndexScanNode | undefined {
  if (filter.kind !== "compare" || filter.operator !== "$eq") return undefined;
  if (IS_POINT_TYPE[filter.value.type] !== 1) return undefined;
  const index = onlyIndexOn(indexes, filter.path);
  if (index === undefined) return undefined;
  const bounds = boundsOf(index, filter.value);
  const range = pointRange(bounds);
  if (range === undefined) return undefined;
  return {
    stage: "IXSCAN",
    index,
    forward: true,
    bounds,
    ranges: range.ranges,
    keyBounds: undefined,
    statistics: newStatistics(),
  };
}

function boundsOf(index: PlannerIndex, value: RawValue): FieldBounds[] {
  const point = [pointInterval(value)];
  return index.parts.map(({ path, direction }, field) => ({
    path,
    descending: direction < 0,
    intervals: field === 0 ? point : ALL_VALUES,
  }));
}

/** The key ranges of all entries whose first field has the value; undefined when the planner has to say. */
export function pointRanges(index: PlannerIndex, value: RawValue): readonly KeyRange[] | undefined {
  if (IS_POINT_TYPE[value.type] !== 1 || !isPlain(index)) return undefined;
  return pointRange(boundsOf(index, value))?.ranges;
}

function isPlain({ parts, spec }: PlannerIndex): boolean {
  return spec.collation === undefined && spec.partialFilter === undefined &&
    parts[0].hashed !== true && parts[0].wildcard !== true;
}

/** The one index that could serve an equality on the path, if it holds every document that satisfies it. */
function onlyIndexOn(indexes: readonly PlannerIndex[], path: string): PlannerIndex | undefined {
  let found: PlannerIndex | undefined;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexes[i];
    if (!index.isUsable) continue;
    if (wildcardPlace(index) >= 0) return undefined;
    if (index.parts[0].path !== path) continue;
    if (!isPlain(index) || found !== undefined) return undefined;
    found = index;
  }
  return found;
}
