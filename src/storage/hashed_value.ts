// What a hashed index keeps of a value: MongoDB's 64-bit hash, the one that $toHashedIndexKey shows.
//
// Under a collation equal strings must have equal hashes, so the hash is that of the value's key bytes.

import type { Collation } from "../bson/collation.ts";
import { encodeValue } from "../bson/encode.ts";
import type { RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { hashedKey } from "../expression/size.ts";
import { encodeKey } from "../index/key_encoding.ts";

/** The hash as an int64 value; a missing value counts as null. */
export function hashedValue(
  value: RawValue | undefined,
  collation: Collation | undefined,
): RawValue {
  return encodeValue(hashedKey(collation === undefined ? value : unified(value, collation)));
}

function unified(value: RawValue | undefined, collation: Collation): RawValue | undefined {
  const mayHoldStrings = value?.type === BsonType.String || value?.type === BsonType.Symbol ||
    value?.type === BsonType.Document;
  if (!mayHoldStrings) return value;
  let text = "";
  for (const byte of encodeKey([value], [], collation)) text += String.fromCharCode(byte);
  return encodeValue(text);
}
