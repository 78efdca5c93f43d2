// Replacing whole documents, and what every whole new document must satisfy (pipelines produce those too).
//
// The new document keeps the `_id` and has it in front; a top-level Timestamp(0, 0) becomes the server's time. A
// replacement that names the `_id` is a constant: its bytes are prepared once.

import { CommandError, ErrorCode } from "../../error.ts";
import { compareRaw } from "../../bson/compare.ts";
import { toShellText } from "../../bson/json.ts";
import {
  cstringEnd,
  documentEnd,
  findElement,
  nameBytes,
  readInt32,
  readText,
  valueEnd,
} from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { nextWallClockTimestamp } from "../timestamp.ts";
import { ByteArena } from "./byte_arena.ts";
import type { CompiledUpdate, UpdateMatch, UpdateOptions } from "./compiled_update.ts";
import { isNestedDeeper, MAX_STORED_LEVELS } from "./nesting.ts";
import { checkUpdatedSize } from "./size_limit.ts";
import { dollarPrefixedField } from "./update_tree.ts";

const ID = nameBytes("_id");
const ID_VALUE_OFFSET = ID.length + 2;

/** Whether two documents have the same bytes. */
export function sameDocument(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The document with the element `source[from, to)` in front, without its own `[skipFrom, skipTo)`. */
function withFirst(
  document: Uint8Array,
  source: Uint8Array,
  [from, to]: readonly [number, number],
  [skipFrom, skipTo]: readonly [number, number],
): Uint8Array {
  const arena = new ByteArena(document.length + to - from);
  const mark = arena.open();
  arena.copy(source, from, to);
  arena.copy(document, 4, skipFrom);
  arena.copy(document, skipTo, document.length - 1);
  arena.close(mark);
  return arena.document(mark);
}

function elementEnd(bytes: Uint8Array, elementAt: number): number {
  return valueEnd(bytes, bytes[elementAt], cstringEnd(bytes, elementAt + 1) + 1);
}

/** The document with its `_id`, if it has one, in front. The same bytes when it is there already. */
export function moveIdToFront(document: Uint8Array): Uint8Array {
  const idAt = findElement(document, 0, ID);
  if (idAt <= 4) return document;
  const id = [idAt, elementEnd(document, idAt)] as const;
  return withFirst(document, document, id, id);
}

/**
 * The new document as it is stored in place of `before`: it takes over the `_id`, and may not change it. Null when
 * both are the same.
 */
export function finishReplacement(before: Uint8Array, after: Uint8Array): Uint8Array | null {
  const oldAt = findElement(before, 0, ID);
  const newAt = findElement(after, 0, ID);
  let result = after;
  if (newAt < 0) {
    if (oldAt >= 0) {
      result = withFirst(after, before, [oldAt, elementEnd(before, oldAt)], [4, 4]);
    }
  } else {
    if (oldAt >= 0) checkSameId(before, oldAt, after, newAt);
    result = moveIdToFront(after);
  }
  if (sameDocument(before, result)) return null;
  if (isNestedDeeper(result, 0, MAX_STORED_LEVELS)) {
    throw new CommandError(
      ErrorCode.Overflow,
      `Document exceeds maximum nesting depth of ${MAX_STORED_LEVELS}`,
    );
  }
  checkUpdatedSize(result);
  return result;
}

function checkSameId(before: Uint8Array, oldAt: number, after: Uint8Array, newAt: number): void {
  const order = compareRaw(
    before,
    before[oldAt],
    oldAt + ID_VALUE_OFFSET,
    after,
    after[newAt],
    newAt + ID_VALUE_OFFSET,
  );
  if (order === 0) return;
  const id = toShellText({ bytes: after, type: after[newAt], at: newAt + ID_VALUE_OFFSET });
  throw new CommandError(
    ErrorCode.ImmutableField,
    `After applying the update, the (immutable) field '_id' was found to have been altered to ` +
      `_id: ${id}`,
  );
}

/** Offsets of the values of top-level Timestamp(0, 0) fields other than `_id`. */
export function emptyTimestamps(document: Uint8Array): number[] {
  const found: number[] = [];
  const end = documentEnd(document, 0) - 1;
  for (let at = 4; at < end;) {
    const valueAt = cstringEnd(document, at + 1) + 1;
    if (document[at] === BsonType.Timestamp && isZero(document, valueAt)) {
      if (readText(document, at + 1, valueAt - 1) !== "_id") found.push(valueAt);
    }
    at = valueEnd(document, document[at], valueAt);
  }
  return found;
}

function isZero(bytes: Uint8Array, at: number): boolean {
  return readInt32(bytes, at) === 0 && readInt32(bytes, at + 4) === 0;
}

/** A copy of the document with new timestamps at the given offsets. */
export function fillTimestamps(
  document: Uint8Array,
  offsets: readonly number[],
  nextTimestamp: () => bigint,
): Uint8Array {
  if (offsets.length === 0) return document;
  const filled = document.slice();
  const view = new DataView(filled.buffer, filled.byteOffset);
  for (const at of offsets) view.setBigUint64(at, nextTimestamp(), true);
  return filled;
}

/** Throws for a top-level name that begins with `$`. */
export function checkTopLevelNames(document: Uint8Array): void {
  const end = documentEnd(document, 0) - 1;
  for (let at = 4; at < end; at = elementEnd(document, at)) {
    if (document[at + 1] === 0x24) {
      throw dollarPrefixedField(readText(document, at + 1, cstringEnd(document, at + 1)));
    }
  }
}

/** Compiles a replacement document. */
export function compileReplacement(document: Uint8Array, options: UpdateOptions): CompiledUpdate {
  const replacement = moveIdToFront(document.slice());
  const timestamps = emptyTimestamps(replacement);
  const nextTimestamp = options.nextTimestamp ?? nextWallClockTimestamp;
  let isChecked = false;
  return {
    kind: "replacement",
    isReplacement: true,
    needsArrayIndex: false,
    changedFields: undefined,
    apply(before: Uint8Array, _match: UpdateMatch, isInsert: boolean): Uint8Array | null {
      // An upsert that inserts stores what an insert would.
      if (!isChecked && !isInsert) {
        checkTopLevelNames(replacement);
        isChecked = true;
      }
      const after = fillTimestamps(replacement, timestamps, nextTimestamp);
      return finishReplacement(before, after);
    },
  };
}
