// The `_id` of a bucket: an ObjectId that begins with the bucket's earliest time in seconds, so that ids order as times do.
//
// That holds for times from 1970 to 2038. Buckets of other times get ids with the highest bit set: they all sort behind,
// and who looks for a time range by `_id` asks first whether there are any.

import { newObjectId } from "../bson/object_id.ts";
import type { RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";

/** Seconds from here on belong to buckets whose ids do not order by time. */
export const FIRST_EXTENDED_SECOND = 2 ** 31;
const ID_BYTES = 12;

export function isExtendedTime(timeMs: number): boolean {
  return timeMs < 0 || timeMs >= FIRST_EXTENDED_SECOND * 1000;
}

/** A new id for a bucket whose earliest time is `minMs`. */
export function newBucketId(minMs: number): Uint8Array {
  const id = newObjectId();
  const seconds = Math.floor(minMs / 1000);
  writeSeconds(id, isExtendedTime(minMs) ? (seconds | 0x80000000) : seconds);
  return id;
}

/** The lowest or highest id of a second. */
export function bucketIdBound(seconds: number, side: "lowest" | "highest"): Uint8Array {
  const id = new Uint8Array(ID_BYTES).fill(side === "lowest" ? 0 : 0xff);
  writeSeconds(id, seconds);
  return id;
}

function writeSeconds(id: Uint8Array, seconds: number): void {
  for (let i = 0; i < 4; i++) id[i] = seconds >>> (24 - 8 * i);
}

/** An id as a value. */
export function bucketIdValue(id: Uint8Array): RawValue {
  return { bytes: id, type: BsonType.ObjectId, at: 0 };
}
