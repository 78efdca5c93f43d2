// The compressors of OP_COMPRESSED: bytes to fewer bytes and back, at once or in turns.
//
// zlib and zstd come with the runtime, snappy from npm:snappyjs. All are loaded when a client first agrees on a compressor in
// hello: importing them costs more than the rest of the handshake. The runtime's asynchronous zlib works on the calling
// thread, 16 MB in one go of 300 ms; so large messages pass through a stream in slices, and others are served between them.

import type { Transform } from "node:stream";
import { WireError } from "./frame.ts";

/** Ids by name. */
export const COMPRESSORS: ReadonlyMap<string, number> = new Map([
  ["snappy", 1],
  ["zlib", 2],
  ["zstd", 3],
]);

/** Lets other work be done. */
export type Pause = () => Promise<void>;

export interface Codec {
  compress(bytes: Uint8Array): Uint8Array;
  /** Fails when the result would be larger than `size`. */
  decompress(bytes: Uint8Array, size: number): Uint8Array;
  /** The same in slices with pauses between them; absent where it is fast enough at once. */
  compressInTurns?(bytes: Uint8Array, pause: Pause): Promise<Uint8Array>;
  decompressInTurns?(bytes: Uint8Array, size: number, pause: Pause): Promise<Uint8Array>;
}

/** Bytes given to a stream between two pauses: 2 to 4 ms of zlib's time. */
const SLICE_BYTES = 128 * 1024;
const CHUNK_BYTES = 64 * 1024;
const ZLIB_LEVEL = 6;

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

/** The codec of an id, undefined when no client has agreed on it yet. */
export function codecOf(id: number): Codec | undefined {
  return codecs.get(id);
}

async function loadZlib(name: string): Promise<Codec> {
  const zlib = await import("node:zlib");
  const chunkSize = CHUNK_BYTES;
  if (name === "zlib") {
    const level = ZLIB_LEVEL;
    return {
      compress: (bytes) => zlib.deflateSync(bytes, { level }),
      decompress: (bytes, size) => zlib.inflateSync(bytes, { maxOutputLength: Math.max(size, 1) }),
      compressInTurns: (bytes, pause) =>
        passInTurns(zlib.createDeflate({ level, chunkSize }), bytes, Infinity, pause),
      decompressInTurns: (bytes, size, pause) =>
        passInTurns(zlib.createInflate({ chunkSize }), bytes, size, pause),
    };
  }
  return {
    compress: (bytes) => zlib.zstdCompressSync(bytes),
    decompress: (bytes, size) =>
      zlib.zstdDecompressSync(bytes, { maxOutputLength: Math.max(size, 1) }),
    compressInTurns: (bytes, pause) =>
      passInTurns(zlib.createZstdCompress({ chunkSize }), bytes, Infinity, pause),
    decompressInTurns: (bytes, size, pause) =>
      passInTurns(zlib.createZstdDecompress({ chunkSize }), bytes, size, pause),
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

/** What comes out of a stream that is fed slice by slice; fails beyond `limit` bytes. */
async function passInTurns(
  stream: Transform,
  bytes: Uint8Array,
  limit: number,
  pause: Pause,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const ended = new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > limit) stream.destroy(new WireError(`more than the ${limit} bytes it tells`));
      else chunks.push(chunk);
    });
    stream.on("end", resolve);
    stream.on("error", reject);
  });
  // Awaited at the end: an error met before must not count as unhandled.
  ended.catch(() => {});
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    const slice = bytes.subarray(at, Math.min(at + SLICE_BYTES, bytes.length));
    const taken = new Promise<void>((resolve) => stream.write(slice, () => resolve()));
    await Promise.race([taken, ended]);
    await pause();
  }
  stream.end();
  await ended;
  const result = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result;
}
