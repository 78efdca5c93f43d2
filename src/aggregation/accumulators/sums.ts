// $sum, $avg, $count and the standard deviations.
//
// Sums are expression/summation.ts: exact for whole numbers, compensated for doubles, 34 digits for decimals, and the result has
// the widest type met. Values that are not numbers are passed over. Each state can also give numbers back (windows).

import { doubleValue } from "../../bson/decode.ts";
import { isNumber, type NumericValue, rawToNumber, toNumber } from "../../bson/number.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import type { BsonValue, OptionalValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { constantExpression } from "../../expression/dependencies.ts";
import { Summation } from "../../expression/summation.ts";
import type {
  AccumulatorDefinition,
  AccumulatorState,
  CompiledAccumulator,
  SlidingState,
} from "../definition.ts";
import { meanOf, SumColumn } from "./sum_column.ts";
import { unaryAccumulator } from "./unary.ts";

class SumState implements AccumulatorState, SlidingState {
  readonly sum = new Summation();

  add(value: OptionalValue): void {
    if (isNumber(value)) this.sum.add(value);
  }

  addRaw(bytes: Uint8Array, type: number, at: number): void {
    this.sum.addRaw(bytes, type, at);
  }

  remove(value: OptionalValue): void {
    if (isNumber(value)) this.sum.subtract(value);
  }

  value(): BsonValue {
    return this.sum.total;
  }

  save(): BsonValue {
    return this.sum.parts;
  }

  merge(saved: BsonValue): void {
    this.sum.join(saved as BsonValue[]);
  }
}

class AverageState extends SumState {
  override value(): BsonValue {
    return meanOf(this.sum);
  }
}

/** Welford's method: stable in one pass; two partial results join by Chan's formula. */
class DeviationState implements AccumulatorState {
  private count = 0;
  private mean = 0;
  private squares = 0;

  constructor(private readonly isSample: boolean) {}

  add(value: OptionalValue): void {
    if (isNumber(value)) this.addNumber(toNumber(value));
  }

  addRaw(bytes: Uint8Array, type: number, at: number): void {
    if (isNumericType(type)) this.addNumber(rawToNumber(bytes, type, at));
  }

  private addNumber(number: number): void {
    this.count++;
    const delta = number - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (number - this.mean);
  }

  value(): BsonValue {
    const divisor = this.isSample ? this.count - 1 : this.count;
    return divisor <= 0 ? null : doubleValue(Math.sqrt(this.squares / divisor));
  }

  save(): BsonValue {
    return [this.count, this.mean, this.squares].map(doubleValue);
  }

  merge(saved: BsonValue): void {
    const [count, mean, squares] = (saved as NumericValue[]).map(toNumber);
    if (count === 0) return;
    const total = this.count + count;
    const delta = mean - this.mean;
    this.squares += squares + delta * delta * this.count * count / total;
    this.mean += delta * count / total;
    this.count = total;
  }
}

/**
 * The deviation of a moving window: sums of the distances from an anchor near the values, and of their squares. What
 * leaves takes out exactly what it put in; a new anchor every window's length keeps distances small. A value that is
 * not finite makes the result NaN as long as it is in the window.
 */
class SlidingDeviation implements SlidingState {
  private specials = 0;
  private numbers: number[] = [];
  private first = 0;
  private anchor = 0;
  private sum = new Summation();
  private squares = new Summation();
  private removals = 0;

  constructor(private readonly isSample: boolean) {}

  add(value: OptionalValue): void {
    if (!isNumber(value)) return;
    const number = toNumber(value);
    if (!Number.isFinite(number)) {
      this.specials++;
      return;
    }
    if (this.first === this.numbers.length) this.anchorAt(number);
    this.numbers.push(number);
    this.take(number);
  }

  private take(number: number): void {
    const distance = number - this.anchor;
    this.sum.add(doubleValue(distance));
    this.squares.add(doubleValue(distance * distance));
  }

  remove(value: OptionalValue): void {
    if (!isNumber(value)) return;
    const number = toNumber(value);
    if (!Number.isFinite(number)) {
      this.specials--;
      return;
    }
    this.first++;
    const distance = number - this.anchor;
    this.sum.subtract(doubleValue(distance));
    this.squares.subtract(doubleValue(distance * distance));
    if (++this.removals > 16 && this.removals > this.count) {
      this.anchorAt(this.anchor + this.sum.doubleTotal / Math.max(this.count, 1));
    }
  }

  private get count(): number {
    return this.numbers.length - this.first;
  }

  private anchorAt(anchor: number): void {
    this.numbers = this.numbers.slice(this.first);
    this.first = 0;
    this.anchor = anchor;
    this.sum = new Summation();
    this.squares = new Summation();
    this.removals = 0;
    for (const number of this.numbers) this.take(number);
  }

  value(): BsonValue {
    const { count } = this;
    if (this.specials > 0) return NaN;
    const divisor = this.isSample ? count - 1 : count;
    if (divisor <= 0) return null;
    const sum = this.sum.doubleTotal;
    const squares = this.squares.doubleTotal - sum * sum / count;
    if (squares <= 0 || count === 1) return 0;
    return doubleValue(Math.sqrt(squares / divisor));
  }
}

/** $sum of a constant int needs no look at the documents: how drivers count. */
const compileSum: AccumulatorDefinition["compile"] = (argument, context, site) => {
  const compiled = SUM(argument, context, site);
  const { constant } = compiled.argument;
  if (typeof constant !== "number" || (constant | 0) !== constant) return compiled;
  return repeated(constant);
};

const SUM = unaryAccumulator({
  start: () => new SumState(),
  startColumn: () => new SumColumn(false),
  startSliding: () => new SumState(),
});

function repeated(constant: number): CompiledAccumulator {
  return {
    argument: constantExpression(constant),
    start: () => new SumState(),
    startColumn: () => new SumColumn(false),
    startSliding: () => new SumState(),
    addRepeatedly: (state, count) => (state as SumState).sum.addRepeatedly(constant, count),
  };
}

function compileCount(argument: RawElement): CompiledAccumulator {
  const isEmptyObject = argument.type === BsonType.Document &&
    elements(argument.bytes, argument.at).next().done === true;
  if (isEmptyObject) return repeated(1);
  throw new CommandError(ErrorCode.TypeMismatch, "$count takes no arguments, i.e. $count:{}");
}

function deviation(isSample: boolean): AccumulatorDefinition["compile"] {
  return unaryAccumulator({
    start: () => new DeviationState(isSample),
    startSliding: () => new SlidingDeviation(isSample),
  });
}

export const SUM_ACCUMULATORS: readonly AccumulatorDefinition[] = [
  {
    name: "$avg",
    help: "The mean of the numbers, null when there are none",
    compile: unaryAccumulator({
      start: () => new AverageState(),
      startColumn: () => new SumColumn(true),
      startSliding: () => new AverageState(),
    }),
  },
  { name: "$count", help: "The number of documents", compile: compileCount },
  {
    name: "$stdDevPop",
    help: "The standard deviation of a population",
    compile: deviation(false),
  },
  {
    name: "$stdDevSamp",
    help: "The standard deviation of a sample",
    compile: deviation(true),
  },
  { name: "$sum", help: "The sum of the numbers", compile: compileSum },
];
