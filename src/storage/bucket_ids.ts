// Whether the buckets of a time series can be found by their `_id`: not when one of them holds times before 1970 or after 2038.

import { buildKeyRanges, makeInterval } from "../index/interval.ts";
import { bucketIdBound, bucketIdValue, FIRST_EXTENDED_SECOND } from "../timeseries/bucket_id.ts";
import type { Collection } from "./collection.ts";

const EXTENDED = buildKeyRanges([{
  intervals: [makeInterval(
    bucketIdValue(bucketIdBound(FIRST_EXTENDED_SECOND, "lowest")),
    true,
    bucketIdValue(bucketIdBound(2 ** 32 - 1, "highest")),
    true,
  )],
  descending: false,
}]).ranges;

/** True when the ids of all buckets begin with their earliest times. */
export function idsOrderByTime(buckets: Collection): boolean {
  const { idIndex } = buckets;
  if (idIndex === undefined) return false;
  const scan = buckets.indexScan(idIndex, { ranges: EXTENDED });
  scan.expect(1);
  try {
    return (scan.nextKeys()?.count ?? 0) === 0;
  } finally {
    scan.close();
  }
}
