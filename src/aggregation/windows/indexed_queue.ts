// A queue whose items keep their position in the partition: pushed at the end, dropped from the front.

export class IndexedQueue<T> {
  private items: T[] = [];
  /** Position of the first item kept. */
  private start = 0;
  private dropped = 0;

  /** Position behind the last item. */
  get end(): number {
    return this.start + this.items.length - this.dropped;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** The item at a position that has not been dropped. */
  at(position: number): T {
    return this.items[position - this.start + this.dropped];
  }

  /** Forgets the items before a position. */
  dropBefore(position: number): void {
    const count = Math.min(position, this.end) - this.start;
    if (count <= 0) return;
    this.start += count;
    this.dropped += count;
    if (this.dropped < 1024 || this.dropped * 2 < this.items.length) return;
    this.items = this.items.slice(this.dropped);
    this.dropped = 0;
  }
}
