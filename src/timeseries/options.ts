// The `timeseries` option of a collection: which field is the time, which one groups measurements, and how wide a bucket is.
//
// A granularity stands for a width and a rounding; who gives neither gets "seconds". Explicit widths come in pairs and
// say the same number twice. `document` is the completed option as listCollections shows it.
// Manual: "Time Series Collections", "Set Granularity for Time Series Data".

import { BsonWriter } from "../bson/encode.ts";
import { elements, type RawElement, readString } from "../bson/read.ts";
import { decodeValue } from "../bson/decode.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";

export type Granularity = "seconds" | "minutes" | "hours";

export interface TimeSeriesOptions {
  readonly document: Uint8Array;
  readonly timeField: string;
  readonly metaField: string | undefined;
  /** Undefined when the widths were given. */
  readonly granularity: Granularity | undefined;
  readonly bucketMaxSpanSeconds: number;
  /** What the earliest time of a bucket is rounded down to. */
  readonly bucketRoundingSeconds: number;
}

export interface BucketWidths {
  readonly spanSeconds: number;
  readonly roundingSeconds: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const MAX_SPAN_SECONDS = 365 * DAY;

const WIDTHS: ReadonlyMap<string, BucketWidths> = new Map([
  ["seconds", { spanSeconds: HOUR, roundingSeconds: 60 }],
  ["minutes", { spanSeconds: DAY, roundingSeconds: HOUR }],
  ["hours", { spanSeconds: 30 * DAY, roundingSeconds: DAY }],
]);

/** Every buckets collection is called like its time series with this in front. */
export const BUCKETS_PREFIX = "system.buckets.";

/** "db.t" to "db.system.buckets.t". */
export function bucketsNamespace(namespace: string): string {
  const dot = namespace.indexOf(".");
  return `${namespace.slice(0, dot)}.${BUCKETS_PREFIX}${namespace.slice(dot + 1)}`;
}

/** "db.system.buckets.t" to "db.t"; undefined for other names. */
export function seriesNamespace(namespace: string): string | undefined {
  const dot = namespace.indexOf(".");
  const name = namespace.slice(dot + 1);
  if (!name.startsWith(BUCKETS_PREFIX)) return undefined;
  return `${namespace.slice(0, dot)}.${name.slice(BUCKETS_PREFIX.length)}`;
}

/** What a document of widths says: the raw parts, before they are checked against each other. */
interface Given {
  timeField?: string;
  metaField?: string;
  granularity?: Granularity;
  bucketMaxSpanSeconds?: number;
  bucketRoundingSeconds?: number;
}

/** Parses and completes the option; `path` is how errors call it. */
export function parseTimeSeriesOptions(
  document: Uint8Array,
  path = "create.timeseries",
): TimeSeriesOptions {
  const given = readFields(document, path);
  const { timeField, metaField } = given;
  if (timeField === undefined) {
    throw new CommandError(
      ErrorCode.IDLFailedToParse,
      `BSON field '${path}.timeField' is missing but a required field`,
    );
  }
  return complete(timeField, metaField, given);
}

/** The options after collMod's changes; throws 72 for one that would make buckets narrower. */
export function changeTimeSeriesOptions(
  current: TimeSeriesOptions,
  changes: Uint8Array,
  path = "collMod.timeseries",
): TimeSeriesOptions {
  const given = readFields(changes, path);
  const { timeField, metaField } = current;
  if (given.timeField !== undefined || given.metaField !== undefined) {
    const name = given.timeField === undefined ? "metaField" : "timeField";
    throw new CommandError(
      ErrorCode.IDLUnknownField,
      `BSON field '${path}.${name}' is an unknown field.`,
    );
  }
  const { bucketMaxSpanSeconds: span, bucketRoundingSeconds: rounding, granularity } = given;
  if (granularity === undefined) {
    if (span === undefined && rounding === undefined) return current;
    if (span === undefined || rounding === undefined) {
      throw invalidChange(
        "Timeseries 'bucketMaxSpanSeconds' and 'bucketRoundingSeconds' need to be set alongside " +
          "each other",
      );
    }
  } else if (current.granularity !== undefined) {
    if (RANK.indexOf(granularity) < RANK.indexOf(current.granularity)) {
      throw invalidChange(
        "Invalid transition for timeseries.granularity. Can only transition from 'seconds' to " +
          "'minutes' or 'minutes' to 'hours'.",
      );
    }
  }
  const next = complete(timeField, metaField, given);
  for (const name of ["bucketMaxSpanSeconds", "bucketRoundingSeconds"] as const) {
    if (next[name] < current[name]) {
      throw invalidChange(`Timeseries '${name}' needs to be equal or greater to transition`);
    }
  }
  return next;
}

const RANK: readonly Granularity[] = ["seconds", "minutes", "hours"];

function invalidChange(message: string): CommandError {
  return new CommandError(ErrorCode.InvalidOptions, message);
}

function complete(
  timeField: string,
  metaField: string | undefined,
  given: Given,
): TimeSeriesOptions {
  checkWidths(given);
  const isCustom = given.bucketMaxSpanSeconds !== undefined && given.granularity === undefined;
  const granularity = isCustom ? undefined : given.granularity ?? "seconds";
  const widths = granularity === undefined
    ? { spanSeconds: given.bucketMaxSpanSeconds!, roundingSeconds: given.bucketRoundingSeconds! }
    : WIDTHS.get(granularity)!;
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.string("timeField", timeField);
  if (metaField !== undefined) writer.string("metaField", metaField);
  if (granularity !== undefined) writer.string("granularity", granularity);
  else writer.int32("bucketRoundingSeconds", widths.roundingSeconds);
  writer.int32("bucketMaxSpanSeconds", widths.spanSeconds);
  writer.end();
  return {
    document: writer.bytes(),
    timeField,
    metaField,
    granularity,
    bucketMaxSpanSeconds: widths.spanSeconds,
    bucketRoundingSeconds: widths.roundingSeconds,
  };
}

function checkWidths(given: Given): void {
  const { granularity, bucketMaxSpanSeconds: span, bucketRoundingSeconds: rounding } = given;
  if (granularity !== undefined) {
    const { spanSeconds } = WIDTHS.get(granularity)!;
    if (span !== undefined && span !== spanSeconds) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "Time-series 'bucketMaxSpanSeconds' cannot be set to a value other than the default of " +
          `${spanSeconds} for the provided granularity`,
      );
    }
    if (rounding !== undefined) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "Time-series 'bucketRoundingSeconds' cannot be set alongside the granularity parameter",
      );
    }
    return;
  }
  if (span === rounding) return;
  throw new CommandError(
    ErrorCode.InvalidOptions,
    "Time-series 'bucketRoundingSeconds' must be equal to 'bucketMaxSpanSeconds'",
  );
}

