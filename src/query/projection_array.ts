// `$slice` and `$elemMatch` in a projection of find: parts of an array.
//
// Elements are copied and renumbered from raw bytes, not decoded by $slice. A positional path is in projection_tree.ts, because the
// array it cuts down may lie above the end of the path.

import { decode } from "../bson/decode.ts";
import type { BsonWriter } from "../bson/encode.ts";
import { cstringEnd, documentEnd, findElement, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import type { BsonValue } from "../bson/value.ts";
import type { FieldWriter } from "./projection_tree.ts";

/** `{ $slice: limit }` (skip undefined; negative: from the end) or `{ $slice: [skip, limit] }`. */
export interface SliceRange {
  readonly skip: number | undefined;
  readonly limit: number;
}

/** First element and the one behind the last, of an array of `length`. */
export function sliceBounds({ skip, limit }: SliceRange, length: number): [number, number] {
  if (skip === undefined) {
    return limit < 0 ? [Math.max(length + limit, 0), length] : [0, Math.min(limit, length)];
  }
  const from = skip < 0 ? Math.max(length + skip, 0) : Math.min(skip, length);
  return [from, Math.min(from + limit, length)];
}

/** The number of elements of the array at `at`. */
function countElements(bytes: Uint8Array, at: number): number {
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  let count = 0;
  while (element < end) {
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    element = valueEnd(bytes, bytes[element], valueAt);
    count++;
  }
  return count;
}

/** Writes elements `from` to `to` of the array at `at` as the array `name`. */
export function writeArrayRange(
  writer: BsonWriter,
  name: string,
  bytes: Uint8Array,
  at: number,
  from: number,
  to: number,
): void {
  writer.startArray(name);
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  for (let index = 0; element < end && index < to; index++) {
    const type = bytes[element];
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    if (index >= from) writer.rawAt(undefined, bytes, type, valueAt);
    element = valueEnd(bytes, type, valueAt);
  }
  writer.end();
}

/** `$slice` of a field; values that are no arrays stay as they are. */
export function sliceWriter(range: SliceRange): FieldWriter {
  return (writer, name, bytes, type, at) => {
    if (type !== BsonType.Array) return writer.rawAt(name, bytes, type, at);
    const [from, to] = sliceBounds(range, countElements(bytes, at));
    writeArrayRange(writer, name, bytes, at, from, to);
  };
}

/** The element with the given index as an array of one, for `$elemMatch`; undefined when the field is no array. */
export function elementAt(
  bytes: Uint8Array,
  start: number,
  field: Uint8Array,
  index: number,
): BsonValue[] | undefined {
  const found = findElement(bytes, start, field);
  if (index < 0 || found < 0 || bytes[found] !== BsonType.Array) return undefined;
  const at = found + field.length + 2;
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  for (let i = 0; element < end; i++) {
    const type = bytes[element];
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    if (i === index) return [decode(bytes, type, valueAt)];
    element = valueEnd(bytes, type, valueAt);
  }
  return undefined;
}
