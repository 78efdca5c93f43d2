// explain of an aggregate: a plain query plan when the planner does all of it, else `stages` with the plan in `$cursor`.

import { BsonWriter } from "../../bson/encode.ts";
import {
  type RunOutcome,
  type Verbosity,
  writeExecutionStats,
  writeQueryPlanner,
} from "../../plan/explain.ts";
import { openPipeline, type PlannedPipeline } from "../../aggregation/run_pipeline.ts";
import type { Stage } from "../../aggregation/definition.ts";
import type { Batch } from "../../stream/batch.ts";
import { BatchTransform, type DocumentStream } from "../../stream/document_stream.ts";
import type { CommandContext, Reply } from "../definition.ts";
import {
  type AggregateRequest,
  prepareAggregate,
  type PreparedAggregate,
} from "./aggregate_run.ts";
import { drain } from "./drain.ts";
import { writeExplainEnd } from "./explain_reply.ts";
import { OperationHolder } from "./query_cursor.ts";

/** Counts what leaves a stage. */
class Observer extends BatchTransform {
  returned = 0;

  constructor(source: DocumentStream) {
    super(source);
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
  const prepared = prepareAggregate(context, request, holder);
  const observers: Observer[] = [];
  const startedAt = performance.now();
  if (verbosity !== "queryPlanner") {
    const stream = openPipeline(withoutWriters(prepared), prepared.collection, prepared.context, {
      counting: true,
      observe: (one) => {
        const observer = new Observer(one);
        observers.push(observer);
        return observer;
      },
    });
    await drain(stream, context.operation, () => {});
  }
  const elapsedMs = performance.now() - startedAt;
  const { reply } = context;
  reply.string("explainVersion", "1");
  const outcome = { returned: observers[0]?.returned ?? 0, elapsedMs };
  if (prepared.planned.rest.length === 0) {
    writePlan(reply, prepared, verbosity, outcome);
  } else {
    reply.startArray("stages");
    if (prepared.planned.plan !== undefined) {
      reply.startDocument();
      reply.startDocument("$cursor");
      writePlan(reply, prepared, verbosity, outcome);
      reply.end();
      writeCounts(reply, observers[0], elapsedMs);
      reply.end();
    }
    prepared.planned.rest.forEach((stage, position) => {
      reply.startDocument();
      writeStage(reply, stage);
      writeCounts(reply, observers[position + 1], elapsedMs);
      reply.end();
    });
    reply.end();
  }
  writeExplainEnd(reply, context, command);
  return reply;
}

/** Explaining a pipeline runs it but writes nothing. */
function withoutWriters({ planned }: PreparedAggregate): PlannedPipeline {
  return { ...planned, rest: planned.rest.filter((stage) => stage.isWriter !== true) };
}

function writePlan(
  writer: BsonWriter,
  prepared: PreparedAggregate,
  verbosity: Verbosity,
  outcome: RunOutcome,
): void {
  const { plan, filter } = prepared.planned;
  if (plan === undefined) return;
  writeQueryPlanner(writer, prepared.namespace, filter.expression, plan);
  if (verbosity !== "queryPlanner") writeExecutionStats(writer, plan, outcome, verbosity);
}

function writeStage(writer: BsonWriter, stage: Stage): void {
  if (stage.explain !== undefined) stage.explain(writer);
  else if (stage.given !== undefined) writer.raw(stage.name, stage.given);
  else writer.document(stage.name, new Uint8Array([5, 0, 0, 0, 0]));
}

function writeCounts(
  writer: BsonWriter,
  observer: Observer | undefined,
  elapsedMs: number,
): void {
  if (observer === undefined) return;
  writer.int64("nReturned", BigInt(observer.returned));
  writer.int64("executionTimeMillisEstimate", BigInt(Math.round(elapsedMs)));
}
