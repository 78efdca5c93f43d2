// The elements of an array value as a list of references into their buffers, for operators that rebuild the array.
//
// Rebuilding numbers the elements anew and copies their bytes; nothing is decoded.

import { cstringEnd, readInt32, valueEnd } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import type { UpdateScope } from "./update_scope.ts";

/** A value and where it ends. */
export interface Item {
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly at: number;
  readonly end: number;
}

/** The elements of the array value at `start`. */
export function arrayItems(bytes: Uint8Array, start: number): Item[] {
  const items: Item[] = [];
  const end = start + readInt32(bytes, start) - 1;
  for (let elementAt = start + 4; elementAt < end;) {
    const type = bytes[elementAt];
    const at = cstringEnd(bytes, elementAt + 1) + 1;
    const next = valueEnd(bytes, type, at);
    items.push({ bytes, type, at, end: next });
    elementAt = next;
  }
  return items;
}

/** The number of elements of the array value at `start`. */
export function countItems(bytes: Uint8Array, start: number): number {
  const end = start + readInt32(bytes, start) - 1;
  let count = 0;
  for (let at = start + 4; at < end; count++) {
    at = valueEnd(bytes, bytes[at], cstringEnd(bytes, at + 1) + 1);
  }
  return count;
}

/** Writes an array value with these elements to the arena. */
export function writeArray(scope: UpdateScope, items: readonly Item[]): void {
  const mark = scope.arena.open();
  writeItems(scope, items, 0);
  scope.arena.close(mark);
}

/** Writes bare elements, numbered from `first`. */
export function writeItems(scope: UpdateScope, items: readonly Item[], first: number): void {
  for (let i = 0; i < items.length; i++) {
    const { bytes, type, at, end } = items[i];
    scope.arena.indexHeader(type, first + i);
    scope.arena.copy(bytes, at, end);
  }
}

/** Puts an array of these elements in place of the value at `valueAt`. */
export function replaceArray(
  scope: UpdateScope,
  elementAt: number,
  valueAt: number,
  items: readonly Item[],
): void {
  const from = scope.arena.length;
  writeArray(scope, items);
  scope.setValue(elementAt, valueAt, BsonType.Array, null, from, scope.arena.length);
}

/** Adds elements to the end of the array value at `valueAt`, which has `count` elements. */
export function appendToArray(
  scope: UpdateScope,
  valueAt: number,
  count: number,
  items: readonly Item[],
): void {
  const { bytes, arena, edits } = scope;
  const length = readInt32(bytes, valueAt);
  const from = arena.length;
  writeItems(scope, items, count);
  const growth = arena.length - from;
  edits.insertFromArena(valueAt + length - 1, from);
  edits.setLength(valueAt, length + growth);
}
