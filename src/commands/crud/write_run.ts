// update and delete as commands: their statements, parsed before the first one runs, on one namespace; answers of retryable
// statements are given again from their records; the reply ends with what failed and what was done before.

import type { CommandError } from "../../error.ts";
import type { StatementNote } from "../../session/operation_plan.ts";
import type { ParsedArguments } from "../arguments.ts";
import type { CommandContext, Reply } from "../definition.ts";
import { writeElection } from "../replica_set.ts";
import { StatementRun } from "./statement_run.ts";
import {
  checkWriteNamespace,
  parseStatements,
  statementAt,
  type StatementForm,
  statementIds,
  type StatementList,
  writeFailures,
  writeRetried,
} from "./write_statements.ts";

/** What one statement did. */
export type StatementWork = Pick<StatementNote, "matched" | "modified" | "upserted">;

export abstract class WriteRun<Outcome> extends StatementRun<Outcome> {
  protected readonly let: Uint8Array | undefined;
  protected readonly statements: readonly ParsedArguments[];
  readonly #idOf: (index: number) => number;
  /** What the profiler is told of each statement, when it watches. */
  readonly #notes: StatementNote[] | undefined;
  #statementStart = 0;

  constructor(
    readonly context: CommandContext,
    args: ParsedArguments,
    readonly list: StatementList,
    form: StatementForm,
  ) {
    super(list.count, args.boolean("ordered", true));
    this.let = args.document("let");
    this.#idOf = statementIds(args, list.count);
    this.statements = parseStatements(list, form);
    checkWriteNamespace(context);
    const { operation, server } = context;
    if (server.profiler.isWatching) {
      this.#notes = operation.statements = [];
      this.#statementStart = performance.now();
    }
  }

  /** Counts a statement that was done before, from what `answerOf` gave then. */
  protected abstract addAnswer(index: number, answer: Uint8Array): void;
  protected abstract addOutcome(index: number, outcome: Outcome): void;
  /** What a retry of the statement is told. */
  protected abstract answerOf(outcome: Outcome): Uint8Array;
  /** What the statement did, for the profiler. */
  protected abstract workOf(outcome: Outcome): StatementWork;
  /** The counts of the reply. */
  protected abstract writeCounts(): void;

  protected override repeat(index: number): boolean {
    const record = this.context.retryableWrite;
    if (record === undefined) return false;
    const id = this.#idOf(index);
    const answer = record.answer(id);
    if (answer === undefined) return false;
    this.retried.push(id);
    this.addAnswer(index, answer);
    return true;
  }

  protected override add(index: number, outcome: Outcome): void {
    this.addOutcome(index, outcome);
    const record = this.context.retryableWrite;
    record?.remember(this.#idOf(index), this.answerOf(outcome));
    if (this.#notes !== undefined) this.#note(index, this.workOf(outcome));
  }

  protected override noteFailure(index: number, error: CommandError): void {
    if (this.#notes !== undefined) this.#note(index, undefined, error);
  }

  #note(index: number, work: StatementWork | undefined, error?: CommandError): void {
    const { name } = this.context.definition;
    const now = performance.now();
    this.#notes!.push({
      document: statementAt(this.list, index),
      holder: this.context.operation.holder,
      tookMs: now - this.#statementStart,
      matched: work?.matched ?? 0,
      modified: work?.modified ?? (name === "update" ? 0 : undefined),
      upserted: work?.upserted ?? 0,
      error,
    });
    this.#statementStart = now;
  }

  protected override finish(): Reply {
    this.writeCounts();
    const { reply } = this.context;
    writeFailures(reply, this.failures);
    writeRetried(reply, this.retried);
    writeElection(this.context);
    return reply;
  }
}
