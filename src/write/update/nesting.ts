// How deep documents may nest: 180 levels in stored documents (the parser allows 200, so that replies that wrap a
// document can still be read).
//
// Counting is cheap: a level takes at least 7 bytes, so a value too short for the levels left is never opened.

import { BsonType } from "../../bson/type.ts";
import { cstringEnd, documentEnd, readInt32, valueEnd } from "../../bson/read.ts";

/** Levels of documents and arrays a stored document may have, itself included. */
export const MAX_STORED_LEVELS = 180;
const MIN_LEVEL_BYTES = 7;

/** True when the document at `start` has more than `levels` levels, itself included. */
export function isNestedDeeper(bytes: Uint8Array, start: number, levels: number): boolean {
  if (readInt32(bytes, start) < MIN_LEVEL_BYTES * levels) return false;
  if (levels === 0) return true;
  const end = documentEnd(bytes, start) - 1;
  for (let at = start + 4; at < end;) {
    const type = bytes[at];
    const valueAt = cstringEnd(bytes, at + 1) + 1;
    if (type === BsonType.Document || type === BsonType.Array) {
      if (isNestedDeeper(bytes, valueAt, levels - 1)) return true;
    }
    at = valueEnd(bytes, type, valueAt);
  }
  return false;
}

/** The levels of documents and arrays in a value: 0 for a scalar. */
export function nestingOf(bytes: Uint8Array, type: number, at: number): number {
  if (type !== BsonType.Document && type !== BsonType.Array) return 0;
  let deepest = 0;
  const end = documentEnd(bytes, at) - 1;
  for (let elementAt = at + 4; elementAt < end;) {
    const valueAt = cstringEnd(bytes, elementAt + 1) + 1;
    const depth = nestingOf(bytes, bytes[elementAt], valueAt);
    if (depth > deepest) deepest = depth;
    elementAt = valueEnd(bytes, bytes[elementAt], valueAt);
  }
  return deepest + 1;
}
