// Counts and times what a stage gives, for explain: put around the stream of every node when somebody will look.
//
// Scans and FETCH count their own results; of the others the batches that pass are counted. The time is that of the stage
// and of everything below it, as mongod's executionTimeMillisEstimate is.

import type { Batch } from "../stream/batch.ts";
import { BatchTransform, type DocumentStream, type NextBatch } from "../stream/document_stream.ts";
import { DistinctRecordsStream } from "../stream/distinct_records.ts";
import { MergeStream } from "../stream/merge_stream.ts";
import type { NodeStatistics } from "./node.ts";

/** After so many turns a limit's search goes on in large steps. */
const MAX_EXACT_TURNS = 10_000;

export class CountedStream extends BatchTransform {
  readonly #statistics: NodeStatistics;
  readonly #countsItself: boolean;
  readonly #limit: number;
  #turns = 0;

  /** `limit`: of a LIMIT, which then asks for no more than is missing; 0 for other stages. */
  constructor(
    source: DocumentStream,
    statistics: NodeStatistics,
    countsItself: boolean,
    limit = 0,
  ) {
    super(source);
    this.#statistics = statistics;
    this.#countsItself = countsItself;
    this.#limit = limit;
  }

  override next(): NextBatch {
    const startedAt = performance.now();
    const missing = this.#limit - this.#statistics.advanced;
    if (missing > 0 && this.#turns++ < MAX_EXACT_TURNS) this.source.expect?.(missing);
    const batch = super.next();
    this.#statistics.executionMs += performance.now() - startedAt;
    return batch;
  }

  protected transform(batch: Batch): Batch {
    const statistics = this.#statistics;
    statistics.works++;
    if (!this.#countsItself) statistics.advanced += batch.count;
    this.#countDuplicates();
    return batch;
  }

  protected override atEnd(): null {
    this.#statistics.isEof = true;
    this.#countDuplicates();
    return null;
  }

  #countDuplicates(): void {
    const { source } = this;
    const statistics = this.#statistics;
    if (source instanceof DistinctRecordsStream) {
      statistics.dupsTested = source.tested;
      statistics.dupsDropped = source.dropped;
    } else if (source instanceof MergeStream) {
      statistics.dupsTested = statistics.advanced + source.dropped;
      statistics.dupsDropped = source.dropped;
    }
  }

  expect(documents: number): void {
    this.source.expect?.(documents);
  }
}
