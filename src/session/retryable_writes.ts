// The answers of retryable writes: a statement that was done before is answered again instead of being done twice.
//
// A record holds the answers of one txnNumber; neighbouring statements with the same answer (all of an insert's) share one
// entry. All records of a server together keep within a limit: the ones unused for longest lose their answers, and a
// retry that comes after all is refused (217), never run again. Records live in memory.

import { CommandError } from "../error.ts";

/** What the answers of all sessions may take together. */
const MEMORY_BYTES = 64 * 1024 * 1024;
/** Rough cost of an entry beside its answer. */
const ENTRY_BYTES = 96;
/** Longer answers are not compared: they hardly ever repeat. */
const COMPARED_BYTES = 64;
const INCOMPLETE_TRANSACTION_HISTORY = 217;

/** Statements `from` to `to` were answered alike. */
interface AnswerRun {
  readonly from: number;
  to: number;
  readonly answer: Uint8Array;
}

/** What all records of a server take; empties the oldest when it is too much. */
export class RetryMemory {
  #bytes = 0;
  /** The least recently used first. */
  readonly #records = new Set<RetryableWrite>();

  constructor(readonly limitBytes: number = MEMORY_BYTES) {}

  get bytes(): number {
    return this.#bytes;
  }

  add(record: RetryableWrite, bytes: number): void {
    this.#bytes += bytes;
    this.#records.delete(record);
    this.#records.add(record);
    if (this.#bytes <= this.limitBytes) return;
    for (const oldest of this.#records) {
      if (oldest === record || this.#bytes <= this.limitBytes) return;
      this.remove(oldest);
      oldest.empty();
    }
  }

  remove(record: RetryableWrite): void {
    if (this.#records.delete(record)) this.#bytes -= record.bytes;
  }
}

/** The answers of one txnNumber's statements. */
export class RetryableWrite {
  #runs: AnswerRun[] = [];
  bytes = 0;
  #isIncomplete = false;
  #refusesUnknown = false;

  constructor(
    /** The session's id as error texts show it. */
    readonly sessionText: string,
    readonly txnNumber: number,
    private readonly memory: RetryMemory,
  ) {}

  /** A command begins to work with the record: statements forgotten before now are refused. */
  begin(): this {
    this.#refusesUnknown = this.#isIncomplete;
    return this;
  }

  /** The saved answer of a statement that was done before, undefined for one to do now. */
  answer(statementId: number): Uint8Array | undefined {
    const run = this.#runs[this.#find(statementId)];
    if (run !== undefined && statementId <= run.to) return run.answer;
    if (!this.#refusesUnknown) return undefined;
    throw new CommandError(
      INCOMPLETE_TRANSACTION_HISTORY,
      `Incomplete history detected for transaction ${this.txnNumber} on session ${this.sessionText}`,
    );
  }

  /** Remembers a statement as done; `answer` is a document in whatever form the command reads back. */
  remember(statementId: number, answer: Uint8Array): void {
    const at = this.#find(statementId);
    const before = this.#runs[at];
    if (before !== undefined && before.to === statementId - 1 && isSame(before.answer, answer)) {
      before.to = statementId;
      return;
    }
    this.#runs.splice(at + 1, 0, { from: statementId, to: statementId, answer });
    const bytes = ENTRY_BYTES + answer.length;
    this.bytes += bytes;
    this.memory.add(this, bytes);
  }

  /** Index of the last run that begins at or before the statement, -1 for none. */
  #find(statementId: number): number {
    const runs = this.#runs;
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (runs[middle].from <= statementId) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Gives its memory back. */
  empty(): void {
    this.#runs = [];
    this.bytes = 0;
    this.#isIncomplete = true;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length || a.length > COMPARED_BYTES) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
