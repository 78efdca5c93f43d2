// Documents that wait for their window functions, first in, first out: in memory up to a limit, then in a temporary file.
//
// Documents are kept in chunks of at most 256 KB. Past the limit chunks from the end go to the file, written by another
// thread because a disk with much to do keeps writers waiting, and come back when they are the first. Without permission to
// use the disk the limit is MongoDB's error 5643011; when what the functions hold is alone too much, 5414201.

import { documentEnd } from "../../bson/read.ts";
import { CommandError } from "../../error.ts";
import { noSpills, type SpillStatistics } from "../../stream/spill_statistics.ts";

const CHUNK_BYTES = 256 * 1024;
/** A small limit has small chunks. */
const LEAST_CHUNKS = 16;
/** Written at a time. */
const SPILL_CHUNKS = 16;

interface Chunk {
  /** undefined while the chunk is in the file. */
  bytes: Uint8Array | undefined;
  length: number;
  /** Documents put into it. */
  count: number;
  fileOffset: number;
}

export interface QueueOptions {
  readonly memoryLimitBytes: number;
  readonly allowDiskUse: boolean;
}

interface QueueFile {
  readonly handle: Deno.FsFile;
  readonly path: string;
  length: number;
}

export class DocumentQueue {
  private chunks: Chunk[] = [];
  /** Offset of the first document in the first chunk. */
  private at = 0;
  private memoryBytes = 0;
  private chunksInMemory = 0;
  private file: QueueFile | undefined;
  private readonly chunkBytes: number;
  private isClosed = false;
  count = 0;
  /** The most that the queue and its functions have held. */
  peakBytes = 0;
  readonly statistics: SpillStatistics = noSpills();

  constructor(private readonly options: QueueOptions) {
    const share = Math.floor(options.memoryLimitBytes / LEAST_CHUNKS);
    this.chunkBytes = Math.min(Math.max(share, 1), CHUNK_BYTES);
  }

  /** Copies a document to the end. */
  push(bytes: Uint8Array, start: number): void {
    const end = documentEnd(bytes, start);
    const length = end - start;
    let chunk = this.chunks[this.chunks.length - 1];
    if (chunk?.bytes === undefined || chunk.length + length > chunk.bytes.length) {
      chunk = this.addChunk(length);
    }
    chunk.bytes!.set(bytes.subarray(start, end), chunk.length);
    chunk.length += length;
    chunk.count++;
    this.count++;
  }

  private addChunk(length: number): Chunk {
    const bytes = Math.max(this.chunkBytes, length);
    const chunk: Chunk = { bytes: new Uint8Array(bytes), length: 0, count: 0, fileOffset: -1 };
    this.memoryBytes += bytes;
    this.chunksInMemory++;
    this.chunks.push(chunk);
    return chunk;
  }

  /** True when chunks should go to the file. `otherBytes` is what the documents' functions hold beside the queue. */
  isOver(otherBytes: number): boolean {
    const { memoryLimitBytes, allowDiskUse } = this.options;
    const held = this.memoryBytes + otherBytes;
    if (held > this.peakBytes) this.peakBytes = held;
    if (held <= memoryLimitBytes) return false;
    if (otherBytes > memoryLimitBytes) {
      throw new CommandError(
        5414201,
        `Exceeded memory limit in DocumentSourceSetWindowFields, used ${otherBytes} bytes but max ` +
          `allowed is ${memoryLimitBytes}`,
      );
    }
    // The chunks being read and written stay.
    if (this.chunksInMemory <= 2) return false;
    if (!allowDiskUse) {
      throw new CommandError(
        5643011,
        "Exceeded max memory. Set 'allowDiskUse: true' to spill to disk",
      );
    }
    return true;
  }

  /** Writes some chunks to the file: the last ones but one, which are needed latest. */
  async spill(): Promise<void> {
    const spilled: Chunk[] = [];
    for (let i = this.chunks.length - 2; i > 0 && spilled.length < SPILL_CHUNKS; i--) {
      if (this.chunks[i].bytes !== undefined) spilled.push(this.chunks[i]);
    }
    const { length } = this.openFile();
    await this.write(joined(spilled));
    if (this.isClosed) return;
    let fileOffset = length;
    let records = 0;
    for (const chunk of spilled) {
      chunk.fileOffset = fileOffset;
      fileOffset += chunk.length;
      records += chunk.count;
      this.memoryBytes -= chunk.bytes!.length;
      chunk.bytes = undefined;
    }
    this.chunksInMemory -= spilled.length;
    this.statistics.spills++;
    this.statistics.spilledBytes += fileOffset - length;
    this.statistics.spilledRecords += records;
  }

  private openFile(): QueueFile {
    if (this.file !== undefined) return this.file;
    const path = Deno.makeTempFileSync({ prefix: "secantusdb-window-" });
    return this.file = {
      handle: Deno.openSync(path, { read: true, write: true }),
      path,
      length: 0,
    };
  }

  private async write(bytes: Uint8Array): Promise<void> {
    const file = this.file!;
    try {
      file.handle.seekSync(file.length, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length && !this.isClosed;) {
        at += await file.handle.write(bytes.subarray(at));
      }
      file.length += bytes.length;
    } catch (error) {
      // The file was closed under the write.
      if (!this.isClosed) throw error;
    }
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
    this.chunksInMemory++;
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
      this.chunksInMemory--;
      this.chunks.shift();
    }
  }

  close(): void {
    this.isClosed = true;
    this.chunks = [];
    this.count = 0;
    if (this.file === undefined) return;
    this.file.handle.close();
    Deno.removeSync(this.file.path);
    this.file = undefined;
  }
}

function joined(chunks: readonly Chunk[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk.bytes!.subarray(0, chunk.length), at);
    at += chunk.length;
  }
  return bytes;
}
