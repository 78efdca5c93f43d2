// aggregate: a pipeline of stages over a collection, a view, or nothing.
// Manual: "aggregate (database command)".

import { STAGES } from "../../aggregation/all.ts";
import { stageName } from "../../aggregation/raw_pipeline.ts";
import { documentOf, elements } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { ArgumentTable, ParsedArguments } from "../arguments.ts";
import { checkRange, integerAt, unknownFieldError, wrongTypeError } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { type AggregateRequest, runAggregate } from "./aggregate_run.ts";
import { explainAggregate } from "./explain_aggregate.ts";

export const aggregateArguments = {
  pipeline: { type: "pipeline", fate: "required" },
  explain: { type: "safeBool" },
  allowDiskUse: { type: "strictBool" },
  cursor: { type: "cursorOptions" },
  hint: { type: "hint" },
  let: { type: "object" },
  collation: { type: "ownedObject" },
  bypassDocumentValidation: { type: "safeBool" },
  collectionUUID: { type: "binData", fate: "ignored" },
  fromMongos: { type: "safeBool", fate: "ignored" },
  needsMerge: { type: "safeBool", fate: "ignored" },
  includeQueryStatsMetrics: { type: "exactBool", fate: "ignored" },
  isMapReduceCommand: { type: "exactBool", fate: "ignored" },
  querySettings: { type: "object", fate: "ignored" },
  encryptionInformation: { type: "object", fate: "ignored" },
} as const satisfies ArgumentTable;

export type AggregateArguments = ParsedArguments<Extract<keyof typeof aggregateArguments, string>>;

export const aggregate = defineCommand({
  name: "aggregate",
  help: "Runs a pipeline of stages.",
  auth: "required",
  apiVersion1: true,
  target: "collectionOrDatabase",
  counter: "command",
  takesReadConcern: true,
  takesWriteConcern: true,
  arguments: aggregateArguments,
  run(context, args): Reply | Promise<Reply> {
    const request = aggregateRequest(context, args);
    if (args.apiStrict) checkStableStages(request.pipeline);
    if (context.readConcern.level === "linearizable") checkReadsOnly(request.pipeline);
    if (args.boolean("explain")) {
      return explainAggregate(context, request, "queryPlanner", context.body);
    }
    if (!args.has("cursor")) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    }
    return runAggregate(context, request);
  },
});

/** Stages that are not in API version 1. */
const UNSTABLE_STAGES: ReadonlySet<string> = new Set([
  "$currentOp",
  "$indexStats",
  "$listLocalSessions",
  "$listSessions",
  "$planCacheStats",
  "$search",
  "$searchMeta",
]);

function checkStableStages(pipeline: Uint8Array): void {
  for (const stage of elements(pipeline)) {
    if (stage.type !== BsonType.Document) continue;
    const name = stageName(documentOf(stage));
    if (!UNSTABLE_STAGES.has(name)) continue;
    throw new CommandError(
      ErrorCode.APIStrictError,
      `stage ${name} is not allowed with 'apiStrict: true' in API Version 1`,
    );
  }
}

/** What a pipeline writes cannot be read linearizably. */
function checkReadsOnly(pipeline: Uint8Array): void {
  for (const stage of elements(pipeline)) {
    if (stage.type !== BsonType.Document) continue;
    const name = stageName(documentOf(stage));
    if (name !== "$out" && name !== "$merge") continue;
    throw new CommandError(
      ErrorCode.InvalidOptions,
      `${name} cannot be used with a 'linearizable' read concern level`,
    );
  }
}

/** The request of an aggregate command; explain uses it for the command inside. */
export function aggregateRequest(
  context: CommandContext,
  args: AggregateArguments,
): AggregateRequest {
  return {
    namespace: namespaceOf(context, args),
    pipeline: args.array("pipeline")!,
    let: args.document("let"),
    collation: args.document("collation"),
    hint: args.value("hint"),
    allowDiskUse: args.boolean("allowDiskUse", context.engine.store.planner.limits.allowDiskUse),
    batchSize: batchSizeOf(args.document("cursor")),
    bypassDocumentValidation: args.boolean("bypassDocumentValidation"),
  };
}

function namespaceOf(context: CommandContext, args: AggregateArguments): string {
  if (args.target.type === BsonType.String) return context.namespace;
  const first = elements(args.array("pipeline")!).next();
  const stage = first.done || first.value.type !== BsonType.Document
    ? undefined
    : elements(first.value.bytes, first.value.at).next().value;
  if (stage === undefined || !COLLECTIONLESS_STAGES.has(stage.name)) {
    throw new CommandError(
      ErrorCode.InvalidNamespace,
      `{aggregate: 1} is not valid for '${
        stage?.name ?? "an empty pipeline"
      }'; a collection is required.`,
    );
  }
  return `${context.database}.$cmd.aggregate`;
}

/** $changeStream among them, so that it is refused by its name; $currentOp, which checks its namespace itself. */
const COLLECTIONLESS_STAGES: ReadonlySet<string> = new Set([
  "$changeStream",
  "$currentOp",
  ...STAGES.filter(({ isCollectionless }) => isCollectionless === true).map(({ name }) => name),
]);

function batchSizeOf(cursor: Uint8Array | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  let batchSize: number | undefined;
  for (const { name, bytes, type, at } of elements(cursor)) {
    if (name !== "batchSize") throw unknownFieldError(`cursor.${name}`);
    if (!isNumericType(type)) throw wrongTypeError("cursor.batchSize", type, "long");
    batchSize = integerAt(bytes, type, at);
    checkRange("batchSize", batchSize, 0);
  }
  return batchSize;
}