function readFields(document: Uint8Array, path: string): Given {
  const given: Given = {};
  for (const field of elements(document)) {
    const name = `${path}.${field.name}`;
    switch (field.name) {
      case "timeField":
        given.timeField = textOf(field, name);
        break;
      case "metaField":
        given.metaField = textOf(field, name);
        break;
      case "granularity":
        given.granularity = granularityOf(field, name);
        break;
      case "bucketMaxSpanSeconds":
      case "bucketRoundingSeconds":
        given[field.name] = secondsOf(field, name);
        break;
      default:
        throw new CommandError(
          ErrorCode.IDLUnknownField,
          `BSON field '${name}' is an unknown field.`,
        );
    }
  }
  return given;
}

function wrongType(name: string, type: number, expected: string): CommandError {
  return new CommandError(
    ErrorCode.TypeMismatch,
    `BSON field '${name}' is the wrong type '${typeName(type)}', expected type${expected}`,
  );
}

function textOf(field: RawElement, name: string): string {
  if (field.type !== BsonType.String) throw wrongType(name, field.type, " 'string'");
  return readString(field.bytes, field.at);
}

function granularityOf(field: RawElement, name: string): Granularity {
  const text = textOf(field, name);
  if (WIDTHS.has(text)) return text as Granularity;
  throw new CommandError(
    ErrorCode.BadValue,
    `Enumeration value '${text}' for field '${name}' is not a valid value.`,
  );
}

function secondsOf(field: RawElement, name: string): number {
  if (!isNumericType(field.type)) {
    throw wrongType(name, field.type, "s '[int, decimal, double, long]'");
  }
  const seconds = Math.trunc(Number(decodeValue(field)));
  if (seconds >= 1 && seconds <= MAX_SPAN_SECONDS) return seconds;
  const bound = seconds > MAX_SPAN_SECONDS ? `<= ${MAX_SPAN_SECONDS}` : ">= 1";
  throw new CommandError(
    ErrorCode.BadValue,
    `BSON field '${field.name}' value must be ${bound}, actual value '${seconds}'`,
  );
}

/** Checks the names a client chose: 72 for dots, `_id` and one name for both. */
export function checkSeriesFields(options: TimeSeriesOptions, namespace: string): void {
  const { timeField, metaField } = options;
  const fail = (message: string): CommandError =>
    new CommandError(ErrorCode.InvalidOptions, message);
  const mustBeTop = (name: string): CommandError =>
    fail(`${namespace}: '${name}' must be a top-level field and not contain a '.'`);
  if (timeField.includes(".")) throw mustBeTop("timeField");
  if (metaField === undefined) return;
  if (metaField === "_id") throw fail("'metaField' cannot be \"_id\"");
  if (metaField === timeField) throw fail("'metaField' cannot be the same as 'timeField'");
  if (metaField.includes(".")) throw mustBeTop("metaField");
}

/** The time rounded down: the earliest time of the bucket a measurement opens. */
export function roundedTime(timeMs: number, options: TimeSeriesOptions): number {
  const stepMs = options.bucketRoundingSeconds * 1000;
  return Math.floor(timeMs / stepMs) * stepMs;
}
