// delete: removes documents of one collection, statement by statement.
// Manual: "delete (database command)".

import { documentFrom } from "../../bson/encode.ts";
import { getField, readInt32 } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { deleteMany, deleteOne, type DeleteOutcome } from "../../write/delete.ts";
import { TargetQuery } from "../../write/target_query.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { NestedArguments } from "../nested_arguments.ts";
import { writeEngine } from "./retryable_engine.ts";
import { deleteFromSeries } from "./time_series_write.ts";
import { checkHint, queryContext } from "./update_statement.ts";
import { type StatementWork, WriteRun } from "./write_run.ts";
import {
  type StatementForm,
  statementList,
  writableCollection,
  writableSeries,
} from "./write_statements.ts";

const ARGUMENTS = new NestedArguments("delete.deletes", {
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
    return new DeleteRun(context, args, list, FORM).next();
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

const FORM: StatementForm = {
  parse: (bytes, start) => ARGUMENTS.parse(bytes, start),
  check(statement) {
    deletesMany(statement.number("limit") ?? 0);
    checkHint(statement.value("hint"));
  },
};

/** The statements of one command, one after the other. */
class DeleteRun extends WriteRun<DeleteOutcome> {
  #deleted = 0;

  protected override perform(index: number): DeleteOutcome | Promise<DeleteOutcome> {
    const given = this.statements[index];
    const isMany = given.number("limit") === 0;
    if (isMany && this.context.retryableWrite !== undefined) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "Cannot use (or request) retryable writes with limit=0",
      );
    }
    const collection = this.context.engine.catalog.collection(this.context.namespace);
    const series = collection === undefined ? writableSeries(this.context) : undefined;
    if (series !== undefined) {
      return deleteFromSeries(this.context, series, {
        filter: given.document("q")!,
        collation: given.document("collation"),
        let: this.let,
        multi: isMany,
      });
    }
    const query = new TargetQuery(collection ?? writableCollection(this.context), {
      filter: given.document("q")!,
      context: queryContext(this.context, this.let),
      collation: given.document("collation"),
      hint: given.value("hint"),
    });
    const { operation } = this.context;
    operation.use(query);
    const engine = writeEngine(this.context);
    return isMany ? deleteMany(engine, query, operation) : deleteOne(engine, query, operation);
  }

  protected override addAnswer(_index: number, answer: Uint8Array): void {
    this.#deleted += readInt32(answer, getField(answer, "n")!.at);
  }

  protected override addOutcome(_index: number, outcome: DeleteOutcome): void {
    this.#deleted += outcome.deleted;
  }

  protected override answerOf({ deleted }: DeleteOutcome): Uint8Array {
    return deleted === 1 ? ONE_DELETED : NONE_DELETED;
  }

  protected override workOf({ deleted }: DeleteOutcome): StatementWork {
    return { matched: deleted, modified: undefined, upserted: 0 };
  }

  protected override writeCounts(): void {
    this.context.reply.int32("n", this.#deleted);
  }
}
