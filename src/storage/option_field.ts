// Fields of option documents as mongod reads them: numbers of any type, flags that may be numbers.

import { decode } from "../bson/decode.ts";
import { getField } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";

/** A number, or undefined when the field is missing or no number. */
export function numberField(document: Uint8Array, name: string): number | undefined {
  const field = getField(document, name);
  if (field === undefined) return undefined;
  const value = decode(field.bytes, field.type, field.at);
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (field.type === BsonType.Double || field.type === BsonType.Decimal128) return Number(value);
  return undefined;
}

/** A flag as mongod reads one: booleans and numbers. */
export function flagField(document: Uint8Array, name: string): boolean {
  const field = getField(document, name);
  if (field === undefined) return false;
  if (field.type === BsonType.Boolean) return field.bytes[field.at] !== 0;
  const number = numberField(document, name);
  return number !== undefined && number !== 0;
}
