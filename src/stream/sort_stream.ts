// Sorts a stream: in memory up to a limit, then through sorted runs in temporary files; top-k when a small limit is given.
//
//   input batches -> TopDocuments (limit <= 4096)                     -> output batches
//                 -> MemoryRuns of 4096, merged -> (SpilledRuns, merged)  ->
//
// A larger limit keeps its first documents too: when there are enough runs they are merged into those of the first `limit`, and
// what comes behind the last of these is not taken in any more.
// Every call of `next` does a few milliseconds of work and hands back an empty batch while there is no result yet.
// Without permission to use the disk the memory limit is error 292.

import type { BsonWriter } from "../bson/encode.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { type Batch, BatchBuilder, EMPTY_BATCH } from "./batch.ts";
import { type DocumentStream, type NextBatch, whenReady } from "./document_stream.ts";
import { compareBytes, MemoryRun, Merge, type SortedSource, type SortOrder } from "./sort_run.ts";
import { DEFAULT_LIMIT_BYTES } from "./memory_limits.ts";
import { noSpills, type SpillStatistics, writeSpills } from "./spill_statistics.ts";
import { type SpilledRun, SpillWriter } from "./sort_spill.ts";
import { TopDocuments } from "./top_documents.ts";

export interface SortOptions {
  /** Only the first so many documents are wanted; 0 or undefined is all. */
  readonly limit?: number | undefined;
  readonly allowDiskUse: boolean;
  /** 100 MB unless a test wants less. */
  readonly memoryLimitBytes?: number | undefined;
  readonly temporaryDirectory?: string | undefined;
  /** Keep RecordIds beside the documents (showRecordId, updates and deletes over a sort). */
  readonly keepRecordIds?: boolean | undefined;
}

/** What explain reports of a sort. */
export interface SortStatistics extends SpillStatistics {
  totalDataSizeSorted: number;
  usedDisk: boolean;
}

const RUN_DOCUMENTS = 4096;
const TOP_LIMIT = 4096;
/** Beyond twice the limit, so that trimming is rare. */
const TRIM_DOCUMENTS = 16 * RUN_DOCUMENTS;
const OUTPUT_BYTES = 256 * 1024;
const OUTPUT_DOCUMENTS = 2048;

export class SortStream implements DocumentStream {
  readonly statistics: SortStatistics = {
    totalDataSizeSorted: 0,
    usedDisk: false,
    ...noSpills(),
  };
  readonly #source: DocumentStream;
  readonly #order: SortOrder;
  readonly #options: SortOptions;
  readonly #memoryLimitBytes: number;
  #top: TopDocuments | undefined;
  #current: MemoryRun;
  #memoryRuns: MemoryRun[] = [];
  /** Runs whose entries went to disk: fresh memory for each round costs more than sorting it. */
  #spareRuns: MemoryRun[] = [];
  #memoryBytes = 0;
  #spilledRuns: SpilledRun[] = [];
  #spill: { writer: SpillWriter; merge: Merge; left: number } | undefined;
  #trim: { merge: Merge; runs: MemoryRun[]; left: number } | undefined;
  /** Documents in memory at which the runs are trimmed to the limit. */
  readonly #trimAt: number;
  /** Key of the last document within the limit: those not before it are of no interest. */
  #cutoff: Uint8Array | undefined;
  #result: SortedSource | undefined;
  #inputEnded = false;
  #remaining: number;
  readonly #builder = new BatchBuilder(OUTPUT_DOCUMENTS, 16 * 1024);

  constructor(source: DocumentStream, order: SortOrder, options: SortOptions) {
    this.#source = source;
    this.#order = order;
    this.#options = options;
    this.#memoryLimitBytes = options.memoryLimitBytes ?? DEFAULT_LIMIT_BYTES;
    const limit = options.limit ?? 0;
    this.#remaining = limit > 0 ? limit : Infinity;
    this.#trimAt = this.#remaining * 2 + TRIM_DOCUMENTS;
    this.#top = limit > 0 && limit <= TOP_LIMIT ? new TopDocuments(limit, order) : undefined;
    this.#current = new MemoryRun(this.#top === undefined ? RUN_DOCUMENTS : 0, order.compareKeys);
  }

