// OP_QUERY and OP_REPLY: only for the first hello of a connection, which drivers still send in the old form.
//
//   OP_QUERY |header|int32 flags|collection NUL|int32 skip|int32 return|query|
//   OP_REPLY |header|int32 flags|int64 cursor|int32 from|int32 count|document|
//
// Anything but hello and isMaster is refused by dispatch.

import { validateDocument } from "../bson/validate.ts";
import { BsonType } from "../bson/type.ts";
import { documentOf, getField, readText } from "../bson/read.ts";
import { HEADER_BYTES, OpCode, WireError, writeHeader, writeInt32 } from "./frame.ts";
import type { Request } from "./request.ts";

/** What stands before the document of an OP_REPLY. */
export const LEGACY_REPLY_PREFIX_BYTES = HEADER_BYTES + 20;
/** The server can wait for data in tailable cursors: set in every reply. */
const FLAG_AWAIT_CAPABLE = 8;

export function parseOpQuery(
  bytes: Uint8Array,
  start: number,
  end: number,
  request: Request,
): void {
  const nameStart = start + HEADER_BYTES + 4;
  let nameEnd = nameStart;
  while (nameEnd < end && bytes[nameEnd] !== 0) nameEnd++;
  const queryStart = nameEnd + 9;
  if (queryStart + 5 > end) throw new WireError("OP_QUERY is too short");
  const name = readText(bytes, nameStart, nameEnd);
  if (!name.endsWith(".$cmd")) throw new WireError("OP_QUERY is no longer supported");
  const queryEnd = validateDocument(bytes, queryStart, end);
  request.isLegacy = true;
  request.legacyDatabase = name.slice(0, -5);
  request.body = unwrapQuery(bytes.subarray(queryStart, queryEnd));
}

/** `{$query: {isMaster: 1}, $readPreference: ...}` carries the command inside. */
function unwrapQuery(query: Uint8Array): Uint8Array {
  const inner = getField(query, "$query") ?? getField(query, "query");
  return inner?.type === BsonType.Document ? documentOf(inner) : query;
}

/** Completes a reply whose document was written behind LEGACY_REPLY_PREFIX_BYTES free bytes. */
export function finishOpReply(bytes: Uint8Array, requestId: number, responseTo: number): void {
  writeHeader(bytes, 0, bytes.length, requestId, responseTo, OpCode.Reply);
  writeInt32(bytes, HEADER_BYTES, FLAG_AWAIT_CAPABLE);
  bytes.fill(0, HEADER_BYTES + 4, HEADER_BYTES + 16);
  writeInt32(bytes, HEADER_BYTES + 16, 1);
}
