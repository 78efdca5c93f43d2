// The options of a collection or view: what `create` was given, checked and put into the form listCollections shows.
//
// The raw document is what is stored and shown; the parsed fields beside it are what the engine looks at. Checks of types
// and unknown names are the command's (declared arguments); here are the rules between options.

import { type Collation, parseCollation } from "../bson/collation.ts";
import { BsonWriter } from "../bson/encode.ts";
import {
  documentOf,
  elements,
  getField,
  isEmptyDocument,
  type RawValue,
  readString,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { parseTimeSeriesOptions, type TimeSeriesOptions } from "../timeseries/options.ts";
import { checkClusterExpiry, clusteredIndexOption } from "./clustered.ts";
import { flagField, numberField } from "./option_field.ts";

/** Sizes of capped collections are multiples of this. */
const CAPPED_SIZE_STEP = 256;
const MAX_CAPPED_BYTES = 2 ** 50;

export interface CappedLimits {
  readonly maxBytes: number;
  /** Undefined: no limit on the number of documents. */
  readonly maxDocuments: number | undefined;
}

export interface CollectionOptions {
  /** As listCollections shows them. */
  readonly document: Uint8Array;
  readonly capped: CappedLimits | undefined;
  readonly validator: Uint8Array | undefined;
  readonly validationLevel: "off" | "strict" | "moderate";
  readonly validationAction: "error" | "warn" | "errorAndLog";
  readonly collation: Collation | undefined;
  readonly viewOn: string | undefined;
  /** The view's pipeline, a raw array. */
  readonly pipeline: Uint8Array | undefined;
  readonly recordsPreImages: boolean;
  /** Of a clustered collection: how long after the date in its `_id` a document expires. */
  readonly clusterExpireAfterSeconds: number | undefined;
  /** The completed `clusteredIndex` option. */
  readonly clusteredIndex: Uint8Array | undefined;
  /** Of a time series and of its buckets collection (time_series_options.ts). */
  readonly timeSeries: TimeSeriesOptions | undefined;
}

/** In the order mongod stores them. */
export const STORED_OPTIONS = [
  "capped",
  "size",
  "max",
  "temp",
  "storageEngine",
  "indexOptionDefaults",
  "validator",
  "validationLevel",
  "validationAction",
  "collation",
  "viewOn",
  "pipeline",
  "clusteredIndex",
  "expireAfterSeconds",
  "timeseries",
  "encryptedFields",
  "changeStreamPreAndPostImages",
] as const;

export const EMPTY_DOCUMENT: Uint8Array = new Uint8Array([5, 0, 0, 0, 0]);
const EMPTY_ARRAY = EMPTY_DOCUMENT;

function stringField(document: Uint8Array, name: string): string | undefined {
  const field = getField(document, name);
  return field?.type === BsonType.String ? readString(field.bytes, field.at) : undefined;
}

function documentField(document: Uint8Array, name: string): Uint8Array | undefined {
  const field = getField(document, name);
  return field?.type === BsonType.Document || field?.type === BsonType.Array
    ? documentOf(field)
    : undefined;
}

function invalidOptions(message: string): CommandError {
  return new CommandError(ErrorCode.InvalidOptions, message);
}

function cappedLimits(options: Uint8Array): CappedLimits | undefined {
  const size = numberField(options, "size");
  const max = numberField(options, "max");
  if (!flagField(options, "capped")) {
    if (size !== undefined || max !== undefined) {
      throw invalidOptions(
        "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
      );
    }
    return undefined;
  }
  if (size === undefined) {
    throw invalidOptions("the 'size' field is required when 'capped' is true");
  }
  if (size < 1 || size > MAX_CAPPED_BYTES) {
    throw new CommandError(ErrorCode.BadValue, "size has to be between 1 and 1 PB");
  }
  const hasMax = max !== undefined && max > 0 && max < 2 ** 31;
  return {
    maxBytes: Math.ceil(size / CAPPED_SIZE_STEP) * CAPPED_SIZE_STEP,
    maxDocuments: hasMax ? Math.trunc(max) : undefined,
  };
}

function writeInteger(writer: BsonWriter, name: string, value: number): void {
  if ((value | 0) === value) writer.int32(name, value);
  else writer.int64(name, BigInt(value));
}

function writeOption(writer: BsonWriter, name: string, value: RawValue, parsed: {
  readonly capped: CappedLimits | undefined;
  readonly collation: Collation | undefined;
  readonly isTimeSeries: boolean;
}): void {
  const { capped, collation } = parsed;
  if (name === "clusteredIndex") {
    // Buckets collections alone say no more than `true`.
    if (value.type === BsonType.Boolean && parsed.isTimeSeries) return writer.raw(name, value);
    return writer.document(name, clusteredIndexOption(value));
  }
  if (name === "capped") {
    if (capped !== undefined) writer.bool("capped", true);
  } else if (name === "size") {
    if (capped !== undefined) writeInteger(writer, "size", capped.maxBytes);
  } else if (name === "max") {
    if (capped?.maxDocuments !== undefined) writeInteger(writer, "max", capped.maxDocuments);
  } else if (name === "validator") {
    if (!isEmptyDocument(value.bytes, value.at)) writer.raw(name, value);
  } else if (name === "collation") {
    if (collation !== undefined) writer.document("collation", collation.spec);
  } else if (name === "temp") {
    if (value.bytes[value.at] !== 0) writer.bool("temp", true);
  } else {
    writer.raw(name, value);
  }
}

/** Checks the options of `create` (or of a stored record) and parses them. */
export function parseCollectionOptions(given: Uint8Array): CollectionOptions {
  const capped = cappedLimits(given);
  const collationSpec = documentField(given, "collation");
  const collation = collationSpec === undefined ? undefined : parseCollation(collationSpec);
  const viewOn = stringField(given, "viewOn");
  if (viewOn !== undefined && capped !== undefined) {
    throw invalidOptions("the 'capped' and 'viewOn' fields cannot both be present");
  }
  checkClustered(given, viewOn !== undefined, capped !== undefined);
  const isTimeSeries = getField(given, "timeseries") !== undefined;
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const name of STORED_OPTIONS) {
    const value = getField(given, name);
    if (value !== undefined) writeOption(writer, name, value, { capped, collation, isTimeSeries });
    else if (name === "pipeline" && viewOn !== undefined) writer.array(name, EMPTY_ARRAY);
  }
  writer.end();
  return fromStored(writer.bytes(), capped, collation);
}

