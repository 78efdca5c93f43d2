// explain of update, delete and findAndModify: the plan that finds the documents, under an UPDATE or DELETE stage.
//
// The write itself is never done; executionStats run the search and tell what it found.

import { ExpressionCompiler } from "../../expression/expression.ts";
import { documentOf, elements, getField, isEmptyDocument, type RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { type ChosenPlan, planQuery } from "../../plan/choose.ts";
import { type Verbosity, writeExecutionStats, writeQueryPlanner } from "../../plan/explain.ts";
import { resolveHint } from "../../plan/hint.ts";
import { newStatistics } from "../../plan/node.ts";
import { runPlan } from "../../plan/run.ts";
import { compileQuery } from "../../query/filter.ts";
import { parseSort } from "../../query/sort_spec.ts";
import { wrongTypeError } from "../arguments.ts";
import type { CommandContext, Reply } from "../definition.ts";
import { drain } from "./drain.ts";
import { writeExplainEnd } from "./explain_reply.ts";
import { EMPTY_DOCUMENT, queryCollation } from "./find_query.ts";
import { systemVariables } from "./system_variables.ts";

interface Explained {
  readonly context: CommandContext;
  readonly body: Uint8Array;
  readonly verbosity: Verbosity;
  readonly namespace: string;
}

/** The parts of a write statement that find its documents. */
interface WriteSearch {
  readonly filter: Uint8Array;
  readonly sort: Uint8Array | undefined;
  readonly collation: Uint8Array | undefined;
  readonly hint: RawValue | undefined;
  readonly limit: number;
  readonly stage: "UPDATE" | "DELETE";
}

export async function explainWrite(explained: Explained, name: string): Promise<Reply> {
  const { context, namespace, verbosity } = explained;
  const search = searchOf(explained.body, name);
  const collection = context.engine.catalog.collection(namespace);
  const collation = queryCollation(search.collation, collection);
  const now = BigInt(Date.now());
  const compiler = new ExpressionCompiler({
    now,
    collation,
    constants: systemVariables(context.engine),
  });
  const filter = compileQuery(search.filter, { collation, now, expressionCompiler: compiler });
  const hint = search.hint === undefined || collection === undefined
    ? undefined
    : resolveHint(search.hint, collection.indexes, namespace);
  const found = planQuery(collection, {
    filter,
    sort: search.sort === undefined ? undefined : parseSort(search.sort),
    limit: search.limit,
    hint,
    collation,
  });
  const startedAt = performance.now();
  let returned = 0;
  if (verbosity !== "queryPlanner") {
    const stream = runPlan(found.root, { collection, collation, counting: true });
    await drain(stream, context.operation, (batch) => {
      returned += batch.count;
    });
  }
  const elapsedMs = performance.now() - startedAt;
  const plan: ChosenPlan = {
    root: { stage: search.stage, input: found.root, found: returned, statistics: newStatistics() },
    rejected: [],
    summary: found.summary,
  };
  const { reply } = context;
  reply.string("explainVersion", "1");
  writeQueryPlanner(reply, namespace, filter.expression, plan);
  if (verbosity !== "queryPlanner") {
    writeExecutionStats(reply, plan, { returned: 0, elapsedMs }, verbosity);
  }
  writeExplainEnd(reply, context, explained.body);
  return reply;
}

function searchOf(body: Uint8Array, name: string): WriteSearch {
  if (name === "findAndModify" || name === "findandmodify") {
    return {
      filter: document(body, "query") ?? EMPTY_DOCUMENT,
      sort: document(body, "sort"),
      collation: document(body, "collation"),
      hint: getField(body, "hint"),
      limit: 1,
      stage: isTrue(getField(body, "remove")) ? "DELETE" : "UPDATE",
    };
  }
  const list = getField(body, name === "update" ? "updates" : "deletes");
  const statements = list === undefined || list.type !== BsonType.Array
    ? []
    : [...elements(list.bytes, list.at)];
  if (statements.length !== 1) {
    throw new CommandError(
      ErrorCode.InvalidLength,
      "explained write batches must be of size 1",
    );
  }
  if (statements[0].type !== BsonType.Document) {
    const field = `${name}.${name === "update" ? "updates" : "deletes"}.0`;
    throw wrongTypeError(field, statements[0].type, "object");
  }
  const statement = documentOf(statements[0]);
  const limit = getField(statement, "limit");
  return {
    filter: document(statement, "q") ?? EMPTY_DOCUMENT,
    sort: document(statement, "sort"),
    collation: document(statement, "collation"),
    hint: getField(statement, "hint"),
    limit: name === "update"
      ? (isTrue(getField(statement, "multi")) ? 0 : 1)
      : (isTrue(limit) ? 1 : 0),
    stage: name === "update" ? "UPDATE" : "DELETE",
  };
}

function document(body: Uint8Array, name: string): Uint8Array | undefined {
  const field = getField(body, name);
  if (field === undefined || field.type !== BsonType.Document) return undefined;
  const found = documentOf(field);
  return isEmptyDocument(found) && name !== "q" && name !== "query" ? undefined : found;
}

function isTrue(value: RawValue | undefined): boolean {
  if (value === undefined) return false;
  switch (value.type) {
    case BsonType.Boolean:
      return value.bytes[value.at] !== 0;
    case BsonType.Int32:
      return value.bytes.subarray(value.at, value.at + 4).some((byte) => byte !== 0);
    case BsonType.Double:
    case BsonType.Int64:
      return value.bytes.subarray(value.at, value.at + 8).some((byte) => byte !== 0);
    default:
      return false;
  }
}
