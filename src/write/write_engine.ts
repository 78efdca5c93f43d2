// What writers need of the storage engine: transactions and the clock.
//
// The engine itself is one. A command may put something in between that has to happen inside the transaction, before
// it commits (the fail point of retryable writes in commands/crud/retryable_engine.ts).

import type { Clock } from "../storage/clock.ts";
import type { Transaction } from "../storage/transaction.ts";

export interface WriteEngine {
  readonly clock: Clock;
  /** Runs one synchronous statement in a transaction of its own: see storage/table_store.ts. */
  run<T>(statement: (transaction: Transaction) => T): T;
}
