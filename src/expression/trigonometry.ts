// Circular and hyperbolic functions and their inverses, and degrees and radians. Ints and longs give doubles.

import { Decimal128 } from "bson";
import { Decimal34 } from "../bson/decimal.ts";
import { viaDecimalJs } from "../bson/decimal_arithmetic.ts";
import { doubleValue } from "../bson/decode.ts";
import { isNumber, type NumericValue, toDecimal128, toNumber } from "../bson/number.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { realFunction } from "./exponential.ts";
import { binaryOperator } from "./operator_kinds.ts";
import { numberInMessage } from "./text.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly inclusive: boolean;
}

const FINITE: Bounds = { low: -Infinity, high: Infinity, inclusive: false };
const UNIT: Bounds = { low: -1, high: 1, inclusive: true };
const FROM_ONE: Bounds = { low: 1, high: Infinity, inclusive: true };

/** Throws 50989 outside of the bounds; NaN passes. */
function within(operator: string, { low, high, inclusive }: Bounds): (value: NumericValue) => void {
  return (value) => {
    const number = toNumber(value);
    if (Number.isNaN(number)) return;
    if (inclusive ? number >= low && number <= high : number > low && number < high) return;
    const text = (bound: number): string =>
      bound === Infinity ? "inf" : bound === -Infinity ? "-inf" : String(bound);
    const [open, close] = inclusive ? ["[", "]"] : ["(", ")"];
    throw new CommandError(
      50989,
      `cannot apply ${operator} to ${numberInMessage(value)}, value must be in ` +
        `${open}${text(low)},${text(high)}${close}`,
    );
  };
}

function arcTangent2(y: OptionalValue, x: OptionalValue): BsonValue {
  if (isNullish(y) || isNullish(x)) return null;
  if (!isNumber(y)) {
    throw new CommandError(51044, `$atan2 only supports numeric types, not ${typeNameOf(y)}`);
  }
  if (!isNumber(x)) {
    throw new CommandError(51045, `$atan2 only supports numeric types, not ${typeNameOf(x)}`);
  }
  if (y instanceof Decimal128 || x instanceof Decimal128) {
    return viaDecimalJs(
      [toDecimal128(y), toDecimal128(x)],
      (left, right) => Decimal34.atan2(left, right),
    );
  }
  return doubleValue(Math.atan2(toNumber(y), toNumber(x)));
}

const HALF_TURN = Decimal34.acos(-1);

export const TRIGONOMETRY_OPERATORS: readonly ExpressionDefinition[] = [
  realFunction("$acos", "Arc cosine", Math.acos, (v) => v.acos(), within("$acos", UNIT)),
  realFunction(
    "$acosh",
    "Inverse hyperbolic cosine",
    Math.acosh,
    (v) => v.acosh(),
    within("$acosh", FROM_ONE),
  ),
  realFunction("$asin", "Arc sine", Math.asin, (v) => v.asin(), within("$asin", UNIT)),
  realFunction("$asinh", "Inverse hyperbolic sine", Math.asinh, (v) => v.asinh()),
  realFunction("$atan", "Arc tangent", Math.atan, (v) => v.atan()),
  binaryOperator("$atan2", "Arc tangent of y / x in the right quadrant", arcTangent2),
  realFunction(
    "$atanh",
    "Inverse hyperbolic tangent",
    Math.atanh,
    (v) => v.atanh(),
    within("$atanh", UNIT),
  ),
  realFunction("$cos", "Cosine", Math.cos, (v) => v.cos(), within("$cos", FINITE)),
  realFunction("$cosh", "Hyperbolic cosine", Math.cosh, (v) => v.cosh()),
  realFunction(
    "$degreesToRadians",
    "Degrees to radians",
    (value) => value * (Math.PI / 180),
    (value) => value.times(HALF_TURN.div(180)),
  ),
  realFunction(
    "$radiansToDegrees",
    "Radians to degrees",
    (value) => value * (180 / Math.PI),
    (value) => value.times(new Decimal34(180).div(HALF_TURN)),
  ),
  realFunction("$sin", "Sine", Math.sin, (v) => v.sin(), within("$sin", FINITE)),
  realFunction("$sinh", "Hyperbolic sine", Math.sinh, (v) => v.sinh()),
  realFunction("$tan", "Tangent", Math.tan, (v) => v.tan(), within("$tan", FINITE)),
  realFunction("$tanh", "Hyperbolic tangent", Math.tanh, (v) => v.tanh()),
];
