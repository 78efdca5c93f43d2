// explain of update, delete and findAndModify: the plan that finds the documents, under the stage that would write them.
//
// Nothing is written. executionStats run the search and apply the update to what it finds, so that the counts of what would
// change are right.

import { documentOf, elements, getField, isEmptyDocument, type RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { ExpressionCompiler } from "../../expression/expression.ts";
import { planQuery } from "../../plan/choose.ts";
import { CountedStream } from "../../plan/counted_stream.ts";
import { resolveHint } from "../../plan/hint.ts";
import { newStatistics, type PlanNode, type WriteNode } from "../../plan/node.ts";
import { runPlan } from "../../plan/run.ts";
import { shownPlan } from "../../plan/shown_plan.ts";
import { type CompiledFilter, compileQuery, type QueryContext } from "../../query/filter.ts";
import { compilePositional } from "../../query/positional.ts";
import { parseSort } from "../../query/sort_spec.ts";
import type { Batch } from "../../stream/batch.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import { LimitStream } from "../../stream/skip_limit.ts";
import { type CompiledUpdate, compileUpdate } from "../../write/update/compile_update.ts";
import type { CommandContext, Reply } from "../definition.ts";
import { wrongTypeError } from "../arguments.ts";
import { drain } from "./drain.ts";
import { type ExplainedCommand, writeAnswer } from "./explain_answer.ts";
import { decide, measureRun } from "./explain_run.ts";
import { EMPTY_DOCUMENT, queryCollation } from "./find_query.ts";
import { systemVariables } from "./system_variables.ts";

/** A write statement, whatever the command that has it. */
interface WriteSearch {
  readonly filter: Uint8Array;
  readonly sort: Uint8Array | undefined;
  readonly collation: Uint8Array | undefined;
  readonly hint: RawValue | undefined;
  readonly isMulti: boolean;
  /** undefined for a delete. */
  readonly update: RawValue | undefined;
  readonly arrayFilters: RawValue | undefined;
  readonly constants: Uint8Array | undefined;
  readonly isUpsert: boolean;
  /** findAndModify: the document is the answer. */
  readonly returnsDocument: boolean;
  readonly returnsNew: boolean;
  /** What is shown of the answer. */
  readonly projection: Uint8Array | undefined;
}

export async function explainWrite(explained: ExplainedCommand, name: string): Promise<Reply> {
  const { context, namespace, verbosity } = explained;
  const { operation } = context;
  if (context.engine.catalog.timeSeries(namespace) !== undefined) {
    throw new CommandError(
      ErrorCode.CommandNotSupported,
      "Explaining a write is not supported on a time-series collection",
    );
  }
  const search = searchOf(explained.body, name);
  const collection = context.engine.catalog.collection(namespace);
  const collation = queryCollation(search.collation, collection);
  const query = queryContext(context, collation, document(explained.body, "let"));
  const filter = compileQuery(search.filter, query);
  const hint = search.hint === undefined || collection === undefined
    ? undefined
    : resolveHint(search.hint, collection.indexes, namespace);
  const update = search.update === undefined ? undefined : compileSearchUpdate(search, query);
  const chosen = planQuery(collection, {
    filter,
    sort: search.sort === undefined ? undefined : parseSort(search.sort),
    // Without an order a write of one document stops by itself.
    limit: search.isMulti || search.sort === undefined ? 0 : 1,
    hint,
    collation,
    namespace,
  });
  const { plan, optimizationMs } = await decide(chosen, collection, operation, { collation });
  const effect = new WriteEffect(filter, update);
  const cost = await measureRun(operation, verbosity, () => {
    const found = runPlan(plan.root, { collection, collation, counting: true });
    const stream = search.isMulti ? found : firstOf(found);
    return drain(stream, operation, (batch) => effect.add(batch));
  });
  const isRun = verbosity !== "queryPlanner" && cost.error === undefined;
  const upserted = isRun && search.isUpsert && effect.found === 0 ? 1 : 0;
  const isAnswered = effect.found > 0 || (upserted > 0 && search.returnsNew);
  const returned = search.returnsDocument && isAnswered ? 1 : 0;
  const root: WriteNode = {
    stage: stageOf(search, plan.root),
    input: shownPlan(plan.root, {
      filter,
      isHinted: hint !== undefined,
      isClustered: collection?.options.clusteredIndex !== undefined,
    }),
    found: effect.found,
    modified: effect.modified,
    upserted,
    statistics: {
      ...newStatistics(),
      advanced: returned,
      isEof: isRun,
      executionMs: cost.elapsedMs,
    },
  };
  return writeAnswer(explained, {
    namespace,
    filter: filter.expression,
    plan: { ...plan, root: withProjection(root, search.projection) },
    optimizationMs,
  }, { ...cost, returned });
}

function projectionOf(body: Uint8Array): Uint8Array | undefined {
  const fields = document(body, "fields");
  return fields === undefined || isEmptyDocument(fields) ? undefined : fields;
}

function withProjection(root: WriteNode, spec: Uint8Array | undefined): PlanNode {
  if (spec === undefined) return root;
  const { advanced, isEof, executionMs } = root.statistics;
  const statistics = { ...newStatistics(), advanced, isEof, executionMs };
  return { stage: "PROJECTION_DEFAULT", spec, input: root, statistics };
}

function queryContext(
  context: CommandContext,
  collation: QueryContext["collation"],
  variables: Uint8Array | undefined,
): QueryContext {
  const now = BigInt(Date.now());
  const constants = systemVariables(context.engine);
  const expressionCompiler = new ExpressionCompiler({ now, collation, constants, let: variables });
  return { now, collation, constants, expressionCompiler, let: variables };
}

function compileSearchUpdate(search: WriteSearch, context: QueryContext): CompiledUpdate {
  const { arrayFilters, constants, isMulti, update } = search;
  const filters = arrayFilters?.type === BsonType.Array
    ? Array.from(elements(arrayFilters.bytes, arrayFilters.at), documentOf)
    : undefined;
  return compileUpdate(update as RawValue, { context, constants, isMulti, arrayFilters: filters });
}

/** One document, and no more read than that takes. */
function firstOf(found: DocumentStream): DocumentStream {
  return new CountedStream(new LimitStream(found, 1), newStatistics(), false, 1);
}

/** What the write would do to the documents that are found. */
class WriteEffect {
  found = 0;
  modified = 0;
  readonly #update: CompiledUpdate | undefined;
  readonly #arrayIndexOf: ((bytes: Uint8Array, start: number) => number) | undefined;

  constructor(filter: CompiledFilter, update: CompiledUpdate | undefined) {
    this.#update = update;
    this.#arrayIndexOf = update?.needsArrayIndex ? compilePositional(filter.expression) : undefined;
  }

  add(batch: Batch): void {
    this.found += batch.count;
    if (this.#update === undefined || batch.count === 0) return;
    for (const before of batch.documents()) {
      const arrayIndex = this.#arrayIndexOf?.(before, 0) ?? -1;
      if (this.#update.apply(before, { arrayIndex }, false) !== null) this.modified++;
    }
  }
}

/** mongod writes one document by `_id` without planning where it need not project it, and deletes many in batches. */
function stageOf(search: WriteSearch, { stage }: PlanNode): WriteNode["stage"] {
  const isExpress = stage === "EXPRESS_IXSCAN" && !search.isMulti &&
    search.projection === undefined;
  if (search.update !== undefined) {
    return isExpress && !search.isUpsert ? "EXPRESS_UPDATE" : "UPDATE";
  }
  if (isExpress) return "EXPRESS_DELETE";
  return search.isMulti ? "BATCHED_DELETE" : "DELETE";
}

function searchOf(body: Uint8Array, name: string): WriteSearch {
  if (name === "findAndModify" || name === "findandmodify") {
    return {
      filter: document(body, "query") ?? EMPTY_DOCUMENT,
      sort: document(body, "sort"),
      collation: document(body, "collation"),
      hint: getField(body, "hint"),
      isMulti: false,
      update: isTrue(getField(body, "remove")) ? undefined : updateOf(getField(body, "update")),
      arrayFilters: getField(body, "arrayFilters"),
      constants: undefined,
      isUpsert: isTrue(getField(body, "upsert")),
      returnsDocument: true,
      returnsNew: isTrue(getField(body, "new")),
      projection: projectionOf(body),
    };
  }
  const statement = onlyStatement(body, name);
  const isUpdate = name === "update";
  return {
    filter: document(statement, "q") ?? EMPTY_DOCUMENT,
    sort: document(statement, "sort"),
    collation: document(statement, "collation"),
    hint: getField(statement, "hint"),
    isMulti: isUpdate
      ? isTrue(getField(statement, "multi"))
      : !isTrue(getField(statement, "limit")),
    update: isUpdate ? updateOf(getField(statement, "u")) : undefined,
    arrayFilters: getField(statement, "arrayFilters"),
    constants: document(statement, "c"),
    isUpsert: isTrue(getField(statement, "upsert")),
    returnsDocument: false,
    returnsNew: false,
    projection: undefined,
  };
}

function onlyStatement(body: Uint8Array, name: string): Uint8Array {
  const list = getField(body, name === "update" ? "updates" : "deletes");
  const statements = list === undefined || list.type !== BsonType.Array
    ? []
    : [...elements(list.bytes, list.at)];
  if (statements.length !== 1) {
    throw new CommandError(ErrorCode.InvalidLength, "explained write batches must be of size 1");
  }
  if (statements[0].type !== BsonType.Document) {
    const field = `${name}.${name === "update" ? "updates" : "deletes"}.0`;
    throw wrongTypeError(field, statements[0].type, "object");
  }
  return documentOf(statements[0]);
}

function updateOf(value: RawValue | undefined): RawValue {
  if (value?.type === BsonType.Document || value?.type === BsonType.Array) return value;
  throw new CommandError(
    ErrorCode.FailedToParse,
    "Update argument must be either an object or an array",
  );
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
