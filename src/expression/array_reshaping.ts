// $zip, $sortArray, $arrayToObject, $objectToArray.

import { compareValues } from "../bson/compare.ts";
import { decodeValue, documentEntries } from "../bson/decode.ts";
import { elements, type RawElement, type RawValue } from "../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import { CommandError } from "../error.ts";
import { describe } from "./array_access.ts";
import type { CompileContext, Expression, ExpressionDefinition } from "./definition.ts";
import { combineExpressions } from "./dependencies.ts";
import { parseFieldPath } from "./field_path.ts";
import { wholeNumber } from "./number.ts";
import { type NamedArguments, namedArguments, unaryOperator } from "./operator_kinds.ts";
import { fieldOf, valueBelow } from "./path_expression.ts";
import { isDocument, isNullish, typeNameOf } from "./value_type.ts";

const ZIP_ARGUMENTS: NamedArguments<"inputs" | "useLongestLength" | "defaults"> = {
  operator: "$zip",
  names: { inputs: false, useLongestLength: false, defaults: false },
  notAnObject: ({ type }) =>
    new CommandError(34460, `$zip only supports an object as an argument, found ${typeName(type)}`),
  unknown: (name) => new CommandError(34464, `$zip found an unknown argument: ${name}`),
  missing: () => new CommandError(34465, "$zip requires at least one input array"),
};

function expressionList(
  element: RawElement | undefined,
  what: string,
  code: number,
  context: CompileContext,
): Expression[] {
  if (element === undefined) return [];
  if (element.type !== BsonType.Array) {
    throw new CommandError(
      code,
      `${what} must be an array of expressions, found ${typeName(element.type)}`,
    );
  }
  return Array.from(elements(element.bytes, element.at), (item) => context.compile(item));
}

function compileZip(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, ZIP_ARGUMENTS);
  const inputs = expressionList(found.inputs, "inputs", 34461, context);
  const defaults = expressionList(found.defaults, "defaults", 34462, context);
  const flag = found.useLongestLength;
  if (flag !== undefined && flag.type !== BsonType.Boolean) {
    throw new CommandError(34463, `useLongestLength must be a bool, found ${typeName(flag.type)}`);
  }
  const useLongest = flag !== undefined && flag.bytes[flag.at] !== 0;
  if (inputs.length === 0) {
    throw new CommandError(34465, "$zip requires at least one input array");
  }
  if (found.defaults !== undefined && !useLongest) {
    throw new CommandError(34466, "cannot specify defaults unless useLongestLength is true");
  }
  if (found.defaults !== undefined && defaults.length !== inputs.length) {
    throw new CommandError(34467, "defaults and inputs must have the same length");
  }
  return combineExpressions([...inputs, ...defaults], (scope) => {
    const arrays: BsonValue[][] = [];
    for (const input of inputs) {
      const array = input.evaluate(scope);
      if (isNullish(array)) return null;
      if (!Array.isArray(array)) {
        throw new CommandError(
          34468,
          `$zip found a non-array expression in input: ${describe(array)}`,
        );
      }
      arrays.push(array);
    }
    const lengths = arrays.map((array) => array.length);
    const length = useLongest ? Math.max(...lengths) : Math.min(...lengths);
    const fill = inputs.map((_, i) => {
      const value = i < defaults.length ? defaults[i].evaluate(scope) : null;
      return value === MISSING ? null : value;
    });
    return Array.from(
      { length },
      (_, row) => arrays.map((array, i) => row < array.length ? array[row] : fill[i]),
    );
  });
}

const SORT_MISSING = { input: 2942502, sortBy: 2942503 };
const SORT_ARGUMENTS: NamedArguments<"input" | "sortBy"> = {
  operator: "$sortArray",
  names: { input: true, sortBy: true },
  notAnObject: ({ type }) =>
    new CommandError(
      2942500,
      `$sortArray requires an object as an argument, found: ${typeName(type)}`,
    ),
  unknown: (name) => new CommandError(2942501, `$sortArray found an unknown argument: ${name}`),
  missing: (name) =>
    new CommandError(SORT_MISSING[name], `$sortArray requires '${name}' to be specified`),
};

interface KeyedElement {
  readonly value: BsonValue;
  readonly keys: readonly OptionalValue[];
}

interface ElementOrder {
  readonly segments: readonly string[];
  readonly direction: number;
}

function sortDirection(value: RawValue): number {
  const direction = isNumericType(value.type) ? wholeNumber(decodeValue(value)) : 0;
  if (direction !== 1 && direction !== -1) {
    throw new CommandError(2942506, "The $sort element value must be either 1 or -1");
  }
  return direction;
}

function parseOrder(sortBy: RawElement): ElementOrder[] {
  if (sortBy.type !== BsonType.Document) {
    if (!isNumericType(sortBy.type)) {
      throw new CommandError(2942507, "sortBy must be either an object or a numeric value");
    }
    return [{ segments: [], direction: sortDirection(sortBy) }];
  }
  const orders = Array.from(elements(sortBy.bytes, sortBy.at), (element) => {
    if (!isNumericType(element.type)) {
      throw new CommandError(
        15974,
        `Illegal key in $sort specification: ${element.name}: ${describe(decodeValue(element))}`,
      );
    }
    const direction = wholeNumber(decodeValue(element));
    if (direction !== 1 && direction !== -1) {
      throw new CommandError(
        15975,
        "$sort key ordering must be 1 (for ascending) or -1 (for descending)",
      );
    }
    return { segments: parseFieldPath(element.name), direction };
  });
  if (orders.length === 0) {
    throw new CommandError(15976, "$sort stage must have at least one sort key");
  }
  return orders;
}

