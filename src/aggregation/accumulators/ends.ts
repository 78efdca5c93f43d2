// $first, $last, $firstN, $lastN: values by the order in which documents come.
//
// A missing value counts as null. In moving windows $first and $last look at the window's ends themselves
// (windows/ends.ts); $firstN and $lastN slide as lists.

import { copyValue } from "../../bson/decode.ts";
import { decode } from "../../bson/decode.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../../bson/value.ts";
import type {
  AccumulatorDefinition,
  AccumulatorState,
  MemoryMeter,
  SlidingState,
} from "../definition.ts";
import { countedArguments } from "./counted.ts";
import { sizeOf, StateMemory } from "./memory.ts";
import { unaryAccumulator } from "./unary.ts";

function nullIfMissing(value: OptionalValue): BsonValue {
  return value === MISSING ? null : value;
}

class FirstState implements AccumulatorState {
  private kept: OptionalValue = MISSING;
  private isSet = false;

  constructor(private readonly meter: MemoryMeter) {}

  add(value: OptionalValue): void {
    if (!this.isSet) this.keep(copyValue(nullIfMissing(value)));
  }

  addRaw(bytes: Uint8Array, type: number, at: number): void {
    if (!this.isSet) this.keep(type === 0 ? null : copyValue(decode(bytes, type, at)));
  }

  private keep(value: BsonValue): void {
    this.isSet = true;
    this.kept = value;
    this.meter.bytes += sizeOf(value);
  }

  value(): OptionalValue {
    return nullIfMissing(this.kept);
  }

  save(): BsonValue {
    return this.isSet ? [nullIfMissing(this.kept)] : [];
  }

  merge(saved: BsonValue): void {
    for (const value of saved as BsonValue[]) this.add(value);
  }
}

class LastState implements AccumulatorState {
  private kept: BsonValue = null;
  private isSet = false;

  constructor(private readonly meter: MemoryMeter) {}

  add(value: OptionalValue): void {
    this.isSet = true;
    const kept = copyValue(nullIfMissing(value));
    this.meter.bytes += sizeOf(kept) - sizeOf(this.kept);
    this.kept = kept;
  }

  value(): OptionalValue {
    return this.kept;
  }

  save(): BsonValue {
    return this.isSet ? [this.kept] : [];
  }

  merge(saved: BsonValue): void {
    for (const value of saved as BsonValue[]) this.add(value);
  }
}

/** The first or last n values. */
class ListState implements AccumulatorState {
  private values: BsonValue[] = [];
  private first = 0;
  private readonly memory: StateMemory;

  constructor(
    name: string,
    meter: MemoryMeter,
    private readonly count: number,
    private readonly fromEnd: boolean,
  ) {
    this.memory = new StateMemory(name, meter);
  }

  add(value: OptionalValue): void {
    const isFull = this.values.length - this.first === this.count;
    if (isFull && !this.fromEnd) return;
    const kept = copyValue(nullIfMissing(value));
    this.values.push(kept);
    this.memory.add(sizeOf(kept));
    if (!isFull) return;
    this.memory.add(-sizeOf(this.values[this.first++]));
    if (this.first < 1024 || this.first < this.count) return;
    this.values = this.values.slice(this.first);
    this.first = 0;
  }

  value(): BsonValue[] {
    return this.values.slice(this.first);
  }

  save(): BsonValue {
    return this.value();
  }

  merge(saved: BsonValue): void {
    for (const value of saved as BsonValue[]) this.add(value);
  }
}

/** The values of a window in order, of which the first or last n are shown. */
class SlidingEnds implements SlidingState {
  private values: BsonValue[] = [];
  private first = 0;

  constructor(private readonly count: number, private readonly fromEnd: boolean) {}

  add(value: OptionalValue): void {
    this.values.push(nullIfMissing(value));
  }

  remove(): void {
    this.first++;
    if (this.first < 1024 || this.first * 2 < this.values.length) return;
    this.values = this.values.slice(this.first);
    this.first = 0;
  }

  value(): BsonValue[] {
    const { values, first, count } = this;
    if (this.fromEnd) return values.slice(Math.max(first, values.length - count));
    return values.slice(first, first + count);
  }
}

function listAccumulator(name: string, fromEnd: boolean): AccumulatorDefinition["compile"] {
  return (argument, context, site) => {
    const { countOf, input } = countedArguments(argument, context, site, 5787801);
    return {
      argument: input,
      start: (meter, id) => new ListState(name, meter, countOf(id), fromEnd),
      startSliding: () => new SlidingEnds(countOf(), fromEnd),
      isOrdered: true,
    };
  };
}

export const END_ACCUMULATORS: readonly AccumulatorDefinition[] = [
  {
    name: "$first",
    help: "The first document's value",
    compile: unaryAccumulator({ start: (meter) => new FirstState(meter), isOrdered: true }),
  },
  { name: "$firstN", help: "The first n values", compile: listAccumulator("$firstN", false) },
  {
    name: "$last",
    help: "The last document's value",
    compile: unaryAccumulator({ start: (meter) => new LastState(meter), isOrdered: true }),
  },
  { name: "$lastN", help: "The last n values", compile: listAccumulator("$lastN", true) },
];
