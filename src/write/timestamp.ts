// Timestamps the server puts into documents (`$currentDate`, Timestamp(0, 0)) where no clock of the storage engine was
// given: seconds of the wall clock and a counter, always rising.

import { type Clock, timestampOfRecordId } from "../storage/clock.ts";

/** The next Timestamp of the storage engine's clock. */
export function nextTimestamp(clock: Clock): bigint {
  return timestampOfRecordId(clock.tick());
}

let last = 0n;

/** The next Timestamp: seconds in the high half, an increment in the low half. */
export function nextWallClockTimestamp(): bigint {
  const seconds = BigInt(Math.floor(Date.now() / 1000));
  const start = (seconds << 32n) | 1n;
  last = last >= start ? last + 1n : start;
  return last;
}
