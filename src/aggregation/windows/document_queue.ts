// Documents that wait for their window functions, first in, first out: in memory up to a limit, then in a temporary file.
//
// Documents are kept in chunks of some 256 KB. Past the limit a full chunk goes to the file, and comes back when it is the
// first. Without permission to use the disk the limit is MongoDB's error 5643011.

import { documentEnd } from "../../bson/read.ts";
import { CommandError } from "../../error.ts";

const CHUNK_BYTES = 256 * 1024;

interface Chunk {
  /** undefined while the chunk is in the file. */
  bytes: Uint8Array | undefined;
  length: number;
  fileOffset: number;
}

export interface QueueOptions {
  readonly memoryLimitBytes: number;
  readonly allowDiskUse: boolean;
}

export class DocumentQueue {
  private chunks: Chunk[] = [];
  /** Offset of the first document in the first chunk. */
  private at = 0;
  private memoryBytes = 0;
  private file: { readonly handle: Deno.FsFile; readonly path: string; length: number } | undefined;
  count = 0;

  constructor(private readonly options: QueueOptions) {}

  /** Copies a document to the end. `otherBytes` is what its functions hold in memory beside the queue. */
  push(bytes: Uint8Array, start: number, otherBytes: number): void {
    const end = documentEnd(bytes, start);
    const length = end - start;
    let chunk = this.chunks[this.chunks.length - 1];
    if (chunk?.bytes === undefined || chunk.length + length > chunk.bytes.length) {
      chunk = this.addChunk(length, otherBytes);
    }
    chunk.bytes!.set(bytes.subarray(start, end), chunk.length);
    chunk.length += length;
    this.count++;
  }

  private addChunk(length: number, otherBytes: number): Chunk {
    const { memoryLimitBytes, allowDiskUse } = this.options;
    const bytes = Math.max(CHUNK_BYTES, length);
    if (this.memoryBytes + bytes + otherBytes > memoryLimitBytes && this.chunks.length > 1) {
      if (!allowDiskUse) {
        throw new CommandError(
          5643011,
          "Exceeded max memory. Set 'allowDiskUse: true' to spill to disk",
        );
      }
      this.spill(this.chunks[this.chunks.length - 1]);
    }
    const chunk: Chunk = { bytes: new Uint8Array(bytes), length: 0, fileOffset: -1 };
    this.memoryBytes += bytes;
    this.chunks.push(chunk);
    return chunk;
  }

  private spill(chunk: Chunk): void {
    if (this.file === undefined) {
      const path = Deno.makeTempFileSync({ prefix: "secantusdb-window-" });
      this.file = { handle: Deno.openSync(path, { read: true, write: true }), path, length: 0 };
    }
    const { file } = this;
    file.handle.seekSync(file.length, Deno.SeekMode.Start);
    for (let at = 0; at < chunk.length;) {
      at += file.handle.writeSync(chunk.bytes!.subarray(at, chunk.length));
    }
    chunk.fileOffset = file.length;
    file.length += chunk.length;
    this.memoryBytes -= chunk.bytes!.length;
    chunk.bytes = undefined;
  }

  /** The first document, in place; valid until the next call of any kind. */
  get first(): { readonly bytes: Uint8Array; readonly start: number } {
    const [chunk] = this.chunks;
    if (chunk.bytes === undefined) this.load(chunk);
    return { bytes: chunk.bytes!, start: this.at };
  }

  private load(chunk: Chunk): void {
    const { handle } = this.file!;
    chunk.bytes = new Uint8Array(chunk.length);
    this.memoryBytes += chunk.length;
    handle.seekSync(chunk.fileOffset, Deno.SeekMode.Start);
    for (let at = 0; at < chunk.length;) at += handle.readSync(chunk.bytes.subarray(at)) ?? 0;
  }

  /** Drops the first document. */
  shift(): void {
    const { bytes, start } = this.first;
    this.at = documentEnd(bytes, start);
    this.count--;
    const [chunk] = this.chunks;
    if (this.at < chunk.length) return;
    this.at = 0;
    if (this.chunks.length === 1) chunk.length = 0; // used again
    else {
      this.memoryBytes -= bytes.length;
      this.chunks.shift();
    }
  }

  close(): void {
    this.chunks = [];
    this.count = 0;
    if (this.file === undefined) return;
    this.file.handle.close();
    Deno.removeSync(this.file.path);
    this.file = undefined;
  }
}
