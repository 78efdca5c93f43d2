// Which buckets of a time series take measurements now: a hint in memory, never the truth.
//
// Each group has a few, one per time span that was written lately, so that late measurements find theirs. Who follows a hint
// reads the bucket and looks whether it still is what the hint says. After a restart there are no hints and new buckets are
// opened. The number of groups is bounded: the one that was used longest ago is forgotten.

/** Where an open bucket is. */
export interface OpenBucket {
  readonly recordId: number;
  readonly id: Uint8Array;
  readonly minMs: number;
}

const MAX_GROUPS = 100_000;
const MAX_PER_GROUP = 8;

export class OpenBuckets {
  readonly #groups = new Map<string, readonly OpenBucket[]>();

  get groupCount(): number {
    return this.#groups.size;
  }

  /** The group's open buckets, the one used last in front. */
  of(key: string): readonly OpenBucket[] {
    return this.#groups.get(key) ?? [];
  }

  /** Notes a bucket that was written to; a full one is forgotten. */
  note(key: string, bucket: OpenBucket, isFull: boolean): void {
    const others = this.of(key).filter(({ recordId }) => recordId !== bucket.recordId);
    const next = isFull ? others : [bucket, ...others].slice(0, MAX_PER_GROUP);
    this.#groups.delete(key);
    if (next.length > 0) this.#groups.set(key, next);
    if (this.#groups.size > MAX_GROUPS) {
      const oldest = this.#groups.keys().next().value;
      if (oldest !== undefined) this.#groups.delete(oldest);
    }
  }

  /** Forgets a bucket that turned out to be something else. */
  forget(key: string, recordId: number): void {
    const left = this.of(key).filter((bucket) => bucket.recordId !== recordId);
    if (left.length > 0) this.#groups.set(key, left);
    else this.#groups.delete(key);
  }

  clear(): void {
    this.#groups.clear();
  }
}
