// Makes acknowledged writes survive a loss of power: one shared flush of the log for all who wait.
//
// A commit hands its log record to the operating system; `wait()` is for writes that also want it on disk (`j: true`,
// majority). Waiters stand in a list and one loop flushes for all of them at once: a waiter that comes during a flush is
// served by the next one, because its record may have missed the running one. (Chaining promises instead starves the
// late waiters.) A background flush every 100 ms bounds what a power cut can take from the others.

/** What the journal needs from the connection. */
export interface FlushableLog {
  /** Flushes the log to disk off the event loop. */
  flushLog(): Promise<void>;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

export class Journal {
  readonly #log: FlushableLog | undefined;
  readonly #translate: (error: unknown) => unknown;
  #waiters: Waiter[] = [];
  #loop: Promise<void> | undefined;
  #flushes = 0;
  #writtenSinceFlush = false;

  /** Without a log (in-memory homes) waiting ends at once. */
  constructor(log: FlushableLog | undefined, translate: (error: unknown) => unknown = (e) => e) {
    this.#log = log;
    this.#translate = translate;
  }

  /** How many flushes there were: for serverStatus and tests. */
  get flushes(): number {
    return this.#flushes;
  }

  /** Told by every commit that wrote; the background flush has work then. */
  noteWrite(): void {
    this.#writtenSinceFlush = true;
  }

  /** Resolves when everything committed before the call is on disk. */
  wait(): Promise<void> {
    if (this.#log === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#loop ??= this.#run();
    });
  }

  /** Flushes when something was written since the last flush: the background timer's step. */
  flushIfWritten(): Promise<void> {
    return this.#writtenSinceFlush ? this.wait() : Promise.resolve();
  }

  /** Resolves when no flush is running any more: before the connection closes. */
  async idle(): Promise<void> {
    while (this.#loop !== undefined) await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#waiters.length > 0) {
      const served = this.#waiters;
      this.#waiters = [];
      this.#writtenSinceFlush = false;
      try {
        await this.#log!.flushLog();
        this.#flushes++;
        for (const waiter of served) waiter.resolve();
      } catch (error) {
        this.#writtenSinceFlush = true;
        const translated = this.#translate(error);
        for (const waiter of served) waiter.reject(translated);
      }
    }
    this.#loop = undefined;
  }
}
