// explain: how a command would be answered, and with executionStats what that took.
// Manual: "explain".

import type { BsonWriter } from "../../bson/encode.ts";
import { documentOf, elements, getField, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { ChosenPlan } from "../../plan/choose.ts";
import { DistinctScanStream, DistinctValues } from "../../plan/distinct.ts";
import { type Verbosity, writeExecutionStats, writeQueryPlanner } from "../../plan/explain.ts";
import { newStatistics, type PlanNode } from "../../plan/node.ts";
import { runPlan } from "../../plan/run.ts";
import { ArgumentPlan, type ArgumentTable, parseArguments } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { aggregateArguments, aggregateRequest } from "./aggregate.ts";
import { count, countArguments, prepareCount, runCount } from "./count.ts";
import { distinctArguments, prepareDistinct } from "./distinct.ts";
import { drain } from "./drain.ts";
import { explainAggregate } from "./explain_aggregate.ts";
import { writeExplainEnd } from "./explain_reply.ts";
import { explainWrite } from "./explain_write.ts";
import { findArguments, openFind, prepareFind } from "./find_query.ts";
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

/** What is explained: its name, its arguments, and its namespace. */
export interface ExplainedCommand {
  readonly context: CommandContext;
  readonly body: Uint8Array;
  readonly verbosity: Verbosity;
  readonly namespace: string;
}

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

/** Writes the two sections of a plan and the end of the answer. */
export function writeAnswer(
  explained: ExplainedCommand,
  plan: ChosenPlan,
  filter: Parameters<typeof writeQueryPlanner>[2],
  outcome: { returned: number; elapsedMs: number },
): BsonWriter {
  const { context, verbosity } = explained;
  const { reply } = context;
  reply.string("explainVersion", "1");
  writeQueryPlanner(reply, explained.namespace, filter, plan);
  if (verbosity !== "queryPlanner") writeExecutionStats(reply, plan, outcome, verbosity);
  writeExplainEnd(reply, context, explained.body);
  return reply;
}

async function explainFind(explained: ExplainedCommand): Promise<Reply> {
  const { context, body, namespace, verbosity } = explained;
  const args = parse("find", findArguments, body);
  const { catalog } = context.engine;
  if (catalog.view(namespace) !== undefined) {
    const inner: CommandContext = Object.create(context, { namespace: { value: namespace } });
    return explainAggregate(context, viewRequest(inner, args), verbosity, body);
  }
  const collection = catalog.collection(namespace);
  const holder = new OperationHolder(context.operation);
  const query = prepareFind(args, collection, namespace, holder, context.engine);
  const startedAt = performance.now();
  let returned = 0;
  if (verbosity !== "queryPlanner") {
    await drain(openFind(query, collection, { counting: true }), context.operation, (batch) => {
      returned += batch.count;
    });
  }
  const elapsedMs = performance.now() - startedAt;
  return writeAnswer(explained, query.plan, query.filter.expression, { returned, elapsedMs });
}

async function explainCount(explained: ExplainedCommand): Promise<Reply> {
  const { context, body, namespace, verbosity } = explained;
  const args = parse(count.name, countArguments, body);
  const collection = context.engine.catalog.collection(namespace);
  const prepared = prepareCount(args, collection, namespace, context);
  const startedAt = performance.now();
  if (verbosity !== "queryPlanner") {
    prepared.root.statistics.advanced = await runCount(context, prepared, collection);
    prepared.root.statistics.isEof = true;
  }
  const elapsedMs = performance.now() - startedAt;
  const plan = planOf(prepared.root);
  return writeAnswer(explained, plan, prepared.filter, { returned: 0, elapsedMs });
}

function planOf(root: PlanNode): ChosenPlan {
  return { root, rejected: [], summary: root.stage };
}

async function explainDistinct(explained: ExplainedCommand): Promise<Reply> {
  const { context, body, namespace, verbosity } = explained;
  const args = parse("distinct", distinctArguments, body);
  const collection = context.engine.catalog.collection(namespace);
  const prepared = prepareDistinct(args, collection, namespace, context);
  const startedAt = performance.now();
  let returned = 0;
  if (verbosity !== "queryPlanner" && collection !== undefined) {
    const values = new DistinctValues(args.string("key", ""), prepared.collation);
    const stream = prepared.scan === undefined
      ? runPlan(prepared.plan.root, { collection, collation: prepared.collation, counting: true })
      : new DistinctScanStream(prepared.scan, collection, values);
    await drain(stream, context.operation, (batch) => {
      returned += batch.count;
    });
    if (prepared.scan !== undefined) returned = values.count;
  }
  const elapsedMs = performance.now() - startedAt;
  const plan = prepared.scan === undefined ? prepared.plan : planOf({
    stage: "FETCH",
    filter: undefined,
    input: prepared.scan,
    statistics: newStatistics(),
  });
  return writeAnswer(explained, plan, prepared.filter.expression, { returned, elapsedMs });
}
