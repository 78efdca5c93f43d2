// Operators that treat an array as a set or take elements out: $addToSet, $pop, $pull, $pullAll.

import { CommandError, ErrorCode } from "../../error.ts";
import type { Collation } from "../../bson/collation.ts";
import { equalRaw } from "../../bson/compare.ts";
import { singleFieldDocument } from "../../bson/encode.ts";
import { toShellText } from "../../bson/json.ts";
import {
  cstringEnd,
  documentOf,
  elements,
  type RawElement,
  readInt32,
  readText,
  valueEnd,
} from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { parseLong } from "../../query/argument.ts";
import { compileQuery } from "../../query/filter.ts";
import { fieldOperator } from "../../query/operators/all.ts";
import { appendToArray, arrayItems, type Item, replaceArray, writeArray } from "./array_items.ts";
import type { LeafContext, UpdateLeaf, UpdateOperatorDefinition } from "./definition.ts";
import { compileElementMatcher } from "./element_matcher.ts";
import { nestingOf } from "./nesting.ts";
import { pathOfElement, type UpdateScope } from "./update_scope.ts";

function nameAt(bytes: Uint8Array, elementAt: number): string {
  return readText(bytes, elementAt + 1, cstringEnd(bytes, elementAt + 1));
}

function contains(items: readonly Item[], item: Item, collation: Collation | undefined): boolean {
  return items.some((other) =>
    equalRaw(item.bytes, item.type, item.at, other.bytes, other.type, other.at, collation)
  );
}

class AddToSetLeaf implements UpdateLeaf {
  readonly valueDepth: number;
  private readonly values: Item[] = [];

  constructor(values: readonly Item[], private readonly collation: Collation | undefined) {
    for (const value of values) {
      if (!contains(this.values, value, collation)) this.values.push(value);
    }
    const depths = values.map(({ bytes, type, at }) => nestingOf(bytes, type, at));
    this.valueDepth = 1 + Math.max(0, ...depths);
  }

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const { bytes } = scope;
    if (bytes[elementAt] !== BsonType.Array) {
      throw new CommandError(
        ErrorCode.BadValue,
        `Cannot apply $addToSet to non-array field. Field named '${nameAt(bytes, elementAt)}' ` +
          `has non-array type ${typeName(bytes[elementAt])}`,
      );
    }
    const present = arrayItems(bytes, valueAt);
    const added = this.values.filter((value) => !contains(present, value, this.collation));
    if (added.length > 0) appendToArray(scope, valueAt, present.length, added);
  }

  create(scope: UpdateScope, name: Uint8Array): void {
    scope.arena.header(BsonType.Array, name);
    writeArray(scope, this.values);
  }
}

function compileAddToSet(argument: RawElement, context: LeafContext): UpdateLeaf {
  const { collation } = context.query;
  const [first, second] = argument.type === BsonType.Document
    ? elements(argument.bytes, argument.at)
    : [];
  if (first?.name !== "$each") {
    const { bytes, type, at } = argument;
    return new AddToSetLeaf([{ bytes, type, at, end: valueEnd(bytes, type, at) }], collation);
  }
  if (first.type !== BsonType.Array) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      "The argument to $each in $addToSet must be an array but it was of type " +
        typeName(first.type),
    );
  }
  if (second !== undefined) {
    throw new CommandError(
      ErrorCode.BadValue,
      `Found unexpected fields after $each in $addToSet: ${toShellText(argument)}`,
    );
  }
  return new AddToSetLeaf(arrayItems(first.bytes, first.at), collation);
}

export const $addToSet: UpdateOperatorDefinition = {
  name: "$addToSet",
  help: "Appends values to an array unless it has them already.",
  compile: compileAddToSet,
};

