// $first, $last, $firstN, $lastN: values by the order in which documents come.
//
// A missing value counts as null. In moving windows $first and $last look at the window's ends themselves
// (windows/ends.ts); $firstN and $lastN slide as lists.

import { copyValue, decode } from "../../bson/decode.ts";
import type { BsonWriter } from "../../bson/encode.ts";
import { valueEnd } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
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

const NO_BYTES = new Uint8Array(0);
/** What a buffer costs beside its bytes, roughly. */
const BUFFER_BYTES = 160;
/** Up to this length a loop copies faster than a view of the bytes is made. */
const SHORT_BYTES = 64;

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

/** Values of these types are kept as bytes: another value of a group would be decoded for every document. */
function isKeptRaw(type: number): boolean {
  return type === BsonType.String || type === BsonType.Document || type === BsonType.Array;
}

class LastState implements AccumulatorState {
  private kept: BsonValue = null;
  private isSet = false;
  /** The value's bytes, in a buffer that the next value uses again; `rawType` is 0 when `kept` has the value. */
  private raw = NO_BYTES;
  private rawType = 0;
  private keptBytes = 0;

  constructor(private readonly meter: MemoryMeter) {}

  add(value: OptionalValue): void {
    if (value instanceof Uint8Array) return this.keepRaw(value, BsonType.Document, 0);
    this.keep(copyValue(nullIfMissing(value)));
  }

  addRaw(bytes: Uint8Array, type: number, at: number): void {
    if (isKeptRaw(type)) this.keepRaw(bytes, type, at);
    else this.keep(type === 0 ? null : copyValue(decode(bytes, type, at)));
  }

  private keep(value: BsonValue): void {
    this.isSet = true;
    this.rawType = 0;
    this.kept = value;
    if (typeof value !== "number") this.count(sizeOf(value));
  }

  private keepRaw(bytes: Uint8Array, type: number, at: number): void {
    this.isSet = true;
    this.rawType = type;
    const length = valueEnd(bytes, type, at) - at;
    if (length > this.raw.length) {
      this.raw = new Uint8Array(length + (this.raw.length === 0 ? 0 : length >> 1));
      this.count(BUFFER_BYTES + this.raw.length);
    }
    const { raw } = this;
    if (length <= SHORT_BYTES) { for (let i = 0; i < length; i++) raw[i] = bytes[at + i]; }
    else raw.set(bytes.subarray(at, at + length));
  }

  private count(bytes: number): void {
    this.meter.bytes += bytes - this.keptBytes;
    this.keptBytes = bytes;
  }

  value(): BsonValue {
    return this.rawType === 0 ? this.kept : copyValue(decode(this.raw, this.rawType, 0));
  }

  write(writer: BsonWriter, name: string | undefined): void {
    if (this.rawType === 0) writer.value(name, this.kept);
    else writer.rawAt(name, this.raw, this.rawType, 0);
  }

  save(): BsonValue {
    return this.isSet ? [this.value()] : [];
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
