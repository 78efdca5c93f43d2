// bulkWrite: inserts, updates and deletes on any number of collections in one command; results come as a cursor.
// Manual: "bulkWrite (database command)", MongoDB 8.0.

import { BsonWriter } from "../../bson/encode.ts";
import { cstringEnd, documentEnd, getField, readText } from "../../bson/read.ts";
import { documentText } from "../../bson/json.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { TimeSeries } from "../../storage/catalog.ts";
import type { Collection } from "../../storage/collection.ts";
import { deleteMany, deleteOne, type DeleteOutcome } from "../../write/delete.ts";
import { insertDocuments, type InsertOutcome } from "../../write/insert.ts";
import { insertMeasurements } from "../../write/time_series_insert.ts";
import { TargetQuery } from "../../write/target_query.ts";
import type { UpdateOutcome } from "../../write/update.ts";
import { type ParsedArguments, unknownFieldError } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { replyWithDocuments } from "../definitions/document_reply.ts";
import { batchSizeOf } from "../definitions/list_cursor.ts";
import { NestedArguments } from "../nested_arguments.ts";
import { writeEngine } from "./retryable_engine.ts";
import { deleteFromSeries, updateSeries } from "./time_series_write.ts";
import { StatementRun } from "./statement_run.ts";
import {
  checkArrayFilters,
  checkHint,
  checkUpdateArgument,
  queryContext,
  runUpdate,
  type UpdateStatement,
  warningSink,
} from "./update_statement.ts";
import {
  checkBatchSize,
  checkWriteNamespace,
  collectionForInsert,
  statementAt,
  statementDocuments,
  statementIds,
  type StatementList,
  writableCollection,
  writableSeries,
} from "./write_statements.ts";

const NAMESPACE = new NestedArguments("bulkWrite.nsInfo", {
  ns: { type: "string", fate: "required" },
  collectionUUID: { type: "binData", fate: "ignored" },
  encryptionInformation: { type: "object", fate: "ignored" },
  isTimeseriesNamespace: { type: "exactBool", fate: "ignored" },
  shardVersion: { type: "any", fate: "ignored" },
  databaseVersion: { type: "any", fate: "ignored" },
});
const INSERT = new NestedArguments("bulkWrite.ops", {
  insert: { type: "int", fate: "required", min: 0 },
  document: { type: "object", fate: "required" },
});
const UPDATE = new NestedArguments("bulkWrite.ops", {
  update: { type: "int", fate: "required", min: 0 },
  filter: { type: "object", fate: "required" },
  updateMods: { type: "any", fate: "required" },
  multi: { type: "exactBool" },
  upsert: { type: "exactBool" },
  upsertSupplied: { type: "exactBool" },
  arrayFilters: { type: "array" },
  hint: { type: "any" },
  constants: { type: "object" },
  collation: { type: "object" },
  sort: { type: "object" },
  sampleId: { type: "binData", fate: "ignored" },
});
const DELETE = new NestedArguments("bulkWrite.ops", {
  delete: { type: "int", fate: "required", min: 0 },
  filter: { type: "object", fate: "required" },
  multi: { type: "exactBool" },
  hint: { type: "any" },
  collation: { type: "object" },
  sampleId: { type: "binData", fate: "ignored" },
});

export const bulkWrite = defineCommand({
  name: "bulkWrite",
  help: "Inserts, updates and deletes on several collections.",
  auth: "required",
  adminOnly: true,
  apiVersion1: true,
  counter: "command",
  takesWriteConcern: true,
  retryableWrite: true,
  arguments: {
    nsInfo: { type: "array", fate: "required" },
    ops: { type: "array", fate: "required" },
    ordered: { type: "exactBool" },
    errorsOnly: { type: "exactBool" },
    bypassDocumentValidation: { type: "safeBool" },
    bypassEmptyTsReplacement: { type: "safeBool", fate: "ignored" },
    let: { type: "object" },
    cursor: { type: "object" },
    stmtId: { type: "exactInt" },
    stmtIds: { type: "array" },
  },
  run(context, args): Reply | Promise<Reply> {
    return new BulkRun(context, args).next();
  },
});

