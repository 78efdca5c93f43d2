// Window functions over the documents so far: $rank, $denseRank, $documentNumber, $expMovingAvg, $locf.
//
// Each looks at a document once, when it comes, and knows its answer then.

import { Decimal128 } from "bson";
import {
  decimalAdd,
  decimalDivide,
  decimalMultiply,
  decimalSubtract,
} from "../../bson/decimal_arithmetic.ts";
import { decimalParts, decimalToDouble } from "../../bson/decimal.ts";
import { decodeValue, doubleValue } from "../../bson/decode.ts";
import { toShellText } from "../../bson/json.ts";
import { compareNumbers, isNumber, toDecimal128, toNumber } from "../../bson/number.ts";
import { elements, type RawElement } from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import type { OptionalValue } from "../../bson/value.ts";
import { CommandError } from "../../error.ts";
import type { Expression, Scope } from "../../expression/expression.ts";
import { isNullish } from "../../expression/value_type.ts";
import { SortKeyGenerator } from "../../query/sort_key.ts";
import { sizeOf } from "../accumulators/memory.ts";
import type { MemoryMeter } from "../definition.ts";
import { kept } from "./accumulating.ts";
import { failedToParse, windowlessArgument } from "./arguments.ts";
import type { CompiledWindow, WindowDefinition, WindowRunner, WindowSite } from "./definition.ts";
import { IndexedQueue } from "./indexed_queue.ts";

/** Gives each document the answer that `next` has for it when it comes. */
abstract class RunningRunner implements WindowRunner {
  private readonly answers: IndexedQueue<OptionalValue>;

  constructor(meter: MemoryMeter) {
    this.answers = new IndexedQueue(meter, sizeOf);
  }

  arrive(scope: Scope): void {
    this.answers.push(this.next(scope));
  }

  protected abstract next(scope: Scope): OptionalValue;

  end(): void {}

  isReady(index: number): boolean {
    return index < this.answers.end;
  }

  answer(index: number): OptionalValue {
    this.answers.dropBefore(index);
    return this.answers.at(index);
  }
}

type RankKind = "dense" | "number" | "rank";

/** Ranks are longs in MongoDB; those of a large partition wait as plain numbers, which are smaller. */
class RankRunner extends RunningRunner {
  override answer(index: number): OptionalValue {
    return BigInt(super.answer(index) as number);
  }

  private position = 0;
  private rank = 0;
  private lastKey: Uint8Array | undefined;

  constructor(
    private readonly kind: RankKind,
    private readonly order: SortKeyGenerator,
    meter: MemoryMeter,
  ) {
    super(meter);
  }

  protected override next(scope: Scope): OptionalValue {
    this.position++;
    if (this.kind === "number") return this.position;
    const key = this.order.key(scope.bytes, scope.start);
    if (this.lastKey === undefined || this.order.compare(key, this.lastKey) !== 0) {
      this.rank = this.kind === "dense" ? this.rank + 1 : this.position;
      this.lastKey = key.slice();
    }
    return this.rank;
  }
}

function rankWindow(name: string, help: string, kind: RankKind): WindowDefinition {
  return {
    name,
    help,
    compile(fields, { sortBy, context }): CompiledWindow {
      if (fields.length !== 1) {
        throw new CommandError(5371601, "Rank style window functions take no other arguments");
      }
      const [argument] = fields;
      const isEmptyObject = argument.type === BsonType.Document &&
        elements(argument.bytes, argument.at).next().done === true;
      if (!isEmptyObject) {
        throw new CommandError(5371603, `${name} must be specified with '{}' as the value`);
      }
      if (sortBy === undefined || sortBy.parts.length !== 1) {
        throw new CommandError(
          5371602,
          `${name} must be specified with a top level sortBy expression with exactly one element`,
        );
      }
      const order = new SortKeyGenerator(sortBy, context.query.collation);
      return { dependencies: [], start: (meter) => new RankRunner(kind, order, meter) };
    },
  };
}

/** Each number moves the average by the share alpha; reckoned in decimals, as in MongoDB. */
class MovingAverageRunner extends RunningRunner {
  private average: Decimal128 | undefined;
  private isDecimal = false;
  private readonly rest: Decimal128;

  constructor(
    private readonly input: Expression,
    private readonly alpha: Decimal128,
    meter: MemoryMeter,
  ) {
    super(meter);
    this.rest = decimalSubtract(toDecimal128(1), alpha);
  }

