// What a stage and an accumulator are, and what a pipeline is run with.
//
// A stage is parsed once into a Stage, which opens a stream over its input. Stages at the front of a pipeline that the planner
// can do better (match, sort, skip, limit) say so in `front`. Stages that read other collections go through
// `PipelineSources`, so that this room knows no catalog.

import type { RawElement, RawValue } from "../bson/read.ts";
import type { BsonWriter } from "../bson/encode.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import type { ValueSets } from "./accumulators/value_sets.ts";
import type { ValueSlab } from "./accumulators/value_slab.ts";
import type { Expression, ExpressionCompiler } from "../expression/expression.ts";
import type { CompiledFilter, QueryContext } from "../query/filter.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import type { Collection } from "../storage/collection.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import type { MemoryLimits } from "../stream/memory_limits.ts";
import type { PipelineServices } from "./services.ts";

/** What a pipeline is parsed and run with. */
/** What the joins of one stage read, for explain. */
export interface JoinWork {
  docsExamined: number;
  keysExamined: number;
  collectionScans: number;
  readonly indexesUsed: Set<string>;
}

export interface PipelineContext {
  /** Set while explain runs the pipeline: where a join counts. */
  readonly joinWork?: JoinWork | undefined;
  readonly database: string;
  /** "db.collection" the pipeline reads; "db.$cmd.aggregate" without one. */
  readonly namespace: string;
  readonly query: QueryContext;
  readonly compiler: ExpressionCompiler;
  readonly allowDiskUse: boolean;
  /** What its stages may hold in memory. */
  readonly limits: MemoryLimits;
  /** False switches every rule of optimize.ts off, and pushing stages into the query plan. */
  readonly optimize?: boolean;
  readonly sources: PipelineSources;
  /** Parses a pipeline inside this one (pipeline.ts). */
  parse(pipeline: Uint8Array, context: PipelineContext): Stage[];
  /** Why this pipeline is parsed: some stages are not allowed inside others. */
  readonly place: "top" | "facet" | "lookup" | "union" | "view";
  /** A $facet is one of the stages around this pipeline. */
  readonly isInFacet?: boolean;
  /** How many pipelines stand around this one; undefined: none. */
  readonly depth?: number | undefined;
  /** For stages that write or that tell about the server; absent where no such stage can run. */
  readonly services?: PipelineServices | undefined;
}

/** Other collections, as stages see them. */
export interface PipelineSources {
  /** The documents of a collection or view of the database, through a pipeline given as a raw array. */
  open(namespace: string, pipeline: Uint8Array, context: PipelineContext): DocumentStream;
  /** The collection of this name; undefined when there is none or it is a view. */
  collection?(namespace: string): Collection | undefined;
  /** Rows about the collection itself: $indexStats, $collStats and the like; undefined when there is none. */
  describe?(kind: string, spec: RawValue, context: PipelineContext): DocumentStream | undefined;
}

/** What the planner may do instead of a stage at the front. */
export type FrontPart =
  | { readonly kind: "match"; readonly filter: CompiledFilter }
  | { readonly kind: "sort"; readonly sort: SortSpec }
  | { readonly kind: "skip"; readonly count: number }
  | { readonly kind: "limit"; readonly count: number };

/** What the optimizer may know of a stage (optimize.ts). All names are top-level fields. */
export interface StageEffect {
  /** Fields it reads; undefined: any. */
  readonly reads: ReadonlySet<string> | undefined;
  /** Fields it may change, add or remove; undefined: any. */
  readonly writes: ReadonlySet<string> | undefined;
  /** Set when all other fields are dropped. */
  readonly keeps?: ReadonlySet<string>;
  /** Fields that are whole copies of others: new name to old. */
  readonly renames?: ReadonlyMap<string, string>;
  /** Of an exhaustive stage, where it is known: the dotted paths it really reads, and no more. */
  readonly needsPaths?: ReadonlySet<string>;
  /** Nothing behind it can see a field that it did not read itself. */
  readonly isExhaustive?: boolean;
  /** Each document gives exactly one, in the same order. */
  readonly isRowwise?: boolean;
  /** A filter on fields it does not write may as well be in front of it. */
  readonly letsFiltersPass?: boolean;
  /** It copies or holds documents, so that small ones are worth something. */
  readonly copies?: boolean;
  /** Set for a stage that only takes these paths out. */
  readonly excludes?: readonly string[];
  /** Set for a stage that only keeps these fields, which have no dots. */
  readonly includes?: readonly string[];
}

/** A $group by one field that wants one document of each value: the first or last in the order it gets, or any. */
export interface GroupPart {
  readonly path: string;
  readonly wants: "any" | "first" | "last";
}

/** What an $unwind does, as the stage in front of it may do it instead. */
export interface UnwindPart {
  /** Without the "$". */
  readonly path: string;
  readonly preserve: boolean;
  readonly indexField: string | undefined;
}

/** A stage that puts documents of another collection under a field. */
export interface JoinPart {
  /** The field's path. */
  readonly as: string;
  /** The $unwind that it already does. */
  readonly unwind?: UnwindPart;
  /** The same stage, giving a document per joined one. */
  unwound(unwind: UnwindPart): Stage;
  /** The same stage, taking only joined documents that the filter accepts; paths are those of the joined documents. */
  filtered(filter: MatchExpression): Stage;
}

