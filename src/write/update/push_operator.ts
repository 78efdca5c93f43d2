// $push with its modifiers. Whatever order they are written in: each value is inserted at the position, then the
// array is sorted, then cut to the slice.
//
// The usual push appends; it copies the elements that are there as one range. Only sorting, cutting and inserting in
// the middle rebuild the array.

import { CommandError, ErrorCode } from "../../error.ts";
import { compareRaw } from "../../bson/compare.ts";
import { rawSafeInteger } from "../../bson/number.ts";
import {
  cstringEnd,
  elements,
  findElement,
  getField,
  nameBytes,
  type RawElement,
  type RawValue,
  readInt32,
  valueEnd,
} from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import {
  appendToArray,
  arrayItems,
  countItems,
  type Item,
  replaceArray,
  writeArray,
} from "./array_items.ts";
import type { LeafContext, UpdateLeaf, UpdateOperatorDefinition } from "./definition.ts";
import { nestingOf } from "./nesting.ts";
import { arrayIndexOf } from "./update_path.ts";
import { pathOfElement, type UpdateScope } from "./update_scope.ts";

type ItemOrder = (a: Item, b: Item) => number;

interface PushOptions {
  readonly values: readonly Item[];
  /** undefined: at the end. Negative: counted from the end. */
  readonly position: number | undefined;
  readonly order: ItemOrder | undefined;
  /** Keep so many from the start, or from the end when negative. */
  readonly slice: number | undefined;
}

class PushLeaf implements UpdateLeaf {
  readonly valueDepth: number;

  constructor(private readonly options: PushOptions) {
    this.valueDepth = 1 + depthOf(options.values);
  }

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const { bytes } = scope;
    const type = bytes[elementAt];
    if (type !== BsonType.Array) {
      throw new CommandError(
        ErrorCode.BadValue,
        `The field '${pathOfElement(bytes, elementAt)}' must be an array but is of type ` +
          `${typeName(type)} in document ` +
          `{${scope.idText()}}`,
      );
    }
    const { values, position, order, slice } = this.options;
    if (order === undefined) {
      const count = countItems(bytes, valueAt);
      const isAtEnd = position === undefined || position >= count;
      const isCut = slice !== undefined && count + values.length > Math.abs(slice);
      if (isAtEnd && !isCut) {
        if (values.length > 0) appendToArray(scope, valueAt, count, values);
        return;
      }
    }
    replaceArray(scope, elementAt, valueAt, this.applied(arrayItems(bytes, valueAt)));
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    scope.arena.header(BsonType.Array, name);
    writeArray(scope, this.applied([]));
  }

  private applied(items: Item[]): Item[] {
    const { values, position, order, slice } = this.options;
    const at = position === undefined
      ? items.length
      : position >= 0
      ? Math.min(position, items.length)
      : Math.max(items.length + position, 0);
    const result = [...items.slice(0, at), ...values, ...items.slice(at)];
    if (order !== undefined) result.sort(order);
    if (slice === undefined || result.length <= Math.abs(slice)) return result;
    return slice < 0 ? result.slice(slice) : result.slice(0, slice);
  }
}

function depthOf(values: readonly Item[]): number {
  return values.reduce(
    (deepest, { bytes, type, at }) => Math.max(deepest, nestingOf(bytes, type, at)),
    0,
  );
}

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

function asItem({ bytes, type, at }: RawValue): Item {
  return { bytes, type, at, end: valueEnd(bytes, type, at) };
}

