// The hybrid logical clock behind operationTime, `ts` in the change log and change stream tokens.
//
// A time is seconds since 1970 and an increment within the second; it follows the wall clock but never goes back, also
// not across restarts (the engine starts it at the last entry of the change log). On the wire it is a BSON Timestamp,
// seconds in the high 32 bits. As a RecordId of the change log it has to be exact in a double, so the increment gets 20
// bits there: more than a million writes a second carry over into the next second.

const INCREMENT_BITS = 20;
const INCREMENTS = 1 << INCREMENT_BITS;

/** The change log's RecordId of a Timestamp; increments the clock never gives are cut to the last possible one. */
export function recordIdOfTimestamp(timestamp: bigint): number {
  const seconds = Number(timestamp >> 32n);
  const increment = Number(timestamp & 0xffffffffn);
  return seconds * INCREMENTS + Math.min(increment, INCREMENTS - 1);
}

/** The Timestamp of a change log entry. */
export function timestampOfRecordId(recordId: number): bigint {
  const seconds = Math.floor(recordId / INCREMENTS);
  return (BigInt(seconds) << 32n) | BigInt(recordId - seconds * INCREMENTS);
}

export class Clock {
  #seconds: number;
  #increment: number;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
    this.#seconds = 0;
    this.#increment = 0;
  }

  /** The latest time given out: `operationTime` of a reply. */
  get operationTime(): bigint {
    return (BigInt(this.#seconds) << 32n) | BigInt(this.#increment);
  }

  /** The latest time as a RecordId of the change log. */
  get lastRecordId(): number {
    return this.#seconds * INCREMENTS + this.#increment;
  }

  /** Seconds and increment of the latest time: for writers of raw BSON. */
  get seconds(): number {
    return this.#seconds;
  }

  get increment(): number {
    return this.#increment;
  }

  /** The next time, as a RecordId of the change log; always later than every one before. */
  tick(): number {
    const now = Math.floor(this.#nowMs() / 1000);
    if (now > this.#seconds) {
      this.#seconds = now;
      this.#increment = 1;
    } else if (this.#increment + 1 < INCREMENTS) {
      this.#increment++;
    } else {
      this.#seconds++;
      this.#increment = 1;
    }
    return this.#seconds * INCREMENTS + this.#increment;
  }

  /** Makes sure that later times lie behind `timestamp`: the last entry found at open, a time a client has seen. */
  advanceTo(timestamp: bigint): void {
    const recordId = recordIdOfTimestamp(timestamp);
    if (recordId <= this.lastRecordId) return;
    this.#seconds = Math.floor(recordId / INCREMENTS);
    this.#increment = recordId - this.#seconds * INCREMENTS;
  }
}
