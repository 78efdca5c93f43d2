// $min, $max, $minN, $maxN: least and greatest values in BSON order; null, missing and undefined do not take part.
//
// A moving window keeps a deque of the values that can still become its extreme, so that each value is pushed and popped
// once; for n of them it keeps all values sorted.

import { compareRaw, compareValues } from "../../bson/compare.ts";
import type { Collation } from "../../bson/collation.ts";
import { copyValue, decode } from "../../bson/decode.ts";
import { encodeValue } from "../../bson/encode.ts";
import type { RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../../bson/value.ts";
import { isNullish } from "../../expression/value_type.ts";
import type {
  AccumulatorDefinition,
  AccumulatorState,
  MemoryMeter,
  SlidingState,
} from "../definition.ts";
import { countedArguments } from "./counted.ts";
import { sizeOf, StateMemory } from "./memory.ts";
import { unaryAccumulator } from "./unary.ts";

/** 1 for the least, -1 for the greatest value. */
type Sign = 1 | -1;

class ExtremeState implements AccumulatorState {
  private kept: OptionalValue = MISSING;
  /** The kept value in bytes of its own, made when a value in place has to be compared with it. */
  private raw: RawValue | undefined;

  constructor(
    private readonly sign: Sign,
    private readonly meter: MemoryMeter,
    private readonly collation: Collation | undefined,
  ) {}

  add(value: OptionalValue): void {
    if (isNullish(value)) return;
    if (
      this.kept === MISSING || compareValues(value, this.kept, this.collation) * this.sign < 0
    ) this.keep(copyValue(value));
  }

  addRaw(bytes: Uint8Array, type: number, at: number): void {
    if (type === 0 || type === BsonType.Null || type === BsonType.Undefined) return;
    if (this.kept !== MISSING) {
      const kept = this.raw ??= encodeValue(this.kept);
      const order = compareRaw(bytes, type, at, kept.bytes, kept.type, kept.at, this.collation);
      if (order * this.sign >= 0) return;
    }
    this.keep(copyValue(decode(bytes, type, at)));
  }

  private keep(value: BsonValue): void {
    this.meter.bytes += sizeOf(value) - (this.kept === MISSING ? 0 : sizeOf(this.kept));
    this.kept = value;
    this.raw = undefined;
  }

  value(): BsonValue {
    return this.kept === MISSING ? null : this.kept;
  }

  save(): BsonValue {
    return this.value();
  }

  merge(saved: BsonValue): void {
    this.add(saved);
  }
}

/** Values of a window that no later one beats, best first. */
class SlidingExtreme implements SlidingState {
  private values: BsonValue[] = [];
  private first = 0;

  constructor(private readonly sign: Sign, private readonly collation: Collation | undefined) {}

  add(value: OptionalValue): void {
    if (isNullish(value)) return;
    const { values } = this;
    while (
      values.length > this.first &&
      compareValues(value, values[values.length - 1], this.collation) * this.sign < 0
    ) values.pop();
    values.push(value);
  }

  remove(value: OptionalValue): void {
    if (isNullish(value) || this.first === this.values.length) return;
    if (compareValues(value, this.values[this.first], this.collation) !== 0) return;
    this.first++;
    if (this.first < 1024) return;
    this.values = this.values.slice(this.first);
    this.first = 0;
  }

  value(): BsonValue {
    return this.first === this.values.length ? null : this.values[this.first];
  }
}

/** Values in order, best first. */
class SortedValues {
  readonly values: BsonValue[] = [];

  constructor(private readonly sign: Sign, private readonly collation: Collation | undefined) {}

  /** Behind all values that are as good as `value` (`after`), or in front of them. */
  place(value: BsonValue, after: boolean): number {
    let low = 0;
    let high = this.values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compareValues(this.values[middle], value, this.collation) * this.sign;
      if (order < 0 || (after && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class ExtremesState implements AccumulatorState {
  private readonly sorted: SortedValues;
  private readonly memory: StateMemory;

  constructor(
    name: string,
    meter: MemoryMeter,
    private readonly count: number,
    sign: Sign,
    collation: Collation | undefined,
  ) {
    this.sorted = new SortedValues(sign, collation);
    this.memory = new StateMemory(name, meter);
  }

  add(value: OptionalValue): void {
    if (isNullish(value)) return;
    const at = this.sorted.place(value, true);
    if (at >= this.count) return;
    const { values } = this.sorted;
    values.splice(at, 0, copyValue(value));
    this.memory.add(sizeOf(value));
    if (values.length > this.count) this.memory.add(-sizeOf(values.pop()!));
  }

  value(): BsonValue[] {
    return this.sorted.values;
  }

  save(): BsonValue {
    return this.sorted.values;
  }

  merge(saved: BsonValue): void {
    for (const value of saved as BsonValue[]) this.add(value);
  }
}

class SlidingExtremes implements SlidingState {
  private readonly sorted: SortedValues;

  constructor(private readonly count: number, sign: Sign, collation: Collation | undefined) {
    this.sorted = new SortedValues(sign, collation);
  }

  add(value: OptionalValue): void {
    if (!isNullish(value)) this.sorted.values.splice(this.sorted.place(value, true), 0, value);
  }

  remove(value: OptionalValue): void {
    if (!isNullish(value)) this.sorted.values.splice(this.sorted.place(value, false), 1);
  }

  value(): BsonValue[] {
    return this.sorted.values.slice(0, this.count);
  }
}

function single(sign: Sign): AccumulatorDefinition["compile"] {
  return unaryAccumulator({
    start: (meter, context) => new ExtremeState(sign, meter, context.query.collation),
    startSliding: (context) => new SlidingExtreme(sign, context.query.collation),
  });
}

function several(name: string, sign: Sign): AccumulatorDefinition["compile"] {
  return (argument, context, site) => {
    const { countOf, input } = countedArguments(argument, context, site, 5787900);
    const { collation } = context.query;
    return {
      argument: input,
      start: (meter, id) => new ExtremesState(name, meter, countOf(id), sign, collation),
      startSliding: () => new SlidingExtremes(countOf(), sign, collation),
    };
  };
}

export const EXTREME_ACCUMULATORS: readonly AccumulatorDefinition[] = [
  { name: "$max", help: "The greatest value", compile: single(-1) },
  { name: "$maxN", help: "The n greatest values", compile: several("$maxN", -1) },
  { name: "$min", help: "The least value", compile: single(1) },
  { name: "$minN", help: "The n least values", compile: several("$minN", 1) },
];
