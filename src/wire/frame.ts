// The header of every message, and where one message ends and the next begins.
//
//   |int32 length|int32 request id|int32 response to|int32 op code| ... |
//
// Lengths include the header. A length out of bounds means that the other side does not speak this protocol (or that the
// stream is out of step): there is no way to find the next message, so the connection is closed.

import { readInt32 } from "../bson/read.ts";

export const HEADER_BYTES = 16;
/** mongod's MaxMessageSizeBytes, told to clients as maxMessageSizeBytes. */
export const MESSAGE_BYTES_MAX = 48_000_000;

export const OpCode = {
  Reply: 1,
  Query: 2004,
  Compressed: 2012,
  Msg: 2013,
} as const;

/** Bytes that are not the protocol: answered by closing the connection. */
export class WireError extends Error {
  override name = "WireError";
}

/** The length of the message at `at`, or 0 while too little of it is there to tell. */
export function messageLength(bytes: Uint8Array, at: number, filled: number): number {
  if (filled - at < 4) return 0;
  const length = readInt32(bytes, at);
  if (length < HEADER_BYTES || length > MESSAGE_BYTES_MAX) {
    throw new WireError(`message length ${length} is not between 16 and ${MESSAGE_BYTES_MAX}`);
  }
  return length;
}

export function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}

export function writeHeader(
  bytes: Uint8Array,
  at: number,
  length: number,
  requestId: number,
  responseTo: number,
  opCode: number,
): void {
  writeInt32(bytes, at, length);
  writeInt32(bytes, at + 4, requestId);
  writeInt32(bytes, at + 8, responseTo);
  writeInt32(bytes, at + 12, opCode);
}
