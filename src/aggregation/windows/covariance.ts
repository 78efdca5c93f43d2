// $covariancePop and $covarianceSamp of pairs `[x, y]`: one pass, and pairs can leave the window again.
//
// Pairs that are not two numbers are passed over. NaN and infinities do not enter the means; while one is in the window
// the answer is NaN or infinite.

import { Decimal128 } from "bson";
import { decimalDivide } from "../../bson/decimal_arithmetic.ts";
import { doubleValue } from "../../bson/decode.ts";
import {
  isNumber,
  multiplyPromoting,
  type NumericValue,
  subtractPromoting,
  toDecimal128,
  toNumber,
} from "../../bson/number.ts";
import type { BsonValue, OptionalValue } from "../../bson/value.ts";
import { Summation } from "../../expression/summation.ts";
import { meanOf } from "../../expression/accumulation.ts";
import type { AccumulatorState, SlidingState } from "../definition.ts";
import { framedWindow } from "./accumulating.ts";
import { windowArguments } from "./arguments.ts";
import { WHOLE_PARTITION } from "./bounds.ts";
import type { CompiledWindow, WindowDefinition } from "./definition.ts";

type Pair = readonly [x: NumericValue, y: NumericValue];

function pairOf(value: OptionalValue): Pair | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [x, y] = value;
  return isNumber(x) && isNumber(y) ? [x, y] : undefined;
}

/** What a pair with a special number adds: NaN, or the infinity when all of them agree. */
function specialOf(pair: Pair): NumericValue | undefined {
  const specials = pair.map(toNumber).filter((number) => !Number.isFinite(number));
  if (specials.length === 0) return undefined;
  const special = specials.every((one) => one === specials[0]) ? specials[0] : NaN;
  const isDecimal = pair.some((one) => one instanceof Decimal128);
  return isDecimal ? toDecimal128(doubleValue(special)) : special;
}

class CovarianceState implements AccumulatorState, SlidingState {
  private count = 0;
  private xs = new Summation();
  private ys = new Summation();
  private products = new Summation();

  constructor(private readonly isSample: boolean) {}

  add(value: OptionalValue): void {
    const pair = pairOf(value);
    if (pair === undefined) return;
    const special = specialOf(pair);
    if (special !== undefined) return this.products.add(special);
    const [x, y] = pair;
    const fromMean = this.count === 0 ? undefined : distance(x, this.xs);
    this.count++;
    this.xs.add(x);
    this.ys.add(y);
    if (fromMean !== undefined) {
      this.products.add(multiplyPromoting(fromMean, distance(y, this.ys)));
    }
  }

  remove(value: OptionalValue): void {
    const pair = pairOf(value);
    if (pair === undefined) return;
    const special = specialOf(pair);
    if (special !== undefined) return this.products.subtract(special);
    const [x, y] = pair;
    if (--this.count === 0) {
      this.xs = new Summation();
      this.ys = new Summation();
      this.products = new Summation();
      return;
    }
    this.xs.subtract(x);
    const product = multiplyPromoting(distance(x, this.xs), distance(y, this.ys));
    this.products.subtract(product);
    this.ys.subtract(y);
  }

  value(): BsonValue {
    if (this.count === 1 && !this.isSample) return doubleValue(0);
    const divisor = this.isSample ? this.count - 1 : this.count;
    if (divisor <= 0) return null;
    const { products } = this;
    if (products.isDecimal) return decimalDivide(products.decimalTotal, toDecimal128(divisor));
    return doubleValue(products.doubleTotal / divisor);
  }

  save(): BsonValue {
    return null;
  }

  merge(): void {}
}

/** How far a number lies from the mean of a sum. */
function distance(value: NumericValue, sum: Summation): NumericValue {
  return subtractPromoting(value, meanOf(sum) as NumericValue);
}

function covarianceWindow(name: string, help: string, isSample: boolean): WindowDefinition {
  return {
    name,
    help,
    compile(fields, site): CompiledWindow {
      const { argument, bounds } = windowArguments(name, fields, site);
      const compiled = {
        argument: site.context.compiler.compile(argument),
        start: () => new CovarianceState(isSample),
        startSliding: () => new CovarianceState(isSample),
      };
      return framedWindow(compiled, bounds ?? WHOLE_PARTITION, site);
    },
  };
}

export const COVARIANCE_WINDOWS: readonly WindowDefinition[] = [
  covarianceWindow("$covariancePop", "The covariance of a population of pairs", false),
  covarianceWindow("$covarianceSamp", "The covariance of a sample of pairs", true),
];
