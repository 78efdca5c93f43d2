// Can an index scan give its entries in the order a sort asks for?
//
// Fields fixed to one value drop out of both the key and the sort; what is left of the sort must be the next fields of the
// key, all forward or all backward. On array paths an entry is one element, so the order of entries is the order of
// documents only while the whole path is read.

import type { SortPart, SortSpec } from "../query/sort_spec.ts";
import { isAllValues, isPoint } from "../index/interval.ts";
import type { FieldBounds } from "./node.ts";
import { multikeyPositions, type PlannerIndex, shareArray } from "./planner_index.ts";

/** The scan direction that gives the order: true forward, false backward, undefined when neither does. */
export function providesSort(
  index: PlannerIndex,
  fields: readonly FieldBounds[],
  sort: SortSpec,
): boolean | undefined {
  const fixed = (field: number): boolean =>
    fields[field].intervals.length === 1 && isPoint(fields[field].intervals[0]);
  return matchOrder(index, fields, sort, fixed);
}

/**
 * As providesSort, but for a scan split into one scan per combination of single values of the leading fields: the merged scans
 * give the order. Returns the direction and how many leading fields are split.
 */
export function providesSortWhenSplit(
  index: PlannerIndex,
  fields: readonly FieldBounds[],
  sort: SortSpec,
): { forward: boolean; splitFields: number } | undefined {
  let splitFields = 0;
  while (splitFields < fields.length && fields[splitFields].intervals.every(isPoint)) splitFields++;
  for (; splitFields > 0; splitFields--) {
    const fixed = (field: number): boolean => field < splitFields;
    // A field of several values that is part of the sort itself must not be taken as fixed.
    const isSorted = sort.parts.some(({ path }) =>
      fields.findIndex((field) => field.path === path) < splitFields &&
      fields.some((field) => field.path === path && field.intervals.length > 1)
    );
    if (isSorted) continue;
    const forward = matchOrder(index, fields, sort, fixed);
    if (forward !== undefined) return { forward, splitFields };
  }
  return undefined;
}

function matchOrder(
  index: PlannerIndex,
  fields: readonly FieldBounds[],
  sort: SortSpec,
  isFixed: (field: number) => boolean,
): boolean | undefined {
  let field = 0;
  let forward: boolean | undefined;
  for (const part of sort.parts) {
    if (part.meta !== undefined) return undefined;
    if (isFixedPath(index, part, isFixed)) continue;
    while (field < fields.length && fields[field].path !== part.path && isFixed(field)) field++;
    if (field >= fields.length || fields[field].path !== part.path) return undefined;
    if (index.parts[field].hashed) return undefined;
    if (!ordersDocuments(index, fields, field)) return undefined;
    const direction = fields[field].descending === part.direction < 0;
    if (forward === undefined) forward = direction;
    else if (forward !== direction) return undefined;
    field++;
  }
  return forward ?? true;
}

/** A sort part on a field that has one value in all answers: it says nothing. */
function isFixedPath(
  index: PlannerIndex,
  part: SortPart,
  isFixed: (field: number) => boolean,
): boolean {
  const field = index.parts.findIndex(({ path }) => path === part.path);
  return field >= 0 && isFixed(field) && multikeyPositions(index, field).length === 0;
}

/** False when the field is on an array path and only some of the array's entries are read. */
function ordersDocuments(
  index: PlannerIndex,
  fields: readonly FieldBounds[],
  field: number,
): boolean {
  if (multikeyPositions(index, field).length === 0) return true;
  // A sparse index has no entry for an element without the field, which would come first.
  if (index.spec.sparse || !isAllValues(fields[field].intervals)) return false;
  for (let other = 0; other < fields.length; other++) {
    if (other === field || isAllValues(fields[other].intervals)) continue;
    if (shareArray(index, other, field)) return false;
  }
  return true;
}
