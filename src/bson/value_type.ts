// The BSON type of a decoded value.
//
// Decoded values carry their type in their JavaScript class (see value.ts); `$type`, comparisons and error messages ask for it here.

import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";
import { AssertionError } from "../assert.ts";
import { BsonType } from "./type.ts";
import { BsonDate, DBPointer, MISSING, type OptionalValue } from "./value.ts";

/** The type byte, 0 for MISSING. */
export function typeOfValue(value: OptionalValue): number {
  switch (typeof value) {
    case "number":
      return (value | 0) === value && !Object.is(value, -0) ? BsonType.Int32 : BsonType.Double;
    case "string":
      return BsonType.String;
    case "boolean":
      return BsonType.Boolean;
    case "bigint":
      return BsonType.Int64;
    case "symbol":
      return value === MISSING ? 0 : BsonType.Undefined;
    default:
      return typeOfObject(value);
  }
}

function typeOfObject(value: object | null): number {
  if (value === null) return BsonType.Null;
  if (value instanceof Uint8Array || value instanceof Map) return BsonType.Document;
  if (Array.isArray(value)) return BsonType.Array;
  if (value instanceof ObjectId) return BsonType.ObjectId;
  if (value instanceof BsonDate) return BsonType.Date;
  if (value instanceof Double) return BsonType.Double;
  if (value instanceof Decimal128) return BsonType.Decimal128;
  if (value instanceof Timestamp) return BsonType.Timestamp;
  if (value instanceof Binary) return BsonType.Binary;
  if (value instanceof BSONRegExp) return BsonType.Regex;
  if (value instanceof MinKey) return BsonType.MinKey;
  if (value instanceof MaxKey) return BsonType.MaxKey;
  if (value instanceof Code) {
    return value.scope === null || value.scope === undefined
      ? BsonType.Code
      : BsonType.CodeWithScope;
  }
  if (value instanceof BSONSymbol) return BsonType.Symbol;
  if (value instanceof DBPointer) return BsonType.DBPointer;
  throw new AssertionError("not a BSON value");
}
