// The version of the set's description, which drivers' monitors follow by awaitable hello.
//
// A monitor tells the version it knows and waits; the answer comes when the version changes (here: when the server begins to
// stop) or when its time is over.

import { newObjectId } from "../bson/object_id.ts";
import type { Topology } from "../commands/definition.ts";
import type { Operation } from "../session/operation.ts";

export class ServerTopology implements Topology {
  readonly processId: Uint8Array = newObjectId();
  counter = 6;
  #changed = Promise.withResolvers<void>();

  /** A new version: all who wait go on. */
  change(): void {
    this.counter++;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  waitForChange(counter: number, timeoutMs: number, operation: Operation): Promise<void> {
    if (counter !== this.counter) return Promise.resolve();
    return operation.waitFor(this.#changed.promise, timeoutMs);
  }
}
