// The filter for "the field equals one of these values", as a document: `{f: v}`, `{f: {$in: [...]}}`.
//
// Regular expressions are compared as values, which $in would not do; they make it an $or.

import { BsonWriter } from "../../bson/encode.ts";
import type { RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";

/** Undefined when nothing can match. */
export function valuesFilter(field: string, given: readonly RawValue[]): Uint8Array | undefined {
  // Filters refuse the deprecated type; no document is found by it.
  const values = given.filter((value) => value.type !== BsonType.Undefined);
  if (values.length === 0) return undefined;
  const writer = new BsonWriter(64);
  writer.startDocument();
  if (values.length === 1) {
    writeEquality(writer, field, values[0]);
  } else if (values.some(isPattern)) {
    writer.startArray("$or");
    for (const value of values) {
      writer.startDocument();
      writeEquality(writer, field, value);
      writer.end();
    }
    writer.end();
  } else {
    writer.startDocument(field);
    writer.startArray("$in");
    for (const value of values) writer.raw(undefined, value);
    writer.end();
    writer.end();
  }
  writer.end();
  return writer.bytes();
}

/** $in takes documents whose first name begins with a dollar for operators. */
function isPattern({ bytes, type, at }: RawValue): boolean {
  return type === BsonType.Regex || (type === BsonType.Document && bytes[at + 5] === 0x24);
}

function writeEquality(writer: BsonWriter, field: string, value: RawValue): void {
  writer.startDocument(field);
  writer.raw("$eq", value);
  writer.end();
}
