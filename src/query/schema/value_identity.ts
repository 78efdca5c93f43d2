// Equality of values in enum and uniqueItems: numbers by value, documents without regard to the order of fields.

import { BsonWriter } from "../../bson/encode.ts";
import { elements, type RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { encodeKey } from "../../index/key_encoding.ts";

/** A text that two values share when they are equal in that sense. */
export function identityOf(value: RawValue): string {
  const sorted = value.type === BsonType.Document || value.type === BsonType.Array
    ? withSortedFields(value)
    : value;
  let text = "";
  for (const byte of encodeKey([sorted])) text += String.fromCharCode(byte);
  return text;
}

function withSortedFields(value: RawValue): RawValue {
  const writer = new BsonWriter();
  writer.startDocument();
  write(writer, "", value);
  writer.end();
  const bytes = writer.bytes();
  return { bytes, type: value.type, at: 6 };
}

function write(writer: BsonWriter, name: string | undefined, value: RawValue): void {
  if (value.type === BsonType.Array) {
    writer.startArray(name);
    for (const item of elements(value.bytes, value.at)) write(writer, undefined, item);
    writer.end();
  } else if (value.type === BsonType.Document) {
    writer.startDocument(name);
    const fields = [...elements(value.bytes, value.at)];
    fields.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const field of fields) write(writer, field.name, field);
    writer.end();
  } else {
    writer.raw(name, value);
  }
}
