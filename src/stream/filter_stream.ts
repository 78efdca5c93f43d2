// Keeps the documents a predicate accepts, by packing their offsets to the front of the batch: no document is copied.

import type { Batch } from "./batch.ts";
import { BatchTransform, type DocumentStream } from "./document_stream.ts";

export type DocumentTest = (bytes: Uint8Array, start: number) => boolean;

/** Narrows `batch` in place to the documents `accepts` says yes to; returns it. */
export function narrow(batch: Batch, accepts: DocumentTest): Batch {
  const { bytes, starts, count } = batch;
  if (count === 0) return batch;
  let kept = 0;
  if (
    batch.recordIds === undefined && batch.sortKeys === undefined && batch.indexKeys === undefined
  ) {
    for (let i = 0; i < count; i++) {
      const start = starts[i];
      if (accepts(bytes, start)) starts[kept++] = start;
    }
  } else {
    for (let i = 0; i < count; i++) {
      if (!accepts(bytes, starts[i])) continue;
      if (kept !== i) batch.move(i, kept);
      kept++;
    }
  }
  batch.count = kept;
  return batch;
}

export class FilterStream extends BatchTransform {
  readonly #accepts: DocumentTest;

  constructor(source: DocumentStream, accepts: DocumentTest) {
    super(source);
    this.#accepts = accepts;
  }

  protected transform(batch: Batch): Batch {
    return narrow(batch, this.#accepts);
  }
}
