// collMod of a time series: wider buckets, when measurements expire, and its indexes.

import { BsonWriter, encodeValue } from "../../bson/encode.ts";
import { documentOf, elements, type RawValue, readString } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { TimeSeries } from "../../storage/catalog.ts";
import { checkClusterExpiry } from "../../storage/clustered.ts";
import { unpackPipeline } from "../../storage/time_series_options.ts";
import { bucketsKey } from "../../timeseries/index_keys.ts";
import { changeTimeSeriesOptions } from "../../timeseries/options.ts";
import { seriesState } from "../../write/time_series_state.ts";
import { integerAt, type ParsedArguments, wrongTypeError } from "../arguments.ts";
import type { CommandContext, Reply } from "../definition.ts";
import { modifyIndex } from "./coll_mod_index.ts";

const REFUSED = [
  "validator",
  "validationLevel",
  "validationAction",
  "viewOn",
  "pipeline",
  "cappedSize",
  "cappedMax",
  "changeStreamPreAndPostImages",
] as const;

/** Changes the buckets collection, and the view where it says how wide a bucket is. */
export async function modifySeries(
  context: CommandContext,
  series: TimeSeries,
  args: ParsedArguments,
): Promise<Reply> {
  for (const name of REFUSED) {
    if (!args.has(name)) continue;
    throw new CommandError(
      ErrorCode.InvalidOptions,
      `option not supported on a time-series collection: ${name}`,
    );
  }
  if (args.has("index")) await modifySeriesIndex(context, series, args);
  const changes = new Map<string, RawValue | undefined>();
  const expiry = args.value("expireAfterSeconds");
  if (expiry !== undefined) changes.set("expireAfterSeconds", expirySeconds(expiry));
  const given = args.document("timeseries");
  if (given !== undefined) {
    const { document } = changeTimeSeriesOptions(series.options, given);
    changes.set("timeseries", { bytes: document, type: BsonType.Document, at: 0 });
  }
  const { definitions } = context.engine;
  if (changes.size === 0 || args.boolean("dryRun")) return context.reply;
  // The view first: it may say too wide a span, never too narrow a one.
  if (given !== undefined) {
    const bytes = unpackPipeline(changeTimeSeriesOptions(series.options, given));
    definitions.modify(
      series.view.namespace,
      new Map([
        ["pipeline", { bytes, type: BsonType.Array, at: 0 }],
        ["timeseries", changes.get("timeseries")],
      ]),
    );
  }
  definitions.modify(series.buckets.namespace, changes);
  seriesState(series.buckets).open.clear();
  return context.reply;
}

/** Hides an index or shows it again; a series has no others that could be changed. */
async function modifySeriesIndex(
  context: CommandContext,
  { buckets, options }: TimeSeries,
  args: ParsedArguments,
): Promise<void> {
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const field of elements(args.document("index")!)) {
    if (field.name === "keyPattern" && field.type === BsonType.Document) {
      writer.document("keyPattern", bucketsKey(documentOf(field), options));
    } else if (field.name === "name" || field.name === "hidden" || field.name === "keyPattern") {
      writer.raw(field.name, field);
    } else {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        `option not supported on a time-series collection: index.${field.name}`,
      );
    }
  }
  writer.end();
  await modifyIndex(context, buckets, writer.bytes(), args);
}

/** The seconds, or nothing for "off". */
function expirySeconds(value: RawValue): RawValue | undefined {
  if (value.type === BsonType.String) {
    const text = readString(value.bytes, value.at);
    if (text === "off") return undefined;
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "Invalid string value for the 'clusteredIndex::expireAfterSeconds' option. " +
        `Got: '${text}'. Accepted value is 'off'`,
    );
  }
  if (!isNumericType(value.type)) {
    throw wrongTypeError("collMod.expireAfterSeconds", value.type, ["string", "long"]);
  }
  const seconds = integerAt(value.bytes, value.type, value.at);
  checkClusterExpiry(seconds);
  return encodeValue(BigInt(seconds));
}
