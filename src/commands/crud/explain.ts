// explain: how a command would be answered, and with executionStats what that took.
// Manual: "explain".

import { BsonWriter, documentFrom } from "../../bson/encode.ts";
import { documentOf, elements, getField, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { ChosenPlan } from "../../plan/choose.ts";
import { countScanOf } from "../../plan/count_stream.ts";
import { DistinctScanStream, DistinctValues } from "../../plan/distinct.ts";
import type { Verbosity } from "../../plan/explain.ts";
import { isOneStretch } from "../../plan/explain_index.ts";
import {
  type CountNode,
  type DistinctScanNode,
  newStatistics,
  type PlanNode,
} from "../../plan/node.ts";
import { runPlan } from "../../plan/run.ts";
import { type ShownPlan, shownPlan } from "../../plan/shown_plan.ts";
import type { CompiledFilter } from "../../query/filter.ts";
import type { Collection } from "../../storage/collection.ts";
import {
  ArgumentPlan,
  type ArgumentTable,
  parseArguments,
  type ParsedArguments,
} from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { aggregateArguments, aggregateRequest } from "./aggregate.ts";
import { count, countArguments, prepareCount, runCount } from "./count.ts";
import { distinctArguments, prepareDistinct } from "./distinct.ts";
import { drain } from "./drain.ts";
import { explainAggregate } from "./explain_aggregate.ts";
import { type ExplainedCommand, writeAnswer } from "./explain_answer.ts";
import { decide, measureRun } from "./explain_run.ts";
import { explainWrite } from "./explain_write.ts";
import { EMPTY_DOCUMENT, findArguments, openFind, prepareFind } from "./find_query.ts";
import { OperationHolder } from "./query_cursor.ts";
import { viewRequest } from "./view_query.ts";

const VERBOSITIES: readonly string[] = ["queryPlanner", "executionStats", "allPlansExecution"];

export const explain = defineCommand({
  name: "explain",
  help: "Tells how a command would be answered.",
  auth: "required",
  apiVersion1: true,
  takesReadConcern: true,
  arguments: {
    verbosity: { type: "string" },
  },
  run(context, args): Reply | Promise<Reply> {
    const { target } = args;
    if (target.type !== BsonType.Document) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `BSON field 'explain.explain' is the wrong type '${
          typeName(target.type)
        }', expected type 'object'`,
      );
    }
    const verbosity = args.string("verbosity", "allPlansExecution");
    if (!VERBOSITIES.includes(verbosity)) {
      throw new CommandError(
        ErrorCode.BadValue,
        `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`,
      );
    }
    return explainCommand(context, documentOf(target), verbosity as Verbosity);
  },
});

function explainCommand(
  context: CommandContext,
  body: Uint8Array,
  verbosity: Verbosity,
): Reply | Promise<Reply> {
  const first = elements(body).next();
  if (first.done) throw new CommandError(ErrorCode.InvalidNamespace, "explain of an empty command");
  const { name } = first.value;
  const explained: ExplainedCommand = {
    context,
    body,
    verbosity,
    namespace: `${context.database}.${targetName(first.value)}`,
  };
  checkDatabase(context, body);
  switch (name) {
    case "find":
      return explainFind(explained);
    case "aggregate": {
      const inner: CommandContext = Object.create(context, {
        namespace: { value: explained.namespace },
      });
      const args = parse("aggregate", aggregateArguments, body);
      return explainAggregate(context, aggregateRequest(inner, args), verbosity, body);
    }
    case "count":
      return explainCount(explained);
    case "distinct":
      return explainDistinct(explained);
    case "delete":
    case "findAndModify":
    case "findandmodify":
    case "update":
      return explainWrite(explained, name);
    default:
      throw context.server.commands.some((command) => command.name === name)
        ? new CommandError(ErrorCode.IllegalOperation, `Cannot explain cmd: ${name}`)
        : new CommandError(
          ErrorCode.CommandNotFound,
          `Explain failed due to unknown command: ${name}`,
        );
  }
}

function targetName(target: RawElement): string {
  return target.type === BsonType.String ? readString(target.bytes, target.at) : "$cmd.aggregate";
}

function checkDatabase(context: CommandContext, body: Uint8Array): void {
  const database = getField(body, "$db");
  if (database === undefined || database.type !== BsonType.String) return;
  const name = readString(database.bytes, database.at);
  if (name === context.database) return;
  throw new CommandError(
    ErrorCode.InvalidNamespace,
    `Mismatched $db in explain command. Expected ${context.database} but got ${name}`,
  );
}

function parse<Table extends ArgumentTable>(name: string, table: Table, body: Uint8Array) {
  return parseArguments(new ArgumentPlan(name, table), body);
}

async function explainFind(explained: ExplainedCommand): Promise<Reply> {
  const { context, body, namespace, verbosity } = explained;
  const { operation } = context;
  const args = parse("find", findArguments, body);
  const { catalog } = context.engine;
  if (catalog.view(namespace) !== undefined) {
    const inner: CommandContext = Object.create(context, { namespace: { value: namespace } });
    return explainAggregate(context, viewRequest(inner, args), verbosity, body);
  }
  const collection = catalog.collection(namespace);
  const holder = new OperationHolder(operation);
  const query = prepareFind(args, collection, namespace, holder, context.engine);
  const { collation, allowDiskUse, filter } = query;
  const { plan, optimizationMs } = await decide(query.plan, collection, operation, {
    collation,
    allowDiskUse,
  });
  let returned = 0;
  const cost = await measureRun(operation, verbosity, () => {
    const stream = openFind({ ...query, plan }, collection, { counting: true });
    return drain(stream, operation, (batch) => {
      returned += batch.count;
    });
  });
  const root = shownPlan(plan.root, showing(args, filter, collection));
  return writeAnswer(explained, {
    namespace,
    filter: filter.expression,
    plan: { ...plan, root },
    optimizationMs,
  }, { ...cost, returned });
}

