// Where the path of a filter leads: MongoDB's traversal of dotted paths, straight over the bytes.
//
// One array level is entered per path step without being named: `a.b` reaches b of each document in the array a. A
// number in the path is an array index and a field name at once. An array at the end is tested element by element and
// as a whole, unless it was reached by its index. A path that ends in the void counts once as missing; inside an
// array only the elements that are documents can miss a field.
//
// compileField is the fast form for matching; forEachPathValue visits each value for the rare callers that need to
// know more (positional updates, validation details).

import { BsonType } from "../bson/type.ts";
import { cstringEnd, findElement, nameBytes, readInt32, valueEnd } from "../bson/read.ts";
import type { FieldTest, LeafTest, ValueTest } from "./definition.ts";

/** A dotted path, split and encoded once. */
export interface DocumentPath {
  readonly text: string;
  readonly names: readonly Uint8Array[];
  /** The array index each part names, -1 for other names. */
  readonly indexes: readonly number[];
}

export function documentPath(text: string): DocumentPath {
  const parts = text.split(".");
  return {
    text,
    names: parts.map(nameBytes),
    indexes: parts.map((part) => /^(?:0|[1-9][0-9]{0,8})$/.test(part) ? Number(part) : -1),
  };
}

const ARRAY = BsonType.Array;
const DOCUMENT = BsonType.Document;

/** Tests the elements of an array, then the array itself. */
export function unwrapArray(test: ValueTest): ValueTest {
  return (bytes, type, at) => {
    if (type !== ARRAY) return test(bytes, type, at);
    const end = at + readInt32(bytes, at) - 1;
    let element = at + 4;
    while (element < end) {
      const elementType = bytes[element];
      const value = cstringEnd(bytes, element + 1) + 1;
      if (test(bytes, elementType, value)) return true;
      element = valueEnd(bytes, elementType, value);
    }
    return test(bytes, type, at);
  };
}

/** The test of a path's first field that answers for the whole path. */
export function compileField(text: string, leaf: LeafTest): FieldTest {
  const path = documentPath(text);
  const atEnd = leaf.unwrapsArrays ? unwrapArray(leaf.test) : leaf.test;
  const name = path.names[0];
  if (path.names.length === 1) return { name, test: atEnd, whenMissing: leaf.matchesMissing };
  return { name, test: compileRest(path, leaf, atEnd), whenMissing: leaf.matchesMissing };
}

function compileRest(path: DocumentPath, leaf: LeafTest, atEnd: ValueTest): ValueTest {
  const { names, indexes } = path;
  const depth = names.length;
  const { test, matchesMissing } = leaf;

  /** The value found after `step` parts of the path. */
  function walk(bytes: Uint8Array, type: number, at: number, step: number): boolean {
    for (;;) {
      if (step === depth) return atEnd(bytes, type, at);
      if (type !== DOCUMENT) {
        return type === ARRAY ? walkArray(bytes, at, step) : matchesMissing;
      }
      const name = names[step];
      const element = findElement(bytes, at, name);
      if (element < 0) return matchesMissing;
      type = bytes[element];
      at = element + name.length + 2;
      step++;
    }
  }

  function walkArray(bytes: Uint8Array, at: number, step: number): boolean {
    const wanted = indexes[step];
    const isLast = step === depth - 1;
    const end = at + readInt32(bytes, at) - 1;
    let element = at + 4;
    for (let index = 0; element < end; index++) {
      const type = bytes[element];
      const value = cstringEnd(bytes, element + 1) + 1;
      if (type === DOCUMENT && walk(bytes, type, value, step)) return true;
      if (index === wanted) {
        if (isLast) {
          if (test(bytes, type, value)) return true;
        } else if (type === DOCUMENT) {
          if (walk(bytes, type, value, step + 1)) return true;
        } else if (type === ARRAY && walkArray(bytes, value, step + 1)) {
          return true;
        }
      }
      element = valueEnd(bytes, type, value);
    }
    return false;
  }

  return (bytes, type, at) => walk(bytes, type, at, 1);
}

/**
 * Called for each value of a path; type -1 means missing. `arrayIndex` is the place in the outermost array that was
 * entered without being named, -1 without one. True stops the walk.
 */
export type PathVisitor = (
  bytes: Uint8Array,
  type: number,
  at: number,
  arrayIndex: number,
) => boolean;

/** What of an array at a path's end is visited: the array, its elements, or its elements and then itself. */
export type ArrayVisits = "whole" | "elements" | "elementsAndWhole";

/** Visits the values a path leads to, in the order the matcher looks at them; true when the visitor stopped it. */
export function forEachPathValue(
  bytes: Uint8Array,
  start: number,
  path: DocumentPath,
  arrays: ArrayVisits,
  visit: PathVisitor,
): boolean {
  const { names, indexes } = path;
  const depth = names.length;

  function walk(type: number, at: number, step: number, outer: number): boolean {
    if (step === depth) {
      if (type !== ARRAY || arrays === "whole") return visit(bytes, type, at, outer);
      const wasStopped = eachElement(
        at,
        (index, elementType, value) => visit(bytes, elementType, value, outer < 0 ? index : outer),
      );
      return wasStopped || (arrays === "elementsAndWhole" && visit(bytes, type, at, outer));
    }
    if (type === DOCUMENT) {
      const element = findElement(bytes, at, names[step]);
      if (element < 0) return visit(bytes, -1, 0, outer);
      return walk(bytes[element], element + names[step].length + 2, step + 1, outer);
    }
    return type === ARRAY ? walkArray(at, step, outer) : visit(bytes, -1, 0, outer);
  }

  function walkArray(at: number, step: number, outer: number): boolean {
    const isLast = step === depth - 1;
    return eachElement(at, (index, type, value) => {
      if (type === DOCUMENT && walk(type, value, step, outer < 0 ? index : outer)) return true;
      if (index !== indexes[step]) return false;
      if (isLast) return visit(bytes, type, value, outer);
      if (type === DOCUMENT) return walk(type, value, step + 1, outer);
      return type === ARRAY && walkArray(value, step + 1, outer);
    });
  }

  function eachElement(
    at: number,
    call: (index: number, type: number, value: number) => boolean,
  ): boolean {
    const end = at + readInt32(bytes, at) - 1;
    let element = at + 4;
    for (let index = 0; element < end; index++) {
      const type = bytes[element];
      const value = cstringEnd(bytes, element + 1) + 1;
      if (call(index, type, value)) return true;
      element = valueEnd(bytes, type, value);
    }
    return false;
  }

  return walk(DOCUMENT, start, 0, -1);
}
