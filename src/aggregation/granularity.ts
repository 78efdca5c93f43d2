// Rounding to preferred numbers: the `granularity` of $bucketAuto.
//
// A series (Renard, E, 1-2-5) is a list of numbers that repeats in every power of ten. Numbers round up to the next of the
// series that is greater, and down to the next that is less, so a number of the series itself moves too. Zero stays.
// The series are those of ISO 3 and IEC 60063. POWERSOF2 does the same with powers of two.

import { Decimal128 } from "bson";
import { decimalDivide, decimalMultiply } from "../bson/decimal_arithmetic.ts";
import { doubleValue } from "../bson/decode.ts";
import { compareNumbers, type NumericValue, toDecimal128, toNumber } from "../bson/number.ts";
import { CommandError } from "../error.ts";

export interface Granularity {
  roundUp(value: NumericValue): NumericValue;
  roundDown(value: NumericValue): NumericValue;
}

/** Numbers of a series written one after another. */
function numbers(text: string): number[] {
  return text.split(" ").map(Number);
}

const E24 = numbers("10 11 12 13 15 16 18 20 22 24 27 30 33 36 39 43 47 51 56 62 68 75 82 91");

/** E48, E96 and E192 are the roots of ten at three digits; 920 is how IEC 60063 rounds one of them. */
function series(count: number): number[] {
  const values = Array.from({ length: count }, (_, i) => Math.round(100 * 10 ** (i / count)));
  return values.map((value) => value === 919 ? 920 : value);
}

const SERIES: Readonly<Record<string, readonly number[]>> = {
  R5: numbers("10 16 25 40 63"),
  R10: numbers("100 125 160 200 250 315 400 500 630 800"),
  R20: numbers(
    "100 112 125 140 160 180 200 224 250 280 315 355 400 450 500 560 630 710 800 900",
  ),
  R40: numbers(
    "100 106 112 118 125 132 140 150 160 170 180 190 200 212 224 236 250 265 280 300 315 355 375 " +
      "400 425 450 475 500 530 560 600 630 670 710 750 800 850 900 950",
  ),
  R80: numbers(
    "103 109 115 122 128 136 145 155 165 175 185 195 206 218 230 243 258 272 290 307 325 345 365 " +
      "387 412 437 462 487 515 545 575 615 650 690 730 775 825 875 925 975",
  ),
  "1-2-5": [10, 20, 50],
  E6: E24.filter((_, i) => i % 4 === 0),
  E12: E24.filter((_, i) => i % 2 === 0),
  E24,
  E48: series(48),
  E96: series(96),
  E192: series(192),
};

/** What the search for a place in a series does with numbers of one type. */
interface Arithmetic<N> {
  scaled(base: number, power: N): N;
  tenfold(power: N): N;
  tenth(power: N): N;
  compare(a: N, b: N): number;
  readonly one: N;
}

const DOUBLES: Arithmetic<number> = {
  scaled: (base, power) => base * power,
  tenfold: (power) => power * 10,
  tenth: (power) => power / 10,
  compare: (a, b) => a - b,
  one: 1,
};

const TEN = toDecimal128(10);

const DECIMALS: Arithmetic<Decimal128> = {
  scaled: (base, power) => decimalMultiply(toDecimal128(base), power),
  tenfold: (power) => decimalMultiply(power, TEN),
  tenth: (power) => decimalDivide(power, TEN),
  compare: compareNumbers,
  one: toDecimal128(1),
};

/** The least number of the series, at any power of ten, that is greater than `value`. */
function above<N>(value: N, base: readonly number[], how: Arithmetic<N>): N {
  const lowest = base[0];
  const highest = base[base.length - 1];
  let power = how.one;
  while (how.compare(value, how.scaled(highest, power)) >= 0) power = how.tenfold(power);
  while (how.compare(value, how.scaled(lowest, power)) < 0) {
    const least = how.scaled(lowest, power);
    power = how.tenth(power);
    // Between the end of one decade and the start of the next.
    if (how.compare(value, how.scaled(highest, power)) >= 0) return least;
  }
  const next = base.find((one) => how.compare(value, how.scaled(one, power)) < 0)!;
  return how.scaled(next, power);
}

/** The greatest number of the series, at any power of ten, that is less than `value`. */
function below<N>(value: N, base: readonly number[], how: Arithmetic<N>): N {
  const lowest = base[0];
  const highest = base[base.length - 1];
  let power = how.one;
  while (how.compare(value, how.scaled(lowest, power)) <= 0) power = how.tenth(power);
  while (how.compare(value, how.scaled(highest, power)) > 0) {
    const greatest = how.scaled(highest, power);
    power = how.tenfold(power);
    if (how.compare(value, how.scaled(lowest, power)) <= 0) return greatest;
  }
  const before = base.findLast((one) => how.compare(value, how.scaled(one, power)) > 0)!;
  return how.scaled(before, power);
}

function preferredNumbers(base: readonly number[]): Granularity {
  const round = (up: boolean) => (value: NumericValue): NumericValue => {
    const number = toNumber(value);
    if (number === 0 || number === Infinity) return value;
    if (value instanceof Decimal128) {
      return up ? above(value, base, DECIMALS) : below(value, base, DECIMALS);
    }
    return doubleValue(up ? above(number, base, DOUBLES) : below(number, base, DOUBLES));
  };
  return { roundUp: round(true), roundDown: round(false) };
}

/** 2 to a power as the $pow expression gives it: an int or long where the exponent was one. */
function powerOfTwo(exponent: number, like: NumericValue): NumericValue {
  if (like instanceof Decimal128) {
    const power = toDecimal128(2n ** BigInt(Math.abs(exponent)));
    return exponent < 0 ? decimalDivide(toDecimal128(1), power) : power;
  }
  if (exponent < 0 || exponent > 62) return doubleValue(2 ** exponent);
  return exponent < 31 ? 2 ** exponent : 2n ** BigInt(exponent);
}

const POWERS_OF_TWO: Granularity = {
  roundUp(value): NumericValue {
    const number = toNumber(value);
    if (number === 0 || number === Infinity) return value;
    let exponent = Math.floor(Math.log2(number)) + 1;
    // The logarithm may be off by a little; the powers are not.
    if (compareNumbers(doubleValue(2 ** exponent), value) <= 0) exponent++;
    else if (compareNumbers(doubleValue(2 ** (exponent - 1)), value) > 0) exponent--;
    return powerOfTwo(exponent, value);
  },
  roundDown(value): NumericValue {
    const number = toNumber(value);
    if (number === 0 || number === Infinity) return value;
    let exponent = Math.ceil(Math.log2(number)) - 1;
    if (compareNumbers(doubleValue(2 ** exponent), value) >= 0) exponent--;
    else if (compareNumbers(doubleValue(2 ** (exponent + 1)), value) < 0) exponent++;
    return powerOfTwo(exponent, value);
  },
};

const GRANULARITIES: ReadonlyMap<string, Granularity> = new Map([
  ...Object.entries(SERIES).map(([name, base]) => [name, preferredNumbers(base)] as const),
  ["POWERSOF2", POWERS_OF_TWO] as const,
]);

/** The granularity of a name; 40257 for an unknown one. */
export function granularityOf(name: string): Granularity {
  const granularity = GRANULARITIES.get(name);
  if (granularity !== undefined) return granularity;
  throw new CommandError(40257, `Unknown rounding granularity '${name}'`);
}