function compileSortArray(argument: RawValue, context: CompileContext): Expression {
  const found = namedArguments(argument, SORT_ARGUMENTS);
  const input = context.compile(found.input!);
  const orders = parseOrder(found.sortBy!);
  const { collation } = context;
  const keyOf = (value: BsonValue, { segments }: ElementOrder): OptionalValue => {
    // What is no document counts as its own key; an array under the path is compared whole, unlike in the $sort stage.
    if (segments.length === 0 || !isDocument(value)) return value;
    const found = valueBelow(value, segments);
    return found === MISSING ? null : found;
  };
  return combineExpressions([input], (scope): BsonValue => {
    const array = input.evaluate(scope);
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) {
      throw new CommandError(
        2942504,
        `The input argument to $sortArray must be an array, but was of type: ${typeNameOf(array)}`,
      );
    }
    const keyed = array.map((value: BsonValue): KeyedElement => ({
      value,
      keys: orders.map((order) => keyOf(value, order)),
    }));
    keyed.sort((a, b) => {
      for (let i = 0; i < orders.length; i++) {
        const order = compareValues(a.keys[i], b.keys[i], collation);
        if (order !== 0) return order * orders[i].direction;
      }
      return 0;
    });
    return keyed.map(({ value }) => value);
  });
}

function pairFromArray(pair: BsonValue): [string, BsonValue] {
  if (!Array.isArray(pair)) {
    throw new CommandError(
      40396,
      "$arrayToObject requires a consistent input format. Elements must" +
        ` all be arrays or all be objects. Array was detected, now found: ${typeNameOf(pair)}`,
    );
  }
  if (pair.length !== 2) {
    throw new CommandError(
      40397,
      `$arrayToObject requires an array of size 2 arrays,found array of size: ${pair.length}`,
    );
  }
  const [key, value] = pair;
  if (typeof key !== "string") {
    throw new CommandError(
      40395,
      "$arrayToObject requires an array of key-value pairs, where the key must be of type string. " +
        `Found key type: ${typeNameOf(key)}`,
    );
  }
  return [key, value];
}

function pairFromObject(pair: BsonValue): [string, BsonValue] {
  if (!isDocument(pair)) {
    throw new CommandError(
      40391,
      "$arrayToObject requires a consistent input format. Elements must" +
        ` all be arrays or all be objects. Object was detected, now found: ${typeNameOf(pair)}`,
    );
  }
  const count = Array.from(documentEntries(pair)).length;
  if (count !== 2) {
    throw new CommandError(
      40392,
      "$arrayToObject requires an object keys of 'k' and 'v'. " +
        `Found incorrect number of keys:${count}`,
    );
  }
  const key = fieldOf(pair, "k");
  const value = fieldOf(pair, "v");
  if (key === MISSING || value === MISSING) {
    throw new CommandError(
      40393,
      "$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from: " +
        describe(pair),
    );
  }
  if (typeof key !== "string") {
    throw new CommandError(
      40394,
      "$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of " +
        `type string. Found type: ${typeNameOf(key)}`,
    );
  }
  return [key, value];
}

function arrayToObject(array: OptionalValue): BsonValue {
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      40386,
      `$arrayToObject requires an array input, found: ${typeNameOf(array)}`,
    );
  }
  const object = new Map<string, BsonValue>();
  if (array.length === 0) return object;
  const first = array[0];
  if (!Array.isArray(first) && !isDocument(first)) {
    throw new CommandError(
      40398,
      `Unrecognised input type format for $arrayToObject: ${typeNameOf(first)}`,
    );
  }
  const pairOf = Array.isArray(first) ? pairFromArray : pairFromObject;
  for (const item of array) {
    const [key, value] = pairOf(item);
    if (key.includes("\0")) {
      throw new CommandError(
        Array.isArray(first) ? 4940400 : 4940401,
        "Key field cannot contain an embedded null byte",
      );
    }
    object.set(key, value);
  }
  return object;
}

function objectToArray(object: OptionalValue): BsonValue {
  if (isNullish(object)) return null;
  if (!isDocument(object)) {
    throw new CommandError(
      40390,
      `$objectToArray requires a document input, found: ${typeNameOf(object)}`,
    );
  }
  return Array.from(
    documentEntries(object),
    ([k, v]): BsonValue => new Map<string, BsonValue>([["k", k], ["v", v]]),
  );
}

export const ARRAY_RESHAPING_OPERATORS: readonly ExpressionDefinition[] = [
  unaryOperator("$arrayToObject", "An object from key-value pairs", arrayToObject),
  unaryOperator("$objectToArray", "Key-value pairs of an object", objectToArray),
  { name: "$sortArray", help: "The array in order", compile: compileSortArray },
  { name: "$zip", help: "Arrays transposed", compile: compileZip },
];
