// What aggregate does, given its parts: shared by the aggregate command, finds, counts and distincts on views, and explain.

import { type Collation, parseCollation } from "../../bson/collation.ts";
import { documentOf, elements, isEmptyDocument, type RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode, withContext } from "../../error.ts";
import { ExpressionCompiler, FoldingError } from "../../expression/expression.ts";
import type { PipelineContext, Stage } from "../../aggregation/definition.ts";
import { parsePipeline } from "../../aggregation/pipeline.ts";
import { stageName } from "../../aggregation/raw_pipeline.ts";
import {
  CatalogSources,
  joinPipelines,
  openPipeline,
  type PlannedPipeline,
  planPipeline,
  resolveNamespace,
} from "../../aggregation/run_pipeline.ts";
import { resolveHint } from "../../plan/hint.ts";
import type { Catalog } from "../../storage/catalog.ts";
import type { Collection } from "../../storage/collection.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import { inExecutor } from "./executor_error.ts";
import type { CommandContext, Reply } from "../definition.ts";
import { pipelineServices } from "./pipeline_services.ts";
import {
  DEFAULT_FIRST_BATCH,
  OperationHolder,
  QueryCursor,
  writeFirstBatch,
} from "./query_cursor.ts";
import { seriesHint } from "./time_series_write.ts";
import { systemVariables } from "./system_variables.ts";

export interface AggregateRequest {
  /** "db.collection", or "db.$cmd.aggregate" for a pipeline without a collection. */
  readonly namespace: string;
  readonly pipeline: Uint8Array;
  readonly let?: Uint8Array | undefined;
  readonly collation?: Uint8Array | undefined;
  readonly hint?: RawValue | undefined;
  readonly allowDiskUse?: boolean;
  readonly batchSize?: number | undefined;
  readonly singleBatch?: boolean;
  /** For $out and $merge. */
  readonly bypassDocumentValidation?: boolean;
}

export interface PreparedAggregate {
  readonly context: PipelineContext;
  readonly stages: readonly Stage[];
  readonly planned: PlannedPipeline;
  readonly collection: Collection | undefined;
  /** The collection that is read in the end. */
  readonly namespace: string;
}

/** Parses and plans a pipeline; views are followed to their collection. */
export function prepareAggregate(
  command: CommandContext,
  request: AggregateRequest,
  holder: OperationHolder,
): PreparedAggregate {
  try {
    return prepare(command, request, holder);
  } catch (error) {
    // What fails without any document fails while the pipeline is optimized.
    throw error instanceof FoldingError ? withContext("Failed to optimize pipeline", error) : error;
  }
}

function prepare(
  command: CommandContext,
  request: AggregateRequest,
  holder: OperationHolder,
): PreparedAggregate {
  const { catalog } = command.engine;
  const resolved = tellsAboutNamespace(catalog, request)
    ? unresolved(command, request.namespace)
    : resolveNamespace(catalog, request.namespace);
  const collation = effectiveCollation(request.collation, resolved);
  const { limits } = command.engine.store.planner;
  const now = BigInt(Date.now());
  const compiler = new ExpressionCompiler({
    let: request.let,
    now,
    collation,
    constants: systemVariables(command.engine),
    checkInterrupt: holder.checkInterrupt,
  });
  const context: PipelineContext = {
    database: command.database,
    namespace: resolved.namespace,
    query: {
      collation,
      let: request.let,
      now,
      expressionCompiler: compiler,
      checkInterrupt: holder.checkInterrupt,
    },
    compiler,
    allowDiskUse: request.allowDiskUse ?? limits.allowDiskUse,
    limits,
    sources: new CatalogSources(catalog),
    parse: parsePipeline,
    place: "top",
    services: pipelineServices(command, holder, request.bypassDocumentValidation ?? false),
  };
  const stages = parsePipeline(joinPipelines(resolved.pipeline, request.pipeline), context);
  const { collection } = resolved;
  const hint = request.hint === undefined || collection === undefined ? undefined : resolveHint(
    resolved.namespace === request.namespace
      ? request.hint
      : seriesHintOf(request.hint, collection),
    collection.indexes,
    resolved.namespace,
  );
  const planned = planPipeline(stages, collection, context, hint);
  return { context, stages, planned, collection, namespace: resolved.namespace };
}

