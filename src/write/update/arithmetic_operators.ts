// Operators that compute from the current number: $bit, $inc, $mul.
//
// The result has the wider of the two types (int, long, double, decimal); an int that overflows becomes a long, a long
// that overflows is an error. The usual case, a number that keeps its type, becomes a patch of 4 or 8 bytes.

import { CommandError, ErrorCode } from "../../error.ts";
import { decodeValue } from "../../bson/decode.ts";
import { encodeValue } from "../../bson/encode.ts";
import { toShellText } from "../../bson/json.ts";
import { add, multiply, type NumericValue } from "../../bson/number.ts";
import {
  cstringEnd,
  elements,
  type RawValue,
  readDouble,
  readInt32,
  readInt64,
  readText,
} from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import type { RawElement, UpdateLeaf, UpdateOperatorDefinition } from "./definition.ts";
import type { UpdateScope } from "./update_scope.ts";

interface Arithmetic {
  readonly name: "$inc" | "$mul";
  readonly combine: (a: NumericValue, b: NumericValue) => NumericValue | undefined;
  readonly isAddition: boolean;
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

function asDouble(bytes: Uint8Array, type: number, at: number): number {
  switch (type) {
    case BsonType.Int32:
      return readInt32(bytes, at);
    case BsonType.Int64:
      return Number(readInt64(bytes, at));
    default:
      return readDouble(bytes, at);
  }
}

function asInt64(bytes: Uint8Array, type: number, at: number): bigint {
  return type === BsonType.Int32 ? BigInt(readInt32(bytes, at)) : readInt64(bytes, at);
}

class ArithmeticLeaf implements UpdateLeaf {
  private readonly type: number;
  private readonly int32: number;
  private readonly int64: bigint;
  private readonly double: number;

  constructor(private readonly operand: RawValue, private readonly operation: Arithmetic) {
    const { bytes, type, at } = operand;
    this.type = type;
    this.int32 = type === BsonType.Int32 ? readInt32(bytes, at) : 0;
    this.int64 = type === BsonType.Int32 || type === BsonType.Int64 ? asInt64(bytes, type, at) : 0n;
    this.double = type === BsonType.Decimal128 ? NaN : asDouble(bytes, type, at);
  }

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const { bytes, arena } = scope;
    const type = bytes[elementAt];
    const from = arena.length;
    const wider = this.compute(scope, type, elementAt, valueAt);
    if (arena.length > from) {
      scope.setValue(elementAt, valueAt, wider, null, from, arena.length);
    }
  }

  /** Writes the result to the arena (nothing when it is identical) and gives its type. */
  private compute(scope: UpdateScope, type: number, elementAt: number, valueAt: number): number {
    const { bytes, arena } = scope;
    const { isAddition } = this.operation;
    if (type === BsonType.Int32 && this.type === BsonType.Int32) {
      const current = readInt32(bytes, valueAt);
      const result = isAddition ? current + this.int32 : current * this.int32;
      if ((result | 0) === result) {
        arena.int32(result);
        return BsonType.Int32;
      }
    }
    if (!isNumericType(type)) throw this.nonNumeric(scope, elementAt, type);
    if (type === BsonType.Decimal128 || this.type === BsonType.Decimal128) {
      return this.general(scope, type, valueAt);
    }
    if (type === BsonType.Double || this.type === BsonType.Double) {
      const current = asDouble(bytes, type, valueAt);
      const result = isAddition ? current + this.double : current * this.double;
      // 0 and -0 are identical to mongod, their bytes are not.
      if (type !== BsonType.Double || result !== current) arena.double(result);
      return BsonType.Double;
    }
    const current = asInt64(bytes, type, valueAt);
    const result = isAddition ? current + this.int64 : current * this.int64;
    if (result > MAX_INT64 || result < MIN_INT64) throw this.overflow(scope, type, current);
    arena.int64(result);
    return BsonType.Int64;
  }

  /** Decimals. */
  private general(scope: UpdateScope, type: number, valueAt: number): number {
    const current = decodeValue({ bytes: scope.bytes, type, at: valueAt }) as NumericValue;
    const result = this.operation.combine(decodeValue(this.operand) as NumericValue, current)!;
    const encoded = encodeValue(result);
    scope.arena.value(encoded.bytes, encoded.type, encoded.at);
    return encoded.type;
  }

  /** A missing field counts as zero: of the operand's type for $mul. */
  create(scope: UpdateScope, name: Uint8Array): void {
    const { arena } = scope;
    const { bytes, type, at } = this.operand;
    if (this.operation.isAddition) {
      arena.header(type, name);
      return arena.value(bytes, type, at);
    }
    const zero = encodeValue(this.operation.combine(decodeValue(this.operand) as NumericValue, 0)!);
    // Decoding tells an int-valued double from an int by its class; the type here is the operand's in any case.
    arena.header(type, name);
    arena.value(zero.bytes, zero.type, zero.at);
  }

