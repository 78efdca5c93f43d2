// Bounds of one index for a list of predicates: which interval of each field has to be read, and which conjuncts those
// intervals answer completely.
//
// The rules about arrays: on a path without arrays all predicates on a field are intersected. On a path through an array two
// predicates may be true of different elements, so only one is used for the field, unless an $elemMatch ties them to one
// element; and a second field of the same array is bounded only from the same $elemMatch (see shareArray).

import type { Collation } from "../bson/collation.ts";
import { allocateDocument } from "../bson/document_slab.ts";
import {
  ALL_VALUES,
  buildKeyRanges,
  intersect,
  type IntervalList,
  isAllValues,
  isPoint,
  type KeyRange,
  type KeyRanges,
  NO_VALUES,
  union,
} from "../index/interval.ts";
import { type KeyBounds, keyBoundsOf } from "../index/key_bounds.ts";
import { type Bounds, boundsFor, spanningBounds } from "../query/bounds.ts";
import { hashedBounds } from "./hashed_bounds.ts";
import type { FieldBounds } from "./node.ts";
import {
  isCollationFree,
  looksAtBytes,
  multikeyPositions,
  type PlannerIndex,
  sameCollation,
  shareArray,
} from "./planner_index.ts";
import { mayBound, pathIntervals } from "./wildcard_index.ts";
import type { ElementScope, IndexPredicate } from "./predicates.ts";

export interface IndexBounds {
  readonly fields: readonly FieldBounds[];
  /** Conjuncts that every entry in the bounds satisfies. */
  readonly covered: ReadonlySet<number>;
  /** How many leading fields have only single values. */
  readonly pointFields: number;
  /** How many fields are bounded at all. */
  readonly boundedFields: number;
  readonly leadingIsBounded: boolean;
  /** The bounds as ranges of key bytes, in key order. */
  readonly ranges: readonly KeyRange[];
  /** What the ranges leave open of the later fields' bounds: a scan of the ranges has to test it on its keys. */
  readonly keyBounds: KeyBounds | undefined;
}

interface FieldChoice {
  readonly intervals: IntervalList;
  /** Conjuncts this field alone answers. */
  readonly exactConjuncts: readonly number[];
  readonly scope: ElementScope | undefined;
  readonly isBounded: boolean;
}

const UNBOUNDED: FieldChoice = {
  intervals: ALL_VALUES,
  exactConjuncts: [],
  scope: undefined,
  isBounded: false,
};

/** A predicate with its intervals on the field at hand. */
interface Bounded {
  readonly predicate: IndexPredicate;
  readonly intervals: IntervalList;
  readonly exact: boolean;
}

/** Bounds for the index; a field nothing speaks of ranges over all values. */
export function boundIndex(
  index: PlannerIndex,
  predicates: readonly IndexPredicate[],
  collation: Collation | undefined,
): IndexBounds {
  const collationMatches = sameCollation(index.spec.collation, collation);
  const choices: FieldChoice[] = [];
  for (let field = 0; field < index.parts.length; field++) {
    const { path } = index.parts[field];
    if (field === index.pathField) {
      choices.push(UNBOUNDED); // filled in below: it depends on the field behind it
      continue;
    }
    const usable = predicates.filter((predicate) =>
      predicate.path === path && (collationMatches || isCollationFree(predicate.expression)) &&
      (index.spec.collation === undefined || !looksAtBytes(predicate.expression)) &&
      (index.pathField !== field - 1 || mayBound(index, predicate)) &&
      mayJoin(index, field, predicate, choices)
    );
    choices.push(chooseForField(index, field, usable));
  }
  if (index.pathField !== undefined) choosePaths(index, index.pathField, choices);
  return summarize(index, choices);
}

/** Of a wildcard index the paths to read; and nothing it gives needs no filter. */
function choosePaths(index: PlannerIndex, pathField: number, choices: FieldChoice[]): void {
  const value = choices[pathField + 1];
  if (!value.isBounded) return;
  const { path } = index.parts[pathField + 1];
  const intervals = pathIntervals(path, value.intervals);
  choices[pathField] = { ...value, intervals, exactConjuncts: [], scope: undefined };
  choices[pathField + 1] = { ...value, exactConjuncts: [] };
}

/** False when an earlier bounded field goes through the same array and another element may satisfy it. */
function mayJoin(
  index: PlannerIndex,
  field: number,
  predicate: IndexPredicate,
  choices: readonly FieldChoice[],
): boolean {
  for (let earlier = 0; earlier < field; earlier++) {
    const choice = choices[earlier];
    if (!choice.isBounded || !shareArray(index, earlier, field)) continue;
    if (predicate.scope === undefined || predicate.scope !== choice.scope) return false;
    if (!coversArrays(predicate.scope, multikeyPositions(index, field))) return false;
  }
  return true;
}

/** True when every array on the path lies at or above the $elemMatch, which then speaks of one element. */
function coversArrays(scope: ElementScope, positions: readonly number[]): boolean {
  const depth = scope.path.split(".").length;
  return positions.every((position) => position < depth);
}

