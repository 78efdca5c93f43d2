// Reading and refusing single argument values: numbers of any BSON type, and mongod's texts for wrong fields.

import { Decimal128 } from "bson";
import { readDouble, readInt32, readInt64AsNumber } from "../bson/read.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { acceptedTypes, type ArgumentType } from "./argument_plan.ts";

/** "BSON field 'count.limit' is the wrong type 'string', expected types '[decimal, int, double, long]'" (14). */
export function wrongTypeError(field: string, actual: number, type: ArgumentType): CommandError {
  const names = acceptedTypes(type).map(typeName);
  const expected = names.length === 1 ? `type '${names[0]}'` : `types '[${names.join(", ")}]'`;
  return new CommandError(
    ErrorCode.TypeMismatch,
    `BSON field '${field}' is the wrong type '${typeName(actual)}', expected ${expected}`,
  );
}

/** The error of an argument that mongod reads with code of its own; undefined for the others, which may be null. */
export function ownTypeError(
  name: string,
  actual: number,
  type: ArgumentType,
): CommandError | undefined {
  switch (type) {
    case "strictBool":
      return new CommandError(
        ErrorCode.TypeMismatch,
        `Field '${name}' should be a boolean value, but found: ${typeName(actual)}`,
      );
    case "ownedObject":
      return new CommandError(ErrorCode.TypeMismatch, `Expected field ${name}to be of type object`);
    case "hint":
      return new CommandError(ErrorCode.FailedToParse, "Hint must be a string or an object");
    case "pipeline":
      return new CommandError(ErrorCode.TypeMismatch, "A pipeline must be an array of objects");
    case "cursorOptions":
      return new CommandError(
        ErrorCode.TypeMismatch,
        "cursor field must be missing or an object",
      );
    default:
      return undefined;
  }
}

export function unknownFieldError(field: string): CommandError {
  return new CommandError(ErrorCode.IDLUnknownField, `BSON field '${field}' is an unknown field.`);
}

export function missingFieldError(field: string): CommandError {
  return new CommandError(
    ErrorCode.IDLFailedToParse,
    `BSON field '${field}' is missing but a required field`,
  );
}

export function duplicateFieldError(field: string): CommandError {
  return new CommandError(40413, `BSON field '${field}' is a duplicate field`);
}

/** Throws 2 (older servers 51024) when a number lies outside its bounds. */
export function checkRange(name: string, value: number, min?: number, max?: number): void {
  if (min !== undefined && value < min) {
    throw new CommandError(
      ErrorCode.BadValue,
      `BSON field '${name}' value must be >= ${min}, actual value '${Math.trunc(value)}'`,
    );
  }
  if (max !== undefined && value > max) {
    throw new CommandError(
      ErrorCode.BadValue,
      `BSON field '${name}' value must be <= ${max}, actual value '${Math.trunc(value)}'`,
    );
  }
}

/** A number of any BSON type as a JavaScript number: fractions cut off, NaN 0, clamped to +-2^63. */
export function integerAt(bytes: Uint8Array, type: number, at: number): number {
  if (type === BsonType.Int32) return readInt32(bytes, at);
  const number = numberAt(bytes, type, at);
  if (Number.isNaN(number)) return 0;
  return Math.trunc(Math.min(Math.max(number, -(2 ** 63)), 2 ** 63));
}

/** A number of any BSON type as a JavaScript number (long and decimal rounded). */
export function numberAt(bytes: Uint8Array, type: number, at: number): number {
  switch (type) {
    case BsonType.Int32:
      return readInt32(bytes, at);
    case BsonType.Double:
      return readDouble(bytes, at);
    case BsonType.Int64:
      return readInt64AsNumber(bytes, at);
    case BsonType.Decimal128:
      return Number(new Decimal128(bytes.slice(at, at + 16)).toString());
    case BsonType.Boolean:
      return bytes[at];
    default:
      return NaN;
  }
}
