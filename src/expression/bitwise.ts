// Bitwise operators on ints and longs; a long among the operands makes the result a long.

import { isInt32 } from "../bson/number.ts";
import type { BsonValue, OptionalValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { ExpressionDefinition } from "./definition.ts";
import { listOperator, unaryOperator } from "./operator_kinds.ts";
import { numericOperand } from "./rounding.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

function bitwise(
  operator: string,
  identity: number,
  onInts: (a: number, b: number) => number,
  onLongs: (a: bigint, b: bigint) => bigint,
): (values: readonly OptionalValue[]) => BsonValue {
  return (values) => {
    let result: number | bigint = identity;
    for (const value of values) {
      if (isNullish(value)) return null;
      if (typeof value !== "bigint" && !isInt32(value)) {
        throw new CommandError(
          ErrorCode.TypeMismatch,
          `${operator} only supports int and long operands.`,
        );
      }
      result = typeof value === "number" && typeof result === "number"
        ? onInts(result, value)
        : onLongs(BigInt(result), BigInt(value));
    }
    return result;
  };
}

function complement(value: OptionalValue): BsonValue {
  if (isNullish(value)) return null;
  if (typeof value === "bigint") return ~value;
  if (isInt32(value)) return ~value;
  numericOperand("$bitNot", value);
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `$bitNot only supports int and long, not: ${typeNameOf(value)}.`,
  );
}

export const BITWISE_OPERATORS: readonly ExpressionDefinition[] = [
  listOperator(
    "$bitAnd",
    "Bitwise and",
    [0, Infinity],
    bitwise("$bitAnd", -1, (a, b) => a & b, (a, b) => a & b),
  ),
  unaryOperator("$bitNot", "Bitwise complement", complement),
  listOperator(
    "$bitOr",
    "Bitwise or",
    [0, Infinity],
    bitwise("$bitOr", 0, (a, b) => a | b, (a, b) => a | b),
  ),
  listOperator(
    "$bitXor",
    "Bitwise exclusive or",
    [0, Infinity],
    bitwise("$bitXor", 0, (a, b) => a ^ b, (a, b) => a ^ b),
  ),
];