function chooseForField(
  index: PlannerIndex,
  field: number,
  usable: readonly IndexPredicate[],
): FieldChoice {
  const positions = multikeyPositions(index, field);
  const isMultikey = positions.length > 0;
  const bounded: Bounded[] = [];
  for (const predicate of usable) {
    const bounds = index.parts[field].hashed === true
      ? hashedBounds(predicate.expression, index.spec.collation)
      : boundsOf(predicate, isMultikey);
    if (bounds !== undefined) {
      bounded.push({ predicate, intervals: bounds.intervals, exact: bounds.exact });
    }
  }
  if (bounded.length === 0) return UNBOUNDED;
  if (!isMultikey) return combine(bounded, undefined);
  let best: FieldChoice | undefined;
  for (const group of elementGroups(bounded, positions)) {
    const choice = combine(group, group[0].predicate.scope);
    if (best === undefined || tightness(choice.intervals) > tightness(best.intervals)) {
      best = choice;
    }
  }
  return best as FieldChoice;
}

/** Bounds of one node; an $or of comparisons of one path is like an $in. */
function boundsOf(
  { expression, spansTypes }: IndexPredicate,
  isMultikey: boolean,
): Bounds | undefined {
  if (spansTypes && expression.kind === "compare") return spanningBounds(expression, isMultikey);
  if (expression.kind !== "or") return boundsFor(expression, isMultikey);
  let intervals: IntervalList = NO_VALUES;
  let exact = true;
  for (const branch of expression.children) {
    const bounds = boundsFor(branch, isMultikey);
    if (bounds === undefined) return undefined;
    intervals = union(intervals, bounds.intervals);
    exact &&= bounds.exact;
  }
  return { intervals, exact };
}

/** Predicates that speak of one array element together; others stand alone. */
function elementGroups(bounded: readonly Bounded[], positions: readonly number[]): Bounded[][] {
  const groups: Bounded[][] = [];
  const ofScope = new Map<ElementScope, Bounded[]>();
  for (const one of bounded) {
    const { scope } = one.predicate;
    const group = scope === undefined ? undefined : ofScope.get(scope);
    if (group !== undefined) {
      group.push(one);
      continue;
    }
    const started = [one];
    groups.push(started);
    if (scope !== undefined && coversArrays(scope, positions)) ofScope.set(scope, started);
  }
  return groups;
}

function combine(bounded: readonly Bounded[], scope: ElementScope | undefined): FieldChoice {
  let intervals = bounded[0].intervals;
  for (let i = 1; i < bounded.length; i++) intervals = intersect(intervals, bounded[i].intervals);
  const exactConjuncts = bounded
    .filter(({ predicate, exact }) => exact && predicate.isWholeConjunct)
    .map(({ predicate }) => predicate.conjunct);
  return { intervals, exactConjuncts, scope, isBounded: true };
}

/** Rough rank of how little a list of intervals lets through. */
function tightness(intervals: IntervalList): number {
  if (intervals.length === 0) return 5;
  if (intervals.every(isPoint)) return intervals.length === 1 ? 4 : 3;
  return intervals.length === 1 && !isAllValues(intervals) ? 2 : 1;
}

function summarize(index: PlannerIndex, choices: readonly FieldChoice[]): IndexBounds {
  let pointFields = 0;
  while (pointFields < choices.length && isPointList(choices[pointFields])) pointFields++;
  const fields = index.parts.map(({ path, direction }, field) => ({
    path,
    descending: direction < 0,
    intervals: choices[field].intervals,
  }));
  const { ranges, exactFields } = pointRange(fields) ?? buildKeyRanges(fields);
  // Where the key of a collated string ends cannot be told.
  const testsKeys = index.spec.collation === undefined;
  const covered = new Set<number>();
  let boundedFields = 0;
  for (let field = 0; field < choices.length; field++) {
    const choice = choices[field];
    if (choice.isBounded) boundedFields++;
    if (field < exactFields || testsKeys) {
      for (const conjunct of choice.exactConjuncts) covered.add(conjunct);
    }
  }
  return {
    fields,
    // Ranges narrow the scan up to the first field that is not a list of single values; keys are tested for the others.
    ranges: fields.some(({ intervals }) => intervals.length === 0) ? NO_RANGES : ranges,
    keyBounds: testsKeys ? keyBoundsOf(fields, exactFields) : undefined,
    covered,
    pointFields,
    boundedFields,
    leadingIsBounded: choices[0].isBounded,
  };
}

const NO_RANGES: readonly KeyRange[] = [];

/** The commonest bounds, one value of the first field and nothing else, without building lists. */
export function pointRange(fields: readonly FieldBounds[]): KeyRanges | undefined {
  const { intervals, descending } = fields[0];
  if (descending || intervals.length !== 1 || !isPoint(intervals[0])) return undefined;
  for (let field = 1; field < fields.length; field++) {
    if (fields[field].intervals !== ALL_VALUES) return undefined;
  }
  const { low } = intervals[0];
  const high = allocateDocument(low.length + 1);
  high.set(low);
  high[low.length] = 0xff;
  return { ranges: [{ low, high }], exactFields: fields.length };
}

function isPointList(choice: FieldChoice): boolean {
  return choice.isBounded && choice.intervals.every(isPoint);
}
