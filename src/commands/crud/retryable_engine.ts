// The fail point onPrimaryTransactionalWrite: driver tests lose the answer of a retryable write with it.
//
// It fires inside the write's transaction, before the commit: the connection is dropped without an answer (unless the data
// say otherwise), and with `failBeforeCommitExceptionCode` the write is taken back as well.

import { CommandError } from "../../error.ts";
import type { Counters } from "../../storage/counters.ts";
import type { Transaction } from "../../storage/transaction.ts";
import type { WriteEngine } from "../../write/write_engine.ts";
import type { CommandContext } from "../definition.ts";

/** The engine for the writes of a command. */
export function writeEngine(context: CommandContext): WriteEngine {
  const { engine, retryableWrite, server } = context;
  if (retryableWrite === undefined || !server.failPoints.isActive) return engine;
  return {
    clock: engine.clock,
    run: (statement) =>
      engine.run((transaction) => {
        const result = statement(transaction);
        for (let i = meetings(transaction, engine.changeLog.counters); i > 0; i--) {
          meetFailPoint(context);
        }
        return result;
      }),
  };
}

/** Each document that was inserted meets the fail point, and every other write. */
function meetings(transaction: Transaction, changeLog: Counters): number {
  if (!transaction.hasWritten) return 0;
  let inserted = 0;
  for (const { counters, documents } of transaction.changes) {
    if (counters !== changeLog) inserted += Math.max(0, documents);
  }
  return Math.max(1, inserted);
}

function meetFailPoint(context: CommandContext): void {
  const data = context.server.failPoints.enter("onPrimaryTransactionalWrite");
  if (data === undefined) return;
  if (data.closeConnection !== false) context.dropConnection = true;
  if (data.failBeforeCommitCode === undefined) return;
  const { sessionText, txnNumber } = context.retryableWrite!;
  throw new CommandError(
    data.failBeforeCommitCode,
    `Failing write for ${sessionText}:${txnNumber} due to failpoint. The write must not be reflected.`,
  );
}