type OperationKind = "insert" | "update" | "delete";

/** What became of one operation. */
interface Result {
  readonly kind: OperationKind;
  readonly count: number;
  readonly modified: number;
  readonly upsertedDocument: Uint8Array | undefined;
}

interface Totals {
  inserted: number;
  matched: number;
  modified: number;
  upserted: number;
  deleted: number;
}

class BulkRun extends StatementRun<Result> {
  readonly #list: StatementList;
  readonly #namespaces: readonly string[];
  readonly #results: Uint8Array[] = [];
  readonly #totals: Totals = { inserted: 0, matched: 0, modified: 0, upserted: 0, deleted: 0 };
  readonly #errorsOnly: boolean;
  readonly #bypass: boolean;
  readonly #let: Uint8Array | undefined;
  readonly #batchSize: number | undefined;
  readonly #idOf: (index: number) => number;

  constructor(readonly context: CommandContext, args: ParsedArguments) {
    const namespaces = statementDocuments(context, args, "nsInfo");
    const named = Array.from(
      { length: namespaces.count },
      (_, i) => NAMESPACE.parse(namespaces.bytes, namespaces.starts[i]).string("ns", ""),
    );
    const list = statementDocuments(context, args, "ops");
    super(list.count, args.boolean("ordered", true));
    this.#list = list;
    this.#namespaces = named;
    this.#errorsOnly = args.boolean("errorsOnly");
    this.#bypass = args.boolean("bypassDocumentValidation");
    this.#let = args.document("let");
    this.#batchSize = batchSizeOf(args.document("cursor"), "bulkWrite.cursor");
    this.#checkAll();
    this.#idOf = statementIds(args, list.count);
  }

  /** Anything malformed fails the command before anything is done. */
  #checkAll(): void {
    const { count } = this.#list;
    const targets: number[] = [];
    for (let i = 0; i < count; i++) targets.push(this.#check(i));
    checkBatchSize(count);
    for (const namespace of this.#namespaces) checkShape(namespace);
    const used = new Set<number>();
    targets.forEach((target, i) => {
      if (target >= this.#namespaces.length) {
        const operation = documentText(statementAt(this.#list, i));
        throw new CommandError(
          ErrorCode.BadValue,
          `BulkWrite ops entry ${operation} has an invalid nsInfo index.`,
        );
      }
      used.add(target);
    });
    for (const target of used) checkWriteNamespace(this.context, this.#namespaces[target]);
  }

  #kindOf(index: number): OperationKind {
    const { bytes, starts } = this.#list;
    const at = starts[index] + 5;
    const name = bytes[at - 1] === 0 ? "" : readText(bytes, at, cstringEnd(bytes, at));
    if (name === "insert" || name === "update" || name === "delete") return name;
    throw unknownFieldError(`bulkWrite.${name}`);
  }

  #parse(index: number): ParsedArguments {
    const { bytes, starts } = this.#list;
    const kind = this.#kindOf(index);
    const plan = kind === "insert" ? INSERT : kind === "update" ? UPDATE : DELETE;
    return plan.parse(bytes, starts[index]) as ParsedArguments;
  }

  /** Checks one operation and gives the number of its namespace. */
  #check(index: number): number {
    const kind = this.#kindOf(index);
    const operation = this.#parse(index);
    if (kind === "update") {
      checkUpdateArgument(operation.value("updateMods"));
      checkArrayFilters(operation.array("arrayFilters"), "bulkWrite.ops.arrayFilters");
    }
    if (kind !== "insert") checkHint(operation.value("hint"));
    return operation.int(kind, 0);
  }

  protected override repeat(index: number): boolean {
    const saved = this.context.retryableWrite?.answer(this.#idOf(index));
    if (saved === undefined) return false;
    this.retried.push(this.#idOf(index));
    const count = numberOf(saved, "n");
    const kind = this.#kindOf(index);
    this.#count({
      kind,
      count,
      modified: numberOf(saved, "nModified"),
      upsertedDocument: getField(saved, "upserted") === undefined ? undefined : saved,
    });
    if (!this.#errorsOnly) this.#results.push(withIndex(saved, index));
    return true;
  }

  protected override perform(index: number): Result | Promise<Result> {
    const operation = this.#parse(index);
    const kind = this.#kindOf(index);
    const namespace = this.#namespaces[operation.int(kind, 0)];
    if (kind === "insert") return this.#insert(operation, namespace);
    const series = writableSeries(this.context, namespace);
    const collection = series === undefined
      ? writableCollection(this.context, namespace)
      : undefined;
    if (kind === "update") return this.#update(operation, collection, namespace);
    if (operation.boolean("multi") && this.context.retryableWrite !== undefined) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "Cannot use (or request) retryable writes with multi=true",
      );
    }
    return this.#delete(operation, collection, series);
  }

