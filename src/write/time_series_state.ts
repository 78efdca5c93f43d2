// What is kept in memory about a time series that is written to: its open buckets, and counts for collStats.

import type { Collection } from "../storage/collection.ts";
import { OpenBuckets } from "../timeseries/open_buckets.ts";

export interface SeriesCounts {
  bucketInserts: number;
  bucketUpdates: number;
  openedForMeta: number;
  closedForCount: number;
  closedForSize: number;
  commits: number;
  measurements: number;
}

export class SeriesState {
  readonly open = new OpenBuckets();
  readonly counts: SeriesCounts = {
    bucketInserts: 0,
    bucketUpdates: 0,
    openedForMeta: 0,
    closedForCount: 0,
    closedForSize: 0,
    commits: 0,
    measurements: 0,
  };
}

const states = new WeakMap<Collection, SeriesState>();

/** The state of the series whose buckets these are. */
export function seriesState(buckets: Collection): SeriesState {
  let state = states.get(buckets);
  if (state === undefined) states.set(buckets, state = new SeriesState());
  return state;
}
