// create with `timeseries`: a collection of measurements, kept in buckets.
// Manual: "Time Series Collections".

import { compareDocuments } from "../../bson/compare.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { elements, isEmptyDocument } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { TimeSeries } from "../../storage/catalog.ts";
import { checkClusterExpiry } from "../../storage/clustered.ts";
import {
  checkSeriesFields,
  parseTimeSeriesOptions,
  seriesNamespace,
  type TimeSeriesOptions,
} from "../../timeseries/options.ts";
import { createTimeSeries } from "../../write/time_series_create.ts";
import { numberField } from "../../storage/option_field.ts";
import type { ParsedArguments } from "../arguments.ts";
import type { CommandContext, Reply } from "../definition.ts";

/** Options a time series may have. */
const KEPT = ["storageEngine", "indexOptionDefaults", "collation", "expireAfterSeconds"] as const;
/** Options it may not have, as long as they say something. */
const REFUSED = [
  "autoIndexId",
  "idIndex",
  "size",
  "max",
  "validator",
  "validationLevel",
  "validationAction",
  "viewOn",
  "pipeline",
  "changeStreamPreAndPostImages",
  "encryptedFields",
  "clusteredIndex",
] as const;
/** What a restored buckets collection brings along. */
const OF_BUCKETS: ReadonlySet<string> = new Set(["validator", "clusteredIndex"]);

/** Runs a create that makes a time series. */
export async function createSeries(
  context: CommandContext,
  args: ParsedArguments,
): Promise<Reply> {
  // Under the buckets' own name, as restores give it, the same is made.
  const restored = seriesNamespace(context.namespace);
  checkOptions(context.namespace, args, restored !== undefined);
  const options = parseTimeSeriesOptions(args.document("timeseries")!);
  checkSeriesFields(options, context.namespace);
  checkClusterExpiry(args.has("expireAfterSeconds") ? args.int("expireAfterSeconds") : undefined);
  const namespace = restored ?? context.namespace;
  const given = seriesOptions(args, options);
  const { engine } = context;
  const existing = engine.catalog.timeSeries(namespace);
  if (existing !== undefined) checkSame(existing, options, args);
  else await createTimeSeries(engine, namespace, given);
  return context.reply;
}

function checkOptions(namespace: string, args: ParsedArguments, isBuckets: boolean): void {
  const refuse = (name: string): CommandError =>
    new CommandError(
      ErrorCode.InvalidOptions,
      `${namespace}: 'timeseries' is not allowed with '${name}'`,
    );
  if (args.boolean("capped")) throw refuse("capped");
  for (const name of REFUSED) {
    if (args.has(name) && !(isBuckets && OF_BUCKETS.has(name))) throw refuse(name);
  }
}

function seriesOptions(args: ParsedArguments, options: TimeSeriesOptions): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  for (const name of KEPT) {
    const value = args.value(name);
    if (value === undefined) continue;
    if (name === "collation" && isEmptyDocument(value.bytes, value.at)) continue;
    if (name === "expireAfterSeconds") writer.int64(name, BigInt(args.int(name, 0)));
    else writer.raw(name, value);
  }
  writer.document("timeseries", options.document);
  writer.end();
  return writer.bytes();
}

/** Creating what is there already is no error when nothing about it would differ; 48 otherwise. */
function checkSame(existing: TimeSeries, options: TimeSeriesOptions, args: ParsedArguments): void {
  const { buckets } = existing;
  const expiry = numberField(buckets.options.document, "expireAfterSeconds");
  const isSame = compareDocuments(existing.options.document, 0, options.document, 0) === 0 &&
    expiry === (args.has("expireAfterSeconds") ? args.int("expireAfterSeconds") : undefined);
  if (isSame) return;
  throw new CommandError(
    ErrorCode.NamespaceExists,
    `namespace ${existing.view.namespace} already exists, but with different options`,
  );
}

/** What listCollections shows of a series: the options of its buckets that the client gave. */
export function shownSeriesOptions({ buckets }: TimeSeries): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  for (const field of elements(buckets.options.document)) {
    if (!OF_BUCKETS.has(field.name)) writer.raw(field.name, field);
  }
  writer.end();
  return writer.bytes();
}
