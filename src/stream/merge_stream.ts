// Merges streams that are each in order into one that is: the branches of a SORT_MERGE.
//
// Each input keeps its current batch; the smallest head goes out next. Documents are copied into the merged batch, with
// their RecordIds, and a document that several inputs have (a multikey index) goes out once.

import { type Batch, BatchBuilder, EMPTY_BATCH } from "./batch.ts";
import type { DocumentStream, NextBatch } from "./document_stream.ts";
import { compareBytes, type SortOrder } from "./sort_run.ts";

interface Head {
  readonly source: DocumentStream;
  batch: Batch | null;
  at: number;
  key: Uint8Array;
}

const OUTPUT_DOCUMENTS = 512;

export class MergeStream implements DocumentStream {
  readonly #order: SortOrder;
  readonly #heads: Head[];
  readonly #builder = new BatchBuilder(OUTPUT_DOCUMENTS, 64 * 1024);
  readonly #seen = new Set<number>();
  #expected = OUTPUT_DOCUMENTS;
  dropped = 0;

  constructor(sources: readonly DocumentStream[], order: SortOrder) {
    this.#order = order;
    this.#heads = sources.map((source) => ({
      source,
      batch: EMPTY_BATCH,
      at: 0,
      key: new Uint8Array(0),
    }));
  }

  expect(documents: number): void {
    this.#expected = Math.max(1, Math.min(documents, OUTPUT_DOCUMENTS));
    for (const head of this.#heads) head.source.expect?.(documents);
  }

  next(): NextBatch {
    for (const head of this.#heads) {
      const waiting = this.#advance(head);
      if (waiting !== undefined) return waiting.then(() => EMPTY_BATCH);
    }
    return this.#merge();
  }

  /** Makes sure an input stands on a document or is at its end. */
  #advance(head: Head): Promise<void> | undefined {
    while (head.batch !== null && head.at >= head.batch.count) {
      const next = head.source.next();
      if (next instanceof Promise) {
        return next.then((batch) => this.#take(head, batch));
      }
      this.#take(head, next);
    }
    return undefined;
  }

  #take(head: Head, batch: Batch | null): void {
    head.batch = batch;
    head.at = 0;
    if (batch !== null && batch.count > 0) head.key = this.#keyOf(batch, 0);
  }

  #keyOf(batch: Batch, at: number): Uint8Array {
    return this.#order.key(batch.bytes, batch.starts[at]).slice();
  }

  #merge(): Batch | null {
    const builder = this.#builder;
    builder.reset();
    const recordIds = new Float64Array(this.#expected);
    while (builder.count < this.#expected) {
      const head = this.#smallest();
      if (head === undefined) break;
      const batch = head.batch as Batch;
      const recordId = batch.recordIds?.[head.at];
      if (recordId === undefined || !this.#seen.has(recordId)) {
        if (recordId !== undefined) {
          this.#seen.add(recordId);
          recordIds[builder.count] = recordId;
        }
        builder.append(batch.bytes, batch.starts[head.at]);
      } else {
        this.dropped++;
      }
      if (++head.at < batch.count) head.key = this.#keyOf(batch, head.at);
      else break;
    }
    this.#expected = OUTPUT_DOCUMENTS;
    if (builder.count === 0) {
      return this.#heads.every((head) => head.batch === null) ? null : EMPTY_BATCH;
    }
    const merged = builder.take();
    merged.recordIds = recordIds;
    return merged;
  }

  #smallest(): Head | undefined {
    let smallest: Head | undefined;
    for (const head of this.#heads) {
      if (head.batch === null) continue;
      if (smallest === undefined || this.#compare(head.key, smallest.key) < 0) smallest = head;
    }
    return smallest;
  }

  #compare(a: Uint8Array, b: Uint8Array): number {
    const { compareKeys } = this.#order;
    return compareKeys === undefined
      ? compareBytes(a, 0, a.length, b, 0, b.length)
      : compareKeys(a, b);
  }

  close(): void {
    for (const head of this.#heads) {
      head.source.close();
      head.batch = null;
    }
  }
}
