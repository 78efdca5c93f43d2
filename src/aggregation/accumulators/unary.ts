// Accumulators of one value: their argument is any expression, but not a list of operands (40237).

import type { RawElement } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError } from "../../error.ts";
import type { Expression } from "../../expression/expression.ts";
import type {
  AccumulatorDefinition,
  AccumulatorSite,
  AccumulatorState,
  MemoryMeter,
  PipelineContext,
  SlidingState,
  StateColumn,
} from "../definition.ts";

/** The operand of a unary accumulator in a $group. */
export function unaryOperand(
  argument: RawElement,
  context: PipelineContext,
  site: AccumulatorSite,
): Expression {
  if (argument.type === BsonType.Array && site !== "window") {
    throw new CommandError(40237, `The ${argument.name} accumulator is a unary operator`);
  }
  return context.compiler.compile(argument);
}

export interface UnaryStates {
  start(meter: MemoryMeter, context: PipelineContext): AccumulatorState;
  startColumn?(): StateColumn;
  startSliding?(context: PipelineContext): SlidingState;
  readonly isOrdered?: boolean;
}

/** Compiles an accumulator of one value, given what makes its states. */
export function unaryAccumulator(
  states: UnaryStates,
): AccumulatorDefinition["compile"] {
  return (argument, context, site) => {
    const { startColumn, startSliding } = states;
    return {
      argument: unaryOperand(argument, context, site),
      start: (meter) => states.start(meter, context),
      ...(startColumn === undefined ? {} : { startColumn }),
      ...(startSliding === undefined ? {} : { startSliding: () => startSliding(context) }),
      isOrdered: states.isOrdered === true,
    };
  };
}
