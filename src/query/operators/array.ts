// $all $elemMatch $size.
//
// $all becomes an "and" of equalities (or of $elemMatch). $elemMatch has two forms: over operators it tests elements as
// values, over field names it tests elements that are documents or arrays.

import { cstringEnd, elements, type RawElement, readInt32, valueEnd } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { parseNonNegativeLong } from "../argument.ts";
import type {
  AnyMatchKindDefinition,
  MatchKindDefinition,
  ParseSite,
  QueryOperatorDefinition,
  ValueTest,
} from "../definition.ts";
import type { MatchExpression } from "../match_expression.ts";
import { every } from "../node_combination.ts";
import { isOperatorDocument } from "../operator_document.ts";
import { equalityExpression } from "./comparison.ts";
import { regexLiteral } from "./regular_expression.ts";

function badValue(message: string): CommandError {
  return new CommandError(ErrorCode.BadValue, message);
}

/** Operators that stand beside field names: `$elemMatch: {$or: [...]}` is about documents. */
const DOCUMENT_OPERATORS = new Set([
  "$alwaysFalse",
  "$alwaysTrue",
  "$and",
  "$comment",
  "$db",
  "$expr",
  "$id",
  "$jsonSchema",
  "$nor",
  "$or",
  "$ref",
  "$sampleRate",
  "$text",
  "$where",
]);

function firstElement(value: { bytes: Uint8Array; at: number }): RawElement | undefined {
  const first = elements(value.bytes, value.at).next();
  return first.done ? undefined : first.value;
}

function parseElemMatch(argument: RawElement, site: ParseSite): MatchExpression {
  if (argument.type !== BsonType.Document) throw badValue("$elemMatch needs an Object");
  const { path } = site;
  const origin = { operator: "$elemMatch", argument };
  const first = firstElement(argument);
  if (isOperatorDocument(argument, true) && !DOCUMENT_OPERATORS.has(first?.name ?? "")) {
    const children = site.parseFieldOperators(argument, "", true);
    return { kind: "elemMatchValue", path, children, origin };
  }
  const child = site.parseDocument(argument.bytes, argument.at, true);
  return { kind: "elemMatchObject", path, child, origin };
}

function parseAll(argument: RawElement, site: ParseSite): MatchExpression {
  if (argument.type !== BsonType.Array) throw badValue("$all needs an array");
  const { path } = site;
  const origin = { operator: "$all", argument };
  const items = [...elements(argument.bytes, argument.at)];
  if (items.length === 0) return { kind: "alwaysFalse", origin, path };
  const isElemMatch = items[0].type === BsonType.Document &&
    firstElement(items[0])?.name === "$elemMatch";
  const children = items.map((item) => {
    if (isElemMatch) {
      const inner = item.type === BsonType.Document ? firstElement(item) : undefined;
      if (inner?.name !== "$elemMatch") throw badValue("$all/$elemMatch has to be consistent");
      return parseElemMatch(inner, site);
    }
    if (item.type === BsonType.Regex) return regexLiteral(path, item, site.context);
    if (item.type === BsonType.Document && isKeyword(firstElement(item)?.name)) {
      throw badValue("no $ expressions in $all");
    }
    return equalityExpression(path, item, site.context);
  });
  return { kind: "and", children, origin, path };
}

function isKeyword(name: string | undefined): boolean {
  return name !== undefined && name.startsWith("$") && name !== "$ref" && name !== "$id" &&
    name !== "$db";
}

function parseSize(argument: RawElement, { path }: ParseSite): MatchExpression {
  let size: bigint;
  try {
    size = parseNonNegativeLong(argument);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw badValue(`Failed to parse $size. ${error.message}`);
  }
  if (size > 0x7fffffffn) {
    throw badValue(`Failed to parse $size. Cannot represent in an int: $size: ${size}`);
  }
  return { kind: "size", path, size: Number(size), origin: { operator: "$size", argument } };
}

export const operators: readonly QueryOperatorDefinition[] = [
  { name: "$all", place: "field", help: "the array holds all of the values", parse: parseAll },
  {
    name: "$elemMatch",
    place: "field",
    help: "one element of the array satisfies all conditions",
    parse: parseElemMatch,
  },
  { name: "$size", place: "field", help: "the array has that many elements", parse: parseSize },
];

/** A test of arrays that holds when one element passes. */
function someElement(test: ValueTest): ValueTest {
  return (bytes, type, at) => {
    if (type !== BsonType.Array) return false;
    const end = at + readInt32(bytes, at) - 1;
    let element = at + 4;
    while (element < end) {
      const elementType = bytes[element];
      const value = cstringEnd(bytes, element + 1) + 1;
      if (test(bytes, elementType, value)) return true;
      element = valueEnd(bytes, elementType, value);
    }
    return false;
  };
}

const ARRAY_FAILURE = {
  normal: "array did not satisfy the child predicate",
  inverted: "array did satisfy the child predicate",
};

const elemMatchObjectKind: MatchKindDefinition<"elemMatchObject"> = {
  kind: "elemMatchObject",
  leaf({ child }, compiler) {
    const { matches } = compiler.compile(child);
    // Arrays take part as documents with the names "0", "1", ...
    const test = someElement((bytes, type, at) => (type === 3 || type === 4) && matches(bytes, at));
    return { test, matchesMissing: false, unwrapsArrays: false };
  },
  serialize: ({ child }, writer) => writer.document("$elemMatch", child),
  failure: ARRAY_FAILURE,
};

const elemMatchValueKind: MatchKindDefinition<"elemMatchValue"> = {
  kind: "elemMatchValue",
  leaf({ children }, compiler) {
    const tests = children.map((child) => compiler.compileElement(child));
    return { test: someElement(every(tests)), matchesMissing: false, unwrapsArrays: false };
  },
  serialize: ({ children }, writer) => writer.operators("$elemMatch", children),
  failure: ARRAY_FAILURE,
};

const sizeKind: MatchKindDefinition<"size"> = {
  kind: "size",
  leaf({ size }) {
    const test: ValueTest = (bytes, type, at) => {
      if (type !== BsonType.Array) return false;
      const end = at + readInt32(bytes, at) - 1;
      let count = 0;
      for (let element = at + 4; element < end; count++) {
        if (count === size) return false;
        element = valueEnd(bytes, bytes[element], cstringEnd(bytes, element + 1) + 1);
      }
      return count === size;
    };
    return { test, matchesMissing: false, unwrapsArrays: false };
  },
  serialize: ({ size }, writer) => writer.bson.int32("$size", size),
  failure: {
    normal: "array length was not equal to given size",
    inverted: "array length was equal to given size",
  },
};

export const kinds: readonly AnyMatchKindDefinition[] = [
  elemMatchObjectKind,
  elemMatchValueKind,
  sizeKind,
];
