// Arithmetic on Decimal128 with the exponents IEEE 754-2008 prefers: 1.10 + 2.20 is 3.30, 1.1 * 2.5 is 2.75.
//
// Exact on bigint coefficients, rounded once by makeDecimal. Transcendental functions go through decimal.js at 34
// digits (`viaDecimalJs`); what is not exact has all 34 of them, as in mongod's library.

import { Decimal128 } from "bson";
import type { Decimal as DecimalJs } from "decimal.js";
import {
  Decimal34,
  DECIMAL_NAN,
  decimalInfinity,
  type DecimalParts,
  decimalParts,
  digitCount,
  DIGITS,
  makeDecimal,
  MIN_EXPONENT,
  powerOfTen,
} from "./decimal.ts";

export type RoundingMode = "halfEven" | "floor" | "ceiling" | "truncate";

// Beyond this many digits apart, the smaller summand only decides the rounding.
const FAR_APART = 80;

export function decimalNegate(value: Decimal128): Decimal128 {
  const bytes = value.bytes.slice();
  bytes[15] ^= 0x80;
  return new Decimal128(bytes);
}

export function decimalAbsolute(value: Decimal128): Decimal128 {
  const bytes = value.bytes.slice();
  bytes[15] &= 0x7f;
  return new Decimal128(bytes);
}

export function decimalAdd(a: Decimal128, b: Decimal128): Decimal128 {
  return addParts(decimalParts(a), decimalParts(b));
}

export function decimalSubtract(a: Decimal128, b: Decimal128): Decimal128 {
  const right = decimalParts(b);
  return addParts(decimalParts(a), { ...right, negative: !right.negative });
}

function addParts(a: DecimalParts, b: DecimalParts): Decimal128 {
  if (a.kind === "nan" || b.kind === "nan") return DECIMAL_NAN;
  if (a.kind === "infinity" || b.kind === "infinity") {
    if (a.kind === b.kind && a.negative !== b.negative) return DECIMAL_NAN;
    return decimalInfinity(a.kind === "infinity" ? a.negative : b.negative);
  }
  const larger = a.exponent >= b.exponent ? a : b;
  let smaller = larger === a ? b : a;
  if (larger.coefficient !== 0n && larger.exponent - smaller.exponent > FAR_APART) {
    // Keep the sign and "not zero" of the far smaller one, and enough zeros to reach 34 digits.
    const exponent = larger.exponent - FAR_APART;
    const coefficient = smaller.coefficient === 0n ? 0n : 1n;
    smaller = { ...smaller, coefficient, exponent };
  }
  const apart = larger.exponent - smaller.exponent;
  const left = signed(larger) * (larger.coefficient === 0n ? 1n : powerOfTen(apart));
  const sum = left + signed(smaller);
  if (sum === 0n) return makeDecimal(a.negative && b.negative, 0n, smaller.exponent);
  return makeDecimal(sum < 0n, sum < 0n ? -sum : sum, smaller.exponent);
}

function signed(parts: DecimalParts): bigint {
  return parts.negative ? -parts.coefficient : parts.coefficient;
}

export function decimalMultiply(x: Decimal128, y: Decimal128): Decimal128 {
  const a = decimalParts(x);
  const b = decimalParts(y);
  if (a.kind === "nan" || b.kind === "nan") return DECIMAL_NAN;
  const negative = a.negative !== b.negative;
  if (a.kind === "infinity" || b.kind === "infinity") {
    const zero = (a.kind === "finite" && a.coefficient === 0n) ||
      (b.kind === "finite" && b.coefficient === 0n);
    return zero ? DECIMAL_NAN : decimalInfinity(negative);
  }
  return makeDecimal(negative, a.coefficient * b.coefficient, a.exponent + b.exponent);
}

export function decimalDivide(x: Decimal128, y: Decimal128): Decimal128 {
  const a = decimalParts(x);
  const b = decimalParts(y);
  if (a.kind === "nan" || b.kind === "nan") return DECIMAL_NAN;
  const negative = a.negative !== b.negative;
  if (a.kind === "infinity") return b.kind === "infinity" ? DECIMAL_NAN : decimalInfinity(negative);
  if (b.kind === "infinity") return makeDecimal(negative, 0n, -6176);
  if (b.coefficient === 0n) return a.coefficient === 0n ? DECIMAL_NAN : decimalInfinity(negative);
  const preferred = a.exponent - b.exponent;
  if (a.coefficient === 0n) return makeDecimal(negative, 0n, preferred);
  const scale = Math.max(36 + digitCount(b.coefficient) - digitCount(a.coefficient), 0);
  const dividend = a.coefficient * powerOfTen(scale);
  let quotient = dividend / b.coefficient;
  let exponent = preferred - scale;
  if (quotient * b.coefficient !== dividend) {
    return makeDecimal(negative, quotient, exponent, true);
  }
  while (exponent < preferred && quotient % 10n === 0n) {
    quotient /= 10n;
    exponent++;
  }
  return makeDecimal(negative, quotient, exponent);
}

