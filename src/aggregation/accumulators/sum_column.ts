// The sums of all groups of a $group in a few arrays: an object per group costs ten times the memory, and the collector's time.
//
//   numbers: | count | whole numbers | doubles met | their sum | its compensation | longs met |   per group
//
// What the numbers of a group need beyond that (decimals, NaN, infinities, whole numbers past 2^52) makes it a Summation of
// its own (expression/summation.ts), whose arithmetic this is for the usual numbers.

import { Decimal128 } from "bson";
import { decimalDivide } from "../../bson/decimal_arithmetic.ts";
import { doubleValue } from "../../bson/decode.ts";
import type { BsonWriter } from "../../bson/encode.ts";
import { isInt32, isNumber, type NumericValue, toDecimal128, toNumber } from "../../bson/number.ts";
import { readDouble, readInt32, readInt64AsNumber } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import type { BsonValue, OptionalValue } from "../../bson/value.ts";
import { Summation } from "../../expression/summation.ts";
import type { StateColumn } from "../definition.ts";

const WIDTH = 6;
const COUNT = 0;
const WHOLE = 1;
const DOUBLES = 2;
const SUM = 3;
const COMPENSATION = 4;
const LONGS = 5;
const EXACT_LIMIT = 2 ** 52;
const CHUNK_SHIFT = 8;
const CHUNK_GROUPS = 1 << CHUNK_SHIFT;

/** The mean of a sum; null without numbers. */
export function meanOf(sum: Summation): BsonValue {
  if (sum.count === 0) return null;
  if (sum.isDecimal) return decimalDivide(sum.decimalTotal, toDecimal128(sum.count));
  return doubleValue(sum.doubleTotal / sum.count);
}

export class SumColumn implements StateColumn {
  /** Groups stand in chunks, which need not be copied when there are more of them. */
  private readonly chunks: Float64Array[] = [];
  private readonly unusual = new Map<number, Summation>();

  constructor(private readonly isMean: boolean) {}

  get byteLength(): number {
    return this.chunks.length * CHUNK_GROUPS * WIDTH * 8 + this.unusual.size * 240;
  }

  begin(group: number): void {
    if (group >> CHUNK_SHIFT === this.chunks.length) {
      this.chunks.push(new Float64Array(CHUNK_GROUPS * WIDTH));
    }
  }

  add(group: number, value: OptionalValue): void {
    if (!isNumber(value)) return;
    if (this.isUnusual(group)) this.unusual.get(group)!.add(value);
    else if (typeof value === "number" && isInt32(value)) this.addWhole(group, value, 0);
    else if (typeof value === "bigint") this.addLong(group, value);
    else if (value instanceof Decimal128) this.promote(group).add(value);
    else this.addDouble(group, toNumber(value));
  }

  private addLong(group: number, value: bigint): void {
    const number = Number(value);
    if (Math.abs(number) > EXACT_LIMIT) this.promote(group).add(value);
    else this.addWhole(group, number, 1);
  }

  addRaw(group: number, bytes: Uint8Array, type: number, at: number): void {
    if (!isNumericType(type)) return;
    if (this.isUnusual(group)) this.unusual.get(group)!.addRaw(bytes, type, at);
    else if (type === BsonType.Int32) this.addWhole(group, readInt32(bytes, at), 0);
    else if (type === BsonType.Double) this.addDouble(group, readDouble(bytes, at));
    else if (type === BsonType.Int64) {
      const number = readInt64AsNumber(bytes, at);
      if (Math.abs(number) > EXACT_LIMIT) this.promote(group).addRaw(bytes, type, at);
      else this.addWhole(group, number, 1);
    } else this.promote(group).addRaw(bytes, type, at);
  }

  private isUnusual(group: number): boolean {
    return this.unusual.size > 0 && this.unusual.has(group);
  }

