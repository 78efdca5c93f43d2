// All values a path leads to in a document, for joins: `localField` of $lookup, `connectFromField` of $graphLookup.
//
// Not the walk of filters nor that of expressions: an array at the end gives its elements and never itself, a number in the
// path is an index where an array stands, and arrays directly inside arrays are not entered. Missing values are not visited.

import { cstringEnd, documentEnd, findElement, valueEnd } from "../../bson/read.ts";
import type { CompiledPath } from "../../bson/path.ts";
import { BsonType } from "../../bson/type.ts";

export type ValueVisitor = (bytes: Uint8Array, type: number, at: number) => void;

/** Visits the values at the path in the document at `start`. */
export function visitPathValues(
  bytes: Uint8Array,
  start: number,
  path: CompiledPath,
  visit: ValueVisitor,
  depth = 0,
): void {
  const { parts, indexes } = path;
  const element = findElement(bytes, start, parts[depth]);
  if (element < 0) return;
  let type = bytes[element];
  let at = element + parts[depth].length + 2;
  depth++;
  while (depth < parts.length && type === BsonType.Array && indexes[depth] >= 0) {
    const item = itemAt(bytes, at, indexes[depth]);
    if (item < 0) return;
    type = bytes[item];
    at = cstringEnd(bytes, item + 1) + 1;
    depth++;
  }
  if (depth === parts.length) {
    if (type === BsonType.Array) visitItems(bytes, at, visit);
    else visit(bytes, type, at);
  } else if (type === BsonType.Document) {
    visitPathValues(bytes, at, path, visit, depth);
  } else if (type === BsonType.Array) {
    visitItems(bytes, at, (_, itemType, itemStart) => {
      if (itemType === BsonType.Document) visitPathValues(bytes, itemStart, path, visit, depth);
    });
  }
}

/** Visits the elements of the array at `at`. */
export function visitItems(bytes: Uint8Array, at: number, visit: ValueVisitor): void {
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  while (element < end) {
    const type = bytes[element];
    const value = cstringEnd(bytes, element + 1) + 1;
    visit(bytes, type, value);
    element = valueEnd(bytes, type, value);
  }
}

/** Offset of the array's element `index`, -1 behind its end. */
function itemAt(bytes: Uint8Array, at: number, index: number): number {
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  for (let i = 0; element < end; i++) {
    if (i === index) return element;
    element = valueEnd(bytes, bytes[element], cstringEnd(bytes, element + 1) + 1);
  }
  return -1;
}
