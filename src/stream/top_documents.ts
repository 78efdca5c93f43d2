// The first k documents of an order without sorting the rest: a heap whose top is the worst document kept.
//
// Most documents of a long input lose against the top with one comparison and are never copied. Used when a sort has a small
// limit; when the kept documents grow past the memory limit the sort drains them into ordinary runs instead.

import { documentEnd } from "../bson/read.ts";
import { compareEntries, keyPrefix, type SortEntry, type SortOrder } from "./sort_run.ts";

/** A kept document with the place it arrived at, so that equal keys keep their order. */
export interface KeptDocument extends SortEntry {
  arrival: number;
}

export class TopDocuments {
  readonly #limit: number;
  readonly #order: SortOrder;
  readonly #heap: KeptDocument[] = [];
  #arrivals = 0;
  #memoryBytes = 0;
  readonly #candidate: KeptDocument = {
    keyBytes: new Uint8Array(0),
    keyStart: 0,
    keyEnd: 0,
    prefix: 0,
    bytes: new Uint8Array(0),
    start: 0,
    recordId: 0,
    arrival: 0,
  };

  constructor(limit: number, order: SortOrder) {
    this.#limit = limit;
    this.#order = order;
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  offer(bytes: Uint8Array, start: number, recordId: number): void {
    const key = this.#order.key(bytes, start);
    const heap = this.#heap;
    const candidate = this.#candidate;
    candidate.keyBytes = key;
    candidate.keyEnd = key.length;
    candidate.prefix = keyPrefix(key, 0, key.length);
    candidate.arrival = this.#arrivals++;
    if (heap.length < this.#limit) {
      heap.push(this.#keep(bytes, start, recordId));
      this.#rise(heap.length - 1);
    } else if (this.#isBefore(candidate, heap[0])) {
      this.#memoryBytes -= memoryOf(heap[0]);
      heap[0] = this.#keep(bytes, start, recordId);
      this.#sink();
    }
  }

  #keep(bytes: Uint8Array, start: number, recordId: number): KeptDocument {
    const kept: KeptDocument = {
      ...this.#candidate,
      keyBytes: this.#candidate.keyBytes.slice(),
      bytes: bytes.slice(start, documentEnd(bytes, start)),
      start: 0,
      recordId,
    };
    this.#memoryBytes += memoryOf(kept);
    return kept;
  }

  #isBefore(a: KeptDocument, b: KeptDocument): boolean {
    const order = compareEntries(a, b, this.#order.compareKeys);
    return order !== 0 ? order < 0 : a.arrival < b.arrival;
  }

  #rise(at: number): void {
    const heap = this.#heap;
    const moved = heap[at];
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(heap[parent], moved)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = moved;
  }

  #sink(): void {
    const heap = this.#heap;
    const moved = heap[0];
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#isBefore(heap[child], heap[child + 1])) child++;
      if (!this.#isBefore(moved, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moved;
  }

  /** The kept documents in order. */
  sorted(): KeptDocument[] {
    return this.#heap.sort((a, b) => this.#isBefore(a, b) ? -1 : 1);
  }

  /** The kept documents in order of arrival, for a sort that has to go on with runs. */
  drain(): KeptDocument[] {
    this.#memoryBytes = 0;
    return this.#heap.splice(0).sort((a, b) => a.arrival - b.arrival);
  }
}

function memoryOf(kept: KeptDocument): number {
  return kept.bytes.length + kept.keyBytes.length + 24;
}
