// Deleting measurements: buckets that may hold one are read, unpacked, and written again without those that match.
//
// A filter that only asks for the meta field takes whole buckets away. Everything else is asked of each measurement. Each bucket is read
// again inside its transaction, as other deletes do with their documents.

import { BsonWriter } from "../bson/encode.ts";
import { getField } from "../bson/read.ts";
import { planQuery } from "../plan/choose.ts";
import { openChosen } from "../plan/trial.ts";
import { type CompiledFilter, compileFilter } from "../query/filter.ts";
import { idsOrderByTime } from "../storage/bucket_ids.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Collation } from "../bson/collation.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import { nextBatch } from "../stream/next_batch.ts";
import type { Pacer } from "../stream/pacer.ts";
import { BucketBuilder, bucketMinMs, measurementCount } from "../timeseries/bucket.ts";
import { bucketFilter, isMetaOnly } from "../timeseries/bucket_filter.ts";
import { BucketReader } from "../timeseries/unpack.ts";
import type { DeleteOutcome } from "./delete.ts";
import { executorError } from "./executor_error.ts";
import { runBatch } from "./statement_batch.ts";
import type { SeriesTarget } from "./time_series_insert.ts";
import type { WriteEngine } from "./write_engine.ts";

export interface MeasurementQuery {
  /** Of measurements. */
  readonly filter: CompiledFilter;
  readonly collation: Collation | undefined;
  /** Stop at the first one. */
  readonly isSingle: boolean;
}

/** Deletes the measurements that match, or the first of them. */
export async function deleteMeasurements(
  engine: WriteEngine,
  series: SeriesTarget,
  query: MeasurementQuery,
  pacer: Pacer,
): Promise<DeleteOutcome> {
  const remover = new MeasurementRemover(series, query);
  const stream = openBuckets(series, query);
  let deleted = 0;
  try {
    for (
      let batch = await nextBatch(stream, pacer);
      batch !== null;
      batch = await nextBatch(stream, pacer)
    ) {
      const recordIds = batch.recordIds!.slice(0, batch.count);
      const removed = new Uint32Array(recordIds.length);
      const { failures } = await runBatch(
        engine,
        recordIds.length,
        (transaction, i) => {
          const isDone = query.isSingle && removed.subarray(0, i).some((count) => count > 0);
          removed[i] = isDone ? 0 : remover.remove(transaction, recordIds[i]);
        },
        { ordered: true, pacer },
      );
      if (failures.length > 0) throw failures[0].error;
      for (const count of removed) deleted += count;
      if (query.isSingle && deleted > 0) break;
    }
  } catch (error) {
    throw executorError("delete", error);
  } finally {
    stream.close();
  }
  return { deleted, before: undefined };
}

/** The buckets that may hold a matching measurement, with their RecordIds. */
function openBuckets({ buckets, options }: SeriesTarget, query: MeasurementQuery): DocumentStream {
  const { expression } = query.filter;
  const onBuckets = bucketFilter(expression, {
    ...options,
    idsOrderByTime: idsOrderByTime(buckets),
  }) ?? { kind: "and", children: [] };
  const plan = planQuery(buckets, {
    filter: {
      expression: onBuckets,
      matches: compileFilter(onBuckets),
      isEmpty: onBuckets.kind === "and" && onBuckets.children.length === 0,
    },
    collation: query.collation,
    allowExpress: false,
  });
  return openChosen(plan, {
    collection: buckets,
    collation: query.collation,
    keepRecordIds: true,
  });
}

class MeasurementRemover {
  readonly #series: SeriesTarget;
  readonly #query: MeasurementQuery;
  readonly #reader: BucketReader;
  readonly #takesWhole: boolean;
  readonly #writer = new BsonWriter(1024);

  constructor(series: SeriesTarget, query: MeasurementQuery) {
    this.#series = series;
    this.#query = query;
    this.#reader = new BucketReader(series.options);
    this.#takesWhole = !query.isSingle &&
      (query.filter.isEmpty || isMetaOnly(query.filter.expression, series.options.metaField));
  }

  /** Removes what matches from one bucket, or the bucket when nothing is left; how many measurements went. */
  remove(transaction: Transaction, recordId: number): number {
    const { buckets, options } = this.#series;
    const document = buckets.get(transaction, recordId);
    if (document === null) return 0;
    const left = BucketBuilder.open(
      options,
      bucketMinMs(document, options),
      getField(document, "meta"),
      bucketId(document),
    );
    const removed = this.#takesWhole && this.#matchesFirst(document)
      ? measurementCount(document, options)
      : this.#sort(document, left);
    if (removed === 0) return 0;
    if (left.count === 0) buckets.remove(transaction, recordId, document);
    else buckets.update(transaction, recordId, document, left.encode());
    return removed;
  }

  /** For a filter that holds for all measurements of a bucket or for none. */
  #matchesFirst(document: Uint8Array): boolean {
    this.#reader.open(document);
    this.#writer.reset();
    return this.#reader.next(this.#writer) && this.#query.filter.matches(this.#writer.view(), 0);
  }

  /** Puts what stays into `left`; how many do not. */
  #sort(document: Uint8Array, left: BucketBuilder): number {
    const { filter, isSingle } = this.#query;
    let removed = 0;
    this.#reader.open(document);
    for (;;) {
      this.#writer.reset();
      if (!this.#reader.next(this.#writer)) return removed;
      const isWanted = !(isSingle && removed > 0) && filter.matches(this.#writer.view(), 0);
      if (isWanted) removed++;
      // The builder refers to what it is given until it is encoded.
      else left.add(this.#writer.bytes());
    }
  }
}

function bucketId(document: Uint8Array): Uint8Array {
  const id = getField(document, "_id")!;
  return document.slice(id.at, id.at + 12);
}
