// $derivative and $integral: how fast the input changes along the sortBy field, and the area under it.
//
// With `unit` the sortBy field has to be a date, and the answer is per unit; otherwise it has to be a number.

import {
  addPromoting,
  isNumber,
  multiplyPromoting,
  type NumericValue,
  subtractPromoting,
  toNumber,
} from "../../bson/number.ts";
import { elements, type RawElement, readString } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { BsonDate, type OptionalValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { TimeUnit } from "../../expression/date_argument.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { Summation } from "../../expression/summation.ts";
import { isNullish, typeNameOf } from "../../expression/value_type.ts";
import { sizeOf } from "../accumulators/memory.ts";
import type { MemoryMeter } from "../definition.ts";
import { failedToParse, objectArgument, sortExpression, windowArguments } from "./arguments.ts";
import { parseTimeUnit, WHOLE_PARTITION, type WindowBounds } from "./bounds.ts";
import type { CompiledWindow, WindowDefinition, WindowSite } from "./definition.ts";
import { frameOf, type WindowFrame } from "./frame.ts";
import { GradualRunner } from "./gradual_runner.ts";
import { IndexedQueue } from "./indexed_queue.ts";
import { divideNumbers } from "./quotient.ts";

type RateName = "$derivative" | "$integral";

/** A document: where it is on the axis, and its input. */
interface Sample {
  readonly x: OptionalValue;
  readonly y: OptionalValue;
}

interface RateArguments {
  readonly input: Expression;
  readonly sortBy: Expression;
  readonly unitMs: number | undefined;
  readonly bounds: WindowBounds | undefined;
}

const UNIT_MS: Partial<Record<TimeUnit, number>> = {
  week: 604800000,
  day: 86400000,
  hour: 3600000,
  minute: 60000,
  second: 1000,
  millisecond: 1,
};

function unitMsOf(field: RawElement): number {
  if (field.type !== BsonType.String) {
    throw failedToParse(`unit' must be a string, but got ${typeName(field.type)}`);
  }
  const ms = UNIT_MS[parseTimeUnit(readString(field.bytes, field.at))];
  if (ms !== undefined) return ms;
  throw new CommandError(5490710, "unit must be 'week' or smaller");
}

function rateArguments(
  name: RateName,
  fields: readonly RawElement[],
  site: WindowSite,
): RateArguments {
  if (site.sortBy === undefined) throw failedToParse(`${name} requires a sortBy`);
  if (site.sortBy.parts.length !== 1) {
    throw failedToParse(`${name} requires a non-compound sortBy`);
  }
  const sortBy = sortExpression(site);
  if (sortBy === undefined) throw failedToParse(`${name} requires a non-expression sortBy`);
  const unexpected = (field: string): CommandError =>
    failedToParse(`${name} got unexpected argument: ${field}`);
  const { argument, bounds } = windowArguments(name, fields, site, unexpected);
  objectArgument(name, argument);
  let input: Expression | undefined;
  let unitMs: number | undefined;
  for (const part of elements(argument.bytes, argument.at)) {
    if (part.name === "input") input = site.context.compiler.compile(part);
    else if (part.name === "unit") unitMs = unitMsOf(part);
    else throw unexpected(part.name);
  }
  if (input === undefined) throw failedToParse(`${name} requires an 'input' expression`);
  return { input, sortBy, unitMs, bounds };
}

/** What a sample costs beside its values. */
const SAMPLE_BYTES = 32;

abstract class SampleRunner extends GradualRunner {
  protected readonly samples: IndexedQueue<Sample>;

  constructor(frame: WindowFrame, protected readonly options: RateArguments, meter: MemoryMeter) {
    super(frame);
    this.samples = new IndexedQueue(meter, ({ x, y }) => SAMPLE_BYTES + sizeOf(x) + sizeOf(y));
  }

  override arrive(scope: Scope): void {
    super.arrive(scope);
    const { input, sortBy } = this.options;
    const sample: Sample = { x: sortBy.evaluate(scope), y: input.evaluate(scope) };
    this.check(sample);
    this.samples.push(sample);
  }

  protected check(_sample: Sample): void {}

  protected override takeIn(_position: number): void {}
}

class DerivativeRunner extends SampleRunner {
  override answer(): OptionalValue {
    const { frame, samples } = this;
    if (frame.last < frame.first) return null;
    samples.dropBefore(frame.first);
    return this.slope(samples.at(frame.first), samples.at(frame.last));
  }

  private slope(left: Sample, right: Sample): OptionalValue {
    const { unitMs } = this.options;
    const areDates = left.x instanceof BsonDate && right.x instanceof BsonDate;
    if (unitMs !== undefined && !areDates) {
      throw new CommandError(
        5624900,
        "$derivative with 'unit' expects the sortBy field to be a Date",
      );
    }
    if (unitMs === undefined) {
      if (left.x instanceof BsonDate || right.x instanceof BsonDate) {
        throw new CommandError(
          5624901,
          "$derivative where the sortBy is a Date requires an 'unit'",
        );
      }
      if (!isNumber(left.x) || !isNumber(right.x)) {
        throw new CommandError(
          5624902,
          "$derivative (with no 'unit') expects the sortBy field to be numeric",
        );
      }
    }
    const run = difference(right.x, left.x);
    const rise = difference(right.y, left.y);
    if (rise === null) {
      throw new CommandError(5624903, "$derivative input must not be null or missing");
    }
    const slope = divideNumbers(rise, run!);
    if (slope === undefined) return null;
    return unitMs === undefined ? slope : multiplyPromoting(slope, unitMs);
  }
}

/** Numbers or dates subtracted as the $subtract expression does; null for a null operand. */
function difference(left: OptionalValue, right: OptionalValue): NumericValue | null {
  if (isNumber(left) && isNumber(right)) return subtractPromoting(left, right);
  if (left instanceof BsonDate && right instanceof BsonDate) return left.ms - right.ms;
  if (isNullish(left) || isNullish(right)) return null;
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `can't $subtract ${typeNameOf(right)} from ${
      left instanceof BsonDate ? "Date" : typeNameOf(left)
    }`,
  );
}

