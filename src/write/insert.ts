// Inserting documents: each is prepared (an _id in front, checked sizes), validated, and handed to storage in
// batches that share a transaction. Preparing happens inside the batch, so that a document which cannot be inserted fails
// at its own place among the others.

import type { Pacer } from "../stream/pacer.ts";
import type { Collection } from "../storage/collection.ts";
import { checkPrepareUnique } from "./prepare_unique.ts";
import { prepareInsert } from "./prepare_insert.ts";
import { type BatchResult, runBatch, type WriteFailure } from "./statement_batch.ts";
import { nextTimestamp } from "./timestamp.ts";
import { documentValidator, type WarningSink } from "./validation.ts";
import type { WriteEngine } from "./write_engine.ts";

export interface InsertOptions {
  readonly ordered: boolean;
  readonly bypassDocumentValidation: boolean;
  readonly pacer: Pacer;
  readonly warn: WarningSink;
}

export interface InsertOutcome {
  readonly inserted: number;
  readonly failures: readonly WriteFailure[];
}

/** Inserts the documents `documentAt(0)` to `documentAt(count - 1)`. */
export function insertDocuments(
  engine: WriteEngine,
  collection: Collection,
  documentAt: (index: number) => Uint8Array,
  count: number,
  options: InsertOptions,
): InsertOutcome | Promise<InsertOutcome> {
  const validator = options.bypassDocumentValidation ? undefined : documentValidator(collection);
  const isPreparing = collection.indexes.some((index) => index.spec.prepareUnique);
  const preparation = { nextTimestamp: (): bigint => nextTimestamp(engine.clock) };
  const result = runBatch(
    engine,
    count,
    (transaction, index) => {
      const document = prepareInsert(documentAt(index), preparation);
      validator?.checkInsert(document, options.warn);
      if (isPreparing) checkPrepareUnique(transaction, collection, document);
      collection.insert(transaction, document);
    },
    options,
  );
  return result instanceof Promise ? result.then(outcomeOf) : outcomeOf(result);
}

function outcomeOf({ attempted, failures }: BatchResult): InsertOutcome {
  return { inserted: attempted - failures.length, failures };
}
