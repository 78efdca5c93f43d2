// Adding many numbers as $sum and $avg do: ints and longs exactly, doubles with compensation, decimals at 34 digits.
//
// Also for the accumulators of $group and window functions, which take numbers back out again (`subtract`) and join partial
// sums (`parts`, `join`). Ten times 0.1 gives 1.0, because the rounding error of each addition is carried along
// (double-double arithmetic). The type of the total is the widest that was added; a sum of ints that leaves int becomes
// a long, a long sum that leaves long becomes a double. NaN and infinities are only counted: nothing else could undo them.

import { Decimal128 } from "bson";
import { decimalAdd, decimalSubtract } from "../bson/decimal_arithmetic.ts";
import { decimalFromBigInt, decimalFromDouble, decimalParts } from "../bson/decimal.ts";
import { doubleValue } from "../bson/decode.ts";
import { isInt32, type NumericValue, toNumber } from "../bson/number.ts";
import { readDouble, readInt32, readInt64 } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import type { BsonValue } from "../bson/value.ts";

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const SMALL_LIMIT = 2 ** 52;

/** What few sums have; kept apart so that the usual sum is small. */
interface Rarities {
  /** Long values, and what outgrew the small integers. */
  integers: bigint;
  longs: number;
  decimals: number;
  decimalSum: Decimal128 | undefined;
  nans: number;
  positiveInfinities: number;
  negativeInfinities: number;
}

export class Summation {
  /** How many numbers are in the sum. */
  count = 0;
  private smallIntegers = 0;
  private doubles = 0;
  private doubleSum = 0;
  private compensation = 0;
  private rare: Rarities | undefined;

  private get rarities(): Rarities {
    return this.rare ??= {
      integers: 0n,
      longs: 0,
      decimals: 0,
      decimalSum: undefined,
      nans: 0,
      positiveInfinities: 0,
      negativeInfinities: 0,
    };
  }

  add(value: NumericValue): void {
    this.count++;
    if (typeof value === "number" && isInt32(value)) this.addSmall(value);
    else if (typeof value === "bigint") this.addLong(value, 1);
    else if (value instanceof Decimal128) this.addDecimal(value, 1);
    else {
      this.doubles++;
      this.addDouble(toNumber(value));
    }
  }

  /** A number in place; false when the value is none. */
  addRaw(bytes: Uint8Array, type: number, at: number): boolean {
    switch (type) {
      case BsonType.Int32:
        this.count++;
        this.addSmall(readInt32(bytes, at));
        return true;
      case BsonType.Double:
        this.count++;
        this.doubles++;
        this.addDouble(readDouble(bytes, at));
        return true;
      case BsonType.Int64:
        this.count++;
        this.addLong(readInt64(bytes, at), 1);
        return true;
      case BsonType.Decimal128:
        this.count++;
        this.addDecimal(new Decimal128(bytes.slice(at, at + 16)), 1);
        return true;
      default:
        return false;
    }
  }

  /** The same int `count` times. */
  addRepeatedly(value: number, count: number): void {
    this.count += count;
    const product = value * count;
    if (Math.abs(product) < SMALL_LIMIT) this.addSmall(product);
    else this.rarities.integers += BigInt(value) * BigInt(count);
  }

  /** Takes out a number that was added before. */
  subtract(value: NumericValue): void {
    this.count--;
    if (typeof value === "number" && isInt32(value)) this.addSmall(-value);
    else if (typeof value === "bigint") this.addLong(value, -1);
    else if (value instanceof Decimal128) this.addDecimal(value, -1);
    else {
      this.doubles--;
      this.subtractDouble(toNumber(value));
    }
  }

  private addSmall(value: number): void {
    this.smallIntegers += value;
    if (this.smallIntegers > SMALL_LIMIT || this.smallIntegers < -SMALL_LIMIT) {
      this.rarities.integers += BigInt(this.smallIntegers);
      this.smallIntegers = 0;
    }
  }

  private addLong(value: bigint, by: 1 | -1): void {
    const { rarities } = this;
    rarities.longs += by;
    rarities.integers += by > 0 ? value : -value;
  }

  private addDouble(value: number): void {
    if (!Number.isFinite(value)) return this.countSpecial(value, 1);
    // Two-sum: what the addition loses goes into the compensation.
    const total = this.doubleSum + value;
    const rounded = total - this.doubleSum;
    this.compensation += (this.doubleSum - (total - rounded)) + (value - rounded);
    this.doubleSum = total;
  }

  private subtractDouble(value: number): void {
    if (!Number.isFinite(value)) return this.countSpecial(value, -1);
    this.addDouble(-value);
    // The last double gone, nothing is left but its rounding errors.
    if (this.doubles === 0) this.doubleSum = this.compensation = 0;
  }

