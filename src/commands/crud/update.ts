// update: changes documents of one collection, statement by statement.
// Manual: "update (database command)".

import { BsonWriter } from "../../bson/encode.ts";
import { getField, type RawValue, readInt32 } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import type { UpdateOutcome } from "../../write/update.ts";
import { checkStageNames } from "../../write/update/pipeline_update.ts";
import type { ParsedArguments } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { NestedArguments } from "../nested_arguments.ts";
import { updateSeries } from "./time_series_write.ts";
import {
  checkArrayFilters,
  checkHint,
  checkUpdateArgument,
  runUpdate,
  sortWithMulti,
  type UpdateStatement,
} from "./update_statement.ts";
import { type StatementWork, WriteRun } from "./write_run.ts";
import {
  collectionForInsert,
  type StatementForm,
  type StatementList,
  statementList,
  writableCollection,
  writableSeries,
} from "./write_statements.ts";

const ARGUMENTS = new NestedArguments("update.updates", {
  q: { type: "object", fate: "required" },
  u: { type: "any", fate: "required" },
  c: { type: "object" },
  multi: { type: "exactBool" },
  upsert: { type: "exactBool" },
  upsertSupplied: { type: "safeBool" },
  collation: { type: "object" },
  arrayFilters: { type: "array" },
  hint: { type: "any" },
  sort: { type: "object" },
  sampleId: { type: "binData", fate: "ignored" },
  allowShardKeyUpdatesWithoutFullShardKeyInQuery: { type: "exactBool", fate: "ignored" },
});

export const update = defineCommand({
  name: "update",
  help: "Updates one or more documents.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "update",
  takesWriteConcern: true,
  retryableWrite: true,
  arguments: {
    updates: { type: "array", fate: "required" },
    ordered: { type: "exactBool" },
    bypassDocumentValidation: { type: "safeBool" },
    bypassEmptyTsReplacement: { type: "safeBool", fate: "ignored" },
    let: { type: "object" },
    stmtId: { type: "exactInt" },
    stmtIds: { type: "array" },
    runtimeConstants: { type: "object", fate: "ignored" },
    collectionUUID: { type: "binData", fate: "ignored" },
    encryptionInformation: { type: "object", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    const list = statementList(context, args, "updates");
    return new UpdateRun(context, args, list).next();
  },
});

const FORM: StatementForm = {
  parse: (bytes, start) => ARGUMENTS.parse(bytes, start),
  check(statement) {
    const update = statement.value("u")!;
    checkUpdateArgument(update);
    if (update.type === BsonType.Array) checkStageNames(update);
    checkHint(statement.value("hint"));
    checkArrayFilters(statement.array("arrayFilters"), "update.updates.arrayFilters");
    if (statement.has("sort") && statement.boolean("multi")) throw sortWithMulti();
  },
};

/** The statements of one command, one after the other. */
class UpdateRun extends WriteRun<UpdateOutcome> {
  #matched = 0;
  #modified = 0;
  readonly #upserted: { index: number; id: RawValue }[] = [];
  readonly #bypass: boolean;

  constructor(context: CommandContext, args: ParsedArguments, list: StatementList) {
    super(context, args, list, FORM);
    this.#bypass = args.boolean("bypassDocumentValidation");
  }

  protected override perform(index: number): UpdateOutcome | Promise<UpdateOutcome> {
    const given = this.statements[index];
    const statement: UpdateStatement = {
      filter: given.document("q")!,
      update: given.value("u")!,
      constants: given.document("c"),
      multi: given.boolean("multi"),
      upsert: given.boolean("upsert"),
      upsertSupplied: given.boolean("upsertSupplied"),
      collation: given.document("collation"),
      arrayFilters: given.array("arrayFilters"),
      hint: given.value("hint"),
      sort: given.document("sort"),
      let: this.let,
      bypassDocumentValidation: this.#bypass,
    };
    const collection = this.context.engine.catalog.collection(this.context.namespace);
    if (collection === undefined) {
      const series = writableSeries(this.context);
      if (series !== undefined) return updateSeries(this.context, series, statement);
    }
    return runUpdate(
      this.context,
      collection ?? writableCollection(this.context),
      statement,
      () => collectionForInsert(this.context),
    );
  }

  protected override addAnswer(index: number, answer: Uint8Array): void {
    this.#matched += readInt32(answer, getField(answer, "n")!.at);
    this.#modified += readInt32(answer, getField(answer, "nModified")!.at);
    const upserted = getField(answer, "upserted");
    if (upserted !== undefined) this.#upserted.push({ index, id: upserted });
  }

  protected override addOutcome(index: number, outcome: UpdateOutcome): void {
    this.#matched += matchedBy(outcome);
    this.#modified += outcome.modified;
    const id = upsertedId(outcome);
    if (id !== undefined) this.#upserted.push({ index, id });
  }

  protected override answerOf(outcome: UpdateOutcome): Uint8Array {
    const { modified } = outcome;
    const matched = matchedBy(outcome);
    const id = upsertedId(outcome);
    const isCommon = matched === 1 && modified === 1 && id === undefined;
    return isCommon ? ONE_MODIFIED : makeAnswer(matched, modified, id);
  }

  protected override workOf({ matched, modified, upserted }: UpdateOutcome): StatementWork {
    return { matched, modified, upserted: upserted === undefined ? 0 : 1 };
  }

  protected override writeCounts(): void {
    const { reply } = this.context;
    reply.int32("n", this.#matched);
    reply.int32("nModified", this.#modified);
    if (this.#upserted.length === 0) return;
    reply.startArray("upserted");
    for (const { index, id } of this.#upserted) {
      reply.startDocument();
      reply.int32("index", index);
      reply.raw("_id", id);
      reply.end();
    }
    reply.end();
  }
}

/** An upserted document counts as matched in the reply's `n`. */
function matchedBy({ matched, upserted }: UpdateOutcome): number {
  return matched + (upserted === undefined ? 0 : 1);
}

function upsertedId({ upserted }: UpdateOutcome): RawValue | undefined {
  return upserted === undefined ? undefined : getField(upserted, "_id");
}

function makeAnswer(matched: number, modified: number, id: RawValue | undefined): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  writer.int32("n", matched);
  writer.int32("nModified", modified);
  if (id !== undefined) writer.raw("upserted", id);
  writer.end();
  return writer.bytes();
}

/** The answer of nearly every statement. */
const ONE_MODIFIED = makeAnswer(1, 1, undefined);
