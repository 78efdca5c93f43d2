// Questions about decoded values that every operator asks: what is the type called, is it null-like, is it true.

import { Decimal128 } from "bson";
import { decimalParts } from "../bson/decimal.ts";
import { isNumber, toNumber } from "../bson/number.ts";
import { typeName } from "../bson/type.ts";
import { type DocumentValue, MISSING, type OptionalValue, UNDEFINED } from "../bson/value.ts";
import { typeOfValue } from "../bson/value_type.ts";

/** The name `$type` gives, and that error messages use: "int", "string", "missing", ... */
export function typeNameOf(value: OptionalValue): string {
  const type = typeOfValue(value);
  return type === 0 ? "missing" : typeName(type);
}

/** null, missing and the deprecated undefined: what most operators answer with null. */
export function isNullish(value: OptionalValue): value is null | typeof MISSING | typeof UNDEFINED {
  return value === null || value === MISSING || value === UNDEFINED;
}

export function isDocument(value: OptionalValue): value is DocumentValue {
  return value instanceof Uint8Array || value instanceof Map;
}

/** A value as a condition: false, null, missing, undefined and zero of any type are false; NaN is true. */
export function isTruthy(value: OptionalValue): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (isNullish(value)) return false;
  if (value instanceof Decimal128) {
    const parts = decimalParts(value);
    return parts.kind !== "finite" || parts.coefficient !== 0n;
  }
  if (isNumber(value)) return toNumber(value) !== 0;
  return true;
}
