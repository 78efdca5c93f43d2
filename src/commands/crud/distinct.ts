// distinct: the values of a field, each once.
// Manual: "distinct".

import { CommandError } from "../../error.ts";
import { type ChosenPlan, planQuery, summaryOf } from "../../plan/choose.ts";
import { distinctScanOf, DistinctScanStream, DistinctValues } from "../../plan/distinct.ts";
import type { DistinctScanNode } from "../../plan/node.ts";
import { openChosen } from "../../plan/trial.ts";
import type { CompiledFilter } from "../../query/filter.ts";
import type { Collation } from "../../bson/collation.ts";
import type { Collection } from "../../storage/collection.ts";
import type { PlanHolder } from "../../session/operation_plan.ts";
import type { ArgumentTable, ParsedArguments } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { drain } from "./drain.ts";
import { inExecutor } from "./executor_error.ts";
import { compileFilterQuery, forEachOnView } from "./filter_query.ts";

export const distinctArguments = {
  key: { type: "string", fate: "required" },
  query: { type: "object" },
  hint: { type: "hint" },
  collation: { type: "object" },
  collectionUUID: { type: "binData", fate: "ignored" },
  includeQueryStatsMetrics: { type: "exactBool", fate: "ignored" },
  mirrored: { type: "exactBool", fate: "ignored" },
} as const satisfies ArgumentTable;

export type DistinctArguments = ParsedArguments<Extract<keyof typeof distinctArguments, string>>;

export const distinct = defineCommand({
  name: "distinct",
  help: "Returns the distinct values of a field.",
  auth: "required",
  target: "collection",
  counter: "command",
  takesReadConcern: true,
  arguments: distinctArguments,
  run(context, args): Reply | Promise<Reply> {
    const collection = context.engine.catalog.collection(context.namespace);
    if (collection === undefined && context.engine.catalog.view(context.namespace) !== undefined) {
      return distinctOnView(context, args);
    }
    const prepared = prepareDistinct(args, collection, context.namespace, context);
    context.operation.use(
      prepared.scan === undefined ? prepared : holderOf(prepared.scan, prepared),
    );
    const values = new DistinctValues(args.string("key", ""), prepared.collation);
    const done = inExecutor(
      `Executor error during distinct command on namespace: ${context.namespace}`,
      () => runDistinct(context, prepared, collection, values),
    );
    return done instanceof Promise
      ? done.then(() => answer(context, values))
      : answer(context, values);
  },
});

function holderOf(root: DistinctScanNode, { plan }: PreparedDistinct): PlanHolder {
  return { plan: { root, summary: summaryOf(root), request: plan.request } };
}

export interface PreparedDistinct {
  readonly plan: ChosenPlan;
  /** Set when an index gives the values. */
  readonly scan: DistinctScanNode | undefined;
  readonly filter: CompiledFilter;
  readonly collation: Collation | undefined;
}

/** Compiles and plans a distinct. */
export function prepareDistinct(
  args: DistinctArguments,
  collection: Collection | undefined,
  namespace: string,
  context: CommandContext,
): PreparedDistinct {
  const key = args.string("key", "");
  if (key.includes("\0")) {
    throw new CommandError(31032, "Key field cannot contain an embedded null byte");
  }
  const { collation, filter, hint } = compileFilterQuery(args, collection, namespace, context);
  const plan = planQuery(collection, { filter, hint, collation, neededPaths: new Set([key]) });
  const isUnfiltered = filter.isEmpty && hint === undefined;
  const scan = collection === undefined || collation !== undefined
    ? undefined
    : distinctScanOf(plan, collection.indexes, key, isUnfiltered) ??
      rivalScan(plan, collection, key);
  return { plan, scan, filter, collation };
}

/** One of several plans may walk the keys where the one in front has to read documents. */
function rivalScan(plan: ChosenPlan, collection: Collection, key: string) {
  if (plan.choice === undefined) return undefined;
  for (const root of plan.rejected) {
    const scan = distinctScanOf({ ...plan, root }, collection.indexes, key, false);
    if (scan !== undefined) return scan;
  }
  return undefined;
}

function runDistinct(
  context: CommandContext,
  prepared: PreparedDistinct,
  collection: Collection | undefined,
  values: DistinctValues,
): void | Promise<void> {
  if (collection === undefined) return;
  if (prepared.scan !== undefined) {
    const stream = new DistinctScanStream(prepared.scan, collection, values);
    return drain(stream, context.operation, () => {});
  }
  const stream = openChosen(prepared.plan, { collection, collation: prepared.collation });
  return drain(stream, context.operation, (batch) => {
    for (let i = 0; i < batch.count; i++) values.add(batch.bytes, batch.starts[i]);
  });
}

function answer(context: CommandContext, values: DistinctValues): Reply {
  context.reply.array("values", values.toArray());
  return context.reply;
}

async function distinctOnView(context: CommandContext, args: DistinctArguments): Promise<Reply> {
  const view = context.engine.catalog.view(context.namespace);
  const values = new DistinctValues(args.string("key", ""), view?.options.collation);
  await forEachOnView(context, args, (bytes, start) => values.add(bytes, start));
  return answer(context, values);
}