/** Whoever reads a time series knows its indexes by its own fields, in the hint too. */
function seriesHintOf(hint: RawValue, { options }: Collection): RawValue {
  return options.timeSeries === undefined
    ? hint
    : seriesHint(hint, { options: options.timeSeries }) ?? hint;
}

/** True for a stage that has something to say of a view or a time series itself. */
function tellsAboutNamespace(catalog: Catalog, { namespace, pipeline }: AggregateRequest): boolean {
  return startsWith(pipeline, "$collStats") ||
    (startsWith(pipeline, "$indexStats") && catalog.timeSeries(namespace) !== undefined);
}

function startsWith(pipeline: Uint8Array, stage: string): boolean {
  const first = elements(pipeline).next();
  return !first.done && first.value.type === BsonType.Document &&
    stageName(documentOf(first.value)) === stage;
}

/** A stage that tells about the namespace itself, be it a view. */
function unresolved(
  { engine }: CommandContext,
  namespace: string,
): ReturnType<typeof resolveNamespace> {
  const collection = engine.catalog.collection(namespace);
  return { namespace, collection, pipeline: [], collation: undefined, isView: false };
}

function effectiveCollation(
  given: Uint8Array | undefined,
  resolved: ReturnType<typeof resolveNamespace>,
): Collation | undefined {
  const own = given === undefined || isEmptyDocument(given) ? undefined : given;
  if (!resolved.isView) {
    return own === undefined ? resolved.collection?.options.collation : parseCollation(own);
  }
  const ofView = resolved.collation === undefined ? undefined : parseCollation(resolved.collation);
  if (own === undefined) return ofView;
  const asked = parseCollation(own);
  const isSame = asked === ofView ||
    (asked !== undefined && ofView !== undefined &&
      asked.spec.length === ofView.spec.length &&
      asked.spec.every((byte, i) => byte === ofView.spec[i]));
  if (!isSame) {
    throw new CommandError(
      ErrorCode.OptionNotSupportedOnView,
      "Cannot override a view's default collation",
    );
  }
  return ofView;
}

/** Runs an aggregate and answers with a cursor on `namespace`. */
export function runAggregate(
  command: CommandContext,
  request: AggregateRequest,
): Reply | Promise<Reply> {
  const holder = new OperationHolder(command.operation);
  const prepared = prepareAggregate(command, request, holder);
  command.operation.use(prepared.planned);
  const stream = openPipeline(prepared.planned, prepared.collection, prepared.context, {
    counting: command.server.profiler.isWatching,
  });
  const errorContext = `Executor error during aggregate command on namespace: ${request.namespace}`;
  return inExecutor(errorContext, () =>
    writeFirstBatch(command.reply, {
      cursor: new QueryCursor({ stream, holder, plans: prepared.planned }),
      namespace: request.namespace,
      batchSize: request.batchSize ?? DEFAULT_FIRST_BATCH,
      singleBatch: request.singleBatch ?? false,
      operation: command.operation,
      registry: command.server.cursors,
      session: command.session,
      command: command.body,
      noTimeout: false,
      awaitData: false,
    }));
}

/** Runs an aggregate to its end and gives its documents one by one: count and distinct on views. */
export async function forEachResult(
  command: CommandContext,
  request: AggregateRequest,
  visit: (bytes: Uint8Array, start: number) => void,
): Promise<void> {
  const holder = new OperationHolder(command.operation);
  const prepared = prepareAggregate(command, request, holder);
  command.operation.use(prepared.planned);
  const stream = openPipeline(prepared.planned, prepared.collection, prepared.context);
  await readAll(stream, command, visit);
}

/** Reads a stream to its end, letting other clients in. */
export async function readAll(
  stream: DocumentStream,
  command: CommandContext,
  visit: (bytes: Uint8Array, start: number) => void,
): Promise<void> {
  try {
    for (;;) {
      const next = stream.next();
      const batch = next instanceof Promise ? await next : next;
      if (batch === null) return;
      for (let i = 0; i < batch.count; i++) visit(batch.bytes, batch.starts[i]);
      const pause = command.operation.pause();
      if (pause !== undefined) await pause;
    }
  } finally {
    stream.close();
  }
}
