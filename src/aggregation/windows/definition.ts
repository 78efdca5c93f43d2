// What a window function is: `{ $sum: "$x", window: { documents: [-2, 0] } }` in the output of a $setWindowFields.
//
// A function is compiled once and gives a runner per partition. A runner is told of each document of the partition in
// order and asked for the answer of each document in order, as soon as it says it knows it: most windows end a few
// documents further on, so the stage holds few documents back. Runners never look into the future or keep documents,
// only values.

import type { RawElement } from "../../bson/read.ts";
import type { OptionalValue } from "../../bson/value.ts";
import type { Dependencies, Scope } from "../../expression/expression.ts";
import type { SortSpec } from "../../query/sort_spec.ts";
import type { MemoryMeter, PipelineContext } from "../definition.ts";

/** Where a window function stands. */
export interface WindowSite {
  readonly context: PipelineContext;
  /** The sortBy of the stage. */
  readonly sortBy: SortSpec | undefined;
}

export interface WindowRunner {
  /** Takes in the next document of the partition. */
  arrive(scope: Scope): void;
  /** The partition has no more documents. */
  end(): void;
  /** Is the answer for document `index` known? */
  isReady(index: number): boolean;
  /** The answer for document `index`; asked once for each, in order, when it is ready. */
  answer(index: number): OptionalValue;
}

export interface CompiledWindow {
  start(meter: MemoryMeter): WindowRunner;
  readonly dependencies: readonly Dependencies[];
}

export interface WindowDefinition {
  readonly name: string;
  readonly help: string;
  /** `fields` are those of the whole specification: the function itself and `window`. */
  compile(fields: readonly RawElement[], site: WindowSite): CompiledWindow;
}
