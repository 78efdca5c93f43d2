// The search of $graphLookup: a breadth-first walk per input document.

import { BsonWriter, encodeValue } from "../../bson/encode.ts";
import type { CompiledPath } from "../../bson/path.ts";
import { findElement, nameBytes, type RawValue, valueEnd } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { type BsonValue, MISSING } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { type CompiledFilter, compileQuery } from "../../query/filter.ts";
import type { MapKey } from "../../plan/value_keys.ts";
import { Batch, EMPTY_BATCH } from "../../stream/batch.ts";
import { type DocumentStream, GeneratorStream } from "../../stream/document_stream.ts";
import type { PipelineContext } from "../definition.ts";
import { DocumentList } from "./document_list.ts";
import { ForeignJoin } from "./foreign_join.ts";
import { JoinKeys } from "./join_key.ts";
import { writeWithField } from "./nested_field.ts";
import { visitPathValues } from "./path_values.ts";
import { innerContext } from "./sub_pipeline.ts";
import { TimeSlice } from "./time_slice.ts";

const OUTPUT_BYTES = 512 * 1024;
/** What a value of the frontier or an entry of the visited costs beside its bytes, roughly. */
const ENTRY_BYTES = 64;
const ID = nameBytes("_id");

export interface GraphLookupSpec {
  readonly namespace: string;
  readonly as: CompiledPath;
  readonly startWith: Expression;
  readonly connectFrom: CompiledPath;
  readonly connectTo: string;
  readonly depthField: CompiledPath | undefined;
  /** Infinity without one. */
  readonly maxDepth: number;
  readonly restriction: Uint8Array | undefined;
}

export function openGraphLookup(
  input: DocumentStream,
  spec: GraphLookupSpec,
  context: PipelineContext,
): DocumentStream {
  const search = new GraphSearch(input, spec, context);
  return new GeneratorStream(search.run(), () => search.close());
}

class GraphSearch {
  readonly #input: DocumentStream;
  readonly #spec: GraphLookupSpec;
  readonly #context: PipelineContext;
  readonly #join: ForeignJoin;
  readonly #scope: Scope;
  readonly #keys: JoinKeys;
  /** `_id`s are told apart without the collation. */
  readonly #idKeys = new JoinKeys(undefined);
  readonly #restriction: CompiledFilter | undefined;
  /** The field must be there for null to match. */
  readonly #exists: CompiledFilter;
  readonly #slice = new TimeSlice();
  readonly #writer = new BsonWriter(4096);
  readonly #changed = new BsonWriter(1024);
  readonly #found = new DocumentList();
  /** Of the input document at hand: the ids seen and the documents in the order they were reached. */
  readonly #visitedIds = new Set<MapKey>();
  readonly #visited = new DocumentList();
  #frontier = new Map<MapKey, RawValue>();
  #frontierBytes = 0;

  constructor(input: DocumentStream, spec: GraphLookupSpec, context: PipelineContext) {
    this.#input = input;
    this.#spec = spec;
    this.#context = context;
    this.#scope = context.compiler.createScope();
    this.#keys = new JoinKeys(context.query.collation);
    const inner = innerContext(context, "lookup", spec.namespace);
    this.#join = new ForeignJoin({ namespace: spec.namespace, field: spec.connectTo }, inner);
    this.#restriction = spec.restriction === undefined
      ? undefined
      : compileQuery(spec.restriction, inner.query);
    this.#exists = compileQuery(existsFilter(spec.connectTo), inner.query);
  }

  async *run(): AsyncGenerator<Batch> {
    for (;;) {
      const batch = await this.#input.next();
      if (batch === null) return;
      if (batch.count === 0) {
        yield batch;
        continue;
      }
      yield* this.#join.prepare(batch.count);
      yield* this.#searchBatch(batch);
    }
  }

  async *#searchBatch({ bytes, starts, count }: Batch): AsyncGenerator<Batch> {
    const writer = this.#writer;
    for (let at = 0; at < count;) {
      writer.reset();
      const written: number[] = [];
      while (at < count && writer.length < OUTPUT_BYTES) {
        const start = starts[at++];
        yield* this.#search(bytes, start);
        written.push(writer.length);
        this.#write(bytes, start);
        if (this.#slice.isOver) break;
      }
      this.#slice.restart();
      yield new Batch(writer.view(), Int32Array.from(written), written.length);
    }
  }

