// Decimal128: the 16 bytes, their parts, and IEEE 754-2008 decimal arithmetic at 34 digits, half to even.
//
// Arithmetic is done on bigint coefficients rather than in decimal.js, because the server keeps the number of
// digits (1.10 + 2.20 is 3.30) and decimal.js drops trailing zeros. decimal.js serves the transcendental functions.
//
//   bit 127 sign | 126..113 exponent + 6176 | 112..0 coefficient       (bytes little-endian; BID encoding)
//   bits 126..125 = 11: the other form, whose coefficient would exceed 34 digits (read as 0), infinity, NaN

import { Decimal128 } from "bson";
import { Decimal as DecimalJs } from "decimal.js";
import { readInt64 } from "./read.ts";

export type DecimalKind = "finite" | "infinity" | "nan";

export interface DecimalParts {
  readonly kind: DecimalKind;
  readonly negative: boolean;
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Digits of a decimal128. */
export const DIGITS = 34;
export const MIN_EXPONENT = -6176;
const MAX_EXPONENT = 6111;
const LIMIT = 10n ** 34n;
const POWERS: bigint[] = [];
for (let i = 0, power = 1n; i <= 80; i++, power *= 10n) POWERS.push(power);

/** 10 to the power of `exponent`. */
export function powerOfTen(exponent: number): bigint {
  return exponent <= 80 ? POWERS[exponent] : 10n ** BigInt(exponent);
}

/** The number of decimal digits; 0 has one. */
export function digitCount(coefficient: bigint): number {
  return coefficient.toString().length;
}

/** decimal.js at the precision and rounding of Decimal128. */
export const Decimal34: typeof DecimalJs = DecimalJs.clone({
  precision: DIGITS,
  rounding: DecimalJs.ROUND_HALF_EVEN,
  defaults: true,
});

/** The parts of the 16 bytes at `at`. */
export function readDecimal(bytes: Uint8Array, at: number): DecimalParts {
  const negative = bytes[at + 15] >= 0x80;
  const top = bytes[at + 15] & 0x7f;
  if (top >= 0x78) {
    const kind = top >= 0x7c ? "nan" : "infinity";
    return { kind, negative, coefficient: 0n, exponent: 0 };
  }
  const high = BigInt.asUintN(64, readInt64(bytes, at + 8));
  if (top >= 0x60) {
    return {
      kind: "finite",
      negative,
      coefficient: 0n,
      exponent: Number((high >> 47n) & 0x3fffn) + MIN_EXPONENT,
    };
  }
  const low = BigInt.asUintN(64, readInt64(bytes, at));
  const coefficient = ((high & 0x1ffffffffffffn) << 64n) | low;
  return {
    kind: "finite",
    negative,
    coefficient: coefficient >= LIMIT ? 0n : coefficient,
    exponent: Number((high >> 49n) & 0x3fffn) + MIN_EXPONENT,
  };
}

export function decimalParts(value: Decimal128): DecimalParts {
  return readDecimal(value.bytes, 0);
}

function packBits(high: bigint, low: bigint): Decimal128 {
  const view = new DataView(new ArrayBuffer(16));
  view.setBigUint64(0, low, true);
  view.setBigUint64(8, high, true);
  return new Decimal128(new Uint8Array(view.buffer));
}

/** NaN, in the form the server writes. */
export const DECIMAL_NAN: Decimal128 = packBits(0x7c00000000000000n, 0n);

export function decimalInfinity(negative: boolean): Decimal128 {
  return packBits(negative ? 0xf800000000000000n : 0x7800000000000000n, 0n);
}

/** coefficient / 10^drop, half to even; `sticky` says that non-zero digits follow. */
function dropDigits(coefficient: bigint, drop: number, sticky: boolean): bigint {
  if (drop <= 0) return coefficient;
  const divisor = powerOfTen(drop);
  const quotient = coefficient / divisor;
  const twice = (coefficient - quotient * divisor) * 2n;
  const up = twice > divisor || (twice === divisor && (sticky || (quotient & 1n) === 1n));
  return up ? quotient + 1n : quotient;
}

/** The Decimal128 nearest to (-1)^negative * coefficient * 10^exponent; `sticky`: slightly more than that. */
export function makeDecimal(
  negative: boolean,
  coefficient: bigint,
  exponent: number,
  sticky = false,
): Decimal128 {
  let drop = Math.max(digitCount(coefficient) - DIGITS, MIN_EXPONENT - exponent, 0);
  if (coefficient === 0n) drop = 0;
  if (drop > 0) {
    coefficient = dropDigits(coefficient, drop, sticky);
    exponent += drop;
    if (coefficient === LIMIT) {
      coefficient /= 10n;
      exponent++;
    }
  }
  if (coefficient === 0n) {
    exponent = Math.min(Math.max(exponent, MIN_EXPONENT), MAX_EXPONENT);
  } else if (exponent > MAX_EXPONENT) {
    const pad = exponent - MAX_EXPONENT;
    if (digitCount(coefficient) + pad > DIGITS) return decimalInfinity(negative);
    coefficient *= powerOfTen(pad);
    exponent = MAX_EXPONENT;
  }
  const high = (negative ? 1n << 63n : 0n) | (BigInt(exponent - MIN_EXPONENT) << 49n) |
    (coefficient >> 64n);
  return packBits(high, coefficient & 0xffffffffffffffffn);
}

export function fromParts(parts: DecimalParts): Decimal128 {
  if (parts.kind === "nan") return DECIMAL_NAN;
  if (parts.kind === "infinity") return decimalInfinity(parts.negative);
  return makeDecimal(parts.negative, parts.coefficient, parts.exponent);
}

export function decimalFromBigInt(value: bigint): Decimal128 {
  return makeDecimal(value < 0n, value < 0n ? -value : value, 0);
}

/** The exact value of a finite double as mantissa * 2^exponent. */
export function doubleParts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 1075 };
}

