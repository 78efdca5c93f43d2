// Reading a stream to its end inside one command: count, distinct, explain.
//
// Synchronous as long as the stream is and the time slice lasts, so that a short count answers without awaiting.

import type { Batch } from "../../stream/batch.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import type { Operation } from "../../session/operation.ts";

/** Gives each batch to `visit`; closes the stream at the end and on every error. */
export function drain(
  stream: DocumentStream,
  operation: Operation,
  visit: (batch: Batch) => void,
): void | Promise<void> {
  let isWaiting = false;
  try {
    for (;;) {
      const waiting = operation.pause();
      if (waiting !== undefined) {
        isWaiting = true;
        return drainLater(stream, operation, visit, waiting);
      }
      const next = stream.next();
      if (next instanceof Promise) {
        isWaiting = true;
        return drainLater(stream, operation, visit, next);
      }
      if (next === null) return;
      visit(next);
    }
  } finally {
    if (!isWaiting) stream.close();
  }
}

async function drainLater(
  stream: DocumentStream,
  operation: Operation,
  visit: (batch: Batch) => void,
  waiting: Promise<void | Batch | null>,
): Promise<void> {
  try {
    const first = await waiting;
    if (first === null) return;
    if (first !== undefined) visit(first);
    for (;;) {
      const pause = operation.pause();
      if (pause !== undefined) await pause;
      const next = stream.next();
      const batch = next instanceof Promise ? await next : next;
      if (batch === null) return;
      visit(batch);
    }
  } finally {
    stream.close();
  }
}
