// Division of numbers as the $divide expression does it, for functions that reckon with mixed numeric types.

import { Decimal128 } from "bson";
import { decimalDivide } from "../../bson/decimal_arithmetic.ts";
import { doubleValue } from "../../bson/decode.ts";
import { compareNumbers, type NumericValue, toDecimal128, toNumber } from "../../bson/number.ts";

/** The quotient, a double or decimal; undefined for a divisor of zero. */
export function divideNumbers(
  dividend: NumericValue,
  divisor: NumericValue,
): NumericValue | undefined {
  if (compareNumbers(divisor, 0) === 0) return undefined;
  if (dividend instanceof Decimal128 || divisor instanceof Decimal128) {
    return decimalDivide(toDecimal128(dividend), toDecimal128(divisor));
  }
  return doubleValue(toNumber(dividend) / toNumber(divisor));
}
