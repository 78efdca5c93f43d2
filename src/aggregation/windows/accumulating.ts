// Accumulators as window functions.
//
// A window that begins with the partition only ever grows: the $group state serves it. Any other window slides: the state
// takes in the values at its front end and gives up those at its back, each once.

import { copyValue } from "../../bson/decode.ts";
import type { RawElement } from "../../bson/read.ts";
import { MISSING, type OptionalValue } from "../../bson/value.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import type {
  AccumulatorDefinition,
  AccumulatorState,
  CompiledAccumulator,
  SlidingState,
} from "../definition.ts";
import { windowArguments } from "./arguments.ts";
import { isLeftUnbounded, WHOLE_PARTITION } from "./bounds.ts";
import type { CompiledWindow, WindowDefinition, WindowRunner, WindowSite } from "./definition.ts";
import { frameOf, type WindowFrame } from "./frame.ts";
import { IndexedQueue } from "./indexed_queue.ts";

/** A value that outlives the batch it was read from. */
export function kept(value: OptionalValue): OptionalValue {
  return value === MISSING ? value : copyValue(value);
}

/** Keeps the values that have arrived and are not yet in the window. */
abstract class FramedRunner implements WindowRunner {
  protected readonly values = new IndexedQueue<OptionalValue>();
  /** Values before this position have been taken into the window. */
  protected added = 0;

  constructor(protected readonly frame: WindowFrame, private readonly input: Expression) {}

  arrive(scope: Scope): void {
    this.frame.arrive(scope);
    this.values.push(kept(this.input.evaluate(scope)));
  }

  end(): void {
    this.frame.end();
  }

  isReady(index: number): boolean {
    return this.frame.isReady(index);
  }

  abstract answer(index: number): OptionalValue;
}

class GrowingRunner extends FramedRunner {
  constructor(frame: WindowFrame, input: Expression, private readonly state: AccumulatorState) {
    super(frame, input);
  }

  override answer(index: number): OptionalValue {
    const { frame } = this;
    frame.locate(index);
    for (; this.added <= frame.last; this.added++) {
      if (this.added >= frame.first) this.state.add(this.values.at(this.added));
    }
    this.values.dropBefore(this.added);
    return this.state.value();
  }
}

export class SlidingRunner extends FramedRunner {
  /** Values before this position have left the window. */
  private removed = 0;

  constructor(frame: WindowFrame, input: Expression, private readonly state: SlidingState) {
    super(frame, input);
  }

  override answer(index: number): OptionalValue {
    const { frame, values, state } = this;
    frame.locate(index);
    while (this.added <= frame.last) {
      const value = values.at(this.added);
      // A window that jumps ahead never sees the values between.
      if (this.removed === this.added && this.added < frame.first) this.removed++;
      else state.add(value);
      this.added++;
    }
    while (this.removed < frame.first && this.removed < this.added) {
      state.remove(values.at(this.removed++));
    }
    values.dropBefore(this.removed);
    return state.value();
  }
}

/** A window function with a window over one input. */
export function framedWindow(
  compiled: CompiledAccumulator,
  bounds: Parameters<typeof frameOf>[0],
  site: WindowSite,
): CompiledWindow {
  const { argument } = compiled;
  return {
    dependencies: [argument.dependencies],
    start: (meter): WindowRunner => {
      const frame = frameOf(bounds, site);
      if (isLeftUnbounded(bounds) || compiled.startSliding === undefined) {
        return new GrowingRunner(frame, argument, compiled.start(meter));
      }
      return new SlidingRunner(frame, argument, compiled.startSliding());
    },
  };
}

/** The window function of an accumulator. */
export function accumulatorWindow(
  { name, help, compile }: AccumulatorDefinition,
): WindowDefinition {
  return {
    name,
    help,
    compile(fields: readonly RawElement[], site): CompiledWindow {
      const { argument, bounds } = windowArguments(name, fields, site);
      const compiled = compile(argument, site.context, "window");
      return framedWindow(compiled, bounds ?? WHOLE_PARTITION, site);
    },
  };
}