  next(): NextBatch {
    if (this.#result !== undefined) return this.#output(this.#result);
    if (this.#spill !== undefined) return this.#continueSpill();
    if (this.#trim !== undefined) return this.#continueTrim();
    if (this.#inputEnded) {
      this.#beginOutput();
      return EMPTY_BATCH;
    }
    return whenReady(this.#source.next(), (batch) => this.#absorb(batch));
  }

  #absorb(batch: Batch | null): Batch | null {
    if (batch === null) {
      this.#inputEnded = true;
      // A few kept documents are not worth an extra turn.
      if (this.#top === undefined) return EMPTY_BATCH;
      this.#beginOutput();
      return this.#output(this.#result as unknown as SortedSource);
    }
    const recordIds = batch.recordIds;
    for (let i = 0; i < batch.count; i++) {
      const recordId = recordIds === undefined ? 0 : recordIds[i];
      if (this.#top !== undefined) this.#top.offer(batch.bytes, batch.starts[i], recordId);
      else this.#add(batch.bytes, batch.starts[i], recordId);
    }
    if (this.#top !== undefined) {
      if (this.#top.memoryBytes > this.#memoryLimitBytes) this.#leaveTop(this.#top);
    }
    if (this.#memoryBytes + this.#current.memoryBytes > this.#memoryLimitBytes) this.#beginSpill();
    else if (this.#memoryRuns.length * RUN_DOCUMENTS >= this.#trimAt) this.#beginTrim();
    return EMPTY_BATCH;
  }

  #add(bytes: Uint8Array, start: number, recordId: number): void {
    const key = this.#order.key(bytes, start);
    if (this.#cutoff !== undefined && this.#compare(key, this.#cutoff) >= 0) return;
    this.#current.append(key, 0, key.length, bytes, start, recordId);
    if (this.#current.isFull) this.#closeRun();
  }

  /** The limit kept too much: goes on as an ordinary sort that stops its output at the limit. */
  #leaveTop(top: TopDocuments): void {
    this.#top = undefined;
    this.#current = new MemoryRun(RUN_DOCUMENTS, this.#order.compareKeys);
    for (const kept of top.drain()) this.#add(kept.bytes, kept.start, kept.recordId);
  }

  #closeRun(): void {
    if (this.#current.count === 0) return;
    this.#current.sort();
    this.#memoryBytes += this.#current.memoryBytes;
    this.#memoryRuns.push(this.#current);
    this.#current = this.#spareRuns.pop() ??
      new MemoryRun(RUN_DOCUMENTS, this.#order.compareKeys, this.#current);
  }

  #compare(a: Uint8Array, b: Uint8Array): number {
    const { compareKeys } = this.#order;
    if (compareKeys !== undefined) return compareKeys(a, b);
    return compareBytes(a, 0, a.length, b, 0, b.length);
  }

  #beginTrim(): void {
    this.#closeRun();
    const merge = new Merge(this.#memoryRuns, this.#order.compareKeys);
    this.#trim = { merge, runs: [], left: this.#remaining };
  }

  /** Takes a few thousand more of the first documents over into new runs. */
  #continueTrim(): Batch {
    const trim = this.#trim!;
    const { merge, runs } = trim;
    const run = new MemoryRun(RUN_DOCUMENTS, this.#order.compareKeys, this.#memoryRuns[0]);
    while (trim.left > 0 && !run.isFull && merge.advance()) {
      const { keyBytes, keyStart, keyEnd, bytes, start, recordId } = merge.entry;
      run.append(keyBytes, keyStart, keyEnd, bytes, start, recordId);
      if (--trim.left === 0) this.#cutoff = keyBytes.slice(keyStart, keyEnd);
    }
    run.sort();
    runs.push(run);
    if (trim.left > 0 && run.isFull) return EMPTY_BATCH;
    this.#trim = undefined;
    this.#memoryRuns = runs;
    this.#memoryBytes = runs.reduce((bytes, one) => bytes + one.memoryBytes, 0);
    return EMPTY_BATCH;
  }

  #beginSpill(): void {
    if (!this.#options.allowDiskUse) {
      throw new CommandError(
        ErrorCode.QueryExceededMemoryLimitNoDiskUseAllowed,
        `Sort exceeded memory limit of ${this.#memoryLimitBytes} bytes, but did not opt in to ` +
          "external sorting.",
      );
    }
    this.#closeRun();
    this.#spill = {
      writer: new SpillWriter(this.#options.temporaryDirectory),
      merge: new Merge(this.#memoryRuns, this.#order.compareKeys),
      left: this.#remaining,
    };
    this.statistics.usedDisk = true;
    this.statistics.spills++;
  }

  /** Writes a few thousand entries of the runs in memory to the file being made. */
  #continueSpill(): NextBatch {
    const spill = this.#spill!;
    const { writer, merge } = spill;
    for (let i = 0; i < RUN_DOCUMENTS && !writer.isFull; i++) {
      if (spill.left-- === 0 || !merge.advance()) return this.#endSpill(writer);
      writer.write(merge.entry);
      this.statistics.spilledRecords++;
    }
    return writer.isFull ? writer.flush().then(() => EMPTY_BATCH) : EMPTY_BATCH;
  }

  async #endSpill(writer: SpillWriter): Promise<Batch> {
    const run = await writer.finish();
    if (run === undefined) return EMPTY_BATCH;
    this.#spill = undefined;
    this.#spilledRuns.push(run);
    this.statistics.spilledBytes += writer.byteLength;
    this.statistics.totalDataSizeSorted += this.#memoryBytes;
    for (const one of this.#memoryRuns) one.reset();
    this.#spareRuns.push(...this.#memoryRuns);
    this.#memoryRuns = [];
    this.#memoryBytes = 0;
    return EMPTY_BATCH;
  }

  #beginOutput(): void {
    if (this.#top !== undefined) {
      this.statistics.totalDataSizeSorted = this.#top.memoryBytes;
      this.#result = new ArraySource(this.#top.sorted());
      return;
    }
    this.#closeRun();
    this.#spareRuns = [];
    this.statistics.totalDataSizeSorted += this.#memoryBytes;
    this.#result = new Merge(
      [...this.#spilledRuns, ...this.#memoryRuns],
      this.#order.compareKeys,
    );
  }

  #output(result: SortedSource): Batch | null {
    const builder = this.#builder;
    builder.reset();
    const recordIds = this.#options.keepRecordIds ? new Float64Array(OUTPUT_DOCUMENTS) : undefined;
    while (
      this.#remaining > 0 && builder.count < OUTPUT_DOCUMENTS && builder.byteLength < OUTPUT_BYTES
    ) {
      if (!result.advance()) {
        this.#remaining = 0;
        break;
      }
      const entry = result.entry;
      if (recordIds !== undefined) recordIds[builder.count] = entry.recordId;
      builder.append(entry.bytes, entry.start);
      this.#remaining--;
    }
    if (builder.count === 0) return null;
    const batch = builder.take();
    batch.recordIds = recordIds;
    return batch;
  }

  writeStatistics(writer: BsonWriter): void {
    const { totalDataSizeSorted } = this.statistics;
    writer.int64("totalDataSizeSortedBytesEstimate", BigInt(totalDataSizeSorted));
    writeSpills(writer, this.statistics);
  }

  close(): void {
    this.#source.close();
    if (this.#spill !== undefined) {
      this.#spill.writer.abandon();
      this.#spill = undefined;
    }
    for (const run of this.#spilledRuns) run.close();
    for (const run of this.#memoryRuns) run.close();
    this.#spilledRuns = [];
    this.#memoryRuns = [];
    this.#spareRuns = [];
    this.#trim = undefined;
    this.#inputEnded = true;
    this.#remaining = 0;
    this.#result ??= new ArraySource([]);
  }
}

/** Entries already in order. */
class ArraySource implements SortedSource {
  readonly #entries: SortedSource["entry"][];
  #at = -1;

  constructor(entries: SortedSource["entry"][]) {
    this.#entries = entries;
  }

  get entry(): SortedSource["entry"] {
    return this.#entries[this.#at];
  }

  advance(): boolean {
    return ++this.#at < this.#entries.length;
  }

  close(): void {}
}
