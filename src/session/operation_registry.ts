// The operations running now: what currentOp lists and killOp finds.
//
// Numbers rise from 1 and are shared by all connections of a server.

import { Operation, type OperationOwner } from "./operation.ts";

export class OperationRegistry {
  readonly #running = new Set<Operation>();
  #nextId = 1;

  get size(): number {
    return this.#running.size;
  }

  begin(owner: OperationOwner | undefined): Operation {
    const operation = new Operation(this.#nextId, owner);
    this.#nextId = this.#nextId === 0x7fffffff ? 1 : this.#nextId + 1;
    this.#running.add(operation);
    return operation;
  }

  end(operation: Operation): void {
    this.#running.delete(operation);
  }

  list(): Iterable<Operation> {
    return this.#running;
  }

  find(id: number): Operation | undefined {
    for (const operation of this.#running) if (operation.id === id) return operation;
    return undefined;
  }

  /** Kills the operations of a session, but for the one that asks. */
  killForSession(sessionKey: string, except: Operation | undefined, code?: number): void {
    for (const operation of this.#running) {
      if (operation.sessionKey === sessionKey && operation !== except) operation.kill(code);
    }
  }

  killAll(code: number): void {
    for (const operation of this.#running) operation.kill(code);
  }
}
