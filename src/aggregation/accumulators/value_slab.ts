// One buffer for the lists of many groups: each list is a chain of values, so that a group costs no buffer of its own.
//
//   | next uint32 LE | type | value bytes ... |      entries start at multiples of 8; `next` counts in eights, 0 is the end
//
// Chunks grow up to 1 MB; an address is chunk number * 1 MB + offset. Nothing is freed but the slab as a whole.

import { readUint32, valueEnd } from "../../bson/read.ts";

const FIRST_CHUNK_BYTES = 1024;
const CHUNK_BYTES = 1024 * 1024;
const HEADER_BYTES = 5;

export class ValueSlab {
  private chunks: Uint8Array<ArrayBuffer>[] = [];
  private chunk = new Uint8Array(0);
  private length = 0;

  /** Copies a value in; gives its address, which is never 0. */
  append(bytes: Uint8Array, type: number, at: number): number {
    const end = valueEnd(bytes, type, at);
    const needed = HEADER_BYTES + end - at;
    if (this.length + needed > this.chunk.length) this.addChunk(needed);
    const { chunk, length } = this;
    const to = length + HEADER_BYTES;
    chunk[length] =
      chunk[length + 1] =
      chunk[length + 2] =
      chunk[length + 3] =
        0;
    chunk[length + 4] = type;
    if (end - at <= 48) { for (let i = at; i < end; i++) chunk[to + i - at] = bytes[i]; }
    else chunk.set(bytes.subarray(at, end), to);
    this.length = (length + needed + 7) & ~7;
    return (this.chunks.length - 1) * CHUNK_BYTES + length;
  }

  private addChunk(needed: number): void {
    const size = this.chunks.length === 0
      ? FIRST_CHUNK_BYTES
      : Math.min(this.chunk.length * 2, CHUNK_BYTES);
    this.chunk = new Uint8Array(Math.max(size, needed + 8));
    this.chunks.push(this.chunk);
    // Address 0 is the end of a chain.
    this.length = this.chunks.length === 1 ? 8 : 0;
    if (this.length + needed > this.chunk.length) this.addChunk(needed);
  }

  /** Makes `next` follow `address` in a chain. */
  link(address: number, next: number): void {
    const chunk = this.chunks[Math.floor(address / CHUNK_BYTES)];
    const at = address % CHUNK_BYTES;
    const eights = next / 8;
    chunk[at] = eights;
    chunk[at + 1] = eights >>> 8;
    chunk[at + 2] = eights >>> 16;
    chunk[at + 3] = eights >>> 24;
  }

  /** Visits a chain; stops when `visit` says so. True when it was stopped. */
  some(
    address: number,
    visit: (bytes: Uint8Array, type: number, at: number) => boolean,
  ): boolean {
    while (address !== 0) {
      const chunk = this.chunks[Math.floor(address / CHUNK_BYTES)];
      const at = address % CHUNK_BYTES;
      if (visit(chunk, chunk[at + 4], at + HEADER_BYTES)) return true;
      address = readUint32(chunk, at) * 8;
    }
    return false;
  }
}
