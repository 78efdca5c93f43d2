// update and delete statements on a time series: its buckets are changed instead of documents.

import { parseCollation } from "../../bson/collation.ts";
import { documentOf, elements, isEmptyDocument, type RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { compileQuery } from "../../query/filter.ts";
import type { TimeSeries } from "../../storage/catalog.ts";
import { bucketsKey } from "../../timeseries/index_keys.ts";
import type { DeleteOutcome } from "../../write/delete.ts";
import { deleteMeasurements } from "../../write/time_series_delete.ts";
import { updateMeasurements } from "../../write/time_series_update.ts";
import { nextTimestamp } from "../../write/timestamp.ts";
import type { UpdateOutcome } from "../../write/update.ts";
import type { CommandContext } from "../definition.ts";
import { writeEngine } from "./retryable_engine.ts";
import { queryContext, type UpdateStatement } from "./update_statement.ts";

/** Runs an update statement on a time series. */
export function updateSeries(
  context: CommandContext,
  series: TimeSeries,
  statement: UpdateStatement,
): Promise<UpdateOutcome> {
  const { arrayFilters } = statement;
  return updateMeasurements(writeEngine(context), series, {
    filter: statement.filter,
    update: statement.update,
    multi: statement.multi,
    upsert: statement.upsert,
    context: queryContext(context, statement.let),
    collation: statement.collation,
    arrayFilters: arrayFilters && [...elements(arrayFilters)].map(documentOf),
    hint: seriesHint(statement.hint, series),
    nextTimestamp: () => nextTimestamp(context.engine.clock),
    pacer: context.operation,
  });
}

export interface DeleteStatement {
  readonly filter: Uint8Array;
  readonly collation: Uint8Array | undefined;
  readonly let: Uint8Array | undefined;
  readonly multi: boolean;
}

/** Runs a delete statement on a time series. */
export function deleteFromSeries(
  context: CommandContext,
  series: TimeSeries,
  statement: DeleteStatement,
): Promise<DeleteOutcome> {
  const given = statement.collation;
  const collation = given === undefined || isEmptyDocument(given)
    ? series.buckets.options.collation
    : parseCollation(given);
  const queryOptions = queryContext(context, statement.let);
  const filter = compileQuery(
    statement.filter,
    collation === undefined ? queryOptions : { ...queryOptions, collation },
  );
  return deleteMeasurements(
    writeEngine(context),
    series,
    { filter, collation, isSingle: !statement.multi },
    context.operation,
  );
}

/** A hint by key pattern names the index of the buckets. */
export function seriesHint(
  hint: RawValue | undefined,
  { options }: Pick<TimeSeries, "options">,
): RawValue | undefined {
  if (hint?.type !== BsonType.Document || isEmptyDocument(hint.bytes, hint.at)) return hint;
  const pattern = documentOf(hint);
  if (elements(pattern).next().value?.name.startsWith("$")) return hint;
  return { bytes: bucketsKey(pattern, options), type: BsonType.Document, at: 0 };
}
