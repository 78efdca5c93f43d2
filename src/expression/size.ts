// $bsonSize, $binarySize, and $toHashedIndexKey: the 64-bit key of hashed indexes.
//
// The hash is the first half of an MD5 over seed, type and value, with every number squashed to an int64, as MongoDB defines
// it, so that keys agree with a real server's.

import { createHash, type Hash } from "node:crypto";
import { Binary } from "bson";
import { encodeDocument, encodeValue } from "../bson/encode.ts";
import { elements, nameBytes, type RawValue, readInt64, valueEnd } from "../bson/read.ts";
import { decodeValue } from "../bson/decode.ts";
import { BsonType, isNumericType } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { wholeNumber } from "./number.ts";
import { unaryOperator } from "./operator_kinds.ts";
import { utf8Bytes } from "./text.ts";
import { isDocument, isNullish, typeNameOf } from "./value_type.ts";

/** MongoDB's canonical type numbers, which take part in the hash. */
const HASH_TYPE: ReadonlyMap<number, number> = new Map([
  [BsonType.MinKey, -1],
  [BsonType.Undefined, 0],
  [BsonType.Null, 5],
  [BsonType.Double, 10],
  [BsonType.Int32, 10],
  [BsonType.Int64, 10],
  [BsonType.Decimal128, 10],
  [BsonType.String, 15],
  [BsonType.Symbol, 15],
  [BsonType.Document, 20],
  [BsonType.Array, 25],
  [BsonType.Binary, 30],
  [BsonType.ObjectId, 35],
  [BsonType.Boolean, 40],
  [BsonType.Date, 45],
  [BsonType.Timestamp, 47],
  [BsonType.Regex, 50],
  [BsonType.DBPointer, 55],
  [BsonType.Code, 60],
  [BsonType.CodeWithScope, 65],
  [BsonType.MaxKey, 127],
]);

function int32Bytes(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer);
}

function int64Bytes(value: bigint): Uint8Array {
  return new Uint8Array(new BigInt64Array([value]).buffer);
}

/** A number truncated to int64 and clamped to its range; NaN is 0. */
function squash(value: RawValue): bigint {
  const decoded = decodeValue(value);
  if (typeof decoded === "bigint") return decoded;
  const number = wholeNumber(decoded);
  if (Number.isNaN(number)) return 0n;
  if (number >= 2 ** 63) return 2n ** 63n - 1n;
  return number <= -(2 ** 63) ? -(2n ** 63n) : BigInt(number);
}

function hashValue(hash: Hash, value: RawValue, name: string | undefined): void {
  hash.update(int32Bytes(HASH_TYPE.get(value.type) ?? 0));
  if (name !== undefined) hash.update(nameBytes(name)).update(new Uint8Array(1));
  if (isNumericType(value.type)) hash.update(int64Bytes(squash(value)));
  else if (value.type === BsonType.Document || value.type === BsonType.Array) {
    for (const element of elements(value.bytes, value.at)) hashValue(hash, element, element.name);
    hash.update(int32Bytes(0)).update(new Uint8Array(1));
  } else hash.update(value.bytes.subarray(value.at, valueEnd(value.bytes, value.type, value.at)));
}

/** The hashed index key of a value; a missing one counts as null. */
export function hashedKey(value: RawValue | undefined): bigint {
  const hash = createHash("md5").update(int32Bytes(0));
  hashValue(hash, value ?? encodeValue(null), undefined);
  return readInt64(new Uint8Array(hash.digest()), 0);
}

function bsonSize(value: OptionalValue): BsonValue {
  if (isNullish(value)) return null;
  if (isDocument(value)) return encodeDocument(value).length;
  throw new CommandError(
    31393,
    `$bsonSize requires a document input, found: ${typeNameOf(value)}`,
  );
}

function binarySize(value: OptionalValue): BsonValue {
  if (isNullish(value)) return null;
  if (typeof value === "string") return utf8Bytes(value).length;
  if (value instanceof Binary) return value.position;
  throw new CommandError(
    51276,
    `$binarySize requires a string or BinData argument, found: ${typeNameOf(value)}`,
  );
}

export const SIZE_OPERATORS: readonly ExpressionDefinition[] = [
  unaryOperator("$binarySize", "Bytes of a string or binary", binarySize),
  unaryOperator("$bsonSize", "Bytes of a document", bsonSize),
  unaryOperator(
    "$toHashedIndexKey",
    "The key of the value in a hashed index",
    (value) => hashedKey(value === MISSING ? undefined : encodeValue(value)),
  ),
];
