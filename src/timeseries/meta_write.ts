// Updates of a time series, which may only ask for and change the meta field: their filter and update in terms of buckets.
//
// The names are changed in the raw documents, `{ "tags.host": "a" }` to `{ "meta.host": "a" }`, so that the ordinary update
// machinery can run them over the buckets. Everything else is refused as MongoDB does (72).

import { BsonWriter } from "../bson/encode.ts";
import { documentOf, elements, type RawElement, type RawValue, readString } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { metaPath } from "./bucket_filter.ts";

function refused(message: string): CommandError {
  return new CommandError(ErrorCode.InvalidOptions, message);
}

/** The filter on buckets. */
export function metaFilter(filter: Uint8Array, metaField: string): Uint8Array {
  const writer = new BsonWriter(filter.length + 32);
  writer.startDocument();
  for (const field of elements(filter)) writeCondition(writer, field, metaField);
  writer.end();
  return writer.bytes();
}

function writeCondition(writer: BsonWriter, field: RawElement, metaField: string): void {
  if (field.name === "$expr" || field.name === "$where") {
    throw refused(
      `Cannot use ${field.name} when performing an update or delete on a time-series collection`,
    );
  }
  if (field.name.startsWith("$")) {
    if (field.type !== BsonType.Array) return writer.raw(field.name, field);
    writer.startArray(field.name);
    for (const part of elements(field.bytes, field.at)) {
      if (part.type === BsonType.Document) {
        writer.document(undefined, metaFilter(documentOf(part), metaField));
      } else writer.raw(undefined, part);
    }
    return writer.end();
  }
  const path = metaPath(field.name, metaField);
  if (path === undefined) {
    throw refused(
      "Cannot perform an update or delete on a time-series collection when querying on a field " +
        `that is not the metaField '${metaField}'`,
    );
  }
  writer.raw(path, field);
}

/** The update of buckets: operators on the meta field. */
export function metaUpdate(update: RawValue, metaField: string): Uint8Array {
  if (update.type === BsonType.Array) {
    throw refused("Cannot perform an update on a time-series collection using a pipeline update");
  }
  const given = documentOf(update);
  const first = elements(given).next();
  if (first.done || !first.value.name.startsWith("$")) {
    throw refused(
      "Cannot perform an update on a time-series collection using a replacement document",
    );
  }
  const writer = new BsonWriter(given.length + 32);
  writer.startDocument();
  for (const operator of elements(given)) {
    if (operator.type !== BsonType.Document) {
      writer.raw(operator.name, operator);
      continue;
    }
    writer.startDocument(operator.name);
    for (const field of elements(operator.bytes, operator.at)) {
      const path = updatedPath(field.name, metaField);
      if (operator.name === "$rename" && field.type === BsonType.String) {
        writer.string(path, updatedPath(readString(field.bytes, field.at), metaField));
      } else writer.raw(path, field);
    }
    writer.end();
  }
  writer.end();
  return writer.bytes();
}

function updatedPath(path: string, metaField: string): string {
  const renamed = metaPath(path, metaField);
  if (renamed !== undefined) return renamed;
  throw refused(
    "Cannot perform an update on a time-series collection which updates a field that is not the " +
      `metaField '${metaField}'`,
  );
}
