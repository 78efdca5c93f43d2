// How long a stage may work before it hands out an empty batch, so that its caller can look at deadlines and at other clients.

/** Below the time slice of a command (session/operation.ts). */
const SLICE_MS = 4;

export class TimeSlice {
  #end = performance.now() + SLICE_MS;

  get isOver(): boolean {
    return performance.now() > this.#end;
  }

  restart(): void {
    this.#end = performance.now() + SLICE_MS;
  }
}
