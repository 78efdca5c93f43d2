// The union of streams over one collection: each document once, recognised by its RecordId (the OR of a plan).

import type { Batch } from "./batch.ts";
import { BatchTransform, type DocumentStream } from "./document_stream.ts";

export class DistinctRecordsStream extends BatchTransform {
  readonly #seen = new Set<number>();
  tested = 0;
  dropped = 0;

  constructor(source: DocumentStream) {
    super(source);
  }

  protected transform(batch: Batch): Batch {
    const { recordIds } = batch;
    if (recordIds === undefined) return batch;
    let kept = 0;
    for (let i = 0; i < batch.count; i++) {
      const recordId = recordIds[i];
      if (this.#seen.has(recordId)) continue;
      this.#seen.add(recordId);
      if (kept !== i) batch.move(i, kept);
      kept++;
    }
    this.tested += batch.count;
    this.dropped += batch.count - kept;
    batch.count = kept;
    return batch;
  }

  expect(documents: number): void {
    this.source.expect?.(documents);
  }
}