function compilePush(argument: RawElement, context: LeafContext): UpdateLeaf {
  const each = argument.type === BsonType.Document
    ? getField(argument.bytes, "$each", argument.at)
    : undefined;
  if (each === undefined) {
    const values = [asItem(argument)];
    const options = { values, position: undefined, order: undefined, slice: undefined };
    return new PushLeaf(options);
  }
  let slice: number | undefined;
  let position: number | undefined;
  let order: ItemOrder | undefined;
  for (const clause of elements(argument.bytes, argument.at)) {
    switch (clause.name) {
      case "$each":
        break;
      case "$slice":
        slice = rawSafeInteger(clause);
        if (slice === undefined) {
          throw badValue(
            "The value for $slice must be an integer value but was given type: " +
              typeName(clause.type),
          );
        }
        break;
      case "$position":
        position = rawSafeInteger(clause);
        if (position === undefined) {
          throw badValue(
            `The value for $position must be an integer value, not of type: ${
              typeName(clause.type)
            }`,
          );
        }
        break;
      case "$sort":
        order = compileOrder(clause, context);
        break;
      default:
        throw badValue(`Unrecognized clause in $push: ${clause.name}`);
    }
  }
  if (each.type !== BsonType.Array) {
    throw badValue(
      `The argument to $each in $push must be an array but it was of type: ${typeName(each.type)}`,
    );
  }
  return new PushLeaf({ values: arrayItems(each.bytes, each.at), position, order, slice });
}

/** `$sort: 1` compares whole elements, `$sort: {a: 1, "b.c": -1}` fields of document elements. */
function compileOrder(sort: RawElement, context: LeafContext): ItemOrder {
  const { collation } = context.query;
  if (sort.type !== BsonType.Document) {
    const direction = isNumericType(sort.type) ? rawSafeInteger(sort) : undefined;
    if (direction !== 1 && direction !== -1) {
      throw badValue(
        "The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort " +
          "embedded fields",
      );
    }
    return (a, b) =>
      direction * compareRaw(a.bytes, a.type, a.at, b.bytes, b.type, b.at, collation);
  }
  const keys = [...elements(sort.bytes, sort.at)].map(parseSortKey);
  if (keys.length === 0) {
    throw badValue("The $sort pattern is empty when it should be a set of fields.");
  }
  return (a, b) => {
    for (const { parts, direction } of keys) {
      const left = fieldOf(a, parts);
      const right = fieldOf(b, parts);
      const result = compareRaw(
        left.bytes,
        left.type,
        left.at,
        right.bytes,
        right.type,
        right.at,
        collation,
      );
      if (result !== 0) return result * direction;
    }
    return 0;
  };
}

function parseSortKey(element: RawElement): { parts: string[]; direction: number } {
  const direction = rawSafeInteger(element);
  if (direction !== 1 && direction !== -1) {
    throw badValue("The $sort element value must be either 1 or -1");
  }
  if (element.name === "") throw badValue("The $sort field cannot be empty");
  const parts = element.name.split(".");
  if (parts.includes("")) {
    throw badValue(
      `The $sort field is a dotted field but has an empty part: ${element.name}`,
    );
  }
  return { parts, direction };
}

const NULL_VALUE: RawValue = { bytes: new Uint8Array(0), type: BsonType.Null, at: 0 };

/** The value at a path in a document element; null when it is missing. Array parts are indexes. */
function fieldOf(item: RawValue, parts: readonly string[]): RawValue {
  let { type, at } = item;
  const { bytes } = item;
  for (const part of parts) {
    const elementAt = type === BsonType.Document
      ? findElement(bytes, at, nameBytes(part))
      : type === BsonType.Array
      ? elementAtIndex(bytes, at, arrayIndexOf(part))
      : -1;
    if (elementAt < 0) return NULL_VALUE;
    type = bytes[elementAt];
    at = cstringEnd(bytes, elementAt + 1) + 1;
  }
  return { bytes, type, at };
}

function elementAtIndex(bytes: Uint8Array, start: number, index: number): number {
  if (index < 0) return -1;
  const end = start + readInt32(bytes, start) - 1;
  let at = start + 4;
  while (at < end && index-- > 0) {
    at = valueEnd(bytes, bytes[at], cstringEnd(bytes, at + 1) + 1);
  }
  return at < end ? at : -1;
}

export const $push: UpdateOperatorDefinition = {
  name: "$push",
  help: "Appends a value to an array, or several with $each, $position, $sort and $slice.",
  compile: compilePush,
};
