// Sorted runs on disk: what a sort writes when its documents pass the memory limit.
//
// One temporary file per run, deleted when the sort is closed. An entry in the file:
//
//   | key length uint32 LE | document length is in the document | RecordId float64 LE | key | document |
//
// Files are written in pieces of 1 MB and more by another thread, because a disk with much to do keeps writers waiting. They
// are read synchronously: a quarter of a megabyte costs far less than a millisecond from the page cache.

import { readDouble, readInt32, readUint32 } from "../bson/read.ts";
import { keyPrefix, type SortedSource, type SortEntry } from "./sort_run.ts";

const PIECE_BYTES = 1024 * 1024;
const HEADER_BYTES = 12;

/** Up to this length a loop copies faster than a view of the bytes is made. */
const SHORT_BYTES = 64;

interface OutputBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function outputBuffer(length: number): OutputBuffer {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}

function copyRange(
  from: Uint8Array,
  start: number,
  length: number,
  to: Uint8Array,
  at: number,
): void {
  if (length > SHORT_BYTES) to.set(from.subarray(start, start + length), at);
  else for (let i = 0; i < length; i++) to[at + i] = from[start + i];
}

/** Writes entries in order; `finish` turns the file into a source. */
export class SpillWriter {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #buffer = outputBuffer(PIECE_BYTES + PIECE_BYTES / 4);
  #length = 0;
  #isAbandoned = false;
  /** Bytes written so far. */
  byteLength = 0;

  constructor(directory?: string) {
    this.#path = Deno.makeTempFileSync({
      prefix: "secantusdb-sort-",
      ...(directory === undefined ? {} : { dir: directory }),
    });
    this.#file = Deno.openSync(this.#path, { read: true, write: true });
  }

  write(entry: SortEntry): void {
    const keyLength = entry.keyEnd - entry.keyStart;
    const documentLength = readInt32(entry.bytes, entry.start);
    const total = HEADER_BYTES + keyLength + documentLength;
    if (this.#length + total > this.#buffer.bytes.length) this.#grow(total);
    const { view } = this.#buffer;
    view.setUint32(this.#length, keyLength, true);
    view.setFloat64(this.#length + 4, entry.recordId, true);
    const { bytes } = this.#buffer;
    const at = this.#length + HEADER_BYTES;
    copyRange(entry.keyBytes, entry.keyStart, keyLength, bytes, at);
    copyRange(entry.bytes, entry.start, documentLength, bytes, at + keyLength);
    this.#length += total;
    this.byteLength += total;
  }

  #grow(more: number): void {
    const { bytes } = this.#buffer;
    this.#buffer = outputBuffer(Math.max(bytes.length * 2, this.#length + more));
    this.#buffer.bytes.set(bytes.subarray(0, this.#length));
  }

  /** True when there is a piece to be flushed. */
  get isFull(): boolean {
    return this.#length >= PIECE_BYTES;
  }

  /** Writes what has been gathered. The disk may let a write wait for long: others are served meanwhile. */
  async flush(): Promise<void> {
    try {
      for (let at = 0; at < this.#length && !this.#isAbandoned;) {
        at += await this.#file.write(this.#buffer.bytes.subarray(at, this.#length));
      }
    } catch (error) {
      // The file was closed under the write.
      if (!this.#isAbandoned) throw error;
    }
    this.#length = 0;
  }

  /** The run, to be read; undefined when it was given up meanwhile. */
  async finish(): Promise<SpilledRun | undefined> {
    await this.flush();
    if (this.#isAbandoned) return undefined;
    this.#file.seekSync(0, Deno.SeekMode.Start);
    return new SpilledRun(this.#file, this.#path);
  }

  /** Gives the file up. */
  abandon(): void {
    this.#isAbandoned = true;
    removeFile(this.#file, this.#path);
  }
}

function removeFile(file: Deno.FsFile, path: string): void {
  file.close();
  Deno.removeSync(path);
}

/** Reads a run back in order. */
export class SpilledRun implements SortedSource {
  readonly entry: SortEntry = {
    keyBytes: new Uint8Array(0),
    keyStart: 0,
    keyEnd: 0,
    prefix: 0,
    bytes: new Uint8Array(0),
    start: 0,
    recordId: 0,
  };
  readonly #file: Deno.FsFile;
  readonly #path: string;
  #buffer = new Uint8Array(PIECE_BYTES / 4);
  #at = 0;
  #length = 0;
  #closed = false;

  constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  advance(): boolean {
    if (this.#closed || !this.#need(HEADER_BYTES)) return false;
    const keyLength = readUint32(this.#buffer, this.#at);
    this.#need(HEADER_BYTES + keyLength + 4);
    const documentLength = readInt32(this.#buffer, this.#at + HEADER_BYTES + keyLength);
    this.#need(HEADER_BYTES + keyLength + documentLength);
    const keyStart = this.#at + HEADER_BYTES;
    const entry = this.entry;
    entry.keyBytes = this.#buffer;
    entry.keyStart = keyStart;
    entry.keyEnd = keyStart + keyLength;
    entry.prefix = keyPrefix(this.#buffer, keyStart, keyStart + keyLength);
    entry.recordId = readDouble(this.#buffer, this.#at + 4);
    entry.bytes = this.#buffer;
    entry.start = keyStart + keyLength;
    this.#at = entry.start + documentLength;
    return true;
  }

  /** Makes `wanted` bytes available at `#at`; false when the file ends before. */
  #need(wanted: number): boolean {
    if (this.#length - this.#at >= wanted) return true;
    const rest = this.#buffer.subarray(this.#at, this.#length);
    if (wanted > this.#buffer.length) {
      const larger = new Uint8Array(wanted * 2);
      larger.set(rest);
      this.#buffer = larger;
    } else {
      this.#buffer.copyWithin(0, this.#at, this.#length);
    }
    this.#length = rest.length;
    this.#at = 0;
    while (this.#length < wanted) {
      const read = this.#file.readSync(this.#buffer.subarray(this.#length));
      if (read === null) return false;
      this.#length += read;
    }
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    removeFile(this.#file, this.#path);
  }
}
