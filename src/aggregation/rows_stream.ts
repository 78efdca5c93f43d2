// Stages whose documents are made in one go when they are first asked for: $currentOp, $indexStats and the like.

import { Batch } from "../stream/batch.ts";
import { type DocumentStream, GeneratorStream } from "../stream/document_stream.ts";

/** The rows as a stream; made at the first `next()`, so that errors come from the execution and not from opening it. */
export function rowsStream(rows: () => readonly Uint8Array[]): DocumentStream {
  return new GeneratorStream(batches(rows));
}

function* batches(rows: () => readonly Uint8Array[]): Generator<Batch> {
  const documents = rows();
  if (documents.length > 0) yield Batch.of(documents);
}
