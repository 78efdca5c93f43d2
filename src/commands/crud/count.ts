// count: how many documents match.
// Manual: "count (database command)".
//
// Without a filter the collection's own count is the answer; a filter that index bounds answer completely counts index
// entries; everything else reads documents.

import type { Collation } from "../../bson/collation.ts";
import { type ChosenPlan, planQuery, summaryOf } from "../../plan/choose.ts";
import { countScanOf, CountScanStream } from "../../plan/count_stream.ts";
import { type CountNode, newStatistics, type PlanNode } from "../../plan/node.ts";
import { runPlan } from "../../plan/run.ts";
import { openChosen } from "../../plan/trial.ts";
import type { Collection } from "../../storage/collection.ts";
import type { CompiledFilter } from "../../query/filter.ts";
import type { PlanHolder } from "../../session/operation_plan.ts";
import type { ArgumentTable, ParsedArguments } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { drain } from "./drain.ts";
import { inExecutor } from "./executor_error.ts";
import { compileFilterQuery, forEachOnView } from "./filter_query.ts";

export const countArguments = {
  query: { type: "object" },
  limit: { type: "long" },
  skip: { type: "long", min: 0 },
  hint: { type: "hint" },
  collation: { type: "object" },
  fields: { type: "object", fate: "ignored" },
  collectionUUID: { type: "binData", fate: "ignored" },
  includeQueryStatsMetrics: { type: "exactBool", fate: "ignored" },
  mirrored: { type: "exactBool", fate: "ignored" },
  encryptionInformation: { type: "object", fate: "ignored" },
} as const satisfies ArgumentTable;

export type CountArguments = ParsedArguments<Extract<keyof typeof countArguments, string>>;

export const count = defineCommand({
  name: "count",
  help: "Counts the documents that match a filter.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  takesReadConcern: "notSnapshot",
  arguments: countArguments,
  run(context, args): Reply | Promise<Reply> {
    const collection = context.engine.catalog.collection(context.namespace);
    if (collection === undefined && context.engine.catalog.view(context.namespace) !== undefined) {
      return countOnView(context, args);
    }
    const prepared = prepareCount(args, collection, context.namespace, context);
    const counted = inExecutor(
      `Executor error during count command on namespace: ${context.namespace}`,
      () => runCount(context, prepared, collection),
    );
    return counted instanceof Promise
      ? counted.then((n) => answer(context, args, n))
      : answer(context, args, counted);
  },
});

export interface PreparedCount {
  readonly root: CountNode;
  readonly filter: CompiledFilter;
  /** Documents to look for before the answer is known. */
  readonly wanted: number;
  /** What the planner said; undefined when the collection's own count is the answer. */
  readonly plan?: ChosenPlan;
  readonly collation?: Collation | undefined;
  /** Count the work of every stage, for explain. */
  readonly counting?: boolean;
}

/** Compiles and plans a count. */
export function prepareCount(
  args: CountArguments,
  collection: Collection | undefined,
  namespace: string,
  context: CommandContext,
): PreparedCount {
  const { collation, filter, hint } = compileFilterQuery(args, collection, namespace, context);
  const limit = Math.abs(args.int("limit", 0));
  const wanted = limit === 0 ? Infinity : limit + args.int("skip", 0);
  const root = (input: PlanNode): CountNode => ({
    stage: "COUNT",
    input,
    statistics: newStatistics(),
  });
  if (collection !== undefined && filter.isEmpty && hint === undefined) {
    const input: PlanNode = { stage: "RECORD_STORE_FAST_COUNT", statistics: newStatistics() };
    return { root: root(input), filter, wanted };
  }
  const plan = planQuery(collection, { filter, hint, collation, neededPaths: new Set() });
  // Counting keys beats every plan that reads documents.
  const rivals = plan.choice === undefined ? [] : plan.rejected;
  const input = [plan.root, ...rivals].map(countScanOf).find((scan) => scan !== undefined) ??
    plan.root;
  return { root: root(input), filter, wanted, plan, collation };
}

function holderOf(root: PlanNode, { plan }: PreparedCount): PlanHolder {
  return { plan: { root, summary: summaryOf(root), request: plan?.request } };
}

/** Runs a planned count: documents found, before skip and limit are applied. */
export function runCount(
  context: CommandContext,
  prepared: PreparedCount,
  collection: Collection | undefined,
): number | Promise<number> {
  const input = prepared.root.input as PlanNode;
  context.operation.use(input === prepared.plan?.root ? prepared : holderOf(input, prepared));
  if (collection === undefined) return 0;
  if (input.stage === "RECORD_STORE_FAST_COUNT") return collection.count;
  if (input.stage === "COUNT_SCAN") {
    const stream = new CountScanStream(input, collection, { limit: prepared.wanted });
    const done = drain(stream, context.operation, () => {});
    return done instanceof Promise ? done.then(() => stream.count) : stream.count;
  }
  let found = 0;
  const { collation, counting } = prepared;
  const options = { collection, collation, counting };
  const { plan } = prepared;
  const isOpen = plan?.choice !== undefined;
  if (isOpen) context.operation.use({ plan });
  const stream = isOpen ? openChosen(plan, options) : runPlan(input, options);
  const done = drain(stream, context.operation, (batch) => {
    found += batch.count;
  });
  return done instanceof Promise ? done.then(() => found) : found;
}

function answer(context: CommandContext, args: CountArguments, found: number): Reply {
  const limit = Math.abs(args.int("limit", 0));
  let n = Math.max(found - args.int("skip", 0), 0);
  if (limit > 0) n = Math.min(n, limit);
  if (n <= 0x7fffffff) context.reply.int32("n", n);
  else context.reply.int64("n", BigInt(n));
  return context.reply;
}

async function countOnView(context: CommandContext, args: CountArguments): Promise<Reply> {
  let found = 0;
  await forEachOnView(context, args, () => {
    found++;
  });
  return answer(context, args, found);
}
