// Running a $lookup: for each document of the input, find, gather, write it with the array.
//
// The results of one input document are gathered first, because their array needs its length in front and may go into the
// middle of the document; too many bytes of them are refused (4568). Output goes out in batches of about half a megabyte.
// Whatever takes longer than a time slice hands out empty batches.

import { BsonWriter } from "../../bson/encode.ts";
import type { CompiledPath } from "../../bson/path.ts";
import type { RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, GeneratorStream } from "../../stream/document_stream.ts";
import type { CompiledFilter } from "../../query/filter.ts";
import type { PipelineContext, UnwindPart } from "../definition.ts";
import { DocumentList } from "./document_list.ts";
import { ForeignJoin } from "./foreign_join.ts";
import { writeWithField } from "./nested_field.ts";
import { visitPathValues } from "./path_values.ts";
import {
  innerContext,
  type SubPipeline,
  type SubPipelineRun,
  type Values,
} from "./sub_pipeline.ts";
import { TimeSlice } from "./time_slice.ts";
import { UnwoundResults } from "./unwound_results.ts";

const OUTPUT_BYTES = 512 * 1024;
/** The clock is asked once in so many documents: that costs as much as a step of joining one. */
const CLOCK_MASK = 15;
/** Input documents that are joined with one scan of a side too large for a table. */
const BLOCK_BYTES = 4 * 1024 * 1024;
/** `{ "": null }` */
const NULL_DOCUMENT = new Uint8Array([7, 0, 0, 0, BsonType.Null, 0, 0]);
const NULL_VALUE: RawValue = { bytes: NULL_DOCUMENT, type: BsonType.Null, at: 6 };

/** A variable of `let`. */
export interface LetVariable {
  readonly name: string;
  readonly expression: Expression;
}

export interface LookupSpec {
  readonly namespace: string;
  /** As errors call it. */
  readonly collection: string;
  readonly as: CompiledPath;
  readonly local: CompiledPath | undefined;
  readonly foreignField: string | undefined;
  readonly variables: readonly LetVariable[];
  readonly pipeline: SubPipeline | undefined;
  /** Stages of the pipeline that bring its documents ($documents): the join comes behind them. */
  readonly source: readonly Uint8Array[];
  /** The $unwind behind it: a document per result instead of an array. */
  readonly unwinding?: UnwindPart | undefined;
  /** Which results count, where they are unwound. */
  readonly filter?: CompiledFilter | undefined;
}

export function openLookup(
  input: DocumentStream,
  spec: LookupSpec,
  context: PipelineContext,
): DocumentStream {
  const execution = new LookupExecution(input, spec, context);
  return new GeneratorStream(execution.run(), () => execution.close());
}

class LookupExecution {
  readonly #input: DocumentStream;
  readonly #spec: LookupSpec;
  readonly #limitBytes: number;
  readonly #join: ForeignJoin | undefined;
  readonly #pipeline: SubPipelineRun | undefined;
  readonly #scope: Scope;
  readonly #slice = new TimeSlice();
  readonly #writer = new BsonWriter(4096);
  /** What was found for the document at hand. */
  readonly #matched = new DocumentList();
  readonly #results = new DocumentList();
  /** Set when results go out one by one. */
  readonly #unwound: UnwoundResults | undefined;
  #inner: DocumentStream | undefined;

