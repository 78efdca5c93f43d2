// Finding the documents of another collection by the values of one of their fields, by whichever way is best:
//
//   an index on the field      -> one bounded scan per input document (index_join.ts), unless the other side is so small
//                                 against the input that a table is faster
//   else                       -> a hash table over one scan of the other side (foreign_table.ts)
//   a table that does not fit  -> one scan per block of thousands of input documents, with a table of what they look for
//   that does not fit either   -> one filtered scan per input document
//
// A view, or a pipeline that brings its own documents, never takes the first way.

import { BsonWriter } from "../../bson/encode.ts";
import type { RawValue } from "../../bson/read.ts";
import type { Collection } from "../../storage/collection.ts";
import { type Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import type { PipelineContext } from "../definition.ts";
import { joinPipelines } from "../raw_pipeline.ts";
import type { DocumentList } from "./document_list.ts";
import { ForeignTable } from "./foreign_table.ts";
import { IndexJoin, joinIndex } from "./index_join.ts";
import { valuesFilter } from "./values_filter.ts";

/** A table over an indexed collection is worth its scan for this many searches, and up to this size. */
const MANY_SEARCHES = 256;
const SMALL_BYTES = 32 * 1024 * 1024;
/** Values of a block taken in before the caller gets a word in. */
const STEP_VALUES = 4096;

const EMPTY_PIPELINE = new Uint8Array([5, 0, 0, 0, 0]);

export interface ForeignSide {
  readonly namespace: string;
  readonly field: string;
  /** Stages in front: those of a source like $documents. */
  readonly stages?: readonly Uint8Array[];
  readonly limitBytes?: number;
}

export class ForeignJoin {
  readonly #side: ForeignSide;
  readonly #context: PipelineContext;
  readonly #collection: Collection | undefined;
  readonly #index: IndexJoin | undefined;
  #table: ForeignTable | undefined;
  /** What a block of input documents looks for, when the whole other side does not fit. */
  #block: ForeignTable | undefined;
  #open: DocumentStream | undefined;

  /** `context` is that of the sub-pipeline. */
  constructor(side: ForeignSide, context: PipelineContext) {
    this.#side = side;
    this.#context = context;
    if ((side.stages?.length ?? 0) > 0) return;
    this.#collection = context.sources.collection?.(side.namespace);
    if (this.#collection === undefined) return;
    const index = joinIndex(this.#collection, side.field, context.query);
    if (index === undefined) return;
    this.#index = new IndexJoin(
      this.#collection,
      index,
      side.field,
      context.query,
      context.joinWork,
    );
  }

  /**
   * Gets ready for so many searches; hands out empty batches while it works. To be run to its end before `find`.
   */
  async *prepare(searches: number): AsyncGenerator<Batch> {
    if (this.#table !== undefined || !this.#wantsTable(searches)) return;
    this.#table = this.#newTable();
    yield* this.#build(this.#table);
  }

  /** True when the other side neither fits nor has an index: whoever can calls `prepareBlock` then. */
  get isTooLarge(): boolean {
    return this.#index === undefined && this.#table?.isComplete === false;
  }

  /** Gets ready for the searches of a block of documents: all values of all of them. */
  async *prepareBlock(values: Iterable<RawValue>): AsyncGenerator<Batch> {
    this.#block = undefined;
    const block = this.#newTable();
    let untilStep = STEP_VALUES;
    for (const value of values) {
      block.want(value);
      if (--untilStep > 0) continue;
      untilStep = STEP_VALUES;
      yield EMPTY_BATCH;
    }
    yield* this.#build(block);
    if (block.isComplete) this.#block = block;
  }

  #newTable(): ForeignTable {
    return new ForeignTable({
      field: this.#side.field,
      collation: this.#context.query.collation,
      limitBytes: this.#side.limitBytes ?? this.#context.limits.lookupCacheBytes,
      collection: this.#collection,
    });
  }

  async *#build(table: ForeignTable): AsyncGenerator<Batch> {
    this.#open = this.#collection?.scan() ?? this.#openSource(EMPTY_PIPELINE);
    yield* table.build(this.#open);
    const work = this.#context.joinWork;
    if (work !== undefined && this.#collection !== undefined) {
      work.collectionScans++;
      work.docsExamined += this.#collection.count;
    }
    this.#closeOpen();
  }

  #wantsTable(searches: number): boolean {
    if (this.#index === undefined) return true;
    const { count, dataSize } = this.#collection!;
    return searches >= MANY_SEARCHES && dataSize <= SMALL_BYTES &&
      count <= searches * this.#index.cost;
  }

  #openSource(pipeline: Uint8Array): DocumentStream {
    const { namespace, stages } = this.#side;
    return this.#context.sources.open(
      namespace,
      joinPipelines(stages ?? [], pipeline),
      this.#context,
    );
  }

  /** True when `find` can be used: all ways but the last. */
  get isDirect(): boolean {
    return this.#index !== undefined || this.#directTable !== undefined;
  }

  /** Adds the documents that have any of the values. */
  find(values: readonly RawValue[], found: DocumentList): void {
    const table = this.#directTable;
    if (table !== undefined) table.find(values, found);
    else this.#index!.find(values, found);
  }

  get #directTable(): ForeignTable | undefined {
    return this.#table?.isComplete === true ? this.#table : this.#block;
  }

  /** The same by a scan; hands out empty batches between those of the other side. */
  async *scan(values: readonly RawValue[], found: DocumentList): AsyncGenerator<Batch> {
    const filter = valuesFilter(this.#side.field, values);
    if (filter === undefined) return;
    const stream = this.#open = this.#openSource(matchPipeline(filter));
    for (;;) {
      const batch = await stream.next();
      if (batch === null) break;
      found.copyBatch(batch);
      yield EMPTY_BATCH;
    }
    this.#closeOpen();
  }

  #closeOpen(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  close(): void {
    this.#closeOpen();
    this.#table = undefined;
    this.#block = undefined;
  }
}

function matchPipeline(filter: Uint8Array): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startArray();
  writer.startDocument();
  writer.document("$match", filter);
  writer.end();
  writer.end();
  return writer.bytes();
}
