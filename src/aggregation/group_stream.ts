// The stream of a $group: takes all input in, then gives the groups, a few thousand at a time.
//
// When the groups outgrow the memory limit they leave as partial results into an external sort by key (stream/sort_stream.ts),
// and the table starts empty again. At the end the sort brings the partial results of one group together, in the order
// in which they were gathered. Without permission to use the disk that is error 292. A group over a constant id whose
// accumulators add constants (how drivers count) never looks at the documents.

import { BsonWriter } from "../bson/encode.ts";
import { readInt32 } from "../bson/read.ts";
import { MISSING } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Expression, Scope } from "../expression/expression.ts";
import { Batch, EMPTY_BATCH } from "../stream/batch.ts";
import { type DocumentStream, type NextBatch, whenReady } from "../stream/document_stream.ts";
import { SortStream } from "../stream/sort_stream.ts";
import { noSpills, writeSpills } from "../stream/spill_statistics.ts";
import type { AccumulatedField } from "./accumulators/statement.ts";
import type { PipelineContext } from "./definition.ts";
import { FieldReader } from "./field_reader.ts";
import { type GroupReader, GroupTable } from "./group_table.ts";

const OUTPUT_GROUPS = 2048;
/** Documents taken in before others get a word in. */
const STEP_DOCUMENTS = 1024;
const OUTPUT_BYTES = 1024 * 1024;
/** Of the memory limit, what the sort of partial results may hold. */
const SORT_SHARE = 0.25;
/** Documents whose memory is looked at together. */
const CHECK_INTERVAL = 256;

/** A source that is fed by hand. */
class HandFed implements DocumentStream {
  private waiting: Batch | null = EMPTY_BATCH;

  feed(batch: Batch | null): void {
    this.waiting = batch;
  }

  get isTaken(): boolean {
    return this.waiting === EMPTY_BATCH;
  }

  next(): Batch | null {
    const batch = this.waiting;
    if (batch !== null) this.waiting = EMPTY_BATCH;
    return batch;
  }

  close(): void {}
}

type Phase = "absorbing" | "leaving" | "merging" | "output";

export class GroupStream implements DocumentStream {
  private readonly table: GroupTable;
  private readonly reader: GroupReader;
  private readonly scope: Scope;
  private readonly writer = new BsonWriter(4096);
  private readonly memoryLimitBytes: number;
  private phase: Phase = "absorbing";
  /** The batch being taken in, and its next document. */
  private batch: Batch = EMPTY_BATCH;
  private from = 0;
  private inputEnded = false;
  /** The next group to go out. */
  private at = 0;
  private readonly partials = new HandFed();
  private sort: SortStream | undefined;

  constructor(
    private readonly source: DocumentStream,
    private readonly id: Expression,
    private readonly fields: readonly AccumulatedField[],
    private readonly context: PipelineContext,
  ) {
    this.table = new GroupTable(fields, context, id.constant === undefined);
    this.reader = this.table.readerOf(id);
    this.scope = context.compiler.createScope();
    this.memoryLimitBytes = context.limits.groupBytes;
  }

  next(): NextBatch {
    switch (this.phase) {
      case "absorbing":
        if (this.from < this.batch.count) {
          this.absorb();
          return EMPTY_BATCH;
        }
        return whenReady(this.source.next(), (batch) => this.takeBatch(batch));
      case "leaving":
        return this.leave(this.sort!);
      case "merging":
        return this.merge(this.sort!);
      case "output":
        return this.output();
    }
  }

  private takeBatch(batch: Batch | null): NextBatch {
    if (batch !== null) {
      this.batch = batch;
      this.from = 0;
      if (batch.count > 0) this.absorb();
      return EMPTY_BATCH;
    }
    this.inputEnded = true;
    if (this.sort === undefined) {
      this.phase = "output";
      return this.output();
    }
    this.phase = "leaving";
    return EMPTY_BATCH;
  }

  /** Takes a part of the batch in. */
  private absorb(): void {
    const { bytes, starts, count } = this.batch;
    if (this.id.constant !== undefined) {
      this.absorbAll(this.batch);
      this.from = count;
    } else {
      const { scope, table, reader } = this;
      const end = Math.min(this.from + STEP_DOCUMENTS, count);
      for (let i = this.from; i < end; i++) {
        scope.setRoot(bytes, starts[i]);
        table.add(reader, scope);
        if (i % CHECK_INTERVAL === 0) this.checkMemory();
      }
      this.from = end;
    }
    this.checkMemory();
  }

