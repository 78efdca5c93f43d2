// Skip and limit. A limit closes its source as soon as it is reached, so that a scan below stops reading.

import type { Batch } from "./batch.ts";
import { BatchTransform, type DocumentStream, type NextBatch } from "./document_stream.ts";

export class SkipStream extends BatchTransform {
  #remaining: number;

  constructor(source: DocumentStream, skip: number) {
    super(source);
    this.#remaining = skip;
  }

  protected transform(batch: Batch): Batch {
    if (this.#remaining === 0 || batch.count === 0) return batch;
    const dropped = Math.min(this.#remaining, batch.count);
    this.#remaining -= dropped;
    return batch.slice(dropped, batch.count);
  }

  expect(documents: number): void {
    this.source.expect?.(documents + this.#remaining);
  }
}

export class LimitStream extends BatchTransform {
  #remaining: number;

  constructor(source: DocumentStream, limit: number) {
    super(source);
    this.#remaining = limit;
  }

  override next(): NextBatch {
    if (this.#remaining === 0) {
      this.source.close();
      return null;
    }
    return super.next();
  }

  protected transform(batch: Batch): Batch {
    if (batch.count <= this.#remaining) {
      this.#remaining -= batch.count;
      return batch;
    }
    const kept = batch.slice(0, this.#remaining);
    this.#remaining = 0;
    return kept;
  }

  expect(documents: number): void {
    this.source.expect?.(Math.min(documents, this.#remaining));
  }
}