function checkClustered(given: Uint8Array, isView: boolean, isCapped: boolean): void {
  if (getField(given, "clusteredIndex") === undefined) return;
  if (isView) {
    throw new CommandError(
      6026500,
      "The 'clusteredIndex' option is not supported with views",
    );
  }
  if (isCapped) {
    throw new CommandError(
      6049200,
      "'size' field for capped collections is not allowed on clustered collections. Did you mean " +
        "'capped: true' with 'expireAfterSeconds'?",
    );
  }
  checkClusterExpiry(numberField(given, "expireAfterSeconds"));
}

function fromStored(
  document: Uint8Array,
  capped: CappedLimits | undefined,
  collation: Collation | undefined,
): CollectionOptions {
  const images = documentField(document, "changeStreamPreAndPostImages");
  const series = documentField(document, "timeseries");
  return {
    document,
    capped,
    collation,
    validator: documentField(document, "validator"),
    validationLevel: (stringField(document, "validationLevel") ??
      "strict") as CollectionOptions["validationLevel"],
    validationAction: (stringField(document, "validationAction") ??
      "error") as CollectionOptions["validationAction"],
    viewOn: stringField(document, "viewOn"),
    pipeline: documentField(document, "pipeline"),
    recordsPreImages: images !== undefined && flagField(images, "enabled"),
    clusteredIndex: documentField(document, "clusteredIndex"),
    timeSeries: series === undefined ? undefined : parseTimeSeriesOptions(series),
    clusterExpireAfterSeconds: getField(document, "clusteredIndex") === undefined
      ? undefined
      : numberField(document, "expireAfterSeconds"),
  };
}

/** The options with some fields replaced (collMod); a replacement of undefined takes the field away. */
export function changeOptions(
  options: CollectionOptions,
  changes: ReadonlyMap<string, RawValue | undefined>,
): CollectionOptions {
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const element of elements(options.document)) {
    if (!changes.has(element.name)) writer.raw(element.name, element);
  }
  for (const [name, value] of changes) if (value !== undefined) writer.raw(name, value);
  writer.end();
  return parseCollectionOptions(writer.bytes());
}