  #insert(operation: ParsedArguments, namespace: string): Result | Promise<Result> {
    const { context } = this;
    const series = writableSeries(context, namespace);
    const document = operation.document("document")!;
    const options = {
      ordered: true,
      bypassDocumentValidation: this.#bypass,
      pacer: context.operation,
      warn: warningSink(context),
    };
    const engine = writeEngine(context);
    const outcome = series === undefined
      ? insertDocuments(
        engine,
        collectionForInsert(context, namespace),
        () => document,
        1,
        options,
      )
      : insertMeasurements(engine, series, () => document, 1, options);
    const finish = ({ inserted, failures }: InsertOutcome): Result => {
      if (failures.length > 0) throw failures[0].error;
      return { kind: "insert", count: inserted, modified: 0, upsertedDocument: undefined };
    };
    return outcome instanceof Promise ? outcome.then(finish) : finish(outcome);
  }

  #update(
    operation: ParsedArguments,
    collection: Collection | undefined,
    namespace: string,
  ): Result | Promise<Result> {
    const statement: UpdateStatement = {
      filter: operation.document("filter")!,
      update: operation.value("updateMods")!,
      constants: operation.document("constants"),
      multi: operation.boolean("multi"),
      upsert: operation.boolean("upsert"),
      upsertSupplied: operation.boolean("upsertSupplied"),
      collation: operation.document("collation"),
      arrayFilters: operation.array("arrayFilters"),
      hint: operation.value("hint"),
      sort: operation.document("sort"),
      let: this.#let,
      bypassDocumentValidation: this.#bypass,
    };
    const series = collection === undefined ? writableSeries(this.context, namespace) : undefined;
    const outcome = series === undefined
      ? runUpdate(
        this.context,
        collection,
        statement,
        () => collectionForInsert(this.context, namespace),
      )
      : updateSeries(this.context, series, statement);
    const finish = (done: UpdateOutcome): Result => ({
      kind: "update",
      count: done.matched + (done.upserted === undefined ? 0 : 1),
      modified: done.modified,
      upsertedDocument: done.upserted,
    });
    return outcome instanceof Promise ? outcome.then(finish) : finish(outcome);
  }

  #delete(
    operation: ParsedArguments,
    collection: Collection | undefined,
    series: TimeSeries | undefined,
  ): Result | Promise<Result> {
    const outcome = series === undefined
      ? this.#deleteDocuments(operation, collection)
      : deleteFromSeries(this.context, series, {
        filter: operation.document("filter")!,
        collation: operation.document("collation"),
        let: this.#let,
        multi: operation.boolean("multi"),
      });
    const finish = ({ deleted }: { deleted: number }): Result => ({
      kind: "delete",
      count: deleted,
      modified: 0,
      upsertedDocument: undefined,
    });
    return outcome instanceof Promise ? outcome.then(finish) : finish(outcome);
  }

  #deleteDocuments(
    operation: ParsedArguments,
    collection: Collection | undefined,
  ): DeleteOutcome | Promise<DeleteOutcome> {
    const { operation: pacer } = this.context;
    const engine = writeEngine(this.context);
    const query = new TargetQuery(collection, {
      filter: operation.document("filter")!,
      context: queryContext(this.context, this.#let),
      collation: operation.document("collation"),
      hint: operation.value("hint"),
    });
    pacer.use(query);
    return operation.boolean("multi")
      ? deleteMany(engine, query, pacer)
      : deleteOne(engine, query, pacer);
  }

  #count({ kind, count, modified, upsertedDocument }: Result): void {
    const totals = this.#totals;
    if (kind === "insert") totals.inserted += count;
    else if (kind === "delete") totals.deleted += count;
    else if (upsertedDocument !== undefined) totals.upserted++;
    else {
      totals.matched += count;
      totals.modified += modified;
    }
  }

  protected override add(index: number, result: Result): void {
    this.#count(result);
    const answer = resultDocument(result);
    this.context.retryableWrite?.remember(this.#idOf(index), answer);
    if (!this.#errorsOnly) this.#results.push(withIndex(answer, index));
  }

  protected override finish(): Reply | Promise<Reply> {
    for (const { index, error } of this.failures) {
      this.#results.push(errorDocument(index, error, this.#kindOf(index)));
    }
    if (this.failures.length > 0) {
      this.#results.sort((a, b) => numberOf(a, "idx") - numberOf(b, "idx"));
    }
    const { reply } = this.context;
    const { inserted, matched, modified, upserted, deleted } = this.#totals;
    reply.int32("nErrors", this.failures.length);
    reply.int32("nInserted", inserted);
    reply.int32("nMatched", matched);
    reply.int32("nModified", modified);
    reply.int32("nUpserted", upserted);
    reply.int32("nDeleted", deleted);
    if (this.retried.length > 0) {
      reply.startArray("retriedStmtIds");
      for (const id of this.retried) reply.int32(undefined, id);
      reply.end();
    }
    return replyWithDocuments(
      this.context,
      this.context.writeConcern.w === 0 ? [] : this.#results,
      "admin.$cmd.bulkWrite",
      this.#batchSize,
    );
  }
}

function numberOf(document: Uint8Array, name: string): number {
  const field = getField(document, name);
  return field === undefined ? 0 : new DataView(document.buffer, document.byteOffset)
    .getInt32(field.at, true);
}

/** mongod shows a namespace without a collection as its database. */
function checkShape(namespace: string): void {
  const dot = namespace.indexOf(".");
  if (dot > 0 && dot < namespace.length - 1) return;
  const shown = dot === namespace.length - 1 ? namespace.slice(0, -1) : namespace;
  throw new CommandError(
    ErrorCode.InvalidNamespace,
    `Invalid namespace specified for bulkWrite: '${shown}'`,
  );
}

/** `{ ok: 1, n, nModified, upserted }`: what is remembered for a retry; `idx` is added behind `ok` for the reply. */
function resultDocument({ kind, count, modified, upsertedDocument }: Result): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  writer.double("ok", 1);
  writer.int32("n", count);
  if (kind === "update") writer.int32("nModified", modified);
  const id = upsertedDocument === undefined ? undefined : getField(upsertedDocument, "_id");
  if (id !== undefined) {
    writer.startDocument("upserted");
    writer.raw("_id", id);
    writer.end();
  }
  writer.end();
  return writer.bytes();
}

/** Where the double `ok`, which each result begins with, ends. */
const AFTER_OK = 4 + 1 + 3 + 8;

function withIndex(result: Uint8Array, index: number): Uint8Array {
  const writer = new BsonWriter(result.length + 16);
  writer.startDocument();
  writer.append(result, 4, AFTER_OK);
  writer.int32("idx", index);
  writer.append(result, AFTER_OK, documentEnd(result, 0) - 1);
  writer.end();
  return writer.bytes();
}

function errorDocument(index: number, error: CommandError, kind: OperationKind): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.double("ok", 0);
  writer.int32("idx", index);
  writer.int32("code", error.code);
  writer.string("errmsg", error.message);
  if (error.info !== undefined) writer.append(error.info, 4, documentEnd(error.info, 0) - 1);
  writer.int32("n", 0);
  if (kind === "update") writer.int32("nModified", 0);
  writer.end();
  return writer.bytes();
}
