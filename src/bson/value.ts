// Decoded values: what a BSON value is in TypeScript once somebody needs it decoded.
//
// Most of the engine never decodes. Where it does, a value keeps its BSON type, so that writing it again gives the
// same bytes: int32 is a number, a double is a number unless it equals an int32 (then a Double), int64 a bigint.
// Documents stay raw bytes or become a Map: a plain object would reorder integer-like names.

import type {
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

/** A field that is not there; distinct from null and from the deprecated undefined type. */
export const MISSING: unique symbol = Symbol("missing");
/** The deprecated BSON type undefined. */
export const UNDEFINED: unique symbol = Symbol("undefined");

/** Milliseconds since 1970; may lie outside the range of Date. */
export class BsonDate {
  constructor(readonly ms: bigint) {}
}

/** The deprecated DBPointer type: a namespace and the id's 12 bytes. */
export class DBPointer {
  constructor(readonly namespace: string, readonly id: ObjectId) {}
}

/** A document in decoded form: raw bytes starting at offset 0, or an ordered Map while it is being built. */
export type DocumentValue = Uint8Array | Map<string, BsonValue>;

export type BsonValue =
  | number
  | Double
  | bigint
  | Decimal128
  | string
  | DocumentValue
  | BsonValue[]
  | Binary
  | typeof UNDEFINED
  | ObjectId
  | boolean
  | BsonDate
  | null
  | BSONRegExp
  | DBPointer
  | Code
  | BSONSymbol
  | Timestamp
  | MinKey
  | MaxKey;

/** A value, or the marker of a field that is not there. */
export type OptionalValue = BsonValue | typeof MISSING;
