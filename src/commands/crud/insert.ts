// insert: documents into a collection, which is created when it does not exist.
// Manual: "insert (database command)".

import { documentFrom } from "../../bson/encode.ts";
import { CommandError } from "../../error.ts";
import { insertDocuments, type InsertOutcome } from "../../write/insert.ts";
import { insertMeasurements } from "../../write/time_series_insert.ts";
import type { ParsedArguments } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { writeElection } from "../replica_set.ts";
import { writeEngine } from "./retryable_engine.ts";
import { warningSink } from "./update_statement.ts";
import {
  checkWriteNamespace,
  collectionForInsert,
  endsCommand,
  statementAt,
  statementIds,
  type StatementList,
  statementList,
  writableSeries,
  writeFailures,
  writeRetried,
} from "./write_statements.ts";

const DONE = documentFrom({ n: 1 });

export const insert = defineCommand({
  name: "insert",
  help: "Inserts one or more documents.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "insert",
  takesWriteConcern: true,
  retryableWrite: true,
  transientBody: true,
  arguments: {
    documents: { type: "array", fate: "required" },
    ordered: { type: "exactBool" },
    bypassDocumentValidation: { type: "safeBool" },
    bypassEmptyTsReplacement: { type: "safeBool", fate: "ignored" },
    stmtId: { type: "exactInt" },
    stmtIds: { type: "array" },
    collectionUUID: { type: "binData", fate: "ignored" },
    encryptionInformation: { type: "object", fate: "ignored" },
  },
  run(context, args): Reply | Promise<Reply> {
    const list = statementList(context, args, "documents");
    const retry = new RetriedInserts(context, args, list);
    checkWriteNamespace(context);
    const outcome = runInsert(context, args, list, retry);
    if (outcome instanceof Promise) return outcome.then((done) => reply(context, retry, done));
    return reply(context, retry, outcome);
  },
});

function runInsert(
  context: CommandContext,
  args: ParsedArguments,
  list: StatementList,
  retry: RetriedInserts,
): InsertOutcome | Promise<InsertOutcome> {
  const ordered = args.boolean("ordered", true);
  const count = retry.pending?.length ?? list.count;
  const documentAt = (index: number): Uint8Array => statementAt(list, retry.position(index));
  let collection = context.engine.catalog.collection(context.namespace);
  try {
    if (collection === undefined) {
      const series = writableSeries(context);
      if (series !== undefined) {
        const options = { ordered, pacer: context.operation };
        return insertMeasurements(writeEngine(context), series, documentAt, count, options);
      }
      collection = collectionForInsert(context);
    }
  } catch (error) {
    if (!(error instanceof CommandError) || endsCommand(error)) throw error;
    return failedInserts(error, ordered ? Math.min(count, 1) : count);
  }
  return insertDocuments(
    writeEngine(context),
    collection,
    documentAt,
    count,
    {
      ordered,
      bypassDocumentValidation: args.boolean("bypassDocumentValidation"),
      pacer: context.operation,
      warn: warningSink(context),
    },
  );
}

/** No collection to insert into (a view, a name that cannot be): every document that is tried fails with it. */
function failedInserts(error: CommandError, count: number): InsertOutcome {
  return {
    inserted: 0,
    failures: Array.from({ length: count }, (_, index) => ({ index, error })),
  };
}

/** Which documents of a retryable insert were inserted before, and which are still to do. */
class RetriedInserts {
  /** Positions still to insert; undefined: all of them. */
  readonly pending: number[] | undefined;
  readonly done: number[] = [];
  readonly #idOf: ((index: number) => number) | undefined;

  constructor(readonly context: CommandContext, args: ParsedArguments, list: StatementList) {
    const record = context.retryableWrite;
    if (record === undefined) return;
    this.#idOf = statementIds(args, list.count);
    const pending: number[] = [];
    for (let i = 0; i < list.count; i++) {
      const id = this.#idOf(i);
      if (record.answer(id) === undefined) pending.push(i);
      else this.done.push(id);
    }
    if (this.done.length > 0) this.pending = pending;
  }

  position(index: number): number {
    return this.pending === undefined ? index : this.pending[index];
  }

  /** Remembers what was inserted: everything tried before an ordered insert stopped, but the failed ones. */
  remember(outcome: InsertOutcome): void {
    const record = this.context.retryableWrite;
    if (record === undefined || this.#idOf === undefined) return;
    const failed = new Set(outcome.failures.map(({ index }) => index));
    for (let i = 0, left = outcome.inserted; left > 0; i++) {
      if (failed.has(i)) continue;
      record.remember(this.#idOf(this.position(i)), DONE);
      left--;
    }
  }
}

function reply(context: CommandContext, retry: RetriedInserts, outcome: InsertOutcome): Reply {
  const writer = context.reply;
  retry.remember(outcome);
  writer.int32("n", outcome.inserted + retry.done.length);
  writeFailures(
    writer,
    retry.pending === undefined
      ? outcome.failures
      : outcome.failures.map(({ index, error }) => ({ index: retry.position(index), error })),
  );
  writeRetried(writer, retry.done);
  writeElection(context);
  return writer;
}
