// update and delete as commands: their statements, parsed before the first one runs, on one namespace; answers of retryable
// statements are given again from their records; the reply ends with what failed and what was done before.

import type { ParsedArguments } from "../arguments.ts";
import type { CommandContext, Reply } from "../definition.ts";
import { writeElection } from "../replica_set.ts";
import { StatementRun } from "./statement_run.ts";
import {
  checkWriteNamespace,
  parseStatements,
  type StatementForm,
  statementIds,
  type StatementList,
  writeFailures,
  writeRetried,
} from "./write_statements.ts";

export abstract class WriteRun<Outcome> extends StatementRun<Outcome> {
  protected readonly let: Uint8Array | undefined;
  protected readonly statements: readonly ParsedArguments[];
  readonly #idOf: (index: number) => number;

  constructor(
    readonly context: CommandContext,
    args: ParsedArguments,
    list: StatementList,
    form: StatementForm,
  ) {
    super(list.count, args.boolean("ordered", true));
    this.let = args.document("let");
    this.#idOf = statementIds(args, list.count);
    this.statements = parseStatements(list, form);
    checkWriteNamespace(context);
  }

  /** Counts a statement that was done before, from what `answerOf` gave then. */
  protected abstract addAnswer(index: number, answer: Uint8Array): void;
  protected abstract addOutcome(index: number, outcome: Outcome): void;
  /** What a retry of the statement is told. */
  protected abstract answerOf(outcome: Outcome): Uint8Array;
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
