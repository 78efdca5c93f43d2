// Indexes of a time series: what the client names, and what is indexed on the buckets.
//
//   { tags.host: 1 }   { meta.host: 1 }
//   { ts: 1 }          { control.min.ts: 1, control.max.ts: 1 }        and the same for any measurement field
//   { ts: -1 }         { control.max.ts: -1, control.min.ts: -1 }
//
// The way back gives undefined for an index on the buckets that no index of the series stands for.

import { BsonWriter } from "../bson/encode.ts";
import { documentOf, elements, getField, type RawElement } from "../bson/read.ts";
import { decodeValue } from "../bson/decode.ts";
import { documentText } from "../bson/json.ts";
import { isNumericType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { metaPath } from "./bucket_filter.ts";
import type { TimeSeriesOptions } from "./options.ts";

const MIN = "control.min.";
const MAX = "control.max.";

/** The key pattern on the buckets; throws 67 for one that cannot be. */
export function bucketsKey(key: Uint8Array, options: TimeSeriesOptions): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  for (const field of elements(key)) {
    const onMeta = metaPath(field.name, options.metaField);
    if (onMeta !== undefined) {
      writer.raw(onMeta, field);
      continue;
    }
    if (!isNumericType(field.type)) throw notNumeric(key, field, options);
    const isAscending = Number(decodeValue(field)) >= 0;
    writer.raw((isAscending ? MIN : MAX) + field.name, field);
    writer.raw((isAscending ? MAX : MIN) + field.name, field);
  }
  writer.end();
  return writer.bytes();
}

function notNumeric(key: Uint8Array, field: RawElement, options: TimeSeriesOptions): CommandError {
  const which = field.name === options.timeField
    ? "Indexes on the time field must be ascending or descending (numbers only)"
    : "Indexes on measurement fields must be ascending or descending (numbers only), or " +
      "'2dsphere'";
  return new CommandError(
    ErrorCode.CannotCreateIndex,
    `BadValue: Invalid index spec for time-series collection: ${documentText(key)}. ${which}`,
  );
}

/** The key pattern as the client knows it. */
export function seriesKey(key: Uint8Array, options: TimeSeriesOptions): Uint8Array | undefined {
  const { metaField } = options;
  const writer = new BsonWriter(128);
  writer.startDocument();
  const fields = [...elements(key)];
  for (let i = 0; i < fields.length; i++) {
    const { name } = fields[i];
    if (metaField !== undefined && (name === "meta" || name.startsWith("meta."))) {
      writer.raw(metaField + name.slice("meta".length), fields[i]);
      continue;
    }
    const second = fields[++i]?.name ?? "";
    const path = name.slice(MIN.length);
    const isPair = (name.startsWith(MIN) && second === MAX + path) ||
      (name.startsWith(MAX) && second === MIN + path);
    if (!isPair) return undefined;
    writer.raw(path, fields[i]);
  }
  writer.end();
  return writer.bytes();
}

/** An index specification for the buckets. Errors: 72 and 67. */
export function bucketsIndexSpec(spec: Uint8Array, options: TimeSeriesOptions): Uint8Array {
  const refuse = (message: string): CommandError =>
    new CommandError(ErrorCode.InvalidOptions, message);
  const writer = new BsonWriter(256);
  writer.startDocument();
  for (const field of elements(spec)) {
    switch (field.name) {
      case "key":
        writer.document("key", bucketsKey(documentOf(field), options));
        continue;
      case "unique":
      case "prepareUnique":
      case "sparse":
        if (Number(decodeValue(field)) === 0) continue;
        throw refuse(
          field.name === "sparse"
            ? "Sparse indexes are not supported on time-series collections"
            : "Unique indexes are not supported on time-series collections",
        );
      case "expireAfterSeconds":
        throw refuse(
          "TTL indexes on time-series collections require a partialFilterExpression on the " +
            "metaField",
        );
      case "partialFilterExpression":
        throw refuse("Partial indexes are not supported on time-series collections");
      default:
        writer.raw(field.name, field);
    }
  }
  writer.end();
  return writer.bytes();
}

/** An index of the buckets as listIndexes shows it for the series; undefined when it is none of the series. */
export function seriesIndexSpec(
  spec: Uint8Array,
  options: TimeSeriesOptions,
): Uint8Array | undefined {
  const key = getField(spec, "key");
  const shown = key === undefined ? undefined : seriesKey(documentOf(key), options);
  if (shown === undefined) return undefined;
  const writer = new BsonWriter(256);
  writer.startDocument();
  for (const field of elements(spec)) {
    if (field.name === "key") writer.document("key", shown);
    else writer.raw(field.name, field);
  }
  writer.end();
  return writer.bytes();
}