  private nonNumeric(scope: UpdateScope, elementAt: number, type: number): CommandError {
    const name = readText(
      scope.bytes,
      elementAt + 1,
      cstringEnd(scope.bytes, elementAt + 1),
    );
    return new CommandError(
      ErrorCode.TypeMismatch,
      `Cannot apply ${this.operation.name} to a value of non-numeric type. {${scope.idText()}} ` +
        `has the field '${name}' of non-numeric type ${typeName(type)}`,
    );
  }

  private overflow(scope: UpdateScope, type: number, current: bigint): CommandError {
    const kind = type === BsonType.Int32 ? "NumberInt" : "NumberLong";
    return new CommandError(
      ErrorCode.BadValue,
      `Failed to apply ${this.operation.name} operations to current value ` +
        `((${kind})${current}) for document {${scope.idText()}}`,
    );
  }
}

function compileArithmetic(argument: RawElement, operation: Arithmetic): UpdateLeaf {
  if (!isNumericType(argument.type)) {
    const verb = operation.isAddition ? "increment" : "multiply";
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `Cannot ${verb} with non-numeric argument: {${argument.name}: ${toShellText(argument)}}`,
    );
  }
  return new ArithmeticLeaf(argument, operation);
}

export const $inc: UpdateOperatorDefinition = {
  name: "$inc",
  help: "Adds to a number; a missing field is set to the argument.",
  compile: (argument) =>
    compileArithmetic(argument, { name: "$inc", combine: add, isAddition: true }),
};

export const $mul: UpdateOperatorDefinition = {
  name: "$mul",
  help: "Multiplies a number; a missing field is set to zero.",
  compile: (argument) =>
    compileArithmetic(argument, { name: "$mul", combine: multiply, isAddition: false }),
};

interface BitOperation {
  readonly name: string;
  readonly operand: bigint;
  readonly isLong: boolean;
}

class BitLeaf implements UpdateLeaf {
  constructor(private readonly operations: readonly BitOperation[]) {}

  /** Writes the result to the arena and gives its type. */
  private compute(scope: UpdateScope, value: bigint, isLong: boolean): number {
    for (const { name, operand, isLong: isLongOperand } of this.operations) {
      if (name === "and") value &= operand;
      else if (name === "or") value |= operand;
      else value ^= operand;
      isLong ||= isLongOperand;
    }
    if (isLong) scope.arena.int64(value);
    else scope.arena.int32(Number(value));
    return isLong ? BsonType.Int64 : BsonType.Int32;
  }

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const { bytes, arena } = scope;
    const type = bytes[elementAt];
    if (type !== BsonType.Int32 && type !== BsonType.Int64) {
      const name = readText(bytes, elementAt + 1, cstringEnd(bytes, elementAt + 1));
      throw new CommandError(
        ErrorCode.BadValue,
        `Cannot apply $bit to a value of non-integral type.${scope.idText()} has the field ` +
          `${name} of non-integer type ${typeName(type)}`,
      );
    }
    const from = arena.length;
    const result = this.compute(scope, asInt64(bytes, type, valueAt), type === BsonType.Int64);
    scope.setValue(elementAt, valueAt, result, null, from, arena.length);
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    const { arena } = scope;
    const from = arena.length;
    const type = this.compute(scope, 0n, false);
    arena.length = from;
    arena.header(type, name);
    this.compute(scope, 0n, false);
  }
}

function compileBit(argument: RawElement): UpdateLeaf {
  if (argument.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.BadValue,
      `The $bit modifier is not compatible with a ${typeName(argument.type)}. You must pass in ` +
        "an embedded document: {$bit: {field: {and/or/xor: #}}",
    );
  }
  const operations: BitOperation[] = [];
  for (const option of elements(argument.bytes, argument.at)) {
    const text = `{${option.name}: ${toShellText(option)}}`;
    if (option.name !== "and" && option.name !== "or" && option.name !== "xor") {
      throw new CommandError(
        ErrorCode.BadValue,
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${option.name}' which is ` +
          `an unknown operator: ${text}`,
      );
    }
    if (option.type !== BsonType.Int32 && option.type !== BsonType.Int64) {
      throw new CommandError(
        ErrorCode.BadValue,
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(option.type)}' is ` +
          `not supported here: ${text}`,
      );
    }
    const operand = asInt64(option.bytes, option.type, option.at);
    operations.push({ name: option.name, operand, isLong: option.type === BsonType.Int64 });
  }
  if (operations.length === 0) {
    throw new CommandError(
      ErrorCode.BadValue,
      "You must pass in at least one bitwise operation. The format is: " +
        "{$bit: {field: {and/or/xor: #}}",
    );
  }
  return new BitLeaf(operations);
}

export const $bit: UpdateOperatorDefinition = {
  name: "$bit",
  help: "Bitwise and, or, xor on an integer.",
  compile: compileBit,
};
