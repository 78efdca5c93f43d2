// Pulling a stream from a loop that awaits anyway: pauses where the work is due to, and skips empty batches.

import type { Batch } from "./batch.ts";
import type { DocumentStream } from "./document_stream.ts";
import type { Pacer } from "./pacer.ts";

/** The next batch with documents in it, null at the end; pauses where the work is due to. */
export async function nextBatch(stream: DocumentStream, pacer: Pacer): Promise<Batch | null> {
  for (;;) {
    pacer.checkInterrupt();
    if (pacer.shouldYield()) await pacer.yieldNow();
    const batch = await stream.next();
    if (batch === null || batch.count > 0) return batch;
  }
}