function showing(
  args: ParsedArguments<"hint">,
  filter: CompiledFilter,
  collection: Collection | undefined,
): ShownPlan {
  const isClustered = collection?.options.clusteredIndex !== undefined;
  return { filter, isHinted: isHinted(args), isClustered };
}

function isHinted(args: ParsedArguments<"hint">): boolean {
  return args.value("hint") !== undefined;
}

async function explainCount(explained: ExplainedCommand): Promise<Reply> {
  const { context, body, namespace, verbosity } = explained;
  const args = parse(count.name, countArguments, body);
  if (context.engine.catalog.view(namespace) !== undefined) {
    return explainOnView(explained, args, "count");
  }
  const collection = context.engine.catalog.collection(namespace);
  const prepared = prepareCount(args, collection, namespace, context);
  const { filter } = prepared;
  const decision = prepared.plan === undefined
    ? undefined
    : await decide(prepared.plan, collection, context.operation, { collation: prepared.collation });
  const decided = decision?.plan ?? planOf(prepared.root.input as PlanNode);
  const input = countScanOf(decided.root) ?? decided.root;
  let found = 0;
  const cost = await measureRun(context.operation, verbosity, async () => {
    const root: CountNode = { ...prepared.root, input };
    found = await runCount(context, { ...prepared, root, counting: true }, collection);
    if (input.stage === "RECORD_STORE_FAST_COUNT") input.statistics.advanced = found;
  });
  const skip = args.int("skip", 0);
  const limit = Math.abs(args.int("limit", 0));
  const counted = Math.min(Math.max(found - skip, 0), limit === 0 ? Infinity : limit);
  const root: CountNode = {
    stage: "COUNT",
    input: shownPlan(shownCountScan(input), showing(args, filter, collection)),
    skipped: Math.min(skip, found),
    statistics: { ...newStatistics(), advanced: counted, isEof: true, executionMs: cost.elapsedMs },
  };
  return writeAnswer(explained, {
    namespace,
    filter: filter.expression,
    plan: { ...decided, root: input.stage === "RECORD_STORE_FAST_COUNT" ? input : root },
    optimizationMs: decision?.optimizationMs ?? 0,
  }, { ...cost, returned: 0 });
}

/** mongod counts several stretches of an index with a plain scan. */
function shownCountScan(node: PlanNode): PlanNode {
  if (node.stage !== "COUNT_SCAN" || isOneStretch(node.bounds)) return node;
  const { index, bounds, ranges, statistics } = node;
  return { stage: "IXSCAN", index, forward: true, bounds, ranges, statistics };
}

function planOf(root: PlanNode): ChosenPlan {
  return { root, rejected: [], summary: root.stage };
}

/** count and distinct of a view are aggregates. */
function explainOnView(
  explained: ExplainedCommand,
  args: ParsedArguments<"collation" | "hint" | "query">,
  name: "count" | "distinct",
): Promise<Reply> {
  const { context, body, namespace, verbosity } = explained;
  const key = name === "distinct" ? getField(body, "key") : undefined;
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.startDocument("0");
  writer.document("$match", args.document("query", EMPTY_DOCUMENT));
  writer.end();
  writer.startDocument("1");
  writer.startDocument("$group");
  if (key?.type === BsonType.String) writer.string("_id", `$${readString(key.bytes, key.at)}`);
  else writer.null("_id");
  writer.end();
  writer.end();
  writer.end();
  const inner: CommandContext = Object.create(context, { namespace: { value: namespace } });
  return explainAggregate(
    inner,
    {
      namespace,
      pipeline: writer.bytes(),
      collation: args.document("collation"),
      hint: args.value("hint"),
    },
    verbosity,
    body,
  );
}

async function explainDistinct(explained: ExplainedCommand): Promise<Reply> {
  const { context, body, namespace, verbosity } = explained;
  const args = parse("distinct", distinctArguments, body);
  if (context.engine.catalog.view(namespace) !== undefined) {
    return explainOnView(explained, args, "distinct");
  }
  const collection = context.engine.catalog.collection(namespace);
  const prepared = prepareDistinct(args, collection, namespace, context);
  const { collation, filter, scan } = prepared;
  const key = args.string("key", "");
  const { plan, optimizationMs } = scan === undefined
    ? await decide(prepared.plan, collection, context.operation, { collation })
    : { plan: planOf(coveredDistinct(scan, key)), optimizationMs: 0 };
  let returned = 0;
  const cost = await measureRun(context.operation, verbosity, async () => {
    if (collection === undefined) return;
    const values = new DistinctValues(key, collation);
    const stream = scan === undefined
      ? runPlan(plan.root, { collection, collation, counting: true })
      : new DistinctScanStream(scan, collection, values);
    await drain(stream, context.operation, (batch) => {
      returned += batch.count;
    });
    if (scan !== undefined) returned = plan.root.statistics.advanced = values.count;
  });
  const root = shownPlan(plan.root, showing(args, filter, collection));
  return writeAnswer(explained, {
    namespace,
    filter: filter.expression,
    plan: { ...plan, root },
    optimizationMs,
  }, { ...cost, returned });
}

/** The keys of the scan are the values. */
function coveredDistinct(scan: DistinctScanNode, key: string): PlanNode {
  return {
    stage: "PROJECTION_COVERED",
    spec: documentFrom({ [key]: 1, ...(key === "_id" ? {} : { _id: 0 }) }),
    input: scan,
    statistics: { ...newStatistics(), isEof: true },
  };
}
