// Accumulators that gather: $push, $addToSet, $mergeObjects, $concatArrays, $setUnion.
//
// Lists and sets hold raw bytes (raw_list.ts). In a moving window a list drops its oldest values and a set counts how often
// each value is in the window.

import { copyValue, documentEntries, isDocumentValue } from "../../bson/decode.ts";
import { equalRaw } from "../../bson/compare.ts";
import type { Collation } from "../../bson/collation.ts";
import { type BsonWriter, encodeValue } from "../../bson/encode.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../../bson/value.ts";
import { valueInMessage } from "../../expression/text.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { isNullish, typeNameOf } from "../../expression/value_type.ts";
import type {
  AccumulatorDefinition,
  AccumulatorState,
  MemoryMeter,
  PipelineContext,
  SlidingState,
} from "../definition.ts";
import { KeyBytes, KeyTable } from "../key_table.ts";
import { sizeOf, StateMemory } from "./memory.ts";
import { RawList } from "./raw_list.ts";
import { unaryAccumulator } from "./unary.ts";
import { ValueSets } from "./value_sets.ts";
import { ValueSlab } from "./value_slab.ts";

class PushState implements AccumulatorState {
  readonly isList = true;
  protected readonly list: RawList;
  protected readonly memory: StateMemory;

  constructor(name: string, meter: MemoryMeter) {
    this.list = new RawList(meter.slab ??= new ValueSlab());
    this.memory = new StateMemory(name, meter);
  }

  add(value: OptionalValue): void {
    if (value === MISSING) return;
    const before = this.list.byteLength;
    this.list.append(value);
    this.memory.add(this.list.byteLength - before);
  }

  addRaw(bytes: Uint8Array, type: number, at: number): void {
    if (type === 0) return;
    const before = this.list.byteLength;
    this.list.appendRaw(bytes, type, at);
    this.memory.add(this.list.byteLength - before);
  }

  value(): BsonValue[] {
    return this.list.values();
  }

  write(writer: BsonWriter, name: string | undefined): void {
    this.list.write(writer, name);
  }

  save(): BsonValue {
    return this.value();
  }

  merge(saved: BsonValue): void {
    for (const value of saved as BsonValue[]) this.add(value);
  }
}

/** Up to so many values are compared one by one; more go into the table that all sets share. */
const SMALL_SET = 8;
/** What a value takes in the table beside itself. */
const ENTRY_BYTES = 24;

class SetState extends PushState {
  private readonly sets: ValueSets;
  /** Number of the set in `sets`, once it has too many values to compare one by one. */
  private number = -1;
  private readonly collation: Collation | undefined;

  constructor(name: string, meter: MemoryMeter, context: PipelineContext) {
    super(name, meter);
    this.collation = context.query.collation;
    this.sets = meter.sets ??= new ValueSets(this.collation);
  }

  override add(value: OptionalValue): void {
    if (value === MISSING) return;
    const { bytes, type, at } = encodeValue(value);
    this.addRaw(bytes, type, at);
  }

  override addRaw(bytes: Uint8Array, type: number, at: number): void {
    if (type === 0) return;
    if (this.number < 0) {
      const isKnown = this.list.some((known, knownType, knownAt) =>
        equalRaw(bytes, type, at, known, knownType, knownAt, this.collation)
      );
      if (isKnown) return;
      if (this.list.count === SMALL_SET) this.useTable();
    }
    if (this.number >= 0 && !this.isNew(bytes, type, at)) return;
    super.addRaw(bytes, type, at);
  }

  private useTable(): void {
    this.number = this.sets.begin();
    this.list.some((bytes, type, at) => {
      this.isNew(bytes, type, at);
      return false;
    });
  }

  private isNew(bytes: Uint8Array, type: number, at: number): boolean {
    const added = this.sets.add(this.number, bytes, type, at);
    if (added > 0) this.memory.add(ENTRY_BYTES + added);
    return added > 0;
  }
}

/** The last values of a window, oldest first. */
class SlidingList implements SlidingState {
  private values: BsonValue[] = [];
  private first = 0;

  add(value: OptionalValue): void {
    if (value !== MISSING) this.values.push(value);
  }

  remove(value: OptionalValue): void {
    if (value === MISSING) return;
    this.first++;
    if (this.first < 1024 || this.first * 2 < this.values.length) return;
    this.values = this.values.slice(this.first);
    this.first = 0;
  }

  value(): BsonValue[] {
    return this.values.slice(this.first);
  }
}

