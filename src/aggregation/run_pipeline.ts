// Running a pipeline over a collection: the front of it goes to the planner, the rest becomes streams.
//
//   [$match, $match, $sort, $skip, $limit | $group, ...]
//    `--- one planned query (plan/) ----'   `-- stage.open over its stream
//
// Views and other collections are opened through CatalogSources, which follows `viewOn` to the collection and puts the views'
// pipelines in front.

import { documentOf, elements } from "../bson/read.ts";
import { parseCollation } from "../bson/collation.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { type ChosenPlan, planQuery, type QueryRequest } from "../plan/choose.ts";
import type { Hint } from "../plan/hint.ts";
import { sameCollation } from "../plan/planner_index.ts";
import { openChosen } from "../plan/trial.ts";
import { type CompiledFilter, compileFilter } from "../query/filter.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import type { Catalog } from "../storage/catalog.ts";
import type { Collection } from "../storage/collection.ts";
import { Batch } from "../stream/batch.ts";
import { BatchesStream, type DocumentStream, EmptyStream } from "../stream/document_stream.ts";
import type { PipelineContext, PipelineSources, Stage } from "./definition.ts";
import { groupScanOf } from "./group_scan.ts";
import { fieldNeeds } from "./field_needs.ts";
import { parsePipeline } from "./pipeline.ts";
import { randomRecords } from "./random_records.ts";
import { joinPipelines } from "./raw_pipeline.ts";
import { withSortKeys } from "./stages/sort.ts";

export { joinPipelines } from "./raw_pipeline.ts";

const MAX_VIEW_DEPTH = 20;
const ACCEPT_ALL: CompiledFilter = {
  expression: { kind: "and", children: [] },
  matches: () => true,
  isEmpty: true,
};

export interface PlannedPipeline {
  /** What the planner does; undefined when the first stage brings its own documents. */
  readonly plan: ChosenPlan | undefined;
  readonly filter: CompiledFilter;
  /** The order the plan gives, when the pipeline asked for one there. */
  readonly sort?: SortSpec | undefined;
  /** What is left to do behind the plan. */
  readonly rest: readonly Stage[];
}

/** Splits a pipeline into a planned query and the stages behind it. */
export function planPipeline(
  stages: readonly Stage[],
  collection: Collection | undefined,
  context: PipelineContext,
  hint?: Hint,
): PlannedPipeline {
  if (stages.length > 0 && stages[0].isSource === true) {
    return { plan: undefined, filter: ACCEPT_ALL, rest: stages };
  }
  const { request, taken } = frontRequest(context.optimize === false ? [] : stages);
  const plan = planQuery(collection, {
    ...request,
    hint,
    collation: context.query.collation,
    neededPaths: neededPaths(stages, taken, context),
  });
  const { filter, sort } = request;
  const group = isWhole(request) && taken < stages.length && context.optimize !== false
    ? stages[taken].group
    : undefined;
  const byGroup = group === undefined || collection === undefined ? undefined : groupScanOf({
    plan,
    group,
    sort,
    isUnfiltered: filter.isEmpty && hint === undefined,
    hasCollation: context.query.collation !== undefined,
    indexes: collection.indexes,
  });
  return { plan: byGroup ?? plan, filter, sort, rest: stages.slice(taken) };
}

/** What the stages behind the planned ones look at: an index that has it all spares the documents. */
function neededPaths(
  stages: readonly Stage[],
  taken: number,
  context: PipelineContext,
): ReadonlySet<string> | undefined {
  if (context.optimize === false || taken === stages.length) return undefined;
  if (context.compiler.usedMetadata.size > 0) return undefined;
  return stages[taken].effect?.needsPaths ?? fieldNeeds(stages)[taken];
}

function isWhole({ skip = 0, limit = 0 }: QueryRequest): boolean {
  return skip === 0 && limit === 0;
}

/** The leading stages that one query can answer. */
function frontRequest(stages: readonly Stage[]): { request: QueryRequest; taken: number } {
  const filters: CompiledFilter[] = [];
  let sort: SortSpec | undefined;
  let skip = 0;
  let limit = 0;
  let taken = 0;
  for (const { front } of stages) {
    if (front === undefined) break;
    const isEarlier = sort === undefined && skip === 0 && limit === 0;
    if (front.kind === "match" && isEarlier) filters.push(front.filter);
    else if (front.kind === "sort" && isEarlier) sort = front.sort;
    else if (front.kind === "skip" && limit === 0) skip += front.count;
    else if (front.kind === "limit") {
      limit = limit === 0 ? front.count : Math.min(limit, front.count);
    } else break;
    taken++;
  }
  return { request: { filter: joined(filters), sort, skip, limit }, taken };
}

