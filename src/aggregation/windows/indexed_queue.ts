// A queue whose items keep their position in the partition: pushed at the end, dropped from the front.
//
// Items stand in chunks: one array of millions would be copied as it grows, and everybody waits for that. What full chunks
// hold is counted in the stage's meter; the chunk being filled is not worth counting.

import type { MemoryMeter } from "../definition.ts";

const SHIFT = 10;
const CHUNK_ITEMS = 1 << SHIFT;

interface Chunk<T> {
  readonly items: T[];
  bytes: number;
}

export class IndexedQueue<T> {
  private chunks: Chunk<T>[] = [];
  /** Position of the first item of the first chunk. */
  private base = 0;
  /** Position behind the last item. */
  end = 0;

  /** `sizeOf`: roughly what an item takes. */
  constructor(
    private readonly meter: Pick<MemoryMeter, "bytes">,
    private readonly sizeOf: (item: T) => number,
  ) {}

  push(item: T): void {
    const offset = this.end++ - this.base;
    if (offset >> SHIFT === this.chunks.length) {
      if (offset > 0) this.meter.bytes += this.chunks[this.chunks.length - 1].bytes;
      this.chunks.push({ items: [], bytes: 0 });
    }
    const chunk = this.chunks[offset >> SHIFT];
    chunk.items.push(item);
    chunk.bytes += this.sizeOf(item);
  }

  /** The item at a position that has not been dropped. */
  at(position: number): T {
    const offset = position - this.base;
    return this.chunks[offset >> SHIFT].items[offset & (CHUNK_ITEMS - 1)];
  }

  /** Forgets the items before a position. */
  dropBefore(position: number): void {
    const count = (Math.min(position, this.end) - this.base) >> SHIFT;
    if (count <= 0) return;
    const last = this.chunks.length - 1;
    this.chunks.splice(0, count).forEach(({ bytes }, i) => {
      if (i < last) this.meter.bytes -= bytes;
    });
    this.base += count * CHUNK_ITEMS;
  }
}
