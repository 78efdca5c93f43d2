// A runner whose window takes values in and gives them up one by one.
//
// A window that is to the end of a partition of millions takes all of them in for its first answer, and a gap in the range may
// send as many away at once: both go on a few thousand at a time, each time the runner is asked whether it is ready, so
// that the stage can let others have a turn.

import type { OptionalValue } from "../../bson/value.ts";
import type { Scope } from "../../expression/expression.ts";
import type { WindowRunner } from "./definition.ts";
import type { WindowFrame } from "./frame.ts";

const STEP_VALUES = 8192;

export abstract class GradualRunner implements WindowRunner {
  /** Values before this position have been taken into the window, and those before `removed` have left it. */
  protected added = 0;
  protected removed = 0;
  private located = -1;

  constructor(protected readonly frame: WindowFrame) {}

  arrive(scope: Scope): void {
    this.frame.arrive(scope);
  }

  end(): void {
    this.frame.end();
  }

  isReady(index: number): boolean {
    const { frame } = this;
    if (!frame.isReady(index)) return false;
    if (this.located !== index) {
      frame.locate(index);
      this.located = index;
    }
    const addUntil = Math.min(frame.last + 1, this.added + STEP_VALUES);
    for (; this.added < addUntil; this.added++) {
      // A window that jumps ahead never sees the values between.
      if (this.removed === this.added && this.added < frame.first) this.removed++;
      else this.takeIn(this.added);
    }
    if (this.added <= frame.last) return false;
    const removeUntil = Math.min(frame.first, this.added);
    const stop = Math.min(removeUntil, this.removed + STEP_VALUES);
    while (this.removed < stop) this.giveUp(this.removed++);
    return this.removed >= removeUntil;
  }

  protected abstract takeIn(position: number): void;

  protected giveUp(_position: number): void {}

  /** Asked when the window is that of document `index`. */
  abstract answer(index: number): OptionalValue;
}
