// min() and max(): explicit ends of an index scan, min included, max excluded. They need a hint, and name every field of
// the index in its order.

import { elements } from "../bson/read.ts";
import { ErrorCode } from "../error.ts";
import { encodeKey } from "../index/key_encoding.ts";
import { ALL_INTERVAL, type Interval, type KeyRange } from "../index/interval.ts";
import type { RawElement, RawValue } from "../bson/read.ts";
import { type Hint, plannerError } from "./hint.ts";
import type { FieldBounds } from "./node.ts";
import type { PlannerIndex } from "./planner_index.ts";

const BEFORE_ALL = new Uint8Array(0);
const BEHIND_ALL = new Uint8Array([0xff]);

/** The key range and, for explain, its bounds per field. */
export function minMaxRange(
  index: PlannerIndex,
  min: Uint8Array | undefined,
  max: Uint8Array | undefined,
  namespace: string,
): KeyRange & { bounds: readonly FieldBounds[] } {
  const low = min === undefined ? undefined : endValues(index, min, namespace);
  const high = max === undefined ? undefined : endValues(index, max, namespace);
  const range = {
    low: low === undefined ? BEFORE_ALL : encode(index, low),
    high: high === undefined ? BEHIND_ALL : encode(index, high),
  };
  if (low !== undefined && high !== undefined && compare(range.low, range.high) >= 0) {
    throw plannerError(
      namespace,
      51175,
      "The value provided for min() does not come before the value provided for max() in the " +
        "hinted index",
    );
  }
  const bounds = index.parts.map(({ path, direction }, i) => ({
    path,
    descending: direction < 0,
    intervals: [shownInterval(low?.[i], high?.[i], direction < 0)],
  }));
  return { ...range, bounds };
}

function endValues(index: PlannerIndex, end: Uint8Array, namespace: string): RawElement[] {
  const fields = [...elements(end)];
  const fits = fields.length === index.parts.length &&
    index.parts.every(({ path }, i) => fields[i].name === path);
  if (!fits) {
    throw plannerError(namespace, 51174, "The index chosen is not compatible with min/max");
  }
  return fields;
}

function encode(index: PlannerIndex, values: readonly RawValue[]): Uint8Array {
  const descending = index.parts.map(({ direction }) => direction < 0);
  return encodeKey([...values], descending, index.spec.collation);
}

function shownInterval(
  low: RawValue | undefined,
  high: RawValue | undefined,
  descending: boolean,
): Interval {
  const interval = {
    ...ALL_INTERVAL,
    ...(low === undefined ? {} : { lowValue: low, lowInclusive: true }),
    ...(high === undefined ? {} : { highValue: high, highInclusive: false }),
  };
  if (!descending) return interval;
  return {
    ...interval,
    lowValue: interval.highValue,
    lowInclusive: interval.highInclusive,
    highValue: interval.lowValue,
    highInclusive: interval.lowInclusive,
  };
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/** min and max need the hint of an index. */
export function checkHintForMinMax(hint: Hint | undefined, namespace: string): void {
  if (hint === undefined) {
    throw plannerError(
      namespace,
      51173,
      "When using min()/max() a hint of which index to use must be provided",
    );
  }
  if (hint.natural !== undefined) {
    throw plannerError(
      namespace,
      ErrorCode.NoQueryExecutionPlans,
      "min and max are incompatible with $natural",
    );
  }
}
