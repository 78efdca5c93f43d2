// The stream of a $setWindowFields: documents come sorted by partition and order, and leave with the functions' answers.
//
// Each document is shown to every function's runner and waits in a queue until all of them know their answer for it. The
// queue holds documents, the runners only values; what does not fit into memory of the queue goes to disk. The runners' values
// count towards the limit too.

import { compareValues } from "../bson/compare.ts";
import { copyValue } from "../bson/decode.ts";
import { BsonWriter } from "../bson/encode.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { Expression, Scope } from "../expression/expression.ts";
import { compileAddFields, type Projection } from "../query/projection.ts";
import { Batch, EMPTY_BATCH } from "../stream/batch.ts";
import { type DocumentStream, type NextBatch, whenReady } from "../stream/document_stream.ts";
import { writeSpills } from "../stream/spill_statistics.ts";
import type { MemoryMeter, PipelineContext } from "./definition.ts";
import { checkDocumentSize } from "./group_table.ts";
import type { CompiledWindow, WindowRunner } from "./windows/definition.ts";
import { DocumentQueue } from "./windows/document_queue.ts";

const OUTPUT_BYTES = 512 * 1024;
const OUTPUT_DOCUMENTS = 2048;

export interface WindowOutput {
  /** Dotted path of the field. */
  readonly path: string;
  readonly compiled: CompiledWindow;
}

/** Adds the values of numbered variables to a document, one per output path. */
class OutputFields {
  private readonly projection: Projection;
  private slots: readonly number[] = [];

  constructor(outputs: readonly WindowOutput[], { compiler }: PipelineContext) {
    const names = outputs.map((_, i) => `window${i}`);
    const spec = new BsonWriter(256);
    spec.startDocument();
    outputs.forEach(({ path }, i) => spec.string(path, `$$${names[i]}`));
    spec.end();
    this.projection = compiler.withVariables(names, (slots) => {
      this.slots = slots;
      return compileAddFields(spec.bytes(), compiler);
    });
  }

  set(output: number, value: OptionalValue): void {
    this.projection.variables.variables[this.slots[output]] = value;
  }

  write(bytes: Uint8Array, start: number, writer: BsonWriter): void {
    this.projection.apply(bytes, start, writer);
  }
}

export class WindowStream implements DocumentStream {
  private readonly scope: Scope;
  private readonly queue: DocumentQueue;
  private readonly fields: OutputFields | undefined;
  private meter: MemoryMeter;
  private readonly writer = new BsonWriter(4096);
  private starts = new Int32Array(OUTPUT_DOCUMENTS);
  private runners: WindowRunner[];
  /** Position in its partition of the document that leaves next. */
  private answered = 0;
  private partition: BsonValue | undefined;
  /** Partition of the document looked at last. */
  private incoming: BsonValue = null;
  /** The batch being taken in, and its next document. */
  private batch: Batch = EMPTY_BATCH;
  private at = 0;
  private inputEnded = false;

  constructor(
    private readonly source: DocumentStream,
    private readonly partitionBy: Expression | undefined,
    private readonly outputs: readonly WindowOutput[],
    private readonly context: PipelineContext,
  ) {
    this.scope = context.compiler.createScope();
    this.queue = new DocumentQueue({
      memoryLimitBytes: context.limits.windowBytes,
      allowDiskUse: context.allowDiskUse,
    });
    this.fields = outputs.length === 0 ? undefined : new OutputFields(outputs, context);
    this.meter = this.newMeter();
    this.runners = this.startRunners();
  }

  private newMeter(): MemoryMeter {
    return { bytes: 0, limits: this.context.limits };
  }

  private startRunners(): WindowRunner[] {
    return this.outputs.map(({ compiled }) => compiled.start(this.meter));
  }

  next(): NextBatch {
    if (this.queue.isOver(this.meter.bytes)) return this.queue.spill().then(() => EMPTY_BATCH);
    if (this.inputEnded || this.at < this.batch.count) return this.work();
    return whenReady(this.source.next(), (batch) => {
      if (batch === null) {
        this.inputEnded = true;
        this.endPartition();
      } else {
        this.batch = batch;
        this.at = 0;
      }
      return this.work();
    });
  }

  /** Takes documents in and lets those out that are done, until a batch is full. */
  private work(): Batch | null {
    const { writer, batch, queue } = this;
    writer.reset();
    let count = this.release(0);
    while (this.at < batch.count && !this.isFull(count) && !queue.isOver(this.meter.bytes)) {
      this.scope.setRoot(batch.bytes, batch.starts[this.at]);
      if (this.isNewPartition()) {
        this.endPartition();
        count = this.release(count);
        if (queue.count > 0) break;
        this.beginPartition();
      }
      this.take();
      this.at++;
      count = this.release(count);
    }
    if (count === 0) return this.inputEnded && queue.count === 0 ? null : EMPTY_BATCH;
    return new Batch(writer.view(), this.starts, count);
  }

  private isFull(count: number): boolean {
    return count === OUTPUT_DOCUMENTS || this.writer.length >= OUTPUT_BYTES;
  }

  /** Does the scope's document belong to another partition than those before it? */
  private isNewPartition(): boolean {
    if (this.partitionBy === undefined) return false;
    const value = this.partitionBy.evaluate(this.scope);
    if (Array.isArray(value)) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        "An expression used to partition cannot evaluate to value of type array",
      );
    }
    this.incoming = value === MISSING ? null : value;
    const { collation } = this.context.query;
    return this.partition === undefined ||
      compareValues(this.incoming, this.partition, collation) !== 0;
  }

  private beginPartition(): void {
    this.partition = copyValue(this.incoming);
    // Lists and sets of the partition before go with its meter.
    this.meter = this.newMeter();
    this.runners = this.startRunners();
    this.answered = 0;
  }

  private endPartition(): void {
    for (const runner of this.runners) runner.end();
  }

  /** Shows the scope's document to the functions. */
  private take(): void {
    for (let i = 0; i < this.runners.length; i++) this.runners[i].arrive(this.scope);
    this.queue.push(this.scope.bytes, this.scope.start);
  }

  /** Writes the documents whose answers are all known. */
  private release(count: number): number {
    const { queue, runners } = this;
    while (queue.count > 0 && !this.isFull(count)) {
      for (let i = 0; i < runners.length; i++) {
        if (!runners[i].isReady(this.answered)) return count;
      }
      const { bytes, start } = queue.first;
      const from = this.writer.length;
      if (this.fields === undefined) {
        this.writer.append(bytes, start, start + lengthOf(bytes, start));
      } else {
        for (let i = 0; i < runners.length; i++) {
          this.fields.set(i, runners[i].answer(this.answered));
        }
        this.fields.write(bytes, start, this.writer);
      }
      checkDocumentSize(this.writer.length - from);
      this.starts[count++] = from;
      this.answered++;
      queue.shift();
    }
    return count;
  }

  writeStatistics(writer: BsonWriter): void {
    writer.int64("maxTotalMemoryUsageBytes", BigInt(this.queue.peakBytes));
    writeSpills(writer, this.queue.statistics);
  }

  close(): void {
    this.queue.close();
    this.source.close();
  }
}

function lengthOf(bytes: Uint8Array, start: number): number {
  return bytes[start] | (bytes[start + 1] << 8) | (bytes[start + 2] << 16) |
    (bytes[start + 3] << 24);
}
