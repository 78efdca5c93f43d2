// delete: removes documents of one collection, statement by statement.
// Manual: "delete (database command)".

import { documentFrom } from "../../bson/encode.ts";
import { getField, readInt32 } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { deleteMany, deleteOne, type DeleteOutcome } from "../../write/delete.ts";
import { TargetQuery } from "../../write/target_query.ts";
import type { ParsedArguments } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { NestedArguments } from "../nested_arguments.ts";
import { writeElection } from "../replica_set.ts";
import { writeEngine } from "./retryable_engine.ts";
import { StatementRun } from "./statement_run.ts";
import { checkHint, queryContext } from "./update_statement.ts";
import {
  checkWriteNamespace,
  parseStatements,
  statementIds,
  type StatementList,
  statementList,
  writableCollection,
  writeFailures,
  writeRetried,
} from "./write_statements.ts";

const STATEMENT = new NestedArguments("delete.deletes", {
  q: { type: "object", fate: "required" },
  limit: { type: "long", fate: "required" },
  collation: { type: "object" },
  hint: { type: "any" },
  sampleId: { type: "binData", fate: "ignored" },
});

export const deleteCommand = defineCommand({
  name: "delete",
  help: "Removes one or more documents.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "delete",
  takesWriteConcern: true,
  retryableWrite: true,
  arguments: {
    deletes: { type: "array", fate: "required" },
    ordered: { type: "exactBool" },
    let: { type: "object" },
    stmtId: { type: "exactInt" },
    stmtIds: { type: "array" },
    bypassDocumentValidation: { type: "safeBool", fate: "ignored" },
    runtimeConstants: { type: "object", fate: "ignored" },
    collectionUUID: { type: "binData", fate: "ignored" },
    encryptionInformation: { type: "object", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    const list = statementList(context, args, "deletes");
    return new DeleteRun(context, args, list).next();
  },
});

/** What a retryable statement, which deletes one at most, is remembered by. */
const NONE_DELETED = documentFrom({ n: 0 });
const ONE_DELETED = documentFrom({ n: 1 });

/** 0 means all; anything but 0 and 1 is an error (9). */
function deletesMany(limit: number): boolean {
  if (limit !== 0 && limit !== 1) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      `The limit field in delete objects must be 0 or 1. Got ${limit}`,
    );
  }
  return limit === 0;
}

function checkStatement(statement: ParsedArguments): void {
  deletesMany(statement.number("limit") ?? 0);
  checkHint(statement.value("hint"));
}

/** The statements of one command, one after the other. */
class DeleteRun extends StatementRun<DeleteOutcome> {
  #deleted = 0;
  readonly #let: Uint8Array | undefined;
  readonly #idOf: (index: number) => number;
  readonly #statements: readonly ParsedArguments[];

  constructor(
    readonly context: CommandContext,
    args: ParsedArguments,
    readonly list: StatementList,
  ) {
    super(list.count, args.boolean("ordered", true));
    this.#let = args.document("let");
    this.#idOf = statementIds(args, list.count);
    this.#statements = parseStatements(list, STATEMENT, checkStatement);
    checkWriteNamespace(context);
  }

  protected override perform(index: number): DeleteOutcome | Promise<DeleteOutcome> {
    const given = this.#statements[index];
    const isMany = given.number("limit") === 0;
    if (isMany && this.context.retryableWrite !== undefined) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "Cannot use (or request) retryable writes with limit=0",
      );
    }
    const query = new TargetQuery(writableCollection(this.context), {
      filter: given.document("q")!,
      context: queryContext(this.context, this.#let),
      collation: given.document("collation"),
      hint: given.value("hint"),
    });
    const { operation } = this.context;
    const engine = writeEngine(this.context);
    return isMany ? deleteMany(engine, query, operation) : deleteOne(engine, query, operation);
  }

  protected override repeat(index: number): boolean {
    const id = this.#idOf(index);
    const answer = this.context.retryableWrite?.answer(id);
    if (answer === undefined) return false;
    this.retried.push(id);
    this.#deleted += readInt32(answer, getField(answer, "n")!.at);
    return true;
  }

  protected override add(index: number, outcome: DeleteOutcome): void {
    this.#deleted += outcome.deleted;
    const record = this.context.retryableWrite;
    record?.remember(this.#idOf(index), outcome.deleted === 1 ? ONE_DELETED : NONE_DELETED);
  }

  protected override finish(): Reply {
    const { reply } = this.context;
    reply.int32("n", this.#deleted);
    writeFailures(reply, this.failures);
    writeRetried(reply, this.retried);
    writeElection(this.context);
    return reply;
  }
}