export interface Stage {
  readonly name: string;
  /** undefined: the optimizer leaves the stage and what is around it alone. */
  readonly effect?: StageEffect;
  /** Of a $sort: how many documents are wanted, when a $limit behind it says so. */
  readonly topCount?: number;
  readonly front?: FrontPart;
  /** Of a $lookup (join_moves.ts). */
  readonly join?: JoinPart;
  /** Of a $group that may want only some documents. */
  readonly group?: GroupPart;
  /** Of a $sample. */
  readonly sampleSize?: number;
  /** Of an $unwind. */
  readonly unwind?: UnwindPart;
  /** The stage brings its own documents and must come first. */
  readonly isSource?: boolean;
  /** The stage writes what it gets: explain leaves it out. */
  readonly isWriter?: boolean;
  /** Where the stage is only `{ $name: ... }` of others, explain shows those. */
  open(input: DocumentStream, context: PipelineContext): DocumentStream;
  /** Writes the stage as explain shows it: `$name: ...`; without it the client's own form is shown. */
  explain?(writer: BsonWriter): void;
  /** The client's form. */
  readonly given?: RawElement;
}

/** What stands instead of `count` stages from `at` on. */
export interface Rewrite {
  readonly at: number;
  readonly count: number;
  readonly stages: readonly Stage[];
}

/** A rule of the optimizer (optimize.ts). */
export interface OptimizerRule {
  readonly name: string;
  readonly help: string;
  /** Looks at the stages from `at` on. */
  apply(stages: readonly Stage[], at: number, context: PipelineContext): Rewrite | undefined;
}

export interface StageDefinition {
  readonly name: string;
  readonly help: string;
  /** May only stand first. */
  readonly isFirstOnly?: boolean;
  /** Brings its own documents whatever the collection: `{aggregate: 1}` only. */
  readonly isCollectionless?: boolean;
  /** Writes what it gets: may only stand last, and not inside other stages or views. */
  readonly isWriter?: boolean;
  /** Not allowed inside $facet. */
  readonly notInFacet?: boolean;
  /** One or more stages: some are spelled-out forms of others. */
  parse(spec: RawElement, context: PipelineContext): Stage | readonly Stage[];
}

/** What the states of a stage share. */
export interface MemoryMeter {
  readonly limits: MemoryLimits;
  /** Roughly how many bytes they hold; they add to it as they grow. */
  bytes: number;
  /** Where lists keep their values. */
  slab?: ValueSlab;
  /** Where sets look their values up. */
  sets?: ValueSets;
}

/** What one group has gathered. */
export interface AccumulatorState {
  /** Takes in a value of the accumulator's argument; copies what it keeps. */
  add(value: OptionalValue): void;
  /** The same for a value in place (type 0: missing), where that spares decoding it. */
  addRaw?(bytes: Uint8Array, type: number, at: number): void;
  value(): OptionalValue;
  /** Writes `value()` as an element, where that spares decoding it. */
  write?(writer: BsonWriter, name: string | undefined): void;
  /** All it has gathered, for a group that has to leave memory. */
  save(): BsonValue;
  /** Takes in what another state saved that gathered later documents of the same group. */
  merge(saved: BsonValue): void;
  /** True when `write` writes what `save` gives, and each item can go to `addRaw`. */
  readonly isList?: boolean;
}

/** The states of all groups of a $group for one field. Groups are numbered from 0 in the order in which they begin. */
export interface StateColumn {
  readonly byteLength: number;
  begin(group: number): void;
  add(group: number, value: OptionalValue): void;
  /** The same for a value in place (type 0: missing). */
  addRaw(group: number, bytes: Uint8Array, type: number, at: number): void;
  write(group: number, writer: BsonWriter, name: string): void;
  /** All a group has gathered, in the form that AccumulatorState has. */
  save(group: number): BsonValue;
  merge(group: number, saved: BsonValue): void;
}

/** A state that also gives up values, oldest first: what a moving window needs. */
export interface SlidingState {
  /** The value must stay valid until it is removed. */
  add(value: OptionalValue): void;
  /** Takes out the value that was added first of those that are left. */
  remove(value: OptionalValue): void;
  value(): OptionalValue;
}

/** An accumulator with its argument, compiled: makes the state of each group. */
export interface CompiledAccumulator {
  /** What is evaluated for each document. */
  readonly argument: Expression;
  /** `id` is the group's _id, which the `n` of some accumulators may refer to. */
  start(meter: MemoryMeter, id?: OptionalValue): AccumulatorState;
  /** Set where many groups' states are cheaper in one than each in an object. */
  startColumn?(): StateColumn;
  /** Set where values can be taken out again; windows that lose documents need it. */
  startSliding?(): SlidingState;
  /** Set when every document adds the same: the state after `count` documents, without looking at them. */
  addRepeatedly?(state: AccumulatorState, count: number): void;
  /** True when the order of the documents shows in the value. */
  readonly isOrdered?: boolean;
}

/** Where an accumulator stands; a few rules differ. */
export type AccumulatorSite = "bucketAuto" | "group" | "window";

export interface AccumulatorDefinition {
  readonly name: string;
  readonly help: string;
  /** False for those that $setWindowFields does not know. */
  readonly isWindowFunction?: boolean;
  compile(
    argument: RawElement,
    context: PipelineContext,
    site: AccumulatorSite,
  ): CompiledAccumulator;
}
