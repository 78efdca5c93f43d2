// Accumulators as window functions.
//
// A window that is the whole partition has one answer. One that begins with the partition only ever grows: the $group state
// serves both. Any other window slides: the state
// takes in the values at its front end and gives up those at its back, each once.

import { copyValue } from "../../bson/decode.ts";
import type { RawElement } from "../../bson/read.ts";
import { MISSING, type OptionalValue } from "../../bson/value.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import type {
  AccumulatorDefinition,
  AccumulatorState,
  CompiledAccumulator,
  MemoryMeter,
  SlidingState,
} from "../definition.ts";
import { sizeOf } from "../accumulators/memory.ts";
import { windowArguments } from "./arguments.ts";
import { isLeftUnbounded, isWholePartition, WHOLE_PARTITION } from "./bounds.ts";
import type { CompiledWindow, WindowDefinition, WindowRunner, WindowSite } from "./definition.ts";
import { frameOf, type WindowFrame } from "./frame.ts";
import { GradualRunner } from "./gradual_runner.ts";
import { IndexedQueue } from "./indexed_queue.ts";

/** A value that outlives the batch it was read from. */
export function kept(value: OptionalValue): OptionalValue {
  return value === MISSING ? value : copyValue(value);
}

/** Keeps the values that have arrived and are not yet in the window. */
abstract class FramedRunner extends GradualRunner {
  protected readonly values: IndexedQueue<OptionalValue>;

  constructor(frame: WindowFrame, private readonly input: Expression, meter: MemoryMeter) {
    super(frame);
    this.values = new IndexedQueue(meter, sizeOf);
  }

  override arrive(scope: Scope): void {
    super.arrive(scope);
    this.values.push(kept(this.input.evaluate(scope)));
  }
}

/** Takes each value in when it comes: none has to wait. */
class WholeRunner implements WindowRunner {
  private result: OptionalValue = null;
  private isEnded = false;

  constructor(private readonly input: Expression, private readonly state: AccumulatorState) {}

  arrive(scope: Scope): void {
    this.state.add(this.input.evaluate(scope));
  }

  end(): void {
    if (!this.isEnded) this.result = this.state.value();
    this.isEnded = true;
  }

  isReady(): boolean {
    return this.isEnded;
  }

  answer(): OptionalValue {
    return this.result;
  }
}

class GrowingRunner extends FramedRunner {
  constructor(
    frame: WindowFrame,
    input: Expression,
    meter: MemoryMeter,
    private readonly state: AccumulatorState,
  ) {
    super(frame, input, meter);
  }

  protected override takeIn(position: number): void {
    this.state.add(this.values.at(position));
  }

  override answer(): OptionalValue {
    this.values.dropBefore(this.added);
    return this.state.value();
  }
}

class SlidingRunner extends FramedRunner {
  constructor(
    frame: WindowFrame,
    input: Expression,
    meter: MemoryMeter,
    private readonly state: SlidingState,
  ) {
    super(frame, input, meter);
  }

  protected override takeIn(position: number): void {
    this.state.add(this.values.at(position));
  }

  protected override giveUp(position: number): void {
    this.state.remove(this.values.at(position));
  }

  override answer(): OptionalValue {
    this.values.dropBefore(this.removed);
    return this.state.value();
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
      if (isWholePartition(bounds)) return new WholeRunner(argument, compiled.start(meter));
      const frame = frameOf(bounds, site, meter);
      if (isLeftUnbounded(bounds) || compiled.startSliding === undefined) {
        return new GrowingRunner(frame, argument, meter, compiled.start(meter));
      }
      return new SlidingRunner(frame, argument, meter, compiled.startSliding());
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
