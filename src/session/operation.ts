// One running command: its deadline, whether it was killed, and the places where a long one lets others run.
//
// Loops over batches call checkInterrupt() once per batch and yield when a time slice is used up, so that one long
// query neither outlives maxTimeMS, killOp or its client, nor keeps other connections waiting. Operations that work
// without a client (index builds, expiry) have one too.

import { CommandError, ErrorCode } from "../error.ts";
import { yieldTurn } from "../stream/turn.ts";
import {
  addExamined,
  type Examined,
  type OperationCursor,
  type OperationProgress,
  type PlanHolder,
  type StatementNote,
  summaryOf,
} from "./operation_plan.ts";

/** How long a command may keep the thread before it lets other connections run. */
export const TIME_SLICE_MS = 5;

/** The texts of the codes an operation is interrupted with. */
const INTERRUPT_TEXTS = new Map<number, string>([
  [ErrorCode.MaxTimeMSExpired, "operation exceeded time limit"],
  [ErrorCode.Interrupted, "operation was interrupted"],
  [ErrorCode.InterruptedAtShutdown, "interrupted at shutdown"],
  [ErrorCode.CursorKilled, "operation was interrupted because the cursor was killed"],
  [ErrorCode.ExceededTimeLimit, "operation exceeded time limit"],
]);

/** Who runs the operation; shown by currentOp. */
export interface OperationOwner {
  readonly id: number;
  readonly remoteAddress: string;
  readonly clientMetadata: Uint8Array | undefined;
  readonly applicationName: string | undefined;
}

export class Operation {
  /** performance.now() when it began. */
  readonly startedAt: number;
  /** performance.now() at which maxTimeMS is used up; Infinity without one. */
  deadline = Infinity;
  namespace = "";
  commandName = "";
  /** The request, for currentOp. */
  body: Uint8Array | undefined;
  /** Knows the plan that runs now, for currentOp and the profiler. */
  holder: PlanHolder | undefined = undefined;
  /** What plans used before it examined: an update of several statements has as many. */
  examinedBefore: Examined | undefined = undefined;
  cursor: OperationCursor | undefined = undefined;
  /** Statements done, set when a profiler watches. */
  statements: StatementNote[] | undefined = undefined;
  /** Key of the client's session, "" without one. */
  sessionKey = "";
  /** Progress of a long build, for currentOp. */
  message = "";
  progress: OperationProgress | undefined = undefined;
  yields = 0;
  /** Time spent waiting for data that is not there yet: an operation is not slow by it. */
  waitedMs = 0;
  #killCode = 0;
  #planSummary = "";
  #sliceEnd: number;
  #onKill: (() => void) | undefined;

  constructor(readonly id: number, readonly owner: OperationOwner | undefined) {
    this.startedAt = performance.now();
    this.#sliceEnd = this.startedAt + TIME_SLICE_MS;
  }

  /** "COLLSCAN", "IXSCAN { a: 1 }", "" without a plan. */
  get planSummary(): string {
    return this.#planSummary !== ""
      ? this.#planSummary
      : summaryOf(this.holder, this.commandName === "delete");
  }

  /** For what is done without a plan. */
  set planSummary(summary: string) {
    this.#planSummary = summary;
  }

  /** Notes who knows the plan that is used from now on. */
  use(holder: PlanHolder): void {
    if (this.holder !== undefined && this.holder !== holder) {
      this.examinedBefore = addExamined(
        this.holder.plan,
        this.examinedBefore ?? { keys: 0, documents: 0 },
      );
    }
    this.holder = holder;
  }

  get killed(): boolean {
    return this.#killCode !== 0;
  }

  /** Sets the time limit of the client's maxTimeMS; 0 means none. */
  limitTime(maxTimeMs: number): void {
    if (maxTimeMs > 0) this.deadline = this.startedAt + maxTimeMs;
  }

  /** Stops the operation at its next check. The first reason given stands. */
  kill(code: number = ErrorCode.Interrupted): void {
    if (this.#killCode !== 0) return;
    this.#killCode = code;
    this.#onKill?.();
  }

  /** Throws 50 past the deadline, 11601 when killed, 11600 at shutdown. */
  checkInterrupt(): void {
    if (this.#killCode !== 0) throw interruptError(this.#killCode);
    if (this.deadline !== Infinity && performance.now() > this.deadline) {
      throw interruptError(ErrorCode.MaxTimeMSExpired);
    }
  }

  /** True when the operation has kept the thread for a time slice. */
  shouldYield(): boolean {
    return performance.now() > this.#sliceEnd;
  }

  /** Lets other connections run, then checks for an interrupt. */
  async yieldNow(): Promise<void> {
    this.yields++;
    await yieldTurn();
    this.#sliceEnd = performance.now() + TIME_SLICE_MS;
    this.checkInterrupt();
  }

  /** checkInterrupt, and yieldNow when the time slice is used up: what batch loops await. */
  pause(): Promise<void> | undefined {
    this.checkInterrupt();
    return this.shouldYield() ? this.yieldNow() : undefined;
  }

  /** Waits, but not past the deadline or a kill (then it throws). */
  async sleep(ms: number): Promise<void> {
    await this.waitFor(undefined, ms);
    this.checkInterrupt();
  }

  /** Waits until `event` settles, the time is over, or the operation is killed; tells nothing of which it was. */
  waitFor(event: Promise<unknown> | undefined, timeoutMs: number): Promise<void> {
    if (this.#killCode !== 0) return Promise.resolve();
    return new Promise((resolve) => {
      const left = Math.max(0, Math.min(timeoutMs, this.deadline - performance.now() + 1));
      const timer = setTimeout(finish, Math.min(left, 2147483647));
      const finished = (): void => finish();
      function finish(): void {
        clearTimeout(timer);
        resolve();
      }
      this.#onKill = finished;
      event?.then(finished, finished);
    });
  }
}

/** The error an operation stops with. */
export function interruptError(code: number): CommandError {
  return new CommandError(code, INTERRUPT_TEXTS.get(code) ?? "operation was interrupted");
}