  private addWhole(group: number, value: number, longs: number): void {
    const numbers = this.chunks[group >> CHUNK_SHIFT];
    const at = (group & (CHUNK_GROUPS - 1)) * WIDTH;
    numbers[at + COUNT]++;
    numbers[at + LONGS] += longs;
    const whole = numbers[at + WHOLE] += value;
    if (whole > EXACT_LIMIT || whole < -EXACT_LIMIT) this.promote(group);
  }

  private addDouble(group: number, value: number): void {
    const numbers = this.chunks[group >> CHUNK_SHIFT];
    const at = (group & (CHUNK_GROUPS - 1)) * WIDTH;
    if (!Number.isFinite(numbers[at + SUM] + value)) {
      return this.promote(group).add(doubleValue(value));
    }
    numbers[at + COUNT]++;
    numbers[at + DOUBLES]++;
    addExactly(numbers, at, value);
  }

  private promote(group: number): Summation {
    const sum = this.summationOf(group);
    this.unusual.set(group, sum);
    return sum;
  }

  private summationOf(group: number): Summation {
    const known = this.unusual.get(group);
    if (known !== undefined) return known;
    const sum = new Summation();
    sum.join(this.partsOf(group));
    return sum;
  }

  private partsOf(group: number): BsonValue[] {
    const numbers = this.chunks[group >> CHUNK_SHIFT];
    const at = (group & (CHUNK_GROUPS - 1)) * WIDTH;
    const usual: BsonValue[] = Array.from(numbers.subarray(at, at + LONGS));
    const longs = numbers[at + LONGS];
    return longs === 0 ? usual : [...usual, longs, 0, 0, 0, 0, "0", null];
  }

  write(group: number, writer: BsonWriter, name: string): void {
    const numbers = this.chunks[group >> CHUNK_SHIFT];
    const at = (group & (CHUNK_GROUPS - 1)) * WIDTH;
    const whole = numbers[at + WHOLE] + 0;
    const hasDoubles = numbers[at + DOUBLES] > 0;
    if (this.isUnusual(group) || (hasDoubles && whole !== 0)) {
      const sum = this.summationOf(group);
      return writer.value(name, this.isMean ? meanOf(sum) : sum.total);
    }
    const total = hasDoubles ? numbers[at + SUM] + numbers[at + COMPENSATION] : whole;
    if (this.isMean) {
      const count = numbers[at + COUNT];
      if (count === 0) writer.null(name);
      else writer.double(name, total / count);
    } else if (hasDoubles) writer.double(name, total);
    else if (numbers[at + LONGS] === 0 && isInt32(whole)) writer.int32(name, whole);
    else writer.int64(name, BigInt(whole));
  }

  save(group: number): BsonValue {
    return this.unusual.get(group)?.parts ?? this.partsOf(group);
  }

  merge(group: number, saved: BsonValue): void {
    const parts = saved as BsonValue[];
    const number = (index: number): number => toNumber(parts[index] as NumericValue);
    const numbers = this.chunks[group >> CHUNK_SHIFT];
    const at = (group & (CHUNK_GROUPS - 1)) * WIDTH;
    const whole = numbers[at + WHOLE] + number(WHOLE);
    const isUsual = parts.length === LONGS && !this.isUnusual(group) &&
      Math.abs(whole) <= EXACT_LIMIT && Number.isFinite(numbers[at + SUM] + number(SUM));
    if (!isUsual) return this.promote(group).join(parts);
    numbers[at + COUNT] += number(COUNT);
    numbers[at + WHOLE] = whole;
    numbers[at + DOUBLES] += number(DOUBLES);
    addExactly(numbers, at, number(SUM));
    addExactly(numbers, at, number(COMPENSATION));
  }
}

/** Two-sum: what the addition loses goes into the compensation. */
function addExactly(numbers: Float64Array, at: number, value: number): void {
  const before = numbers[at + SUM];
  const total = before + value;
  const rounded = total - before;
  numbers[at + COMPENSATION] += (before - (total - rounded)) + (value - rounded);
  numbers[at + SUM] = total;
}
