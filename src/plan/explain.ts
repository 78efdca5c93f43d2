// The sections of an explain answer about one plan: queryPlanner, and executionStats with the trial's results.
//
// Compass, mongosh and people read these, so names and their order are mongod's (explainVersion "1", the classic engine's).
// The stages of a plan are written by explain_stage.ts.

import type { BsonWriter } from "../bson/encode.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import { normalize } from "../query/normalize.ts";
import { serialize } from "../query/serialize.ts";
import type { CommandError } from "../error.ts";
import type { ChosenPlan } from "./choose.ts";
import { writeStage } from "./explain_stage.ts";
import { allNodes, type PlanNode } from "./node.ts";
import { hashText, planCacheShapeHash, shapeHash } from "./query_shape.ts";
import type { DecidedPlan, PlanTrial } from "./trial.ts";

export { shapeHash } from "./query_shape.ts";

export type Verbosity = "queryPlanner" | "executionStats" | "allPlansExecution";

/** A plan with what is said about it. */
export interface PlanExplanation {
  readonly namespace: string;
  readonly filter: MatchExpression;
  readonly plan: ChosenPlan & Partial<Pick<DecidedPlan, "isCached" | "trials">>;
  /** How long planning took, the trial included. */
  readonly optimizationMs?: number;
  /** An aggregate whose stages are all part of the plan. */
  readonly isWholePipeline?: boolean;
}

/** What happened when the plan was run. */
export interface RunOutcome {
  readonly returned: number;
  readonly elapsedMs: number;
  /** How often the run let others go first. */
  readonly yields?: number;
  /** Why the run ended early. */
  readonly error?: CommandError | undefined;
}

/** Writes `queryPlanner: {...}` into the open document. */
export function writeQueryPlanner(writer: BsonWriter, explanation: PlanExplanation): void {
  const { filter, namespace, plan } = explanation;
  const isCached = plan.isCached ?? false;
  writer.startDocument("queryPlanner");
  writer.string("namespace", namespace);
  writer.document("parsedQuery", serialize(normalize(filter)));
  writer.bool("indexFilterSet", plan.indexFilterSet ?? false);
  const shape = plan.request === undefined ? shapeHash(filter) : planCacheShapeHash(plan.request);
  writer.string("queryHash", shape);
  writer.string("planCacheShapeHash", shape);
  writer.string("planCacheKey", plan.planCacheKey ?? hashText(shape + plan.summary));
  writer.int32("optimizationTimeMillis", Math.floor(explanation.optimizationMs ?? 0));
  if (explanation.isWholePipeline === true) writer.bool("optimizedPipeline", true);
  writer.bool("maxIndexedOrSolutionsReached", false);
  writer.bool("maxIndexedAndSolutionsReached", false);
  writer.bool("maxScansToExplodeReached", [plan.root, ...plan.rejected].some(isSplitRefused));
  writer.bool("prunedSimilarIndexes", false);
  writePlan(writer, "winningPlan", plan.root, isCached);
  writer.startArray("rejectedPlans");
  for (const rejected of plan.rejected) writePlan(writer, undefined, rejected, false);
  writer.end();
  writer.end();
}

/** True when a plan sorts because merging its scans instead would have taken too many. */
function isSplitRefused(root: PlanNode): boolean {
  for (const node of allNodes(root)) {
    if (node.stage === "IXSCAN" && node.isSplitRefused === true) return true;
  }
  return false;
}

function writePlan(
  writer: BsonWriter,
  name: string | undefined,
  root: PlanNode,
  isCached: boolean,
  run?: { yields: number },
): void {
  writer.startDocument(name);
  writer.bool("isCached", isCached);
  writeStage(writer, root, run);
  writer.end();
}

/** Writes `executionStats: {...}` after the plan was run to its end, or to the error it failed with. */
export function writeExecutionStats(
  writer: BsonWriter,
  { plan }: PlanExplanation,
  outcome: RunOutcome,
  verbosity: Verbosity,
): void {
  const { error } = outcome;
  writer.startDocument("executionStats");
  writer.bool("executionSuccess", error === undefined);
  if (error !== undefined) {
    writer.string("errorMessage", error.message);
    writer.int32("errorCode", error.code);
  }
  writer.int32("nReturned", outcome.returned);
  writer.int32("executionTimeMillis", Math.round(outcome.elapsedMs));
  writeTotals(writer, plan.root);
  const run = { yields: outcome.yields ?? 0 };
  writePlan(writer, "executionStages", plan.root, plan.isCached ?? false, run);
  if (verbosity === "allPlansExecution") {
    writer.startArray("allPlansExecution");
    for (const trial of plan.trials ?? []) writeTrial(writer, trial);
    writer.end();
  }
  writer.end();
}

function writeTotals(writer: BsonWriter, root: PlanNode): void {
  writer.int32("totalKeysExamined", total(root, "keysExamined"));
  writer.int32("totalDocsExamined", total(root, "docsExamined"));
}

/** What one candidate did while the plans were tried. */
function writeTrial(writer: BsonWriter, { root, score }: PlanTrial): void {
  writer.startDocument(undefined);
  writer.int32("nReturned", root.statistics.advanced);
  writer.int32("executionTimeMillisEstimate", Math.round(root.statistics.executionMs));
  writeTotals(writer, root);
  writer.double("score", score);
  writer.startDocument("executionStages");
  writeStage(writer, root, { yields: 0 });
  writer.end();
  writer.end();
}

function total(node: PlanNode, counter: "keysExamined" | "docsExamined"): number {
  let sum = 0;
  for (const one of allNodes(node)) sum += one.statistics[counter];
  return sum;
}
