// A pipeline inside a stage that runs once per input document, with variables of its own: $lookup's.
//
// It is parsed once without values, so that its errors come at once and it is known which stages depend on the input
// (the correlated ones). At run time the values become constants and the pipeline is parsed anew for each document: the
// planner then sees them and can use an index for `{$expr: {$eq: ["$a", "$$x"]}}`. What stands before the first
// correlated stage gives the same for every document and is kept, up to a limit.

import type { OptionalValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { ExpressionCompiler } from "../../expression/expression.ts";
import type { Batch } from "../../stream/batch.ts";
import { BatchTransform, type DocumentStream } from "../../stream/document_stream.ts";
import type { PipelineContext, Stage } from "../definition.ts";
import { joinPipelines, rawPipeline, stageName } from "../raw_pipeline.ts";
import { DocumentList } from "./document_list.ts";

const MAX_DEPTH = 20;

export type Values = readonly (readonly [name: string, value: OptionalValue])[];

/** The context of a pipeline inside this one's. */
export function innerContext(
  context: PipelineContext,
  place: PipelineContext["place"],
  namespace: string,
  compiler: ExpressionCompiler = context.compiler,
): PipelineContext {
  const depth = (context.depth ?? 0) + 1;
  if (depth > MAX_DEPTH) {
    throw new CommandError(
      ErrorCode.MaxSubPipelineDepthExceeded,
      `Maximum number of nested sub-pipelines exceeded. Limit is ${MAX_DEPTH}`,
    );
  }
  return {
    ...context,
    namespace,
    compiler,
    query: { ...context.query, expressionCompiler: compiler },
    place,
    depth,
  };
}

export interface SubPipelineOptions {
  readonly namespace: string;
  readonly stages: readonly Uint8Array[];
  /** Names of the variables it is given. */
  readonly names: readonly string[];
  readonly place: PipelineContext["place"];
}

export class SubPipeline {
  readonly namespace: string;
  readonly stages: readonly Uint8Array[];
  readonly place: PipelineContext["place"];
  readonly #names: readonly string[];

  /** Parses the pipeline for its errors. */
  constructor(options: SubPipelineOptions, context: PipelineContext) {
    this.namespace = options.namespace;
    this.stages = options.stages;
    this.place = options.place;
    this.#names = options.names;
    context.parse(rawPipeline(options.stages), this.#unknown(context));
  }

  /** The context before the values are known. */
  #unknown(context: PipelineContext): PipelineContext {
    const compiler = context.compiler.inner(this.#names.map((name) => [name, undefined] as const));
    return { ...innerContext(context, this.place, this.namespace, compiler), optimize: false };
  }

  /** The number of stages in front that do not depend on the input document. */
  correlatedFrom(context: PipelineContext): number {
    let at = this.stages.findIndex((stage) => {
      if (UNREPEATABLE.has(stageName(stage))) return true;
      if (!mayBeCorrelated(stage)) return false;
      const inner = this.#unknown(context);
      context.parse(rawPipeline([stage]), inner);
      return inner.compiler.usedVariables.size > 0 || inner.compiler.usesRandom;
    });
    if (at < 0) return this.stages.length;
    // Neighbouring filters are one to the planner, which may have an index for them.
    while (at > 0 && stageName(this.stages[at]) === "$match" && isMatch(this.stages[at - 1])) at--;
    return at;
  }

  /** Makes the state of one execution of the stage. */
  start(context: PipelineContext): SubPipelineRun {
    return new SubPipelineRun(this, context);
  }
}

/** False for a stage that mentions neither a variable nor a random operator; spares parsing it once more. */
function mayBeCorrelated(stage: Uint8Array): boolean {
  for (let i = 4; i + 1 < stage.length; i++) {
    if (stage[i] !== DOLLAR) continue;
    if (stage[i + 1] === DOLLAR || isRandom(stage, i + 1)) return true;
  }
  return false;
}

const DOLLAR = 0x24;
const RANDOM_NAMES = ["rand", "sample"].map((name) => new TextEncoder().encode(name));

function isRandom(stage: Uint8Array, at: number): boolean {
  return RANDOM_NAMES.some((name) => name.every((byte, i) => stage[at + i] === byte));
}

/** Stages whose output differs from time to time. */
const UNREPEATABLE: ReadonlySet<string> = new Set(["$sample"]);

function isMatch(stage: Uint8Array): boolean {
  return stageName(stage) === "$match";
}

export class SubPipelineRun {
  readonly #pipeline: SubPipeline;
  readonly #context: PipelineContext;
  readonly #correlatedFrom: number;
  #cached: DocumentList | undefined;
  #isCacheAbandoned: boolean;
  /** The stages of a pipeline that does not depend on the input document, parsed once. */
  #fixedStages: readonly Stage[] | undefined;
  #fixedContext: PipelineContext | undefined;

  constructor(pipeline: SubPipeline, context: PipelineContext) {
    this.#pipeline = pipeline;
    this.#context = context;
    this.#correlatedFrom = pipeline.correlatedFrom(context);
    this.#isCacheAbandoned = this.#correlatedFrom === 0;
  }

  /** The context with the values of one input document. */
  #contextWith(values: Values): PipelineContext {
    const { place, namespace } = this.#pipeline;
    return innerContext(this.#context, place, namespace, this.#context.compiler.inner(values));
  }

  /** Runs the pipeline over its own collection; `front` are stages before it. */
  open(values: Values, front: readonly Uint8Array[] = []): DocumentStream {
    const { namespace, stages } = this.#pipeline;
    const correlatedFrom = this.#correlatedFrom;
    const context = this.#contextWith(values);
    const { sources } = this.#context;
    if (this.#isCacheAbandoned || front.length > 0) {
      return sources.open(namespace, joinPipelines(front, rawPipeline(stages)), context);
    }
    const prefix = this.#cached?.stream() ??
      this.#caching(sources.open(namespace, rawPipeline(stages.slice(0, correlatedFrom)), context));
    return openStages(prefix, stages.slice(correlatedFrom), context);
  }

  /** Runs the pipeline over given documents. */
  openOver(input: DocumentStream, values: Values): DocumentStream {
    const { stages } = this.#pipeline;
    if (this.#correlatedFrom < stages.length) {
      return openStages(input, stages, this.#contextWith(values));
    }
    const context = this.#fixedContext ??= this.#contextWith([]);
    const parsed = this.#fixedStages ??= context.parse(rawPipeline(stages), context);
    return openParsed(input, parsed, context);
  }

  #caching(source: DocumentStream): DocumentStream {
    return new CachingStream(source, this.#context.limits.lookupCacheBytes, {
      complete: (list) => this.#cached = list,
      abandon: () => this.#isCacheAbandoned = true,
    });
  }
}

function openStages(
  input: DocumentStream,
  stages: readonly Uint8Array[],
  context: PipelineContext,
): DocumentStream {
  if (stages.length === 0) return input;
  return openParsed(input, context.parse(rawPipeline(stages), context), context);
}

function openParsed(
  input: DocumentStream,
  stages: readonly Stage[],
  context: PipelineContext,
): DocumentStream {
  return stages.reduce((stream, stage) => stage.open(stream, context), input);
}

/** Keeps a copy of all that passes. */
class CachingStream extends BatchTransform {
  #list: DocumentList | undefined = new DocumentList();

  constructor(
    source: DocumentStream,
    private readonly limitBytes: number,
    private readonly outcome: { complete(list: DocumentList): void; abandon(): void },
  ) {
    super(source);
  }

  protected transform(batch: Batch): Batch {
    if (this.#list === undefined) return batch;
    this.#list.copyBatch(batch);
    if (this.#list.byteLength > this.limitBytes) {
      this.#list = undefined;
      this.outcome.abandon();
    }
    return batch;
  }

  protected override atEnd(): null {
    if (this.#list !== undefined) this.outcome.complete(this.#list);
    return null;
  }
}
