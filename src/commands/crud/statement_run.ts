// Running the statements of update, delete or bulkWrite one after the other: ordered ones stop at the first failure,
// unordered ones go on, and no promise is made as long as no statement needs one.

import { CommandError } from "../../error.ts";
import type { WriteFailure } from "../../write/statement_batch.ts";
import type { Reply } from "../definition.ts";
import { endsCommand } from "./write_statements.ts";

export abstract class StatementRun<Outcome> {
  protected readonly failures: WriteFailure[] = [];
  /** Statement ids that had been done before. */
  protected readonly retried: number[] = [];

  constructor(readonly count: number, readonly ordered: boolean) {}

  /** Answers a statement of a retryable write that was done before; false when it is to be done now. */
  protected abstract repeat(index: number): boolean;
  protected abstract perform(index: number): Outcome | Promise<Outcome>;
  /** Counts a statement that was done. */
  protected abstract add(index: number, outcome: Outcome): void;
  protected abstract finish(): Reply | Promise<Reply>;
  /** Takes note of a statement that failed. */
  protected noteFailure?(index: number, error: CommandError): void;

  /** Runs the statements from `index` on. */
  next(index = 0): Reply | Promise<Reply> {
    for (let i = index; i < this.count; i++) {
      if (this.repeat(i)) continue;
      try {
        const outcome = this.perform(i);
        if (outcome instanceof Promise) return this.#nextAsync(i, outcome);
        this.add(i, outcome);
      } catch (error) {
        if (!this.#fail(i, error)) break;
      }
    }
    return this.finish();
  }

  async #nextAsync(index: number, pending: Promise<Outcome>): Promise<Reply> {
    try {
      this.add(index, await pending);
    } catch (error) {
      if (!this.#fail(index, error)) return this.finish();
    }
    return await this.next(index + 1);
  }

  /** Notes a failed statement; false when the rest must not run. */
  #fail(index: number, error: unknown): boolean {
    if (!(error instanceof CommandError) || endsCommand(error)) throw error;
    this.failures.push({ index, error });
    this.noteFailure?.(index, error);
    return !this.ordered;
  }
}