class PopLeaf implements UpdateLeaf {
  constructor(private readonly fromFront: boolean) {}

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    const { bytes, edits } = scope;
    if (bytes[elementAt] !== BsonType.Array) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `Path '${pathOfElement(bytes, elementAt)}' contains an element of non-array type ` +
          `'${typeName(bytes[elementAt])}'`,
      );
    }
    const length = readInt32(bytes, valueAt);
    if (length === 5) return;
    if (this.fromFront) {
      return replaceArray(scope, elementAt, valueAt, arrayItems(bytes, valueAt).slice(1));
    }
    const end = valueAt + length - 1;
    let last = valueAt + 4;
    for (let at = last; at < end;) {
      last = at;
      at = valueEnd(bytes, bytes[at], cstringEnd(bytes, at + 1) + 1);
    }
    edits.remove(last, end);
    edits.setLength(valueAt, length - (end - last));
  }
}

function compilePop(argument: RawElement): UpdateLeaf {
  const end = parseLong(argument);
  if (end !== 1n && end !== -1n) {
    throw new CommandError(ErrorCode.FailedToParse, `$pop expects 1 or -1, found: ${end}`);
  }
  return new PopLeaf(end === -1n);
}

export const $pop: UpdateOperatorDefinition = {
  name: "$pop",
  help: "Removes the last (1) or first (-1) element of an array.",
  compile: compilePop,
};

/** Removes the elements a test accepts. */
class CullingLeaf implements UpdateLeaf {
  constructor(private readonly isRemoved: (item: Item) => boolean) {}

  update(scope: UpdateScope, elementAt: number, valueAt: number): void {
    if (scope.bytes[elementAt] !== BsonType.Array) {
      throw new CommandError(
        ErrorCode.BadValue,
        "Cannot apply $pull to a non-array value",
      );
    }
    const items = arrayItems(scope.bytes, valueAt);
    const kept = items.filter((item) => !this.isRemoved(item));
    if (kept.length < items.length) replaceArray(scope, elementAt, valueAt, kept);
  }
}

/** A DBRef is a value, although its names look like operators. */
const REFERENCE_NAMES = new Set(["$db", "$id", "$ref"]);
const WRAPPED_FIELD = "element";

function compilePull(argument: RawElement, { query }: LeafContext): UpdateLeaf {
  const isDocument = argument.type === BsonType.Document;
  const first = isDocument ? elements(argument.bytes, argument.at).next().value : undefined;
  const isOperator = first !== undefined && fieldOperator(first.name) !== undefined;
  const isReference = first !== undefined && REFERENCE_NAMES.has(first.name);
  if (isDocument && !isOperator && !isReference) {
    // A filter on elements that are documents; others stay.
    const { matches } = compileQuery(documentOf(argument).slice(), query);
    return new CullingLeaf((item) =>
      item.type === BsonType.Document && matches(item.bytes, item.at)
    );
  }
  if (isOperator || argument.type === BsonType.Regex) {
    const filter = singleFieldDocument(WRAPPED_FIELD, argument);
    const matches = compileElementMatcher(filter, WRAPPED_FIELD, query);
    return new CullingLeaf((item) => matches(item.bytes, item.type, item.at, item.end));
  }
  const { bytes, type, at } = argument;
  const { collation } = query;
  return new CullingLeaf((item) =>
    equalRaw(item.bytes, item.type, item.at, bytes, type, at, collation)
  );
}

export const $pull: UpdateOperatorDefinition = {
  name: "$pull",
  help: "Removes the elements that equal a value or match a condition.",
  compile: compilePull,
};

function compilePullAll(argument: RawElement, { query }: LeafContext): UpdateLeaf {
  if (argument.type !== BsonType.Array) {
    throw new CommandError(
      ErrorCode.BadValue,
      `$pullAll requires an array argument but was given a ${typeName(argument.type)}`,
    );
  }
  const values = arrayItems(argument.bytes, argument.at);
  return new CullingLeaf((item) => contains(values, item, query.collation));
}

export const $pullAll: UpdateOperatorDefinition = {
  name: "$pullAll",
  help: "Removes all elements that equal one of the values.",
  compile: compilePullAll,
};
