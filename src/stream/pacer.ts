// How long-running work stays polite: what loops over batches ask between two batches.
//
// session/operation.ts implements it for a client's command; the rooms below only know this much of an operation, so
// that storage, write and aggregation need not know sessions.

export interface Pacer {
  /** Throws when the work must stop: time limit, kill, shutdown, a client that went away. */
  checkInterrupt(): void;
  /** True when the work has kept the thread for a time slice. */
  shouldYield(): boolean;
  /** Lets other connections run, then checks for an interrupt. */
  yieldNow(): Promise<void>;
}

/** For work nobody can interrupt and nobody waits behind: small inner steps, tests. */
export const UNPACED: Pacer = {
  checkInterrupt(): void {},
  shouldYield: (): boolean => false,
  yieldNow: (): Promise<void> => Promise.resolve(),
};