/**
 * A double as a decimal: rounded to 15 digits (the server's rule wherever a double meets a decimal, always 15 digits
 * long), or to 34.
 */
export function decimalFromDouble(value: number, digits: 15 | 34 = 15): Decimal128 {
  if (Number.isNaN(value)) return DECIMAL_NAN;
  const negative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value)) return decimalInfinity(negative);
  if (value === 0) return makeDecimal(negative, 0n, 0);
  const magnitude = Math.abs(value);
  if (digits === 15) {
    const [text, exponent] = magnitude.toExponential(14).split("e");
    return makeDecimal(negative, BigInt(text.replace(".", "")), Number(exponent) - 14);
  }
  const { mantissa, exponent } = doubleParts(magnitude);
  if (exponent >= 0) return makeDecimal(negative, mantissa << BigInt(exponent), 0);
  // m / 2^k = m * 5^k / 10^k; trailing zeros go until the exponent is 0.
  let coefficient = mantissa * 5n ** BigInt(-exponent);
  let scale = exponent;
  while (scale < 0 && coefficient % 10n === 0n) {
    coefficient /= 10n;
    scale++;
  }
  return makeDecimal(negative, coefficient, scale);
}

/** The nearest double. */
export function decimalToDouble(parts: DecimalParts): number {
  if (parts.kind === "nan") return NaN;
  if (parts.kind === "infinity") return parts.negative ? -Infinity : Infinity;
  const magnitude = Number(`${parts.coefficient}e${parts.exponent}`);
  return parts.negative ? -magnitude : magnitude;
}

/** The integer part, towards zero; undefined for NaN and infinity. */
export function decimalToBigInt(parts: DecimalParts): bigint | undefined {
  if (parts.kind !== "finite") return undefined;
  let magnitude = parts.coefficient;
  if (parts.exponent > 0) magnitude *= powerOfTen(parts.exponent);
  else if (parts.exponent < -40) magnitude = 0n;
  else magnitude /= powerOfTen(-parts.exponent);
  return parts.negative ? -magnitude : magnitude;
}

/** -1, 0, 1 by exact value; NaN equals NaN and is below everything. */
export function compareDecimals(a: DecimalParts, b: DecimalParts): number {
  if (a.kind === "nan" || b.kind === "nan") {
    return Number(b.kind === "nan") - Number(a.kind === "nan");
  }
  const aSign = sign(a);
  const bSign = sign(b);
  if (aSign !== bSign) return aSign < bSign ? -1 : 1;
  if (aSign === 0) return 0;
  const order = compareMagnitudes(a, b);
  return aSign < 0 && order !== 0 ? -order : order;
}

function sign(parts: DecimalParts): number {
  if (parts.kind === "finite" && parts.coefficient === 0n) return 0;
  return parts.negative ? -1 : 1;
}

function compareMagnitudes(a: DecimalParts, b: DecimalParts): number {
  if (a.kind === "infinity" || b.kind === "infinity") {
    return Number(a.kind === "infinity") - Number(b.kind === "infinity");
  }
  let left = a.coefficient;
  let right = b.coefficient;
  if (a.exponent !== b.exponent) {
    const aPlace = digitCount(left) + a.exponent;
    const bPlace = digitCount(right) + b.exponent;
    if (aPlace !== bPlace) return aPlace < bPlace ? -1 : 1;
    if (a.exponent > b.exponent) left *= powerOfTen(a.exponent - b.exponent);
    else right *= powerOfTen(b.exponent - a.exponent);
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Decimal against double by exact value. */
export function compareDecimalToDouble(a: DecimalParts, b: number): number {
  if (a.kind === "nan" || Number.isNaN(b)) {
    return Number(Number.isNaN(b)) - Number(a.kind === "nan");
  }
  // Rounding is monotonic, so a difference after rounding decides.
  const rounded = decimalToDouble(a);
  if (a.kind === "infinity" || !Number.isFinite(b)) {
    if (a.kind === "infinity" && !Number.isFinite(b)) {
      return rounded === b ? 0 : rounded < b ? -1 : 1;
    }
    return a.kind === "infinity" ? (a.negative ? -1 : 1) : (b > 0 ? -1 : 1);
  }
  if (rounded !== b) return rounded < b ? -1 : 1;
  if (b === 0) return sign(a);
  return compareExactly(a, b);
}

/** The exact comparison of two finite values of about the same size. */
export function compareExactly(a: DecimalParts, b: number): number {
  const { mantissa, exponent } = doubleParts(b);
  let left = a.negative ? -a.coefficient : a.coefficient;
  let right = mantissa;
  if (a.exponent >= 0) left *= powerOfTen(a.exponent);
  else right *= powerOfTen(-a.exponent);
  if (exponent >= 0) right <<= BigInt(exponent);
  else left <<= BigInt(-exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}
