// findAndModify: updates or removes one document and returns it, as it was or as it became.
// Manual: "findAndModify (database command)".

import { BsonWriter } from "../../bson/encode.ts";
import { getField, isEmptyDocument } from "../../bson/read.ts";
import { ExpressionCompiler } from "../../expression/compiler.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { compileProjection } from "../../query/projection.ts";
import { deleteOne } from "../../write/delete.ts";
import { TargetQuery } from "../../write/target_query.ts";
import type { UpdateOutcome } from "../../write/update.ts";
import type { ParsedArguments } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { writeEngine } from "./retryable_engine.ts";
import {
  checkArrayFilters,
  checkHint,
  checkUpdateArgument,
  queryContext,
  runUpdate,
} from "./update_statement.ts";
import {
  checkWriteNamespace,
  collectionForInsert,
  writableCollection,
} from "./write_statements.ts";

const EMPTY_DOCUMENT = Uint8Array.of(5, 0, 0, 0, 0);

export const findAndModify = defineCommand({
  name: "findAndModify",
  aliases: ["findandmodify"],
  help: "Updates or removes one document and returns it.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  takesWriteConcern: true,
  retryableWrite: true,
  arguments: {
    query: { type: "object" },
    fields: { type: "object" },
    sort: { type: "object" },
    hint: { type: "any" },
    collation: { type: "object" },
    arrayFilters: { type: "array" },
    remove: { type: "safeBool" },
    update: { type: "any" },
    upsert: { type: "safeBool" },
    new: { type: "safeBool" },
    bypassDocumentValidation: { type: "safeBool" },
    bypassEmptyTsReplacement: { type: "safeBool", fate: "ignored" },
    let: { type: "object" },
    stmtId: { type: "exactInt" },
    runtimeConstants: { type: "object", fate: "ignored" },
    collectionUUID: { type: "binData", fate: "ignored" },
    sampleId: { type: "binData", fate: "ignored" },
    encryptionInformation: { type: "object", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    checkHint(args.value("hint"));
    checkCombination(args);
    checkWriteNamespace(context);
    const saved = context.retryableWrite?.answer(args.int("stmtId", 0));
    if (saved !== undefined) return repeated(context, args, saved);
    const fields = projectionOf(context, args);
    if (args.boolean("remove")) return remove(context, args, fields);
    const outcome = runUpdate(
      context,
      writableCollection(context),
      {
        filter: args.document("query", EMPTY_DOCUMENT),
        update: args.value("update")!,
        multi: false,
        upsert: args.boolean("upsert"),
        collation: args.document("collation"),
        arrayFilters: args.array("arrayFilters"),
        hint: args.value("hint"),
        sort: sortOf(args),
        let: args.document("let"),
        bypassDocumentValidation: args.boolean("bypassDocumentValidation"),
        command: "findAndModify",
      },
      () => collectionForInsert(context),
    );
    if (outcome instanceof Promise) {
      return outcome.then((done) => updated(context, args, fields, done));
    }
    return updated(context, args, fields, outcome);
  },
});

function failedToParse(message: string): CommandError {
  return new CommandError(ErrorCode.FailedToParse, message);
}

function checkCombination(args: ParsedArguments): void {
  const hasUpdate = args.has("update");
  if (!args.boolean("remove")) {
    if (!hasUpdate) throw failedToParse("Either an update or remove=true must be specified");
    checkUpdateArgument(args.value("update"));
    checkArrayFilters(args.array("arrayFilters"), "findAndModify.arrayFilters");
    return;
  }
  if (hasUpdate) throw failedToParse("Cannot specify both an update and remove=true");
  if (args.boolean("upsert")) {
    throw failedToParse("Cannot specify both upsert=true and remove=true ");
  }
  if (args.boolean("new")) {
    throw failedToParse(
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
  if (args.has("arrayFilters")) {
    throw failedToParse("Cannot specify arrayFilters and remove=true");
  }
}

function sortOf(args: ParsedArguments): Uint8Array | undefined {
  const sort = args.document("sort");
  return sort === undefined || isEmptyDocument(sort) ? undefined : sort;
}

/** The answer of a retry: the saved one, and that it is one. */
function repeated(context: CommandContext, args: ParsedArguments, saved: Uint8Array): Reply {
  const { reply } = context;
  reply.append(saved, 4, saved.length - 1);
  reply.int32("retriedStmtId", args.int("stmtId", 0));
  return reply;
}

type Project = (document: Uint8Array) => Uint8Array;

function projectionOf(context: CommandContext, args: ParsedArguments): Project | undefined {
  const spec = args.document("fields");
  if (spec === undefined || isEmptyDocument(spec)) return undefined;
  const query = new TargetQuery(undefined, {
    filter: args.document("query", EMPTY_DOCUMENT),
    context: queryContext(context, args.document("let")),
    collation: args.document("collation"),
  });
  const projection = compileProjection(spec, {
    compiler: new ExpressionCompiler({
      let: query.context.let,
      now: query.context.now,
      constants: query.context.constants,
    }),
    filter: query.filter.expression,
  });
  return (document) => {
    const writer = new BsonWriter(document.length + 64);
    projection.apply(document, 0, writer);
    return writer.bytes();
  };
}

function remove(
  context: CommandContext,
  args: ParsedArguments,
  fields: Project | undefined,
): Reply | Promise<Reply> {
  const query = new TargetQuery(writableCollection(context), {
    filter: args.document("query", EMPTY_DOCUMENT),
    context: queryContext(context, args.document("let")),
    collation: args.document("collation"),
    hint: args.value("hint"),
    sort: sortOf(args),
  });
  context.operation.use(query);
  const answer = ({ before }: { before: Uint8Array | undefined }): Reply =>
    finish(context, args, { matched: before === undefined ? 0 : 1 }, before, fields);
  const outcome = deleteOne(writeEngine(context), query, context.operation, "findAndModify");
  return outcome instanceof Promise ? outcome.then(answer) : answer(outcome);
}

function updated(
  context: CommandContext,
  args: ParsedArguments,
  fields: Project | undefined,
  outcome: UpdateOutcome,
): Reply {
  const { matched, upserted } = outcome;
  const value = args.boolean("new") ? outcome.after : outcome.before;
  return finish(context, args, { matched, upserted, isUpdate: true }, value, fields);
}

/** For answers that are not large; used again and again. */
const answerWriter = new BsonWriter(1024);
const SMALL_BYTES = 64 * 1024;

interface LastError {
  readonly matched: number;
  readonly upserted?: Uint8Array | undefined;
  readonly isUpdate?: boolean;
}

function finish(
  context: CommandContext,
  args: ParsedArguments,
  { matched, upserted, isUpdate }: LastError,
  value: Uint8Array | undefined,
  fields: Project | undefined,
): Reply {
  const isSmall = value === undefined || value.length <= SMALL_BYTES;
  const writer = isSmall ? answerWriter : new BsonWriter(value.length + 256);
  writer.reset();
  writer.startDocument();
  writer.startDocument("lastErrorObject");
  writer.int32("n", matched + (upserted === undefined ? 0 : 1));
  if (isUpdate) writer.bool("updatedExisting", matched > 0);
  const id = upserted === undefined ? undefined : getField(upserted, "_id");
  if (id !== undefined) writer.raw("upserted", id);
  writer.end();
  if (value === undefined) writer.null("value");
  else writer.document("value", fields === undefined ? value : fields(value));
  writer.end();
  const answer = writer.bytes();
  context.retryableWrite?.remember(args.int("stmtId", 0), answer);
  return answer;
}
