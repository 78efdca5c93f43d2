// The pull interface between a plan, the stages above it, and a cursor.
//
// `next()` gives a batch, null at the end, or an EMPTY batch for "still working, ask again": sorting and grouping hand those
// out so that the caller (session/cursors, commands) can look at deadlines and let other clients be served. Most streams
// answer without a promise, so that short queries run from request to reply without awaiting; awaiting a plain value
// is always allowed. A stream is closed by whoever opened it, on every path; closing twice is harmless.

import type { BsonWriter } from "../bson/encode.ts";
import { type Batch, EMPTY_BATCH } from "./batch.ts";

/** What `next()` gives: at once when the stream can, as a promise when it has to wait. */
export type NextBatch = Batch | null | Promise<Batch | null>;

export interface DocumentStream {
  /** The next batch, an empty one for "still working", or null at the end (and ever after). */
  next(): NextBatch;
  /** Gives back what the stream holds: table cursors, memory, temporary files. */
  close(): void;
  /** Told before the first `next()` how many documents are wanted first: a source then reads less ahead. */
  expect?(documents: number): void;
  /** What explain shows of the work done, beside the number of results: fields of the stage's document. */
  writeStatistics?(writer: BsonWriter): void;
}

/** Applies `then` to a value that may be a promise, without a promise where none is needed. */
export function whenReady<T, R>(
  value: T | Promise<T>,
  then: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return value instanceof Promise ? value.then(then) : then(value);
}

/** A stream with no documents. */
export class EmptyStream implements DocumentStream {
  next(): null {
    return null;
  }
  close(): void {}
}

/** The given batches one after another: results made at once, and tests. */
export class BatchesStream implements DocumentStream {
  #batches: Batch[];
  #at = 0;

  constructor(batches: Batch[]) {
    this.#batches = batches;
  }

  next(): Batch | null {
    return this.#at < this.#batches.length ? this.#batches[this.#at++] : null;
  }

  close(): void {
    this.#batches = [];
  }
}

/** Batches from a plain generator: the shortest way to write a stage that works in steps. */
export class GeneratorStream implements DocumentStream {
  #generator: Generator<Batch> | AsyncGenerator<Batch>;
  #onClose: (() => void) | undefined;

  constructor(generator: Generator<Batch> | AsyncGenerator<Batch>, onClose?: () => void) {
    this.#generator = generator;
    this.#onClose = onClose;
  }

  next(): NextBatch {
    return whenReady(
      this.#generator.next() as IteratorResult<Batch> | Promise<IteratorResult<Batch>>,
      (step) => step.done ? null : step.value,
    );
  }

  close(): void {
    const onClose = this.#onClose;
    this.#onClose = undefined;
    onClose?.();
  }
}

/** A base for streams that change each batch of one source by itself. */
export abstract class BatchTransform implements DocumentStream {
  protected readonly source: DocumentStream;

  constructor(source: DocumentStream) {
    this.source = source;
  }

  /** The batch as it goes on, or null to end the stream early. */
  protected abstract transform(batch: Batch): Batch | null;

  next(): NextBatch {
    const batch = this.source.next();
    if (batch instanceof Promise) {
      return batch.then((ready) => ready === null ? this.atEnd() : this.transform(ready));
    }
    return batch === null ? this.atEnd() : this.transform(batch);
  }

  protected atEnd(): Batch | null {
    return null;
  }

  close(): void {
    this.source.close();
  }
}

/** Reads a stream to its end: documents as copies. For tests and small inner results. */
export async function collect(stream: DocumentStream): Promise<Uint8Array[]> {
  const documents: Uint8Array[] = [];
  try {
    for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
      if (batch !== EMPTY_BATCH) documents.push(...batch.documents());
    }
  } finally {
    stream.close();
  }
  return documents;
}