  constructor(input: DocumentStream, spec: LookupSpec, context: PipelineContext) {
    this.#input = input;
    this.#spec = spec;
    this.#limitBytes = context.limits.lookupResultBytes;
    this.#scope = context.compiler.createScope();
    const { namespace, foreignField, source } = spec;
    this.#pipeline = spec.pipeline?.start(context);
    if (spec.unwinding !== undefined) {
      this.#unwound = new UnwoundResults(spec.as, spec.unwinding, spec.filter);
    }
    if (foreignField === undefined) return;
    this.#join = new ForeignJoin(
      { namespace, field: foreignField, stages: source },
      innerContext(context, "lookup", namespace),
    );
  }

  async *run(): AsyncGenerator<Batch> {
    for (;;) {
      const batch = await this.#input.next();
      if (batch === null) return;
      if (batch.count === 0) {
        yield batch;
        continue;
      }
      if (this.#join !== undefined) yield* this.#join.prepare(batch.count);
      if (this.#join?.isTooLarge === true) yield* this.#joinBlock(this.#join, batch);
      else yield* this.#joinOrUnwind(batch);
    }
  }

  #joinOrUnwind(batch: Batch): AsyncGenerator<Batch> {
    return this.#unwound === undefined
      ? this.#joinBatch(batch)
      : this.#unwindBatch(batch, this.#unwound);
  }

  /** Joins this batch and more of the input with one scan of the other side. */
  async *#joinBlock(join: ForeignJoin, first: Batch): AsyncGenerator<Batch> {
    const block = new DocumentList();
    for (let batch: Batch | null = first; batch !== null; batch = await this.#input.next()) {
      block.copyBatch(batch);
      if (block.byteLength >= BLOCK_BYTES) break;
      yield EMPTY_BATCH;
    }
    yield* join.prepareBlock(this.#valuesOf(block));
    const documents = block.stream();
    for (let batch = documents.next(); batch !== null; batch = documents.next()) {
      yield* this.#joinOrUnwind(batch as Batch);
    }
  }

  async *#joinBatch({ bytes, starts, count }: Batch): AsyncGenerator<Batch> {
    const writer = this.#writer;
    let at = 0;
    while (at < count) {
      writer.reset();
      const written: number[] = [];
      while (at < count && writer.length < OUTPUT_BYTES) {
        const start = starts[at++];
        if (!this.#findAtOnce(bytes, start)) yield* this.#findSlowly(bytes, start);
        written.push(writer.length);
        this.#write(bytes, start);
        if (this.#isSliceOver(at)) break;
      }
      this.#slice.restart();
      yield new Batch(writer.view(), Int32Array.from(written), written.length);
    }
  }

  async *#unwindBatch({ bytes, starts, count }: Batch, unwound: UnwoundResults) {
    for (let at = 0; at < count; at++) {
      unwound.begin(bytes, starts[at]);
      if (!this.#findAtOnce(bytes, starts[at])) yield* this.#findSlowly(bytes, starts[at]);
      const results = this.#results;
      for (let i = 0; i < results.count; i++) {
        unwound.add(results.bytesAt(i), results.startAt(i));
        if (unwound.isFull) yield unwound.take();
      }
      unwound.finish();
      if (!this.#isSliceOver(at) && !unwound.isFull) continue;
      this.#slice.restart();
      yield unwound.take();
    }
    yield unwound.take();
  }

  /** Documents with few results share a look at the clock. */
  #isSliceOver(at: number): boolean {
    return ((at & CLOCK_MASK) === 0 || this.#results.count > CLOCK_MASK) && this.#slice.isOver;
  }

  /** Finds the results without waiting; false when that is not possible. */
  #findAtOnce(bytes: Uint8Array, start: number): boolean {
    if (this.#pipeline !== undefined || !this.#join!.isDirect) return false;
    this.#results.clear();
    this.#join!.find(this.#localValues(bytes, start), this.#results);
    this.#checkSize();
    return true;
  }

  async *#findSlowly(bytes: Uint8Array, start: number): AsyncGenerator<Batch> {
    this.#results.clear();
    if (this.#join === undefined) {
      yield* this.#gather(this.#pipeline!.open(this.#values(bytes, start)));
      return;
    }
    const matched = this.#pipeline === undefined ? this.#results : this.#matched;
    matched.clear();
    const values = this.#localValues(bytes, start);
    if (this.#join.isDirect) this.#join.find(values, matched);
    else yield* this.#pausing(this.#join.scan(values, matched));
    if (this.#pipeline === undefined) return this.#checkSize();
    yield* this.#gather(this.#pipeline.openOver(matched.stream(), this.#values(bytes, start)));
  }

  /** Passes on that there is work in progress, no more often than once a slice. */
  async *#pausing(work: AsyncGenerator<Batch>): AsyncGenerator<Batch> {
    for await (const _ of work) {
      this.#checkSize();
      if (!this.#slice.isOver) continue;
      yield EMPTY_BATCH;
      this.#slice.restart();
    }
  }

  async *#gather(stream: DocumentStream): AsyncGenerator<Batch> {
    this.#inner = stream;
    for (;;) {
      const next = stream.next();
      const batch = next instanceof Promise ? await next : next;
      if (batch === null) break;
      if (this.#unwound === undefined) this.#results.copyBatch(batch);
      else yield* this.#unwound.addBatch(batch);
      this.#checkSize();
      if (!this.#slice.isOver) continue;
      yield EMPTY_BATCH;
      this.#slice.restart();
    }
    stream.close();
    this.#inner = undefined;
  }

  #checkSize(): void {
    if (this.#results.byteLength <= this.#limitBytes || this.#unwound !== undefined) return;
    throw new CommandError(
      4568,
      `Total size of documents in ${this.#spec.collection} matching pipeline's $lookup stage ` +
        `exceeds ${this.#limitBytes} bytes`,
    );
  }

  #localValues(bytes: Uint8Array, start: number): RawValue[] {
    const values: RawValue[] = [];
    visitPathValues(bytes, start, this.#spec.local!, (_, type, at) => {
      values.push({ bytes, type, at });
    });
    if (values.length === 0) values.push(NULL_VALUE);
    return values;
  }

  *#valuesOf(block: DocumentList): Generator<RawValue> {
    for (let i = 0; i < block.count; i++) {
      yield* this.#localValues(block.bytesAt(i), block.startAt(i));
    }
  }

  #values(bytes: Uint8Array, start: number): Values {
    const scope = this.#scope;
    scope.setRoot(bytes, start);
    return this.#spec.variables.map(({ name, expression }) =>
      [name, expression.evaluate(scope)] as const
    );
  }

  #write(bytes: Uint8Array, start: number): void {
    const writer = this.#writer;
    writeWithField(
      writer,
      bytes,
      start,
      this.#spec.as,
      (name) => this.#results.write(writer, name),
    );
  }

  close(): void {
    this.#inner?.close();
    this.#inner = undefined;
    this.#join?.close();
    this.#input.close();
  }
}
