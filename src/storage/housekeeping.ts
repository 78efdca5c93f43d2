// What the engine does by itself, by the clock: flush the log every 100 ms, save sizes and take a checkpoint every minute,
// prune the change log, drop tables that were busy, and watch the free space of the disk.
//
// One timer; slow things run off the event loop and never twice at once. An error in here is told to `onError` and does
// not stop the next round. When the disk is nearly full, new writes are refused before WiredTiger fails in the middle of
// one; deletes are refused too, since they also need room in the log. Reads go on.

import { statfsSync } from "node:fs";
import type { ChangeLog } from "./change_log.ts";
import { outOfDiskSpace } from "./errors.ts";
import type { Sizes } from "./sizes.ts";
import type { TableStore } from "./table_store.ts";
import { yieldTurn } from "../stream/turn.ts";

const TICK_MS = 100;
const CHECKPOINT_MS = 60_000;
const SLOW_ROUND_MS = 1_000;
const MAX_PRUNE_STEPS = 64;
/** Room that log, checkpoint and recovery need, beside that for what is not on disk yet. */
const MINIMUM_FREE_BYTES = 48 * 2 ** 20;
/** WiredTiger's statistic "tracked dirty bytes in the cache": what the next checkpoint has to find room for. */
const DIRTY_BYTES_STATISTIC = 1234;
/** A checkpoint frees log files: while the disk is nearly full one is taken this often. */
const RELIEF_MS = 5_000;
/** So much written, the disk is looked at again. */
const WATCH_BYTES = 4 * 2 ** 20;

export interface HousekeepingOptions {
  readonly checkpointMs?: number | undefined;
  readonly minimumFreeBytes?: number | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

export class Housekeeping {
  readonly #store: TableStore;
  readonly #sizes: Sizes;
  readonly #changeLog: ChangeLog;
  readonly #checkpointMs: number;
  readonly #minimumFreeBytes: number;
  readonly #onError: (error: unknown) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastCheckpoint = performance.now();
  #lastSlowRound = 0;
  #running: Promise<void> | undefined;
  #writtenBytes = 0;

  constructor(
    store: TableStore,
    sizes: Sizes,
    changeLog: ChangeLog,
    options: HousekeepingOptions = {},
  ) {
    this.#store = store;
    this.#sizes = sizes;
    this.#changeLog = changeLog;
    this.#checkpointMs = options.checkpointMs ?? CHECKPOINT_MS;
    this.#minimumFreeBytes = options.minimumFreeBytes ?? MINIMUM_FREE_BYTES;
    this.#onError = options.onError ?? (() => {});
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Stops the timer and waits for what runs. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #tick(): void {
    this.#running ??= this.#round()
      .catch(this.#onError)
      .finally(() => this.#running = undefined);
  }

  async #round(): Promise<void> {
    const now = performance.now();
    await this.#store.journal.flushIfWritten();
    if (now - this.#lastSlowRound >= SLOW_ROUND_MS) {
      this.#lastSlowRound = now;
      this.watchDisk();
      this.#store.dropOrphans();
    }
    for (let step = 0; step < MAX_PRUNE_STEPS && this.#changeLog.prune(); step++) {
      await yieldTurn();
    }
    const interval = this.#store.refusal === undefined ? this.#checkpointMs : RELIEF_MS;
    if (now - this.#lastCheckpoint >= interval) await this.checkpoint();
  }

  /** Saves sizes and writes a checkpoint. */
  async checkpoint(): Promise<void> {
    this.#lastCheckpoint = performance.now();
    if (this.#store.home.isInMemory) return;
    this.#sizes.save();
    await this.#store.connection.checkpoint();
  }

  /** Told by commits how much they wrote: a fast writer could fill the disk between two ticks. */
  noteWritten(bytes: number): void {
    this.#writtenBytes += bytes;
    if (this.#writtenBytes >= WATCH_BYTES) this.watchDisk();
  }

  /** Refuses writes while there is too little room on the disk. */
  watchDisk(): void {
    const { home } = this.#store;
    if (home.isInMemory) return;
    this.#writtenBytes = 0;
    const { bavail, bsize } = statfsSync(home.directory);
    const free = bavail * bsize;
    const dirty = Number(home.connection.statistic(DIRTY_BYTES_STATISTIC));
    this.#store.refusal = free >= this.#minimumFreeBytes + dirty
      ? undefined
      : outOfDiskSpace(`${home.directory} has ${Math.floor(free / 2 ** 20)} MB left`);
  }
}