/** The remainder of a truncated division: the sign follows the dividend. */
export function decimalRemainder(x: Decimal128, y: Decimal128): Decimal128 {
  const a = decimalParts(x);
  const b = decimalParts(y);
  if (a.kind !== "finite" || b.kind === "nan") return DECIMAL_NAN;
  if (b.kind === "infinity") return x;
  if (b.coefficient === 0n) return DECIMAL_NAN;
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.coefficient * powerOfTen(a.exponent - exponent);
  const right = b.coefficient * powerOfTen(b.exponent - exponent);
  return makeDecimal(a.negative, left % right, exponent);
}

/** Rounds to `place` digits behind the point (negative: before it). */
export function decimalRound(value: Decimal128, place: number, mode: RoundingMode): Decimal128 {
  const parts = decimalParts(value);
  if (parts.kind === "nan") return DECIMAL_NAN;
  if (parts.kind === "infinity") return value;
  const drop = -place - parts.exponent;
  if (drop <= 0) return value;
  if (parts.coefficient === 0n) return makeDecimal(parts.negative, 0n, -place);
  const divisor = powerOfTen(Math.min(drop, 100));
  const quotient = parts.coefficient / divisor;
  const rest = parts.coefficient - quotient * divisor;
  const up = roundsUp(quotient, rest * 2n, divisor, parts.negative, mode);
  return makeDecimal(parts.negative, up ? quotient + 1n : quotient, -place);
}

/** As decimalRound, and with zeros up to the place where the value has fewer digits, as far as 34 allow. */
export function decimalQuantize(value: Decimal128, place: number, mode: RoundingMode): Decimal128 {
  const rounded = decimalRound(value, place, mode);
  const parts = decimalParts(rounded);
  if (parts.kind !== "finite") return rounded;
  return padded(parts, Math.min(place + parts.exponent, DIGITS - digitCount(parts.coefficient)));
}

/** The same value with so many zeros more. */
function padded({ negative, coefficient, exponent }: DecimalParts, zeros: number): Decimal128 {
  if (zeros <= 0) return makeDecimal(negative, coefficient, exponent);
  return makeDecimal(negative, coefficient * powerOfTen(zeros), exponent - zeros);
}

function roundsUp(
  quotient: bigint,
  twiceRest: bigint,
  divisor: bigint,
  negative: boolean,
  mode: RoundingMode,
): boolean {
  if (twiceRest === 0n || mode === "truncate") return false;
  if (mode === "floor") return negative;
  if (mode === "ceiling") return !negative;
  return twiceRest > divisor || (twiceRest === divisor && (quotient & 1n) === 1n);
}

/**
 * A function of decimal.js applied at 34 digits; the arguments may be NaN or infinite. A result counts as rounded, and shows
 * all its digits, unless it is zero or `isExact` says otherwise.
 */
export function viaDecimalJs(
  values: readonly Decimal128[],
  apply: (...values: DecimalJs[]) => DecimalJs,
  isExact?: (result: DecimalJs, ...values: DecimalJs[]) => boolean,
): Decimal128 {
  const given = values.map(toDecimalJs);
  const applied = apply(...given);
  const result = fromDecimalJs(applied);
  const parts = decimalParts(result);
  if (parts.kind !== "finite" || parts.coefficient === 0n) return result;
  if (isExact?.(applied, ...given) === true) return result;
  return padded(parts, DIGITS - digitCount(parts.coefficient));
}

export function toDecimalJs(value: Decimal128): DecimalJs {
  const parts = decimalParts(value);
  if (parts.kind === "nan") return new Decimal34(NaN);
  if (parts.kind === "infinity") return new Decimal34(parts.negative ? -Infinity : Infinity);
  return new Decimal34(`${parts.negative ? "-" : ""}${parts.coefficient}e${parts.exponent}`);
}

export function fromDecimalJs(value: DecimalJs): Decimal128 {
  if (value.isNaN()) return DECIMAL_NAN;
  const negative = value.isNegative();
  if (!value.isFinite()) return decimalInfinity(negative);
  const [digits, exponent] = value.abs().toExponential().split("e");
  const [whole, fraction = ""] = digits.split(".");
  const scale = Number(exponent) - fraction.length;
  // Far outside of what a decimal128 holds: not worth spelling out.
  if (scale < 2 * MIN_EXPONENT) return makeDecimal(negative, 0n, MIN_EXPONENT);
  if (scale > -2 * MIN_EXPONENT) return decimalInfinity(negative);
  return makeDecimal(negative, BigInt(whole + fraction), scale);
}
