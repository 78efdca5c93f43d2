// Which array element made a document match: the index behind the positional operator `$` of updates and projections.
//
// As in mongod, the outermost array that was entered without being named counts; in an "and" the last condition that
// met an array decides, in an "or" the first branch that matches; negations tell nothing.

import { cstringEnd, readInt32, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { compileElementTest, compileNode } from "./compile_filter.ts";
import type { ValueTest } from "./definition.ts";
import { documentPath, forEachPathValue } from "./document_path.ts";
import type { MatchExpression } from "./match_expression.ts";
import { every } from "./node_combination.ts";

/** The index of the first matching array element, -1 without one. */
export type PositionalIndex = (bytes: Uint8Array, start: number) => number;

const NO_MATCH = -2;
const NO_INDEX = -1;

/** Compiles the search for the positional index; call it on documents that match. */
export function compilePositional(expression: MatchExpression): PositionalIndex {
  const find = compile(expression);
  return (bytes, start) => Math.max(find(bytes, start), NO_INDEX);
}

function compile(expression: MatchExpression): PositionalIndex {
  switch (expression.kind) {
    case "and": {
      const parts = expression.children.map(compile);
      return (bytes, start) => {
        let index = NO_INDEX;
        for (const part of parts) {
          const found = part(bytes, start);
          if (found === NO_MATCH) return NO_MATCH;
          if (found >= 0) index = found;
        }
        return index;
      };
    }
    case "or": {
      const parts = expression.children.map(compile);
      return (bytes, start) => {
        for (const part of parts) {
          const found = part(bytes, start);
          if (found !== NO_MATCH) return found;
        }
        return NO_MATCH;
      };
    }
    case "elemMatchObject": {
      const { matches } = compileNode(expression.child);
      return arrayIndex(
        expression.path,
        (bytes, type, at) =>
          (type === BsonType.Document || type === BsonType.Array) && matches(bytes, at),
      );
    }
    case "elemMatchValue":
      return arrayIndex(expression.path, every(expression.children.map(compileElementTest)));
    default:
      return compileLeaf(expression);
  }
}

function compileLeaf(expression: MatchExpression): PositionalIndex {
  const { matches } = compileNode(expression);
  if (!("path" in expression) || expression.path === undefined || expression.kind === "not") {
    return (bytes, start) => matches(bytes, start) ? NO_INDEX : NO_MATCH;
  }
  const path = documentPath(expression.path);
  const arrays = expression.kind === "size" ? "whole" : "elementsAndWhole";
  const test = compileElementTest(expression);
  return (bytes, start) => {
    if (!matches(bytes, start)) return NO_MATCH;
    let index = NO_INDEX;
    forEachPathValue(bytes, start, path, arrays, (valueBytes, type, at, outer) => {
      if (type < 0 || !test(valueBytes, type, at)) return false;
      index = outer;
      return true;
    });
    return index;
  };
}

/** The index of the element an $elemMatch found, unless an outer array was entered on the way. */
function arrayIndex(text: string, test: ValueTest): PositionalIndex {
  const path = documentPath(text);
  return (bytes, start) => {
    let index = NO_MATCH;
    forEachPathValue(bytes, start, path, "whole", (valueBytes, type, at, outer) => {
      if (type !== BsonType.Array) return false;
      const found = firstElement(valueBytes, at, test);
      if (found < 0) return false;
      index = outer < 0 ? found : outer;
      return true;
    });
    return index;
  };
}

function firstElement(bytes: Uint8Array, at: number, test: ValueTest): number {
  const end = at + readInt32(bytes, at) - 1;
  let element = at + 4;
  for (let index = 0; element < end; index++) {
    const type = bytes[element];
    const value = cstringEnd(bytes, element + 1) + 1;
    if (test(bytes, type, value)) return index;
    element = valueEnd(bytes, type, value);
  }
  return -1;
}
