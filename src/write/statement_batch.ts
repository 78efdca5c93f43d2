// Many single writes in few transactions.
//
// A transaction per document costs more than the document, so neighbouring writes share one. A write that fails with
// a CommandError has written nothing (storage/collection_write.ts), so the others of its transaction stand: an ordered
// batch stops there and keeps what came before, an unordered one goes on.

import { CommandError } from "../error.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Pacer } from "../stream/pacer.ts";
import type { WriteEngine } from "./write_engine.ts";

/** Writes in one transaction: about 2 ms of work, below an operation's time slice. */
const BATCH_MAX = 256;

export interface WriteFailure {
  readonly index: number;
  readonly error: CommandError;
}

/** Does write number `index` inside the transaction; throws CommandError, having written nothing, when it fails. */
export type WriteStep = (transaction: Transaction, index: number) => void;

export interface BatchOptions {
  /** Stop at the first failure. */
  readonly ordered: boolean;
  readonly pacer: Pacer;
  /** For steps that only gather what they write: told of each transaction. */
  readonly gathering?: Gathering;
}

export interface Gathering {
  /** Forgets what was gathered: a transaction begins, perhaps again. */
  begin(transaction: Transaction): void;
  /** Writes it, inside the transaction. */
  write(): void;
  /** The transaction is committed. */
  committed(): void;
}

export interface BatchResult {
  /** In ascending order of their indexes. */
  readonly failures: WriteFailure[];
  /** How many writes were tried: all, or up to and with the one an ordered batch stopped at. */
  attempted: number;
}

/**
 * Runs `step` for 0 to `count - 1`, batched. `step` may be called again for an index whose transaction met a conflict, so
 * it must not count anything itself. No promise when everything was done within one time slice.
 */
export function runBatch(
  engine: WriteEngine,
  count: number,
  step: WriteStep,
  options: BatchOptions,
): BatchResult | Promise<BatchResult> {
  return runFrom(engine, count, step, options, { failures: [], attempted: 0 });
}

function runFrom(
  engine: WriteEngine,
  count: number,
  step: WriteStep,
  options: BatchOptions,
  result: BatchResult,
): BatchResult | Promise<BatchResult> {
  const { pacer, ordered } = options;
  while (result.attempted < count) {
    const to = Math.min(count, result.attempted + BATCH_MAX);
    writeSome(engine, to, step, options, result);
    if (ordered && result.failures.length > 0) break;
    if (result.attempted < count && pacer.shouldYield()) {
      return pacer.yieldNow().then(() => runFrom(engine, count, step, options, result));
    }
  }
  return result;
}

/** One transaction: the writes up to `to`, or as far as an ordered batch goes. */
function writeSome(
  engine: WriteEngine,
  to: number,
  step: WriteStep,
  options: BatchOptions,
  result: BatchResult,
): void {
  const { ordered, pacer, gathering } = options;
  const from = result.attempted;
  const failuresBefore = result.failures.length;
  let at = from;
  try {
    engine.run((transaction) => {
      // A repeated transaction starts over.
      result.failures.length = failuresBefore;
      gathering?.begin(transaction);
      for (at = from; at < to;) {
        const index = at++;
        try {
          step(transaction, index);
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
          result.failures.push({ index, error });
          if (ordered) break;
        }
        // Large documents: 256 of them would keep the thread for long.
        if (pacer.shouldYield()) break;
      }
      gathering?.write();
    });
    gathering?.committed();
  } catch (error) {
    // The transaction as a whole was taken back: none of its writes was done, those before it stand.
    if (!(error instanceof CommandError)) throw error;
    result.failures.length = failuresBefore;
    at = ordered ? from + 1 : to;
    for (let index = from; index < at; index++) result.failures.push({ index, error });
  }
  result.attempted = at;
}
