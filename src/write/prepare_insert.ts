// From the document a client sends to the document that is stored: the `_id` checked, made if missing, and in front;
// a top-level Timestamp(0, 0) replaced by the server's time; size and nesting checked.
//
// Nearly every document a driver sends is right already: then one walk over its top-level elements is all, and the same
// bytes come back.

import { CommandError, ErrorCode } from "../error.ts";
import { allocateDocument } from "../bson/document_slab.ts";
import { cstringEnd, documentEnd, elements, valueEnd } from "../bson/read.ts";
import { newObjectId } from "../bson/object_id.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { nextWallClockTimestamp } from "./timestamp.ts";
import { copyBytes } from "./update/byte_arena.ts";
import { isNestedDeeper, MAX_STORED_LEVELS } from "./update/nesting.ts";
import { emptyTimestamps, fillTimestamps } from "./update/replacement.ts";
import { MAX_DOCUMENT_BYTES } from "./update/size_limit.ts";

export interface InsertPreparation {
  /** The server's clock; by default the wall clock. */
  readonly nextTimestamp?: () => bigint;
}

/** True when a name `_id` stands at `at`. */
function isIdName(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x5f && bytes[at + 1] === 0x69 && bytes[at + 2] === 0x64 &&
    bytes[at + 3] === 0;
}

/** The document as it is stored: the same bytes when there is nothing to do. */
export function prepareInsert(document: Uint8Array, options: InsertPreparation = {}): Uint8Array {
  if (document.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(
      ErrorCode.BSONObjectTooLarge,
      `object to insert too large. size in bytes: ${document.length}, max size: ` +
        `${MAX_DOCUMENT_BYTES}`,
    );
  }
  if (isNestedDeeper(document, 0, MAX_STORED_LEVELS)) {
    throw new CommandError(
      ErrorCode.Overflow,
      `cannot insert document because it exceeds ${MAX_STORED_LEVELS} levels of nesting`,
    );
  }
  let idAt = -1;
  let idEnd = -1;
  let hasEmptyTimestamp = false;
  const end = documentEnd(document, 0) - 1;
  for (let at = 4; at < end;) {
    const type = document[at];
    const valueAt = cstringEnd(document, at + 1) + 1;
    const next = valueEnd(document, type, valueAt);
    if (valueAt - at === 5 && isIdName(document, at + 1)) {
      if (idAt >= 0) {
        throw new CommandError(
          ErrorCode.BadValue,
          "can't have multiple _id fields in one document",
        );
      }
      checkIdValue(document, type, valueAt);
      idAt = at;
      idEnd = next;
    } else if (type === BsonType.Timestamp) {
      hasEmptyTimestamp ||= isZero(document, valueAt);
    }
    at = next;
  }
  const prepared = idAt === 4 ? document : withIdInFront(document, idAt, idEnd);
  if (!hasEmptyTimestamp) return prepared;
  const nextTimestamp = options.nextTimestamp ?? nextWallClockTimestamp;
  return fillTimestamps(prepared, emptyTimestamps(prepared), nextTimestamp);
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 8; i++) if (bytes[at + i] !== 0) return false;
  return true;
}

const ID_HEADER = Uint8Array.of(BsonType.ObjectId, 0x5f, 0x69, 0x64, 0);
const NEW_ID_BYTES = 17;

function withIdInFront(document: Uint8Array, idAt: number, idEnd: number): Uint8Array {
  const isNew = idAt < 0;
  const result = allocateDocument(document.length + (isNew ? NEW_ID_BYTES : 0));
  if (isNew) {
    writeInt32(result, 0, result.length);
    result.set(ID_HEADER, 4);
    newObjectId(result, 9);
    copyBytes(document, 4, document.length, result, 4 + NEW_ID_BYTES);
  } else {
    copyBytes(document, 0, 4, result, 0);
    copyBytes(document, idAt, idEnd, result, 4);
    copyBytes(document, 4, idAt, result, 4 + idEnd - idAt);
    copyBytes(document, idEnd, document.length, result, idEnd);
  }
  return result;
}

function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = value >> (8 * i);
}

/** Throws for values that cannot be an `_id`. */
export function checkIdValue(bytes: Uint8Array, type: number, at: number): void {
  switch (type) {
    case BsonType.Array:
    case BsonType.Regex:
    case BsonType.Undefined:
      throw new CommandError(
        ErrorCode.InvalidIdField,
        `The '_id' value cannot be of type ${typeName(type)}`,
      );
    case BsonType.Document:
      checkIdNames(bytes, at);
  }
}

/** Names that begin with `$` are refused inside `_id`, at every depth; DBRef names are not. */
function checkIdNames(bytes: Uint8Array, start: number): void {
  for (const { name, type, at } of elements(bytes, start)) {
    if (name.startsWith("$") && name !== "$ref" && name !== "$id" && name !== "$db") {
      throw new CommandError(
        ErrorCode.DollarPrefixedFieldName,
        `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
      );
    }
    if (type === BsonType.Document || type === BsonType.Array) checkIdNames(bytes, at);
  }
}
