// Which documents of the partition are in the window of each document: positions `first` to `last`.
//
// Both ends only ever move forward, so that a pass over the partition moves each once. A range frame keeps the sortBy values
// between the two ends.

import { Decimal128 } from "bson";
import { compareValues } from "../../bson/compare.ts";
import { decimalAdd } from "../../bson/decimal_arithmetic.ts";
import { doubleValue } from "../../bson/decode.ts";
import {
  asInt64Exact,
  isNumber,
  type NumericValue,
  toDecimal128,
  toNumber,
} from "../../bson/number.ts";
import { BsonDate, type BsonValue, type OptionalValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { addToMoment } from "../../expression/date_arithmetic.ts";
import type { TimeUnit } from "../../expression/date_argument.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { UTC } from "../../expression/time_zone.ts";
import { typeNameOf } from "../../expression/value_type.ts";
import type { DocumentBounds, RangeBound, RangeBounds, WindowBounds } from "./bounds.ts";
import { sizeOf } from "../accumulators/memory.ts";
import type { MemoryMeter } from "../definition.ts";
import { sortExpression } from "./arguments.ts";
import type { WindowSite } from "./definition.ts";
import { IndexedQueue } from "./indexed_queue.ts";

export abstract class WindowFrame {
  /** The window of the document located last; empty when `last < first`. */
  first = 0;
  last = -1;
  protected arrived = 0;
  protected isEnded = false;

  arrive(_scope: Scope): void {
    this.arrived++;
  }

  end(): void {
    this.isEnded = true;
  }

  /** Are all documents of the window of document `index` there? */
  abstract isReady(index: number): boolean;

  /** Sets `first` and `last` to the window of document `index`. */
  abstract locate(index: number): void;
}

class DocumentFrame extends WindowFrame {
  constructor(private readonly bounds: DocumentBounds) {
    super();
  }

  override isReady(index: number): boolean {
    return this.isEnded || this.arrived > index + Math.max(this.bounds.upper, 0);
  }

  override locate(index: number): void {
    this.first = Math.max(index + this.bounds.lower, 0);
    this.last = Math.min(index + this.bounds.upper, this.arrived - 1);
  }
}

class RangeFrame extends WindowFrame {
  private readonly values: IndexedQueue<OptionalValue>;
  private readonly sortBy: Expression;
  /** The first document that is not below the lower, and not above the upper bound: where the ends stand. */
  private low = 0;
  private high = 0;
  /** The documents whose sortBy value is of the range's type: they stand together. */
  private typedFirst = Infinity;
  private typedEnd = 0;

  constructor(private readonly bounds: RangeBounds, site: WindowSite, meter: MemoryMeter) {
    super();
    this.values = new IndexedQueue(meter, sizeOf);
    this.sortBy = sortExpression(site)!;
  }

  override arrive(scope: Scope): void {
    const value = this.sortBy.evaluate(scope);
    this.values.push(value);
    if (this.isOfRangeType(value)) {
      this.typedFirst = Math.min(this.typedFirst, this.arrived);
      this.typedEnd = this.arrived + 1;
    }
    super.arrive(scope);
  }

  override isReady(index: number): boolean {
    if (this.isEnded) return true;
    const { upper } = this.bounds;
    if (upper === "unbounded" || this.arrived <= index) return false;
    if (upper === "current") return true;
    const limit = moved(this.baseOf(index), upper, this.bounds.unit);
    return compareValues(this.values.at(this.arrived - 1), limit) > 0;
  }

  override locate(index: number): void {
    const { lower, upper, unit } = this.bounds;
    const base = this.baseOf(index);
    this.first = this.lowEnd(index, base, lower, unit);
    this.last = this.highEnd(index, base, upper, unit);
    // Only a bound at some distance looks for its place among the values.
    const neededLow = typeof lower === "string" ? index : this.low;
    const neededHigh = typeof upper === "string" ? index : this.high;
    this.values.dropBefore(Math.min(neededLow, neededHigh, index));
  }

  /** The document's own sortBy value, which must be a number, or a date when there is a unit. */
  private baseOf(index: number): BsonDate | NumericValue {
    const base = this.values.at(index);
    if (this.bounds.unit !== undefined) {
      if (base instanceof BsonDate) return base;
      throw new CommandError(
        5429513,
        `Invalid range: Expected the sortBy field to be a Date, but it was ${typeNameOf(base)}`,
      );
    }
    if (base instanceof BsonDate) {
      throw new CommandError(
        5429413,
        "Invalid range: For windows that involve date or time ranges, a unit must be provided.",
      );
    }
    if (isNumber(base)) return base;
    throw new CommandError(
      5429414,
      `Invalid range: Expected the sortBy field to be a number, but it was ${typeNameOf(base)}`,
    );
  }

  private isOfRangeType(value: OptionalValue): boolean {
    return this.bounds.unit === undefined ? isNumber(value) : value instanceof BsonDate;
  }

  private lowEnd(
    index: number,
    base: BsonDate | NumericValue,
    bound: RangeBound,
    unit: TimeUnit | undefined,
  ): number {
    if (bound === "current") return this.low = index;
    if (bound === "unbounded") {
      return this.low = Math.min(this.typedFirst, this.arrived);
    }
    const limit = moved(base, bound, unit);
    while (this.low < this.arrived && compareValues(this.values.at(this.low), limit) < 0) {
      this.low++;
    }
    return this.low;
  }

  private highEnd(
    index: number,
    base: BsonDate | NumericValue,
    bound: RangeBound,
    unit: TimeUnit | undefined,
  ): number {
    if (bound === "current") return index;
    this.high = Math.max(this.high, this.low);
    if (bound === "unbounded") {
      this.high = Math.max(this.high, this.typedEnd);
      return this.high - 1;
    }
    const limit = moved(base, bound, unit);
    while (this.high < this.arrived && compareValues(this.values.at(this.high), limit) <= 0) {
      this.high++;
    }
    return this.high - 1;
  }
}

/** A sortBy value moved by a bound: as doubles where that loses nothing but the last digit, so that 0 moves nothing. */
function moved(
  base: BsonDate | NumericValue,
  by: NumericValue,
  unit: TimeUnit | undefined,
): BsonValue {
  if (base instanceof BsonDate) {
    const moment = addToMoment(base.ms, unit!, asInt64Exact(by)!, UTC);
    if (moment !== undefined) return new BsonDate(moment);
    throw new CommandError(ErrorCode.Overflow, "dateAdd overflowed");
  }
  if (isPlain(base) && isPlain(by)) return doubleValue(toNumber(base) + toNumber(by));
  return decimalAdd(toDecimal128(base), toDecimal128(by));
}

/** A double, or a whole number that is one too. */
function isPlain(value: NumericValue): boolean {
  return !(value instanceof Decimal128) &&
    (typeof value !== "bigint" || Number.isSafeInteger(Number(value)));
}

export function frameOf(bounds: WindowBounds, site: WindowSite, meter: MemoryMeter): WindowFrame {
  return bounds.kind === "documents"
    ? new DocumentFrame(bounds)
    : new RangeFrame(bounds, site, meter);
}
