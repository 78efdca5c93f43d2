// OP_COMPRESSED: another message, compressed.
//
//   |header|int32 original op code|int32 uncompressed size|uint8 compressor| compressed bytes of what followed the header|
//
// The compressors themselves are in codec.ts. Messages of half a megabyte and more are (de)compressed in turns.

import { readInt32 } from "../bson/read.ts";
import { type Codec, codecOf, COMPRESSORS, type Pause } from "./codec.ts";
import {
  HEADER_BYTES,
  MESSAGE_BYTES_MAX,
  OpCode,
  WireError,
  writeHeader,
  writeInt32,
} from "./frame.ts";

const PREFIX_BYTES = HEADER_BYTES + 9;
/** From this size on others are let in while a message is (de)compressed. */
const LARGE_BYTES = 512 * 1024;

export interface DecompressedMessage {
  /** A whole message with its header, as if it had come uncompressed. */
  readonly bytes: Uint8Array;
  readonly compressorId: number;
}

interface Envelope {
  readonly compressorId: number;
  readonly codec: Codec;
  readonly opCode: number;
  /** Bytes of the contents once decompressed. */
  readonly size: number;
  readonly contents: Uint8Array;
}

function readEnvelope(bytes: Uint8Array, start: number, end: number): Envelope {
  const at = start + HEADER_BYTES;
  if (end - at < 9) throw new WireError("OP_COMPRESSED is too short");
  const opCode = readInt32(bytes, at);
  const size = readInt32(bytes, at + 4);
  const compressorId = bytes[at + 8];
  if (size < 0 || size > MESSAGE_BYTES_MAX - HEADER_BYTES) {
    throw new WireError(`OP_COMPRESSED tells a size of ${size}`);
  }
  if (opCode === OpCode.Compressed) throw new WireError("OP_COMPRESSED inside OP_COMPRESSED");
  const codec = codecOf(compressorId);
  if (codec === undefined) throw new WireError(`compressor ${compressorId} was not negotiated`);
  return { compressorId, codec, opCode, size, contents: bytes.subarray(at + 9, end) };
}

/**
 * The message inside the OP_COMPRESSED that lies between `start` and `end`. With `pause` a large one is decompressed in turns
 * and comes as a promise; the bytes must stay as they are until then.
 */
export function decompressMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
): DecompressedMessage;
export function decompressMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
  pause: Pause,
): DecompressedMessage | Promise<DecompressedMessage>;
export function decompressMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
  pause?: Pause,
): DecompressedMessage | Promise<DecompressedMessage> {
  const envelope = readEnvelope(bytes, start, end);
  const { codec, contents, size } = envelope;
  const requestId = readInt32(bytes, start + 4);
  if (pause !== undefined && size >= LARGE_BYTES && codec.decompressInTurns !== undefined) {
    return codec.decompressInTurns(contents, size, pause).then(
      (plain) => unpacked(envelope, requestId, plain),
      (error) => {
        throw broken(error);
      },
    );
  }
  try {
    return unpacked(envelope, requestId, codec.decompress(contents, size));
  } catch (error) {
    throw broken(error);
  }
}

function broken(error: unknown): WireError {
  if (error instanceof WireError) return error;
  return new WireError(`OP_COMPRESSED cannot be decompressed: ${(error as Error).message}`);
}

function unpacked(envelope: Envelope, requestId: number, plain: Uint8Array): DecompressedMessage {
  const { compressorId, opCode, size } = envelope;
  if (plain.length !== size) {
    throw new WireError(`OP_COMPRESSED tells a size of ${size}, but holds ${plain.length}`);
  }
  const message = new Uint8Array(HEADER_BYTES + size);
  writeHeader(message, 0, message.length, requestId, 0, opCode);
  message.set(plain, HEADER_BYTES);
  return { bytes: message, compressorId };
}

/** A finished message in compressed form; as a promise when it is large and there is a `pause`. */
export function compressMessage(message: Uint8Array, compressorId: number): Uint8Array;
export function compressMessage(
  message: Uint8Array,
  compressorId: number,
  pause: Pause,
): Uint8Array | Promise<Uint8Array>;
export function compressMessage(
  message: Uint8Array,
  compressorId: number,
  pause?: Pause,
): Uint8Array | Promise<Uint8Array> {
  const codec = codecOf(compressorId);
  if (codec === undefined) return message;
  const contents = message.subarray(HEADER_BYTES);
  if (pause !== undefined && contents.length >= LARGE_BYTES && codec.compressInTurns) {
    return codec.compressInTurns(contents, pause).then((bytes) =>
      packed(message, compressorId, bytes)
    );
  }
  return packed(message, compressorId, codec.compress(contents));
}

function packed(message: Uint8Array, compressorId: number, contents: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES + contents.length);
  const requestId = readInt32(message, 4);
  writeHeader(bytes, 0, bytes.length, requestId, readInt32(message, 8), OpCode.Compressed);
  writeInt32(bytes, HEADER_BYTES, readInt32(message, 12));
  writeInt32(bytes, HEADER_BYTES + 4, message.length - HEADER_BYTES);
  bytes[HEADER_BYTES + 8] = compressorId;
  bytes.set(contents, PREFIX_BYTES);
  return bytes;
}

/** The names of the server's compressors among those the client offers, in the client's order. */
export function negotiateCompressors(offered: readonly string[]): string[] {
  return offered.filter((name) => COMPRESSORS.has(name));
}
