// Deleting documents: one or all that match.
//
// One document is found and removed in one transaction. Many are removed batch by batch as they are found; each is read
// again inside the transaction, because other clients' writes may have come between. Like mongod, a statement that fails
// half-way leaves what it did before.

import type { Collection } from "../storage/collection.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Batch } from "../stream/batch.ts";
import type { Pacer } from "../stream/pacer.ts";
import { nextBatch } from "../stream/next_batch.ts";
import { executing, executorError, type WriteCommandName } from "./executor_error.ts";
import { currentDocument, takeFirst } from "./first_match.ts";
import { runBatch } from "./statement_batch.ts";
import type { TargetQuery } from "./target_query.ts";
import type { WriteEngine } from "./write_engine.ts";

export interface DeleteOutcome {
  deleted: number;
  /** The document as it was, when one was deleted alone (findAndModify returns it). */
  before: Uint8Array | undefined;
}

const NOTHING: DeleteOutcome = { deleted: 0, before: undefined };

/** Deletes the first document the query finds; `command` is what errors name. */
export function deleteOne(
  engine: WriteEngine,
  query: TargetQuery,
  pacer: Pacer,
  command: WriteCommandName = "delete",
): DeleteOutcome | Promise<DeleteOutcome> {
  const { collection, id } = query;
  query.check();
  if (collection === undefined) return NOTHING;
  if (id === undefined) {
    const taken = takeFirst(
      query,
      pacer,
      command,
      (batch, i) =>
        engine.run((transaction) => removeIfMatching(transaction, collection, query, batch, i)),
    );
    return taken.then(outcomeOf);
  }
  return executing(command, () =>
    outcomeOf(engine.run((transaction) => {
      const found = collection.findById(transaction, id);
      if (found === null) return undefined;
      collection.remove(transaction, found.recordId, found.document);
      return found.document;
    })));
}

function outcomeOf(before: Uint8Array | undefined): DeleteOutcome {
  return before === undefined ? NOTHING : { deleted: 1, before };
}

function removeIfMatching(
  transaction: Transaction,
  collection: Collection,
  query: TargetQuery,
  batch: Batch,
  index: number,
): Uint8Array | undefined {
  const before = currentDocument(transaction, collection, query, batch, index);
  if (before !== undefined) collection.remove(transaction, batch.recordIds![index], before);
  return before;
}

/** Deletes every document the query finds. */
export async function deleteMany(
  engine: WriteEngine,
  query: TargetQuery,
  pacer: Pacer,
): Promise<DeleteOutcome> {
  query.check();
  if (query.collection === undefined) return NOTHING;
  const outcome: DeleteOutcome = { deleted: 0, before: undefined };
  const stream = query.open();
  try {
    for (
      let batch = await nextBatch(stream, pacer);
      batch;
      batch = await nextBatch(stream, pacer)
    ) {
      await deleteBatch(engine, query, batch, pacer, outcome);
    }
  } catch (error) {
    throw executorError("delete", error);
  } finally {
    stream.close();
  }
  return outcome;
}

async function deleteBatch(
  engine: WriteEngine,
  query: TargetQuery,
  batch: Batch,
  pacer: Pacer,
  outcome: DeleteOutcome,
): Promise<void> {
  const removed = new Uint8Array(batch.count);
  const { failures, attempted } = await runBatch(
    engine,
    batch.count,
    (transaction, i) => {
      removed[i] = removeIfMatching(transaction, query.collection!, query, batch, i) ? 1 : 0;
    },
    { ordered: true, pacer },
  );
  if (failures.length > 0) throw failures[0].error;
  for (let i = 0; i < attempted; i++) outcome.deleted += removed[i];
}
