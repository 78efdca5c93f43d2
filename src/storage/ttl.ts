// The TTL monitor: deletes documents whose date in a TTL index lies further back than the index allows.
//
// Every `sleepMs` a pass goes over all TTL indexes, and over clustered collections that expire by `_id`. An index is read
// from the earliest date to the last expired one, so documents without a date there are never met and of an array the
// earliest date counts. Deletes are logged like any other, go in small transactions, and yield between them; a document an
// open transaction holds is left for the next pass. Hidden TTL indexes work too, capped collections never expire.

import { encodeValue } from "../bson/encode.ts";
import type { RawValue } from "../bson/read.ts";
import { BsonDate } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { buildKeyRanges, type KeyRange, makeInterval, typeInterval } from "../index/interval.ts";
import { BsonType } from "../bson/type.ts";
import { yieldTurn } from "../stream/turn.ts";
import { bucketIdBound, bucketIdValue, FIRST_EXTENDED_SECOND } from "../timeseries/bucket_id.ts";
import type { Catalog } from "./catalog.ts";
import type { Collection } from "./collection.ts";
import type { Index } from "./index.ts";
import { IndexScan } from "./index_scan.ts";
import type { TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";

const TICK_MS = 1_000;
const DEFAULT_SLEEP_MS = 60_000;
const BATCH_DOCUMENTS = 64;

export interface TtlOptions {
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** An index by whose dates documents expire. */
interface Expiry {
  readonly collection: Collection;
  readonly index: Index;
  readonly seconds: number;
}

export class TtlMonitor {
  readonly #store: TableStore;
  readonly #catalog: Catalog;
  readonly #onError: (error: unknown) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastPass = performance.now();
  #running: Promise<number> | undefined;
  #isStopped = false;
  /** Time between two passes. */
  sleepMs: number = DEFAULT_SLEEP_MS;
  isEnabled = true;
  /** Passes that ended, and what they deleted: for serverStatus. */
  passes = 0;
  deletedDocuments = 0;

  constructor(store: TableStore, catalog: Catalog, options: TtlOptions = {}) {
    this.#store = store;
    this.#catalog = catalog;
    this.#onError = options.onError ?? (() => {});
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (!this.isEnabled || performance.now() - this.#lastPass < this.sleepMs) return;
      this.runNow().catch(this.#onError);
    }, TICK_MS);
  }

  /** Stops the timer and waits for the pass that runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#running?.catch(() => {});
  }

  /** A pass now, or the one that runs already; how many documents it deleted. */
  runNow(): Promise<number> {
    this.#running ??= this.#pass().finally(() => {
      this.#running = undefined;
      this.#lastPass = performance.now();
    });
    return this.#running;
  }

  async #pass(): Promise<number> {
    let deleted = 0;
    for (const expiry of [...expiries(this.#catalog)]) deleted += await this.#expire(expiry);
    this.passes++;
    return deleted;
  }

  async #expire({ collection, index, seconds }: Expiry): Promise<number> {
    const lastMs = Date.now() - seconds * 1000;
    const { timeSeries } = collection.options;
    const ranges = timeSeries !== undefined && index.isIdIndex
      ? expiredBuckets(lastMs - timeSeries.bucketMaxSpanSeconds * 1000)
      : expiredRanges(index, lastMs);
    let deleted = 0;
    try {
      while (!this.#isStopped && !collection.isDropped && !index.isDropped) {
        const count = this.#store.run((t) => this.#deleteBatch(t, collection, index, ranges));
        deleted += count;
        this.deletedDocuments += count;
        if (count === 0) break;
        await yieldTurn();
      }
    } catch (error) {
      // Another transaction holds one of the documents, or the collection is going away: the next pass looks again.
      const isPassing = error instanceof CommandError &&
        (error.code === ErrorCode.WriteConflict || collection.isDropped || index.isDropped);
      if (!isPassing) this.#onError(error);
    }
    return deleted;
  }

  #deleteBatch(
    transaction: Transaction,
    collection: Collection,
    index: Index,
    ranges: readonly KeyRange[],
  ): number {
    const scan = new IndexScan(this.#store, collection, index, { ranges, transaction });
    scan.expect(BATCH_DOCUMENTS);
    try {
      const batch = scan.nextKeys();
      if (batch === null) return 0;
      const recordIds = batch.recordIds.slice(0, batch.count);
      for (const recordId of recordIds) {
        const document = collection.get(transaction, recordId);
        if (document !== null) collection.remove(transaction, recordId, document);
      }
      return recordIds.length;
    } finally {
      scan.close();
    }
  }
}

/** All there are, in the order of the catalog. */
function* expiries(catalog: Catalog): Iterable<Expiry> {
  for (const collection of catalog.collections()) {
    if (collection.isCapped || collection.isDropped) continue;
    for (const index of collection.indexes) {
      const seconds = index.spec.expireAfterSeconds;
      if (seconds === undefined || !index.isReady || index.parts.length > 1) continue;
      yield { collection, index, seconds };
    }
    const { idIndex } = collection;
    const { clusterExpireAfterSeconds: seconds } = collection.options;
    if (seconds !== undefined && idIndex !== undefined) {
      yield { collection, index: idIndex, seconds };
    }
  }
}

/** The keys of all dates up to `lastMs`. */
function expiredRanges(index: Index, lastMs: number): readonly KeyRange[] {
  const dates = typeInterval(BsonType.Date);
  const last = encodeValue(new BsonDate(BigInt(Math.floor(lastMs))));
  const interval = makeInterval(dates.lowValue, true, last, true);
  const descending = index.parts[0].direction < 0;
  return buildKeyRanges([{ intervals: [interval], descending }]).ranges;
}

/** The ids of buckets that began at `lastMs` or before; those whose ids do not order by time never expire. */
function expiredBuckets(lastMs: number): readonly KeyRange[] {
  const seconds = Math.min(Math.floor(lastMs / 1000), FIRST_EXTENDED_SECOND - 1);
  if (seconds < 0) return [];
  const bound = (side: "lowest" | "highest", at: number): RawValue =>
    bucketIdValue(bucketIdBound(at, side));
  const interval = makeInterval(bound("lowest", 0), true, bound("highest", seconds), true);
  return buildKeyRanges([{ intervals: [interval], descending: false }]).ranges;
}