  protected override next(scope: Scope): OptionalValue {
    const value = this.input.evaluate(scope);
    if (isNumber(value)) {
      if (value instanceof Decimal128) this.isDecimal = true;
      const number = toDecimal128(value);
      this.average = this.average === undefined ? number : decimalAdd(
        decimalMultiply(number, this.alpha),
        decimalMultiply(this.average, this.rest),
      );
    }
    if (this.average === undefined) return null;
    return this.isDecimal ? this.average : doubleValue(decimalToDouble(decimalParts(this.average)));
  }
}

const TWO_FIELDS = "$expMovingAvg sub object must have exactly two fields: An 'input' field, and " +
  "either an 'N' field or an 'alpha' field";

function shareOfCount(field: RawElement): Decimal128 {
  if (!isNumericType(field.type)) {
    throw failedToParse(`'N' field must be an integer, but found type ${typeName(field.type)}`);
  }
  const value = decodeValue(field);
  const number = isNumber(value) ? toNumber(value) : NaN;
  if (!Number.isInteger(number)) {
    throw failedToParse(
      `'N' field must be an integer, but found  N: ${
        toShellText(field)
      }. To use a non-integer, use the 'alpha' argument instead`,
    );
  }
  if (number <= 0) throw failedToParse(`'N' must be greater than zero. Got ${number}`);
  return decimalDivide(toDecimal128(2), toDecimal128(BigInt(number) + 1n));
}

function shareOf(field: RawElement): Decimal128 {
  const value = decodeValue(field);
  if (!isNumber(value)) throw failedToParse("'alpha' must be a number");
  if (compareNumbers(value, 0) <= 0 || compareNumbers(value, 1) >= 0) {
    throw failedToParse(
      `'alpha' must be between 0 and 1 (exclusive), found alpha: ${toShellText(field)}`,
    );
  }
  return toDecimal128(value);
}

const $expMovingAvg: WindowDefinition = {
  name: "$expMovingAvg",
  help: "A mean in which earlier documents count less and less",
  compile(fields, site: WindowSite): CompiledWindow {
    const [argument] = fields;
    if (fields.length !== 1 || argument.type !== BsonType.Document) {
      throw failedToParse("$expMovingAvg must have exactly one argument that is an object");
    }
    const parts = new Map(
      [...elements(argument.bytes, argument.at)].map((part) => [part.name, part]),
    );
    const inputPart = parts.get("input");
    if (parts.size !== 2 || inputPart === undefined) throw failedToParse(TWO_FIELDS);
    if (site.sortBy === undefined) {
      throw failedToParse("$expMovingAvg requires an explicit 'sortBy'");
    }
    const input = site.context.compiler.compile(inputPart);
    const count = parts.get("N");
    const alphaPart = parts.get("alpha");
    if (count === undefined && alphaPart === undefined) {
      throw failedToParse(`Got unrecognized field in $expMovingAvg${TWO_FIELDS}`);
    }
    const alpha = count === undefined ? shareOf(alphaPart!) : shareOfCount(count);
    return {
      dependencies: [input.dependencies],
      start: (meter) => new MovingAverageRunner(input, alpha, meter),
    };
  },
};

/** The last value that was not null or missing. */
class CarriedRunner extends RunningRunner {
  private last: OptionalValue = null;

  constructor(private readonly input: Expression, meter: MemoryMeter) {
    super(meter);
  }

  protected override next(scope: Scope): OptionalValue {
    const value = this.input.evaluate(scope);
    if (!isNullish(value)) this.last = kept(value);
    return this.last;
  }
}

const $locf: WindowDefinition = {
  name: "$locf",
  help: "Null and missing values become the last one before them",
  compile(fields, { context }): CompiledWindow {
    const input = context.compiler.compile(windowlessArgument("$locf", fields));
    return {
      dependencies: [input.dependencies],
      start: (meter) => new CarriedRunner(input, meter),
    };
  },
};

export const RUNNING_WINDOWS: readonly WindowDefinition[] = [
  rankWindow("$denseRank", "Place in the order, ties sharing one and leaving no gap", "dense"),
  rankWindow("$documentNumber", "Position in the partition, from 1", "number"),
  $expMovingAvg,
  $locf,
  rankWindow("$rank", "Place in the order, ties sharing one and leaving gaps", "rank"),
];
