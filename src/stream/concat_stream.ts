// Streams one after another: $unionWith, and scans of several collections. Later ones are opened when they are reached.

import type { DocumentStream, NextBatch } from "./document_stream.ts";
import { EMPTY_BATCH } from "./batch.ts";
import { whenReady } from "./document_stream.ts";

export class ConcatStream implements DocumentStream {
  readonly #openers: (() => DocumentStream | Promise<DocumentStream>)[];
  #current: DocumentStream | null = null;
  #at = 0;

  constructor(openers: (() => DocumentStream | Promise<DocumentStream>)[]) {
    this.#openers = openers;
  }

  next(): NextBatch {
    if (this.#current === null) {
      if (this.#at === this.#openers.length) return null;
      return whenReady(this.#openers[this.#at++](), (stream) => {
        this.#current = stream;
        return EMPTY_BATCH;
      });
    }
    return whenReady(this.#current.next(), (batch) => {
      if (batch !== null) return batch;
      this.#current?.close();
      this.#current = null;
      return EMPTY_BATCH;
    });
  }

  close(): void {
    this.#current?.close();
    this.#current = null;
    this.#at = this.#openers.length;
  }
}
