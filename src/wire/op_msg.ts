// OP_MSG, the message of every modern driver.
//
//   |header|int32 flags| sections ... |uint32 CRC-32C, if flag 0 is set|
//   section kind 0: |0x00|document|                      the body, exactly one
//   section kind 1: |0x01|int32 size|name NUL|documents| a "document sequence": a long array argument
//
// Source: MongoDB wire protocol, "OP_MSG". Broken framing throws WireError (the connection ends); a broken document
// inside sound framing throws InvalidBSON, which is answered.

import { validateDocument } from "../bson/validate.ts";
import { readInt32, readText, readUint32 } from "../bson/read.ts";
import { CommandError } from "../error.ts";
import { crc32c } from "./crc32c.ts";
import { HEADER_BYTES, OpCode, WireError, writeHeader, writeInt32 } from "./frame.ts";
import type { DocumentSequence, Request } from "./request.ts";

export const FLAG_CHECKSUM_PRESENT = 1;
export const FLAG_MORE_TO_COME = 2;
export const FLAG_EXHAUST_ALLOWED = 1 << 16;
/** Bits 0 to 15 must be understood by the receiver. */
const REQUIRED_FLAGS = 0xffff;

/** Header, flags and the kind byte of the body: what stands before the document of a reply. */
export const REPLY_PREFIX_BYTES = HEADER_BYTES + 5;

/** Fills `request` from the message that lies between `start` and `end`. */
export function parseOpMsg(bytes: Uint8Array, start: number, end: number, request: Request): void {
  let at = start + HEADER_BYTES;
  if (end - at < 5) throw new WireError("OP_MSG is too short");
  const flags = readInt32(bytes, at);
  at += 4;
  if ((flags & REQUIRED_FLAGS & ~(FLAG_CHECKSUM_PRESENT | FLAG_MORE_TO_COME)) !== 0) {
    throw new WireError(`OP_MSG has unknown required flags ${flags}`);
  }
  request.moreToCome = (flags & FLAG_MORE_TO_COME) !== 0;
  request.exhaustAllowed = (flags & FLAG_EXHAUST_ALLOWED) !== 0;
  request.hasChecksum = (flags & FLAG_CHECKSUM_PRESENT) !== 0;
  let stop = end;
  if (request.hasChecksum) {
    stop -= 4;
    if (stop < at) throw new WireError("OP_MSG is too short for its checksum");
    if (crc32c(bytes, start, stop) !== readUint32(bytes, stop)) {
      throw new WireError("OP_MSG checksum does not match the contents");
    }
  }
  // The usual message is one body and nothing else.
  if (bytes[at] === 0 && stop - at >= 6 && readInt32(bytes, at + 1) === stop - at - 1) {
    request.body = bytes.subarray(at + 1, stop);
    validateDocument(bytes, at + 1, stop);
    return;
  }
  parseSections(bytes, at, stop, request);
}

function parseSections(bytes: Uint8Array, from: number, stop: number, request: Request): void {
  let at = from;
  let hasBody = false;
  const sequences = new Map<string, { from: number; to: number }>();
  while (at < stop) {
    const kind = bytes[at++];
    if (stop - at < 4) throw new WireError("OP_MSG section is too short");
    const size = readInt32(bytes, at);
    if (size < 5 || size > stop - at) throw new WireError(`OP_MSG section size ${size} is wrong`);
    if (kind === 0) {
      if (hasBody) throw new WireError("OP_MSG has more than one body");
      hasBody = true;
      request.body = bytes.subarray(at, at + size);
    } else if (kind === 1) {
      const nameEnd = cstringEndWithin(bytes, at + 4, at + size);
      const name = readText(bytes, at + 4, nameEnd);
      if (sequences.has(name)) {
        throw new CommandError(40431, `Duplicate document sequence: ${name}`);
      }
      sequences.set(name, { from: nameEnd + 1, to: at + size });
    } else {
      throw new WireError(`OP_MSG section kind ${kind} is unknown`);
    }
    at += size;
  }
  if (!hasBody) throw new WireError("OP_MSG has no body");
  validateDocument(request.body, 0, request.body.length);
  if (sequences.size === 0) return;
  const parsed = new Map<string, DocumentSequence>();
  for (const [name, { from, to }] of sequences) parsed.set(name, splitSequence(bytes, from, to));
  request.sequences = parsed;
}

function cstringEndWithin(bytes: Uint8Array, at: number, stop: number): number {
  let end = at;
  while (end < stop && bytes[end] !== 0) end++;
  if (end === stop) throw new WireError("OP_MSG section name is not terminated");
  return end;
}

function splitSequence(bytes: Uint8Array, from: number, to: number): DocumentSequence {
  const starts: number[] = [];
  let at = from;
  while (at < to) {
    starts.push(at);
    at = validateDocument(bytes, at, to);
  }
  return { bytes, starts, end: to };
}

/**
 * Completes a reply whose document was written behind REPLY_PREFIX_BYTES free bytes. `bytes` is the whole message; with
 * a checksum it ends in four free bytes.
 */
export function finishOpMsg(
  bytes: Uint8Array,
  requestId: number,
  responseTo: number,
  flags: number,
): void {
  writeHeader(bytes, 0, bytes.length, requestId, responseTo, OpCode.Msg);
  writeInt32(bytes, HEADER_BYTES, flags);
  bytes[HEADER_BYTES + 4] = 0;
  if ((flags & FLAG_CHECKSUM_PRESENT) !== 0) {
    const at = bytes.length - 4;
    writeInt32(bytes, at, crc32c(bytes, 0, at) | 0);
  }
}