/** The distinct values of a window, each with how often it is in it. */
class SlidingSet implements SlidingState {
  private readonly keys: KeyBytes;
  private readonly table = new KeyTable();
  private readonly entries: { readonly value: BsonValue; times: number }[] = [];

  constructor(context: PipelineContext) {
    this.keys = new KeyBytes(context.query.collation);
  }

  private numberOf(value: BsonValue): number {
    this.keys.set(value);
    return this.table.numberOf(this.keys);
  }

  add(value: OptionalValue): void {
    if (value === MISSING) return;
    const number = this.numberOf(value);
    if (number === this.entries.length) this.entries.push({ value, times: 1 });
    else this.entries[number].times++;
  }

  remove(value: OptionalValue): void {
    if (value !== MISSING) this.entries[this.numberOf(value)].times--;
  }

  value(): BsonValue[] {
    return this.entries.filter(({ times }) => times > 0).map(({ value }) => value);
  }
}

function requireArray(name: string, value: OptionalValue): BsonValue[] {
  if (value === MISSING) return [];
  if (Array.isArray(value)) return value;
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `${name} requires array inputs, but input ${valueInMessage(value)} is of type ${
      typeNameOf(value)
    }`,
  );
}

/** The items of each array go to an inner state. */
class ItemsState implements AccumulatorState {
  constructor(private readonly name: string, private readonly inner: AccumulatorState) {}

  add(value: OptionalValue): void {
    for (const item of requireArray(this.name, value)) this.inner.add(item);
  }

  value(): OptionalValue {
    return this.inner.value();
  }

  write(writer: BsonWriter, name: string | undefined): void {
    this.inner.write?.(writer, name);
  }

  save(): BsonValue {
    return this.inner.save();
  }

  merge(saved: BsonValue): void {
    this.inner.merge(saved);
  }
}

class SlidingItems implements SlidingState {
  constructor(private readonly name: string, private readonly inner: SlidingState) {}

  add(value: OptionalValue): void {
    for (const item of requireArray(this.name, value)) this.inner.add(item);
  }

  remove(value: OptionalValue): void {
    for (const item of requireArray(this.name, value)) this.inner.remove(item);
  }

  value(): OptionalValue {
    return this.inner.value();
  }
}

class MergeState implements AccumulatorState {
  private readonly merged = new Map<string, BsonValue>();
  private readonly memory: StateMemory;

  constructor(meter: MemoryMeter) {
    this.memory = new StateMemory("$mergeObjects", meter);
  }

  add(value: OptionalValue): void {
    if (isNullish(value)) return;
    if (!isDocumentValue(value)) {
      throw new CommandError(
        40400,
        `$mergeObjects requires object inputs, but input ${valueInMessage(value)} is of type ${
          typeNameOf(value)
        }`,
      );
    }
    for (const [name, field] of documentEntries(value)) {
      const before = this.merged.get(name);
      this.merged.set(name, copyValue(field));
      this.memory.add(sizeOf(field) - (before === undefined ? -name.length * 2 : sizeOf(before)));
    }
  }

  value(): OptionalValue {
    return this.merged;
  }

  save(): BsonValue {
    return this.merged;
  }

  merge(saved: BsonValue): void {
    this.add(saved);
  }
}

export const LIST_ACCUMULATORS: readonly AccumulatorDefinition[] = [
  {
    name: "$addToSet",
    help: "The distinct values",
    compile: unaryAccumulator({
      start: (meter, context) => new SetState("$addToSet", meter, context),
      startSliding: (context) => new SlidingSet(context),
    }),
  },
  {
    name: "$concatArrays",
    help: "The items of all arrays",
    compile: unaryAccumulator({
      start: (meter) => new ItemsState("$concatArrays", new PushState("$concatArrays", meter)),
      startSliding: () => new SlidingItems("$concatArrays", new SlidingList()),
      isOrdered: true,
    }),
  },
  {
    name: "$mergeObjects",
    help: "The fields of all documents, later ones winning",
    isWindowFunction: false,
    compile: unaryAccumulator({ start: (meter) => new MergeState(meter), isOrdered: true }),
  },
  {
    name: "$push",
    help: "All values",
    compile: unaryAccumulator({
      start: (meter) => new PushState("$push", meter),
      startSliding: () => new SlidingList(),
      isOrdered: true,
    }),
  },
  {
    name: "$setUnion",
    help: "The distinct items of all arrays",
    compile: unaryAccumulator({
      start: (meter, context) =>
        new ItemsState("$setUnion", new SetState("$setUnion", meter, context)),
      startSliding: (context) => new SlidingItems("$setUnion", new SlidingSet(context)),
    }),
  },
];