class IntegralRunner extends SampleRunner {
  private readonly area = new Summation();
  private nans = 0;

  protected override check({ x, y }: Sample): void {
    if (!isNumber(y) || (!isNumber(x) && !(x instanceof BsonDate))) {
      throw new CommandError(
        5423900,
        "The input value of $integral window function must be a vector of 2 value, the first " +
          "value must be numeric or date type and the second must be numeric.",
      );
    }
    if (this.options.unitMs !== undefined && !(x instanceof BsonDate)) {
      throw new CommandError(
        5423901,
        "$integral with 'outputUnit' expects the sortBy field to be a Date",
      );
    }
    if (this.options.unitMs === undefined && !isNumber(x)) {
      throw new CommandError(
        5423902,
        "$integral (with no 'outputUnit') expects the sortBy field to be numeric",
      );
    }
  }

  override answer(): OptionalValue {
    this.samples.dropBefore(this.removed);
    if (this.removed === this.added) return null;
    if (this.nans > 0) return NaN;
    const { unitMs } = this.options;
    return unitMs === undefined ? this.area.total : divideNumbers(this.area.total, unitMs)!;
  }

  protected override takeIn(position: number): void {
    const sample = this.samples.at(position);
    if (hasNaN(sample)) this.nans++;
    if (position > this.removed) this.area.add(trapezoid(this.samples.at(position - 1), sample));
  }

  protected override giveUp(position: number): void {
    const sample = this.samples.at(position);
    if (hasNaN(sample)) this.nans--;
    if (position + 1 < this.added) {
      this.area.subtract(trapezoid(sample, this.samples.at(position + 1)));
    }
  }
}

function isNaNValue(value: OptionalValue): boolean {
  return isNumber(value) && Number.isNaN(toNumber(value));
}

function hasNaN({ x, y }: Sample): boolean {
  return isNaNValue(x) || isNaNValue(y);
}

/** The area between two neighbours. */
function trapezoid(left: Sample, right: Sample): NumericValue {
  if (hasNaN(left) || hasNaN(right)) return 0;
  if ((left.x instanceof BsonDate) !== (right.x instanceof BsonDate)) return 0;
  const width = difference(right.x, left.x)!;
  const height = addPromoting(right.y as NumericValue, left.y as NumericValue);
  return divideNumbers(multiplyPromoting(height, width), 2)!;
}

const $derivative: WindowDefinition = {
  name: "$derivative",
  help: "The slope between the window's first and last document",
  compile(fields, site): CompiledWindow {
    const options = rateArguments("$derivative", fields, site);
    const { bounds } = options;
    if (bounds === undefined) {
      throw failedToParse("$derivative requires explicit window bounds");
    }
    return {
      dependencies: [options.input.dependencies],
      start: (meter) => new DerivativeRunner(frameOf(bounds, site, meter), options, meter),
    };
  },
};

const $integral: WindowDefinition = {
  name: "$integral",
  help: "The area under the input, by trapezoids",
  compile(fields, site): CompiledWindow {
    const options = rateArguments("$integral", fields, site);
    const bounds = options.bounds ?? WHOLE_PARTITION;
    return {
      dependencies: [options.input.dependencies],
      start: (meter) => new IntegralRunner(frameOf(bounds, site, meter), options, meter),
    };
  },
};

export const RATE_WINDOWS: readonly WindowDefinition[] = [$derivative, $integral];