  async *#search(bytes: Uint8Array, start: number): AsyncGenerator<Batch> {
    this.#visitedIds.clear();
    this.#visited.clear();
    this.#begin(bytes, start);
    for (let depth = 0; depth <= this.#spec.maxDepth && this.#frontier.size > 0; depth++) {
      const values = [...this.#frontier.values()];
      this.#frontier = new Map();
      this.#frontierBytes = 0;
      this.#found.clear();
      if (this.#join.isDirect) this.#join.find(values, this.#found);
      else yield* this.#scan(values);
      this.#take(values.some(({ type }) => type === BsonType.Null), depth);
      if (!this.#slice.isOver) continue;
      yield EMPTY_BATCH;
      this.#slice.restart();
    }
  }

  async *#scan(values: readonly RawValue[]): AsyncGenerator<Batch> {
    for await (const _ of this.#join.scan(values, this.#found)) {
      if (!this.#slice.isOver) continue;
      yield EMPTY_BATCH;
      this.#slice.restart();
    }
  }

  /** The first frontier: `startWith`, whose elements are starting points of their own when it is an array. */
  #begin(bytes: Uint8Array, start: number): void {
    this.#frontier = new Map();
    this.#frontierBytes = 0;
    this.#scope.setRoot(bytes, start);
    const value = this.#spec.startWith.evaluate(this.#scope);
    if (value === MISSING) return;
    const starts: readonly BsonValue[] = Array.isArray(value) ? value : [value];
    for (const one of starts) this.#aim(encodeValue(one));
  }

  #aim(value: RawValue): void {
    const key = this.#keys.ofValue(value);
    if (this.#frontier.has(key)) return;
    this.#frontier.set(key, value);
    this.#frontierBytes += ENTRY_BYTES + valueEnd(value.bytes, value.type, value.at) - value.at;
  }

  /** Takes what was found and not yet visited; its values are where the search goes on. */
  #take(hasNull: boolean, depth: number): void {
    const { connectFrom } = this.#spec;
    for (let i = 0; i < this.#found.count; i++) {
      const bytes = this.#found.bytesAt(i);
      const start = this.#found.startAt(i);
      if (hasNull && !this.#exists.matches(bytes, start)) continue;
      if (this.#restriction !== undefined && !this.#restriction.matches(bytes, start)) continue;
      const id = findElement(bytes, start, ID);
      if (id < 0) throw this.#withoutId();
      const key = this.#idKeys.keyOf(bytes, bytes[id], id + ID.length + 2);
      if (this.#visitedIds.has(key)) continue;
      this.#visitedIds.add(key);
      this.#visit(bytes, start, depth);
      visitPathValues(bytes, start, connectFrom, (_, type, at) => {
        this.#aim(ownValue({ bytes, type, at }));
      });
      this.#checkMemory();
    }
  }

  #visit(bytes: Uint8Array, start: number, depth: number): void {
    const { depthField } = this.#spec;
    if (depthField === undefined) return this.#visited.copy(bytes, start);
    const writer = this.#changed;
    writer.reset();
    writeWithField(
      writer,
      bytes,
      start,
      depthField,
      (name) => writer.int64(name, BigInt(depth)),
    );
    this.#visited.copy(writer.view(), 0);
  }

  #checkMemory(): void {
    const held = this.#visited.byteLength + this.#visited.count * ENTRY_BYTES +
      this.#frontierBytes;
    if (held <= this.#context.limits.graphLookupBytes) return;
    if (this.#context.allowDiskUse) {
      throw new CommandError(40099, "$graphLookup reached maximum memory consumption");
    }
    throw new CommandError(
      ErrorCode.QueryExceededMemoryLimitNoDiskUseAllowed,
      "Exceeded memory limit for $graphLookup, but didn't allow external sort. Pass " +
        "allowDiskUse:true to opt in.",
    );
  }

  #withoutId(): CommandError {
    return new CommandError(
      40271,
      `Documents in the '${this.#spec.namespace}' namespace must contain an _id for ` +
        "de-duplication in $graphLookup",
    );
  }

  #write(bytes: Uint8Array, start: number): void {
    const writer = this.#writer;
    writeWithField(
      writer,
      bytes,
      start,
      this.#spec.as,
      (name) => this.#visited.write(writer, name),
    );
  }

  close(): void {
    this.#join.close();
    this.#input.close();
  }
}

/** A value in bytes of its own: what was found is forgotten after each step. */
function ownValue({ bytes, type, at }: RawValue): RawValue {
  return { bytes: bytes.slice(at, valueEnd(bytes, type, at)), type, at: 0 };
}

function existsFilter(field: string): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  writer.startDocument(field);
  writer.bool("$exists", true);
  writer.end();
  writer.end();
  return writer.bytes();
}
