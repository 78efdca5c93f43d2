// Inserting measurements into a time series: each goes into an open bucket of its group and time, or opens one.
//
// The measurements of one transaction are gathered first, so that a bucket is read and written once however many of them it gets.
// A bucket that grows is an ordinary update of its document. Which buckets are open is only a hint (time_series_state.ts); the
// bucket is read in the transaction and looked at again.

import {
  findElement,
  getField,
  nameBytes,
  type RawValue,
  readInt64AsNumber,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { TimeSeries } from "../storage/catalog.ts";
import type { Transaction } from "../storage/transaction.ts";
import { BucketBuilder, isOpenBucket, MAX_MEASUREMENTS } from "../timeseries/bucket.ts";
import { metaKey, normalizedMeta } from "../timeseries/meta.ts";
import type { OpenBucket } from "../timeseries/open_buckets.ts";
import { roundedTime, type TimeSeriesOptions } from "../timeseries/options.ts";
import type { InsertOptions, InsertOutcome } from "./insert.ts";
import { prepareInsert } from "./prepare_insert.ts";
import { type BatchResult, type Gathering, runBatch } from "./statement_batch.ts";
import { type SeriesState, seriesState } from "./time_series_state.ts";
import { nextTimestamp } from "./timestamp.ts";
import type { WriteEngine } from "./write_engine.ts";

const ID = nameBytes("_id");
/** MongoDB's limit for one measurement. */
const MAX_MEASUREMENT_BYTES = 4 * 1024 * 1024;

/** Where measurements go. */
export type SeriesTarget = Pick<TimeSeries, "buckets" | "options">;

/** Inserts the measurements `documentAt(0)` to `documentAt(count - 1)`. */
export function insertMeasurements(
  engine: WriteEngine,
  series: SeriesTarget,
  documentAt: (index: number) => Uint8Array,
  count: number,
  options: Pick<InsertOptions, "ordered" | "pacer">,
): InsertOutcome | Promise<InsertOutcome> {
  const buckets = new GatheredBuckets(series, () => nextTimestamp(engine.clock));
  const result = runBatch(
    engine,
    count,
    (_transaction, index) => buckets.add(documentAt(index)),
    { ordered: options.ordered, pacer: options.pacer, gathering: buckets },
  );
  return result instanceof Promise ? result.then(outcomeOf) : outcomeOf(result);
}

function outcomeOf({ attempted, failures }: BatchResult): InsertOutcome {
  return { inserted: attempted - failures.length, failures };
}

/** A bucket that gets measurements in this transaction. */
interface GrowingBucket {
  readonly builder: BucketBuilder;
  readonly key: string;
  /** What is stored; undefined for a new bucket. */
  readonly stored: { readonly recordId: number; readonly document: Uint8Array } | undefined;
  recordId: number;
  isChanged: boolean;
}

class GatheredBuckets implements Gathering {
  readonly #series: SeriesTarget;
  readonly #state: SeriesState;
  readonly #nextTimestamp: () => bigint;
  readonly #groups = new Map<string, GrowingBucket[]>();
  #transaction: Transaction | undefined;
  #added = 0;

  constructor(series: SeriesTarget, nextTimestamp: () => bigint) {
    this.#series = series;
    this.#state = seriesState(series.buckets);
    this.#nextTimestamp = nextTimestamp;
  }

  begin(transaction: Transaction): void {
    this.#transaction = transaction;
    this.#groups.clear();
    this.#added = 0;
  }

  add(given: Uint8Array): void {
    const { options } = this.#series;
    const document = this.#prepared(given);
    const timeMs = timeOf(document, options);
    const givenMeta = options.metaField === undefined
      ? undefined
      : getField(document, options.metaField);
    const meta = givenMeta === undefined ? undefined : normalizedMeta(givenMeta);
    const bucket = this.#bucketFor(meta, timeMs, document.length);
    bucket.builder.add(document);
    bucket.isChanged = true;
    this.#added++;
  }

  /** The measurement with an `_id`; what comes with one keeps its order of fields. */
  #prepared(given: Uint8Array): Uint8Array {
    if (given.length > MAX_MEASUREMENT_BYTES) {
      throw new CommandError(
        ErrorCode.BSONObjectTooLarge,
        `Measurement too large: ${given.length} bytes, max size: ${MAX_MEASUREMENT_BYTES}`,
      );
    }
    const prepared = prepareInsert(given, { nextTimestamp: this.#nextTimestamp });
    return findElement(given, 0, ID) < 0 ? prepared : given;
  }

  #bucketFor(meta: RawValue | undefined, timeMs: number, byteCount: number): GrowingBucket {
    const key = metaKey(meta);
    let group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, group = []);
    for (const bucket of group) {
      if (bucket.builder.accepts(timeMs, byteCount)) return bucket;
    }
    for (const hint of this.#state.open.of(key)) {
      const bucket = this.#reopened(group, key, hint, meta, timeMs);
      if (bucket?.builder.accepts(timeMs, byteCount) === true) return bucket;
    }
    const { options } = this.#series;
    const builder = BucketBuilder.open(options, roundedTime(timeMs, options), meta);
    const opened = { builder, key, stored: undefined, recordId: -1, isChanged: false };
    group.unshift(opened);
    return opened;
  }

  /** The bucket a hint speaks of, when it is for this time and still is one. */
  #reopened(
    group: GrowingBucket[],
    key: string,
    { recordId, id, minMs }: OpenBucket,
    meta: RawValue | undefined,
    timeMs: number,
  ): GrowingBucket | undefined {
    const { buckets, options } = this.#series;
    const isForTime = timeMs >= minMs && timeMs < minMs + options.bucketMaxSpanSeconds * 1000;
    if (!isForTime || group.some((bucket) => bucket.recordId === recordId)) return undefined;
    const document = buckets.get(this.#transaction, recordId);
    if (document === null || !isOpenBucket(document, id, meta)) {
      this.#state.open.forget(key, recordId);
      return undefined;
    }
    const builder = BucketBuilder.load(options, document);
    const bucket = {
      builder,
      key,
      stored: { recordId, document },
      recordId,
      isChanged: false,
    };
    group.push(bucket);
    return bucket;
  }

  write(): void {
    const { buckets } = this.#series;
    const transaction = this.#transaction!;
    for (const bucket of this.#changed()) {
      const document = bucket.builder.encode();
      if (bucket.stored === undefined) bucket.recordId = buckets.insert(transaction, document);
      else buckets.update(transaction, bucket.recordId, bucket.stored.document, document);
    }
  }

  *#changed(): Generator<GrowingBucket> {
    for (const group of this.#groups.values()) {
      for (const bucket of group) if (bucket.isChanged) yield bucket;
    }
  }

  committed(): void {
    const { open, counts } = this.#state;
    for (const { builder, key, recordId, stored } of this.#changed()) {
      if (stored === undefined) {
        counts.bucketInserts++;
        counts.openedForMeta++;
      } else counts.bucketUpdates++;
      if (builder.isFull) {
        if (builder.count >= MAX_MEASUREMENTS) counts.closedForCount++;
        else counts.closedForSize++;
      }
      counts.commits++;
      open.note(key, { recordId, id: builder.id, minMs: builder.minMs }, builder.isFull);
    }
    counts.measurements += this.#added;
  }
}

function timeOf(document: Uint8Array, { timeField }: TimeSeriesOptions): number {
  const time = getField(document, timeField);
  if (time?.type === BsonType.Date) return readInt64AsNumber(time.bytes, time.at);
  throw new CommandError(
    ErrorCode.BadValue,
    `'${timeField}' must be present and contain a valid BSON UTC datetime value`,
  );
}