  /** A whole batch into the only group. */
  private absorbAll(batch: Batch): void {
    const group = this.table.groupOf(this.id.constant ?? MISSING);
    const { scope } = this;
    this.fields.forEach(({ accumulator }, field) => {
      const state = this.table.state(group, field);
      if (accumulator.addRepeatedly !== undefined) {
        return accumulator.addRepeatedly(state, batch.count);
      }
      const reader = new FieldReader([accumulator.argument]);
      for (let i = 0; i < batch.count; i++) {
        scope.setRoot(batch.bytes, batch.starts[i]);
        reader.read(scope);
        if (reader.types[0] >= 0 && state.addRaw !== undefined) {
          state.addRaw(scope.bytes, reader.types[0], reader.offsets[0]);
        } else state.add(reader.value(0, scope));
      }
    });
  }

  private checkMemory(): void {
    if (this.phase === "leaving" || this.table.byteLength <= this.memoryLimitBytes) return;
    if (!this.context.allowDiskUse) {
      throw new CommandError(
        ErrorCode.QueryExceededMemoryLimitNoDiskUseAllowed,
        "Exceeded memory limit for $group, but didn't allow external sort. Pass allowDiskUse:true " +
          "to opt in.",
      );
    }
    this.sort ??= new SortStream(this.partials, { key: partialKey }, {
      allowDiskUse: true,
      memoryLimitBytes: this.memoryLimitBytes * SORT_SHARE,
    });
    this.phase = "leaving";
  }

  /** Moves some groups out of memory, or lets the sort go on with those it got. */
  private leave(sort: SortStream): NextBatch {
    if (!this.partials.isTaken) return this.step(sort);
    if (this.at === this.table.count) {
      this.table.clear();
      this.at = 0;
      this.phase = this.inputEnded ? "merging" : "absorbing";
      if (this.inputEnded) this.partials.feed(null);
      return EMPTY_BATCH;
    }
    this.partials.feed(
      this.collect(() => {
        if (this.at === this.table.count) return false;
        this.table.writePartial(this.writer, this.at++);
        return true;
      }),
    );
    return this.step(sort);
  }

  private step(sort: SortStream): NextBatch {
    return whenReady(sort.next(), () => EMPTY_BATCH);
  }

  /** A batch of what `writeNext` writes until it says there is no more; empty at the end. */
  private collect(writeNext: () => boolean): Batch {
    const { writer } = this;
    writer.reset();
    const starts = new Int32Array(OUTPUT_GROUPS);
    let count = 0;
    while (count < OUTPUT_GROUPS && writer.length < OUTPUT_BYTES) {
      const start = writer.length;
      if (!writeNext()) break;
      starts[count++] = start;
    }
    return new Batch(writer.view(), starts, count);
  }

  private output(): Batch | null {
    const batch = this.collect(() => {
      if (this.at === this.table.count) return false;
      this.table.writeGroup(this.writer, this.at++);
      return true;
    });
    return batch.count === 0 ? null : batch;
  }

  /** Takes partial results in key order; the groups before the last one met are complete. */
  private merge(sort: SortStream): NextBatch {
    return whenReady(sort.next(), (batch) => {
      if (batch === null) {
        this.phase = "output";
        return this.output() ?? null;
      }
      if (batch.count === 0) return EMPTY_BATCH;
      for (let i = 0; i < batch.count; i++) this.table.takePartial(batch.bytes, batch.starts[i]);
      return this.outputComplete();
    });
  }

  /** Gives all groups but that of the last partial result, which may go on in the next batch. */
  private outputComplete(): Batch {
    const last = this.table.count - 1;
    this.writer.reset();
    const starts = new Int32Array(Math.max(last, 1));
    for (let group = 0; group < last; group++) {
      starts[group] = this.writer.length;
      this.table.writeGroup(this.writer, group);
    }
    const carried = new BsonWriter(256);
    this.table.writePartial(carried, last);
    this.table.clear();
    this.table.takePartial(carried.view(), 0);
    return new Batch(this.writer.view(), starts, last);
  }

  writeStatistics(writer: BsonWriter): void {
    writeSpills(writer, this.sort?.statistics ?? noSpills());
  }

  close(): void {
    this.table.clear();
    this.sort?.close();
    this.source.close();
  }
}

/** The key bytes of a partial result: the binary value of its first field. */
function partialKey(bytes: Uint8Array, start: number): Uint8Array {
  const at = start + 4 + 3;
  return bytes.subarray(at + 5, at + 5 + readInt32(bytes, at));
}
