// Arrays: elements by position, size, membership, joining, slicing, ranges.

import { equalValues } from "../bson/compare.ts";
import { isNumber, toNumber } from "../bson/number.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import type { CompileContext, ExpressionDefinition } from "./definition.ts";
import { exactInt32 } from "./number.ts";
import { binaryOperator, listOperator, unaryOperator } from "./operator_kinds.ts";
import { shortDoubleText, valueInMessage } from "./text.ts";
import { isNullish, typeNameOf } from "./value_type.ts";

const EXCEEDED_MEMORY_LIMIT = 146;
const MAXIMUM_RANGE = 6_000_000;
/** What mongod counts for a list beside 16 bytes for each element. */
const LIST_BYTES = 40;

/** Text of a value for an error message. */
export function describe(value: OptionalValue): string {
  return valueInMessage(value);
}

function elementAt(array: OptionalValue, index: OptionalValue): OptionalValue {
  if (isNullish(index)) return null;
  const position = positionOf(index);
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      28689,
      `$arrayElemAt's first argument must be an array, but is ${typeNameOf(array)}`,
    );
  }
  const value = array[position < 0 ? array.length + position : position];
  return value === undefined ? MISSING : value;
}

function positionOf(index: OptionalValue): number {
  const position = exactInt32(index);
  if (position !== undefined) return position;
  if (!isNumber(index)) {
    throw new CommandError(
      28690,
      `$arrayElemAt's second argument must be a numeric value, but is ${typeNameOf(index)}`,
    );
  }
  throw new CommandError(
    28691,
    `$arrayElemAt's second argument must be representable as a 32-bit integer: ${
      shortDoubleText(toNumber(index))
    }`,
  );
}

function endOfArray(operator: "$first" | "$last"): (array: OptionalValue) => OptionalValue {
  return (array) => {
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) {
      throw new CommandError(
        28689,
        `${operator}'s argument must be an array, but is ${typeNameOf(array)}`,
      );
    }
    if (array.length === 0) return MISSING;
    return operator === "$first" ? array[0] : array[array.length - 1];
  };
}

function sizeOf(array: OptionalValue): BsonValue {
  if (Array.isArray(array)) return array.length;
  throw new CommandError(
    17124,
    `The argument to $size must be an array, but was of type: ${typeNameOf(array)}`,
  );
}

function contains(
  value: OptionalValue,
  array: OptionalValue,
  { collation }: CompileContext,
): BsonValue {
  if (!Array.isArray(array)) {
    throw new CommandError(
      40081,
      `$in requires an array as a second argument, found: ${typeNameOf(array)}`,
    );
  }
  return array.some((element) => equalValues(element, value, collation));
}

/** Codes of what $indexOf... operators say of an index that is no integer, and of one below zero. */
export interface IndexCodes {
  readonly notIntegral: number;
  readonly negative: number;
}

export const ARRAY_INDEX_CODES: IndexCodes = { notIntegral: 9711600, negative: 9711601 };
export const TEXT_INDEX_CODES: IndexCodes = { notIntegral: 40096, negative: 40097 };

/** A start or end index of $indexOfArray, $indexOfBytes, $indexOfCP. */
export function indexArgument(
  operator: string,
  what: string,
  value: OptionalValue,
  codes: IndexCodes,
): number {
  const index = exactInt32(value);
  if (index === undefined) {
    throw new CommandError(
      codes.notIntegral,
      `${operator}requires an integral ${what}, found a value of type: ${typeNameOf(value)}, ` +
        `with value: ${describe(value)}`,
    );
  }
  if (index < 0) {
    throw new CommandError(
      codes.negative,
      `${operator} requires a nonnegative ${what}, found: ${index}`,
    );
  }
  return index;
}

function indexOfArray(
  [array, sought, from, to]: readonly OptionalValue[],
  { collation }: CompileContext,
): BsonValue {
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      40090,
      `$indexOfArray requires an array as a first argument, found: ${typeNameOf(array)}`,
    );
  }
  const start = from === undefined
    ? 0
    : indexArgument("$indexOfArray", "starting index", from, ARRAY_INDEX_CODES);
  const end = to === undefined
    ? array.length
    : Math.min(indexArgument("$indexOfArray", "ending index", to, ARRAY_INDEX_CODES), array.length);
  for (let i = start; i < end; i++) {
    if (equalValues(array[i], sought, collation)) return i;
  }
  return -1;
}

