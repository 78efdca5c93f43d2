// The first document of a query that can be had: found by reading, taken inside a transaction.
//
// Between the two another client may change or remove the document. It is then looked at again and, when it no longer
// matches, the search begins anew: two clients that take "the first job that is open" get two different jobs.

import { documentEnd } from "../bson/read.ts";
import type { Collection } from "../storage/collection.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Batch } from "../stream/batch.ts";
import { nextBatch } from "../stream/next_batch.ts";
import type { Pacer } from "../stream/pacer.ts";
import { executorError, type WriteCommandName } from "./executor_error.ts";
import type { TargetQuery } from "./target_query.ts";

/** Takes the record when it is what the batch shows at `index`, or still matches; undefined when not. */
export type Take<T> = (batch: Batch, index: number) => T | undefined;

/** What `take` made of the first document that could be taken; undefined when none matches. */
export async function takeFirst<T>(
  query: TargetQuery,
  pacer: Pacer,
  command: WriteCommandName,
  take: Take<T>,
): Promise<T | undefined> {
  for (;;) {
    const stream = query.open(1);
    let wasLate = false;
    try {
      for (
        let batch = await nextBatch(stream, pacer);
        batch;
        batch = await nextBatch(stream, pacer)
      ) {
        for (let i = 0; i < batch.count; i++) {
          const taken = take(batch, i);
          if (taken !== undefined) return taken;
          wasLate = true;
        }
      }
    } catch (error) {
      throw executorError(command, error);
    } finally {
      stream.close();
    }
    if (!wasLate) return undefined;
  }
}

/** The document of a record found earlier, unless it is gone or has changed so that it no longer matches. */
export function currentDocument(
  transaction: Transaction,
  collection: Collection,
  query: TargetQuery,
  batch: Batch,
  index: number,
): Uint8Array | undefined {
  const document = collection.get(transaction, batch.recordIds![index]);
  if (document === null) return undefined;
  return isSame(document, batch.bytes, batch.starts[index]) || query.stillMatches(document)
    ? document
    : undefined;
}

function isSame(document: Uint8Array, bytes: Uint8Array, start: number): boolean {
  if (documentEnd(bytes, start) - start !== document.length) return false;
  for (let i = 0; i < document.length; i++) if (document[i] !== bytes[start + i]) return false;
  return true;
}
