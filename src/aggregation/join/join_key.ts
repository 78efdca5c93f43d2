// Values in place as keys of a Map, so that values an equality match calls equal are one key.
//
// The raw counterpart of plan/value_keys.ts: numbers, strings and ids, which nearly all joins are over, are not decoded.
// Missing (type 0) counts as null.

import type { Collation } from "../../bson/collation.ts";
import { decode } from "../../bson/decode.ts";
import {
  type RawValue,
  readDouble,
  readInt32,
  readInt64AsNumber,
  readString,
} from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { type MapKey, ValueKeys } from "../../plan/value_keys.ts";

/** The type byte of a value that is not there. */
export const NO_TYPE = 0;

export class JoinKeys {
  readonly #keys: ValueKeys;
  readonly #hasCollation: boolean;

  constructor(collation: Collation | undefined) {
    this.#keys = new ValueKeys(collation);
    this.#hasCollation = collation !== undefined;
  }

  keyOf(bytes: Uint8Array, type: number, at: number): MapKey {
    switch (type) {
      case BsonType.Int32:
        return readInt32(bytes, at);
      case BsonType.Double:
        return readDouble(bytes, at);
      case BsonType.Int64: {
        const number = readInt64AsNumber(bytes, at);
        if (Number.isSafeInteger(number)) return number;
        break;
      }
      case BsonType.String:
      case BsonType.Symbol:
        if (!this.#hasCollation) return `s${readString(bytes, at)}`;
        if (type === BsonType.Symbol) return this.#keys.keyOf(readString(bytes, at));
        break;
      case BsonType.ObjectId:
        return idKey(bytes, at);
      case BsonType.Boolean:
        return bytes[at] !== 0;
      case NO_TYPE:
      case BsonType.Null:
        return null;
    }
    return this.#keys.keyOf(decode(bytes, type, at));
  }

  ofValue({ bytes, type, at }: RawValue): MapKey {
    return this.keyOf(bytes, type, at);
  }
}

/** As plan/value_keys.ts spells it. */
function idKey(bytes: Uint8Array, at: number): string {
  let key = "o";
  for (let i = 0; i < 12; i++) key += String.fromCharCode(bytes[at + i]);
  return key;
}
