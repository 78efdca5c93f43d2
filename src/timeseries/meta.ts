// The value that groups measurements: documents are the same group whatever the order of their fields.
//
// A bucket keeps the meta value with the fields of all documents in it sorted by name, as MongoDB does; readers get it back that
// way. The key of a group is those bytes as text, for maps.

import { BsonWriter } from "../bson/encode.ts";
import { documentOf, elements, type RawElement, type RawValue, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";

/** The value as buckets keep it. */
export function normalizedMeta(value: RawValue): RawValue {
  if (value.type !== BsonType.Document && value.type !== BsonType.Array) return value;
  if (isSorted(value)) return value;
  const writer = new BsonWriter(128);
  writer.startDocument();
  writeFields(writer, value);
  writer.end();
  return { bytes: writer.bytes(), type: value.type, at: 0 };
}

/** True when nothing has to move: the usual case. */
function isSorted(value: RawValue): boolean {
  const isDocument = value.type === BsonType.Document;
  let before: string | undefined;
  for (const field of elements(value.bytes, value.at)) {
    if (isDocument && before !== undefined && field.name < before) return false;
    before = field.name;
    const isNested = field.type === BsonType.Document || field.type === BsonType.Array;
    if (isNested && !isSorted(field)) return false;
  }
  return true;
}

function writeFields(writer: BsonWriter, value: RawValue): void {
  const fields: RawElement[] = [...elements(documentOf(value))];
  if (value.type === BsonType.Document) {
    fields.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  }
  for (const field of fields) {
    if (field.type === BsonType.Document || field.type === BsonType.Array) {
      if (field.type === BsonType.Document) writer.startDocument(field.name);
      else writer.startArray(field.name);
      writeFields(writer, field);
      writer.end();
    } else {
      writer.raw(field.name, field);
    }
  }
}

/** A text that is the same for equal normalized values and for no others; "" for none. */
export function metaKey(value: RawValue | undefined): string {
  if (value === undefined) return "";
  const end = valueEnd(value.bytes, value.type, value.at);
  let key = String.fromCharCode(value.type);
  for (let at = value.at; at < end; at++) key += String.fromCharCode(value.bytes[at]);
  return key;
}
