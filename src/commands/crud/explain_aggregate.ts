// explain of an aggregate: a plain query plan when the planner does all of it, else `stages` with the plan in `$cursor`.

import type { BsonWriter } from "../../bson/encode.ts";
import {
  type PlanExplanation,
  type RunOutcome,
  type Verbosity,
  writeExecutionStats,
  writeQueryPlanner,
} from "../../plan/explain.ts";
import { shapeText } from "../../plan/query_shape.ts";
import { shownPlan } from "../../plan/shown_plan.ts";
import { openPipeline, type PlannedPipeline } from "../../aggregation/run_pipeline.ts";
import type { JoinWork, Stage } from "../../aggregation/definition.ts";
import type { Operation } from "../../session/operation.ts";
import type { Batch } from "../../stream/batch.ts";
import {
  BatchTransform,
  type DocumentStream,
  type NextBatch,
} from "../../stream/document_stream.ts";
import type { CommandContext, Reply } from "../definition.ts";
import {
  type AggregateRequest,
  prepareAggregate,
  type PreparedAggregate,
} from "./aggregate_run.ts";
import { drain } from "./drain.ts";
import { writeExplainEnd, writeShapeHash } from "./explain_reply.ts";
import { decide, type Decision, measureRun, type RunCost } from "./explain_run.ts";
import { OperationHolder } from "./query_cursor.ts";

/** Counts what leaves a stage and how long that took, everything before it included. */
class Observer extends BatchTransform {
  returned = 0;
  elapsedMs = 0;

  constructor(source: DocumentStream) {
    super(source);
  }

  override next(): NextBatch {
    const startedAt = performance.now();
    const batch = super.next();
    this.elapsedMs += performance.now() - startedAt;
    return batch;
  }

  writeStatistics(writer: BsonWriter): void {
    this.source.writeStatistics?.(writer);
  }

  protected transform(batch: Batch): Batch {
    this.returned += batch.count;
    return batch;
  }
}

export async function explainAggregate(
  context: CommandContext,
  request: AggregateRequest,
  verbosity: Verbosity,
  command: Uint8Array,
): Promise<Reply> {
  const holder = new OperationHolder(context.operation);
  const given = prepareAggregate(context, request, holder);
  const { operation } = context;
  const chosen = given.planned.plan;
  const decision = chosen === undefined
    ? undefined
    : await decide(chosen, given.collection, operation, {
      collation: given.context.query.collation,
      allowDiskUse: given.context.allowDiskUse,
    });
  const prepared = decision === undefined
    ? given
    : { ...given, planned: { ...given.planned, plan: decision.plan } };
  const { cost, observers, works } = await runObserved(prepared, operation, verbosity);
  const outcome = { ...cost, returned: observers[0]?.returned ?? 0 };
  const { rest } = prepared.planned;
  // The stages of a pipeline have no place for what went wrong.
  if (cost.error !== undefined && rest.length > 0) throw cost.error;
  const explanation = decision && explanationOf(prepared, decision, request);
  const { reply } = context;
  reply.string("explainVersion", "1");
  if (explanation !== undefined && rest.length === 0) {
    writePlan(reply, explanation, verbosity, outcome);
  } else {
    reply.startArray("stages");
    if (explanation !== undefined) {
      reply.startDocument();
      reply.startDocument("$cursor");
      writePlan(reply, explanation, verbosity, outcome);
      reply.end();
      writeCounts(reply, observers[0]);
      reply.end();
    }
    rest.forEach((stage, position) => {
      reply.startDocument();
      writeStage(reply, stage);
      if (stage.name === "$lookup") writeJoinWork(reply, works[position + 1]);
      writeCounts(reply, observers[position + 1]);
      reply.end();
    });
    reply.end();
  }
  const { filter, plan } = prepared.planned;
  const query = shapeText(plan?.request ?? { filter });
  const names = rest.map(({ name }) => name).join(" ");
  writeShapeHash(reply, prepared.namespace, `aggregate ${query} ${names}`);
  writeExplainEnd(reply, context, command);
  return reply;
}

/** A run, with an observer behind the plan and one behind each stage. */
async function runObserved(
  prepared: PreparedAggregate,
  operation: Operation,
  verbosity: Verbosity,
): Promise<{ cost: RunCost; observers: Observer[]; works: JoinWork[] }> {
  const observers: Observer[] = [];
  const works: JoinWork[] = [];
  // A stage takes the counter that is there while it is opened; the next stage finds another.
  const context = { ...prepared.context, joinWork: newJoinWork() };
  const cost = await measureRun(operation, verbosity, () => {
    const stream = openPipeline(withoutWriters(prepared), prepared.collection, context, {
      counting: true,
      observe: (one) => {
        works.push(context.joinWork);
        context.joinWork = newJoinWork();
        const observer = new Observer(one);
        observers.push(observer);
        return observer;
      },
    });
    return drain(stream, operation, () => {});
  });
  return { cost, observers, works };
}

function newJoinWork(): JoinWork {
  return { docsExamined: 0, keysExamined: 0, collectionScans: 0, indexesUsed: new Set() };
}

/** Explaining a pipeline runs it but writes nothing. */
function withoutWriters({ planned }: PreparedAggregate): PlannedPipeline {
  return { ...planned, rest: planned.rest.filter((stage) => stage.isWriter !== true) };
}

function explanationOf(
  { collection, namespace, planned }: PreparedAggregate,
  { plan, optimizationMs }: Decision,
  request: AggregateRequest,
): PlanExplanation {
  const { filter } = planned;
  const root = shownPlan(plan.root, {
    filter,
    isHinted: request.hint !== undefined,
    isClustered: collection?.options.clusteredIndex !== undefined,
  });
  const isWholePipeline = planned.rest.length === 0;
  return {
    namespace,
    filter: filter.expression,
    plan: { ...plan, root },
    optimizationMs,
    isWholePipeline,
  };
}

function writePlan(
  writer: BsonWriter,
  explanation: PlanExplanation,
  verbosity: Verbosity,
  outcome: RunOutcome,
): void {
  writeQueryPlanner(writer, explanation);
  if (verbosity !== "queryPlanner") writeExecutionStats(writer, explanation, outcome, verbosity);
}

function writeStage(writer: BsonWriter, stage: Stage): void {
  if (stage.explain !== undefined) stage.explain(writer);
  else if (stage.given !== undefined) writer.raw(stage.name, stage.given);
  else writer.document(stage.name, new Uint8Array([5, 0, 0, 0, 0]));
}

function writeJoinWork(writer: BsonWriter, work: JoinWork | undefined): void {
  if (work === undefined) return;
  writer.int64("totalDocsExamined", BigInt(work.docsExamined));
  writer.int64("totalKeysExamined", BigInt(work.keysExamined));
  writer.int64("collectionScans", BigInt(work.collectionScans));
  writer.startArray("indexesUsed");
  for (const name of work.indexesUsed) writer.string(undefined, name);
  writer.end();
}

function writeCounts(writer: BsonWriter, observer: Observer | undefined): void {
  if (observer === undefined) return;
  observer.writeStatistics(writer);
  writer.int64("nReturned", BigInt(observer.returned));
  writer.int64("executionTimeMillisEstimate", BigInt(Math.round(observer.elapsedMs)));
}