function joined(filters: readonly CompiledFilter[]): CompiledFilter {
  const useful = filters.filter((filter) => !filter.isEmpty);
  if (useful.length === 0) return filters[0] ?? ACCEPT_ALL;
  if (useful.length === 1) return useful[0];
  const expression = { kind: "and" as const, children: useful.map((one) => one.expression) };
  return { expression, matches: compileFilter(expression), isEmpty: false };
}

export interface RunPipelineOptions {
  readonly counting?: boolean;
  /** Wraps the stream of each stage: explain counts there. */
  readonly observe?: (stream: DocumentStream, position: number) => DocumentStream;
}

/** Opens the stream of a planned pipeline. */
export function openPipeline(
  planned: PlannedPipeline,
  collection: Collection | undefined,
  context: PipelineContext,
  options: RunPipelineOptions = {},
): DocumentStream {
  let stream: DocumentStream = planned.plan === undefined
    ? new EmptyStream()
    : openChosen(planned.plan, {
      collection,
      collation: context.query.collation,
      allowDiskUse: context.allowDiskUse,
      counting: options.counting,
      keepRecordIds: context.compiler.usedMetadata.has("recordId"),
    });
  if (planned.sort !== undefined) stream = withSortKeys(stream, planned.sort, context);
  const observe = options.observe ?? ((one: DocumentStream) => one);
  const sample = sampleOf(planned, collection, context);
  stream = observe(sample ?? stream, -1);
  planned.rest.forEach((stage, position) => {
    const isDone = sample !== undefined && position === 0;
    stream = observe(isDone ? stream : stage.open(stream, context), position);
  });
  return stream;
}

/** What a $sample over a whole collection may read instead of all of it. */
function sampleOf(
  { plan, rest }: PlannedPipeline,
  collection: Collection | undefined,
  context: PipelineContext,
): DocumentStream | undefined {
  const size = rest[0]?.sampleSize;
  if (size === undefined || collection === undefined || context.optimize === false) {
    return undefined;
  }
  if (plan?.root.stage !== "COLLSCAN" || plan.root.filter !== undefined) return undefined;
  return randomRecords(collection, size);
}

/** A collection with the pipelines of the views that lead to it, outermost last. */
export interface ResolvedNamespace {
  readonly namespace: string;
  readonly collection: Collection | undefined;
  /** Raw stage documents. */
  readonly pipeline: readonly Uint8Array[];
  /** The collation of a view. */
  readonly collation: Uint8Array | undefined;
  /** True for a view; a time series is none here. */
  readonly isView: boolean;
}

/** Follows views down to their collection. */
export function resolveNamespace(catalog: Catalog, namespace: string): ResolvedNamespace {
  const pipeline: Uint8Array[] = [];
  let current = namespace;
  let collation: Uint8Array | undefined;
  let isView = false;
  for (let depth = 0;; depth++) {
    const view = catalog.view(current);
    if (view === undefined) {
      const collection = catalog.collection(current);
      return { namespace: current, collection, pipeline, collation, isView };
    }
    if (depth === MAX_VIEW_DEPTH) {
      throw new CommandError(
        ErrorCode.ViewDepthLimitExceeded,
        `View depth limit exceeded; maximum depth is ${MAX_VIEW_DEPTH}`,
      );
    }
    // A time series is read as a collection is: any collation will do.
    if (view.options.timeSeries === undefined) isView = true;
    if (depth === 0) collation = view.options.collation?.spec;
    const own: Uint8Array[] = [];
    if (view.options.pipeline !== undefined) {
      for (const stage of elements(view.options.pipeline)) own.push(documentOf(stage));
    }
    pipeline.unshift(...own);
    current = `${view.name.database}.${view.options.viewOn}`;
  }
}

/** Other collections of a catalog, for $lookup, $unionWith and the like. */
export class CatalogSources implements PipelineSources {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  open(namespace: string, pipeline: Uint8Array, context: PipelineContext): DocumentStream {
    const resolved = resolveNamespace(this.#catalog, namespace);
    if (resolved.isView) checkViewCollation(resolved.collation, context);
    const inner: PipelineContext = { ...context, namespace: resolved.namespace };
    const stages = parsePipeline(joinPipelines(resolved.pipeline, pipeline), inner);
    const planned = planPipeline(stages, resolved.collection, inner);
    return openPipeline(planned, resolved.collection, inner);
  }

  collection(namespace: string): Collection | undefined {
    return this.#catalog.collection(namespace);
  }
}

/** A view's strings compare by its own collation, whoever reads it. */
function checkViewCollation(own: Uint8Array | undefined, context: PipelineContext): void {
  const ofView = own === undefined ? undefined : parseCollation(own);
  if (sameCollation(ofView, context.query.collation)) return;
  throw new CommandError(
    ErrorCode.OptionNotSupportedOnView,
    "Cannot override a view's default collation",
  );
}

/** Documents made in memory as a stream. */
export function streamOf(documents: readonly Uint8Array[]): DocumentStream {
  return new BatchesStream(documents.length === 0 ? [] : [Batch.of(documents)]);
}