  private countSpecial(value: number, by: 1 | -1): void {
    const { rarities } = this;
    if (Number.isNaN(value)) rarities.nans += by;
    else if (value > 0) rarities.positiveInfinities += by;
    else rarities.negativeInfinities += by;
  }

  private addDecimal(value: Decimal128, by: 1 | -1): void {
    const { rarities } = this;
    rarities.decimals += by;
    const { kind, negative } = decimalParts(value);
    const sum = rarities.decimalSum;
    if (kind !== "finite") {
      this.countSpecial(kind === "nan" ? NaN : negative ? -Infinity : Infinity, by);
    } else if (rarities.decimals === 0) rarities.decimalSum = undefined;
    else if (sum === undefined) rarities.decimalSum = value;
    else rarities.decimalSum = by > 0 ? decimalAdd(sum, value) : decimalSubtract(sum, value);
  }

  private get integerTotal(): bigint {
    return (this.rare?.integers ?? 0n) + BigInt(this.smallIntegers);
  }

  /** NaN or an infinity when one is in the sum, else 0. */
  private get special(): number {
    const { rare } = this;
    if (rare === undefined) return 0;
    const { nans, positiveInfinities, negativeInfinities } = rare;
    if (nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) return NaN;
    if (positiveInfinities > 0) return Infinity;
    return negativeInfinities > 0 ? -Infinity : 0;
  }

  /** The sum; int 0 when nothing was added. */
  get total(): NumericValue {
    const { rare } = this;
    if (this.isDecimal) return this.decimalTotal;
    if (this.doubles > 0) return doubleValue(this.doubleTotal);
    if (rare === undefined) {
      const small = this.smallIntegers + 0;
      return (small | 0) === small ? small : BigInt(small);
    }
    const integers = this.integerTotal;
    if (integers < MIN_INT64 || integers > MAX_INT64) return doubleValue(Number(integers));
    const fitsInt = integers >= -2147483648n && integers <= 2147483647n;
    return fitsInt && rare.longs === 0 ? Number(integers) : integers;
  }

  get decimalTotal(): Decimal128 {
    const special = this.special;
    if (special !== 0) return decimalFromDouble(special);
    let total = this.rare?.decimalSum ?? decimalFromBigInt(0n);
    const integers = this.integerTotal;
    if (integers !== 0n) total = decimalAdd(total, decimalFromBigInt(integers));
    if (this.doubles > 0) total = decimalAdd(total, decimalFromDouble(this.finiteDoubles, 34));
    return total;
  }

  get isDecimal(): boolean {
    return this.rare !== undefined && this.rare.decimals > 0;
  }

  private get finiteDoubles(): number {
    const total = this.doubleSum + this.compensation;
    return Number.isNaN(total) ? this.doubleSum : total;
  }

  /** The sum as a double. */
  get doubleTotal(): number {
    const special = this.special;
    if (special !== 0) return special;
    if (this.rare === undefined && this.doubles === 0) return this.smallIntegers;
    const integers = this.integerTotal;
    if (this.doubles === 0) return Number(integers);
    if (integers === 0n) return this.finiteDoubles;
    const joined = new Summation();
    const high = Number(integers);
    joined.addDouble(high);
    joined.addDouble(Number(integers - BigInt(high)));
    joined.addDouble(this.doubleSum);
    joined.addDouble(this.compensation);
    return joined.finiteDoubles;
  }

  /** All that the sum is made of, as values that can be written to disk. */
  get parts(): BsonValue[] {
    const { count, smallIntegers, doubles, doubleSum, compensation, rare } = this;
    const usual = [count, smallIntegers, doubles, doubleSum, compensation];
    if (rare === undefined) return usual;
    return [
      ...usual,
      rare.longs,
      rare.decimals,
      rare.nans,
      rare.positiveInfinities,
      rare.negativeInfinities,
      String(rare.integers),
      rare.decimalSum ?? null,
    ];
  }

  /** Adds what `parts` of another sum says. */
  join(parts: readonly BsonValue[]): void {
    const number = (index: number): number => toNumber(parts[index] as NumericValue);
    this.count += number(0);
    this.addSmall(number(1));
    this.doubles += number(2);
    this.addDouble(number(3));
    this.addDouble(number(4));
    if (parts.length === 5) return;
    const { rarities } = this;
    rarities.longs += number(5);
    rarities.decimals += number(6);
    rarities.nans += number(7);
    rarities.positiveInfinities += number(8);
    rarities.negativeInfinities += number(9);
    rarities.integers += BigInt(parts[10] as string);
    const decimal = parts[11] as Decimal128 | null;
    if (decimal === null) return;
    rarities.decimalSum = rarities.decimalSum === undefined
      ? decimal
      : decimalAdd(rarities.decimalSum, decimal);
  }
}
