// $bitsAllSet $bitsAllClear $bitsAnySet $bitsAnyClear, over numbers and binary data.
//
// A mask is a list of positions, a non-negative integer, or binary data (bit 0 is the lowest bit of the first byte).
// Negative numbers are sign-extended without end; bits behind the end of binary data are clear.

import { asInt64Exact } from "../../bson/number.ts";
import { decode, decodeValue } from "../../bson/decode.ts";
import { decimalParts, decimalToBigInt, fromParts, readDecimal } from "../../bson/decimal.ts";
import { decimalRound } from "../../bson/decimal_arithmetic.ts";
import { elements, type RawElement, readDouble, readInt32, readInt64 } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { elementText, parseNonNegativeLong } from "../argument.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  QueryOperatorDefinition,
  ValueTest,
} from "../definition.ts";
import type { BitsOperator } from "../match_expression.ts";

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

function parsePositions(argument: RawElement, path: string): number[] {
  if (argument.type === BsonType.Array) {
    return [...elements(argument.bytes, argument.at)].map(parsePosition);
  }
  if (isNumericType(argument.type)) {
    const mask = parseNonNegativeLong(argument);
    const positions: number[] = [];
    for (let bit = 0; bit < 63; bit++) if ((mask >> BigInt(bit)) & 1n) positions.push(bit);
    return positions;
  }
  if (argument.type === BsonType.Binary) {
    const { bytes, at } = argument;
    const positions: number[] = [];
    const length = readInt32(bytes, at) * 8;
    for (let bit = 0; bit < length; bit++) {
      if (bytes[at + 5 + (bit >> 3)] & (1 << (bit & 7))) positions.push(bit);
    }
    return positions;
  }
  throw badValue(
    `${path} takes an Array, a number, or a BinData but received: ${elementText(argument)}`,
  );
}

function parsePosition(item: RawElement): number {
  if (!isNumericType(item.type)) {
    throw badValue(`bit positions must be an integer but got: ${elementText(item)}`);
  }
  const value = asInt64Exact(decodeValue(item));
  if (item.type === BsonType.Double && Number.isNaN(readDouble(item.bytes, item.at))) {
    throw badValue(`bit positions cannot take a NaN: ${elementText(item)}`);
  }
  if (value === undefined && !isHuge(item)) {
    throw badValue(`bit positions must be an integer but got: ${elementText(item)}`);
  }
  if (value === undefined || value > 0x7fffffffn || value < -0x80000000n) {
    throw badValue(
      `bit positions cannot be represented as a 32-bit signed integer: ${elementText(item)}`,
    );
  }
  if (value < 0n) throw badValue(`bit positions must be >= 0 but got: ${elementText(item)}`);
  return Number(value);
}

function isHuge(item: RawElement): boolean {
  return item.type === BsonType.Double && Math.abs(readDouble(item.bytes, item.at)) >= 2 ** 31;
}

function bits(name: BitsOperator, help: string): QueryOperatorDefinition {
  return {
    name,
    place: "field",
    help,
    parse: (argument, { path }) => ({
      kind: "bits",
      path,
      operator: name,
      positions: parsePositions(argument, path),
      origin: { operator: name, argument },
    }),
  };
}

export const operators: readonly QueryOperatorDefinition[] = [
  bits("$bitsAllClear", "all of the bits are 0"),
  bits("$bitsAllSet", "all of the bits are 1"),
  bits("$bitsAnyClear", "one of the bits is 0"),
  bits("$bitsAnySet", "one of the bits is 1"),
];

/** The number as int64, undefined when no bits can be told. */
function integerOf(bytes: Uint8Array, type: number, at: number): bigint | undefined {
  if (type === BsonType.Int32) return BigInt(readInt32(bytes, at));
  if (type === BsonType.Int64) return readInt64(bytes, at);
  if (type === BsonType.Double) return asInt64Exact(decode(bytes, type, at));
  const whole = decimalRound(fromParts(readDecimal(bytes, at)), 0, "halfEven");
  const value = decimalToBigInt(decimalParts(whole));
  return value === undefined || BigInt.asIntN(64, value) !== value ? undefined : value;
}

function bitsTest(operator: BitsOperator, positions: readonly number[]): ValueTest {
  const wantsSet = operator === "$bitsAllSet" || operator === "$bitsAnySet";
  const isAll = operator === "$bitsAllSet" || operator === "$bitsAllClear";
  const mask = positions.reduce((sum, bit) => sum | (1n << BigInt(Math.min(bit, 63))), 0n);

  function testBinary(bytes: Uint8Array, at: number): boolean {
    const length = readInt32(bytes, at) * 8;
    for (const bit of positions) {
      const isSet = bit < length && (bytes[at + 5 + (bit >> 3)] & (1 << (bit & 7))) !== 0;
      if ((isSet === wantsSet) !== isAll) return !isAll;
    }
    return isAll;
  }

  return (bytes, type, at) => {
    if (type === BsonType.Binary) return testBinary(bytes, at);
    if (!isNumericType(type)) return false;
    const value = integerOf(bytes, type, at);
    if (value === undefined) return false;
    const found = BigInt.asUintN(64, wantsSet ? value : ~value) & mask;
    return isAll ? found === mask : found !== 0n;
  };
}

const bitsKind: MatchKindDefinition<"bits"> = {
  kind: "bits",
  leaf: ({ operator, positions }) => ({
    test: bitsTest(operator, positions),
    matchesMissing: false,
    unwrapsArrays: true,
  }),
  serialize({ operator, positions }, { bson }) {
    bson.startArray(operator);
    for (const position of positions) bson.int32(undefined, position);
    bson.end();
  },
  failure: { normal: "bitwise operator failed to match", inverted: "bitwise operator matched" },
};

export const kinds: readonly AnyMatchKindDefinition[] = [bitsKind];