function concatArrays(values: readonly OptionalValue[]): BsonValue {
  const joined: BsonValue[] = [];
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!Array.isArray(value)) {
      throw new CommandError(28664, `$concatArrays only supports arrays, not ${typeNameOf(value)}`);
    }
    for (const element of value) joined.push(element);
  }
  return joined;
}

function reverseArray(array: OptionalValue): BsonValue {
  if (isNullish(array)) return null;
  if (Array.isArray(array)) return array.toReversed();
  throw new CommandError(
    34435,
    `The argument to $reverseArray must be an array, but was of type: ${typeNameOf(array)}`,
  );
}

function rangeArgument(
  value: OptionalValue,
  what: "a starting" | "an ending" | "a step",
  typeCode: number,
): number {
  if (!isNumber(value)) {
    const noun = what.split(" ")[1];
    const colon = what === "a step" ? ":" : ": ";
    throw new CommandError(
      typeCode,
      `$range requires a numeric ${noun} value, found value of type${colon}${typeNameOf(value)}`,
    );
  }
  const number = exactInt32(value);
  if (number === undefined) {
    throw new CommandError(
      typeCode + 1,
      `$range requires ${what} value that can be represented as a 32-bit integer, found value: ${
        describe(value)
      }`,
    );
  }
  return number;
}

function range([from, to, by]: readonly OptionalValue[]): BsonValue {
  const start = rangeArgument(from, "a starting", 34443);
  const end = rangeArgument(to, "an ending", 34445);
  const step = by === undefined ? 1 : rangeArgument(by, "a step", 34447);
  if (step === 0) throw new CommandError(34449, "$range requires a non-zero step value");
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count > MAXIMUM_RANGE) {
    throw new CommandError(
      EXCEEDED_MEMORY_LIMIT,
      `$range would use too much memory (${
        count * 16 + LIST_BYTES
      } bytes) and cannot spill to disk. ` +
        "Memory limit: 104857600 bytes",
    );
  }
  return Array.from({ length: count }, (_, i) => start + i * step);
}

function sliceNumber(
  value: OptionalValue,
  place: "Second" | "Third",
  typeCode: number,
): number {
  if (!isNumber(value)) {
    const wording = place === "Second" ? "must be a numeric value" : "must be numeric";
    throw new CommandError(
      typeCode,
      `${place} argument to $slice ${wording}, but is of type: ${typeNameOf(value)}`,
    );
  }
  const number = exactInt32(value);
  if (number === undefined) {
    throw new CommandError(
      typeCode + 1,
      `${place} argument to $slice can't be represented as a 32-bit integer: ${
        shortDoubleText(toNumber(value))
      }`,
    );
  }
  return number;
}

function slice([array, second, third]: readonly OptionalValue[]): BsonValue {
  if (isNullish(array) || (second !== undefined && isNullish(second))) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      28724,
      `First argument to $slice must be an array, but is of type: ${typeNameOf(array)}`,
    );
  }
  const number = sliceNumber(second, "Second", 28725);
  const length = array.length;
  if (third === undefined) {
    return number >= 0 ? array.slice(0, number) : array.slice(Math.max(length + number, 0));
  }
  if (isNullish(third)) return null;
  const count = sliceNumber(third, "Third", 28727);
  if (count <= 0) {
    throw new CommandError(28729, `Third argument to $slice must be positive: ${describe(third)}`);
  }
  const start = number < 0 ? Math.max(length + number, 0) : number;
  return array.slice(start, start + count);
}

export const ARRAY_ACCESS_OPERATORS: readonly ExpressionDefinition[] = [
  binaryOperator("$arrayElemAt", "The element at a position; negative from the end", elementAt),
  listOperator("$concatArrays", "Arrays joined into one", [0, Infinity], concatArrays),
  unaryOperator("$first", "The first element of an array", endOfArray("$first")),
  binaryOperator("$in", "True when the array holds the value", contains),
  listOperator("$indexOfArray", "Position of a value in an array, or -1", [2, 4], indexOfArray),
  unaryOperator("$isArray", "True for an array", (value) => Array.isArray(value)),
  unaryOperator("$last", "The last element of an array", endOfArray("$last")),
  listOperator("$range", "Numbers from start to end", [2, 3], range),
  unaryOperator("$reverseArray", "The array from its end", reverseArray),
  unaryOperator("$size", "Number of elements", sizeOf),
  listOperator("$slice", "Part of an array", [2, 3], slice),
];
