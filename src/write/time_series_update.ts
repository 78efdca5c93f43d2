// Updating a time series: the meta value of all measurements that have one, which is the meta value of their buckets.
//
// Only that: MongoDB refuses every other update of a time series (timeseries/meta_write.ts has the errors about fields). What
// counts is measurements, so that a changed bucket counts as often as it holds some.

import type { RawValue } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { QueryContext } from "../query/filter.ts";
import { nextBatch } from "../stream/next_batch.ts";
import type { Pacer } from "../stream/pacer.ts";
import { measurementCount } from "../timeseries/bucket.ts";
import { metaFilter, metaUpdate } from "../timeseries/meta_write.ts";
import { BsonType } from "../bson/type.ts";
import { executorError } from "./executor_error.ts";
import { currentDocument } from "./first_match.ts";
import { runBatch } from "./statement_batch.ts";
import { TargetQuery } from "./target_query.ts";
import type { SeriesTarget } from "./time_series_insert.ts";
import { seriesState } from "./time_series_state.ts";
import type { UpdateOutcome } from "./update.ts";
import { compileUpdate } from "./update/compile_update.ts";
import type { WriteEngine } from "./write_engine.ts";

export interface SeriesUpdate {
  readonly filter: Uint8Array;
  readonly update: RawValue;
  readonly multi: boolean;
  readonly upsert: boolean;
  readonly context: QueryContext;
  readonly collation: Uint8Array | undefined;
  readonly arrayFilters: readonly Uint8Array[] | undefined;
  readonly hint: RawValue | undefined;
  readonly nextTimestamp: () => bigint;
  readonly pacer: Pacer;
}

/** Throws what MongoDB says of updates it does not do; the meta field otherwise. */
function checkedMetaField(given: SeriesUpdate, { options }: SeriesTarget): string {
  const refuse = (message: string): CommandError =>
    new CommandError(ErrorCode.InvalidOptions, message);
  if (options.metaField === undefined) {
    throw refuse(
      "Cannot perform an update on a time-series collection that does not have a metaField",
    );
  }
  if (!given.multi) throw refuse("Cannot perform a non-multi update on a time-series collection");
  if (given.upsert) throw refuse("Cannot perform an upsert on a time-series collection");
  return options.metaField;
}

/** Updates the meta value of the measurements that match. */
export async function updateMeasurements(
  engine: WriteEngine,
  series: SeriesTarget,
  given: SeriesUpdate,
): Promise<UpdateOutcome> {
  const metaField = checkedMetaField(given, series);
  const { buckets, options } = series;
  const query = new TargetQuery(buckets, {
    filter: metaFilter(given.filter, metaField),
    context: given.context,
    collation: given.collation,
    hint: given.hint,
  });
  const bytes = metaUpdate(given.update, metaField);
  const update = compileUpdate({ bytes, type: BsonType.Document, at: 0 }, {
    context: query.context,
    arrayFilters: given.arrayFilters,
    isMulti: true,
    nextTimestamp: given.nextTimestamp,
  });
  query.check();
  const outcome: UpdateOutcome = {
    matched: 0,
    modified: 0,
    upserted: undefined,
    before: undefined,
    after: undefined,
  };
  const seen = new Set<number>();
  const stream = query.open();
  try {
    for (
      let batch = await nextBatch(stream, given.pacer);
      batch !== null;
      batch = await nextBatch(stream, given.pacer)
    ) {
      const current = batch;
      const matched = new Uint32Array(batch.count);
      const modified = new Uint32Array(batch.count);
      const { failures } = await runBatch(engine, batch.count, (transaction, i) => {
        const recordId = current.recordIds![i];
        if (seen.has(recordId)) return;
        const before = currentDocument(transaction, buckets, query, current, i);
        if (before === undefined) return;
        const after = update.apply(before, { arrayIndex: -1 }, false);
        matched[i] = measurementCount(before, options);
        modified[i] = after === null ? 0 : matched[i];
        if (after !== null) buckets.update(transaction, recordId, before, after);
      }, { ordered: true, pacer: given.pacer });
      if (failures.length > 0) throw failures[0].error;
      for (let i = 0; i < batch.count; i++) {
        seen.add(batch.recordIds![i]);
        outcome.matched += matched[i];
        outcome.modified += modified[i];
      }
    }
  } catch (error) {
    throw executorError("update", error);
  } finally {
    stream.close();
    // Buckets have changed their groups.
    seriesState(buckets).open.clear();
  }
  return outcome;
}
