// OP_COMPRESSED: another message, compressed.
//
//   |header|int32 original op code|int32 uncompressed size|uint8 compressor| compressed bytes of what followed the header|
//
// zlib and zstd come with the runtime, snappy from npm:snappyjs. Both are loaded when a client first agrees on a
// compressor in hello: importing them costs more than the rest of the handshake.

import { readInt32 } from "../bson/read.ts";
import {
  HEADER_BYTES,
  MESSAGE_BYTES_MAX,
  OpCode,
  WireError,
  writeHeader,
  writeInt32,
} from "./frame.ts";

const COMPRESSED_PREFIX_BYTES = HEADER_BYTES + 9;

/** Compressors by name, in the order the server prefers none: the client's order counts. */
export const COMPRESSORS: ReadonlyMap<string, number> = new Map([
  ["snappy", 1],
  ["zlib", 2],
  ["zstd", 3],
]);

interface Codec {
  compress(bytes: Uint8Array): Uint8Array;
  /** Fails when the result would be larger than `size`. */
  decompress(bytes: Uint8Array, size: number): Uint8Array;
}

const codecs = new Map<number, Codec>([
  [0, { compress: (bytes) => bytes, decompress: (bytes) => bytes }],
]);

/** Loads what the named compressors need; before it is done their messages cannot be read. */
export async function loadCompressors(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const id = COMPRESSORS.get(name);
    if (id === undefined || codecs.has(id)) continue;
    codecs.set(id, name === "snappy" ? await loadSnappy() : await loadZlib(name));
  }
}

async function loadZlib(name: string): Promise<Codec> {
  const zlib = await import("node:zlib");
  if (name === "zlib") {
    return {
      compress: (bytes) => zlib.deflateSync(bytes, { level: 6 }),
      decompress: (bytes, size) => zlib.inflateSync(bytes, { maxOutputLength: Math.max(size, 1) }),
    };
  }
  return {
    compress: (bytes) => zlib.zstdCompressSync(bytes),
    decompress: (bytes, size) =>
      zlib.zstdDecompressSync(bytes, { maxOutputLength: Math.max(size, 1) }),
  };
}

async function loadSnappy(): Promise<Codec> {
  const snappy = await import("snappyjs");
  return {
    compress: (bytes) => snappy.compress(bytes),
    // Version 0.7 takes the largest size as a second argument.
    decompress: (bytes, size) => snappy.uncompress(bytes, size),
  };
}

export interface DecompressedMessage {
  /** A whole message with its header, as if it had come uncompressed. */
  readonly bytes: Uint8Array;
  readonly compressorId: number;
}

/** The message inside the OP_COMPRESSED that lies between `start` and `end`. */
export function decompressMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
): DecompressedMessage {
  const at = start + HEADER_BYTES;
  if (end - at < 9) throw new WireError("OP_COMPRESSED is too short");
  const opCode = readInt32(bytes, at);
  const size = readInt32(bytes, at + 4);
  const compressorId = bytes[at + 8];
  if (size < 0 || size > MESSAGE_BYTES_MAX - HEADER_BYTES) {
    throw new WireError(`OP_COMPRESSED tells a size of ${size}`);
  }
  if (opCode === OpCode.Compressed) throw new WireError("OP_COMPRESSED inside OP_COMPRESSED");
  const codec = codecs.get(compressorId);
  if (codec === undefined) throw new WireError(`compressor ${compressorId} was not negotiated`);
  const contents = runCodec(() => codec.decompress(bytes.subarray(at + 9, end), size));
  if (contents.length !== size) {
    throw new WireError(`OP_COMPRESSED tells a size of ${size}, but holds ${contents.length}`);
  }
  const message = new Uint8Array(HEADER_BYTES + size);
  writeHeader(message, 0, message.length, readInt32(bytes, start + 4), 0, opCode);
  message.set(contents, HEADER_BYTES);
  return { bytes: message, compressorId };
}

function runCodec(decompress: () => Uint8Array): Uint8Array {
  try {
    return decompress();
  } catch (error) {
    throw new WireError(`OP_COMPRESSED cannot be decompressed: ${(error as Error).message}`);
  }
}

/** A finished message in compressed form. */
export function compressMessage(message: Uint8Array, compressorId: number): Uint8Array {
  const codec = codecs.get(compressorId);
  if (codec === undefined) return message;
  const contents = codec.compress(message.subarray(HEADER_BYTES));
  const bytes = new Uint8Array(COMPRESSED_PREFIX_BYTES + contents.length);
  writeHeader(
    bytes,
    0,
    bytes.length,
    readInt32(message, 4),
    readInt32(message, 8),
    OpCode.Compressed,
  );
  writeInt32(bytes, HEADER_BYTES, readInt32(message, 12));
  writeInt32(bytes, HEADER_BYTES + 4, message.length - HEADER_BYTES);
  bytes[HEADER_BYTES + 8] = compressorId;
  bytes.set(contents, COMPRESSED_PREFIX_BYTES);
  return bytes;
}

/** The names of the server's compressors among those the client offers, in the client's order. */
export function negotiateCompressors(offered: readonly string[]): string[] {
  return offered.filter((name) => COMPRESSORS.has(name));
}
