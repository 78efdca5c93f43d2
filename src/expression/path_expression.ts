// Field paths: "$a.b" and "$$variable.b".
//
// Unlike in the query language, a number in a path is a field name and never an array index, and a path through an array
// gives the array of what its object elements have: over `{ a: [{ b: 1 }, 5, {}, { b: 2 }] }`, "$a.b" is `[1, 2]`. Elements
// that are not objects are skipped, missing fields leave no gap. The walk reads raw bytes; only the value at its end is
// decoded.

import { decode, decodeValue } from "../bson/decode.ts";
import {
  cstringEnd,
  documentEnd,
  findElement,
  getField,
  nameBytes,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { type BsonValue, MISSING, type OptionalValue } from "../bson/value.ts";
import type { Expression } from "./definition.ts";
import { NO_DEPENDENCIES } from "./dependencies.ts";

/** The value of a path in the document at `start`, parts before `depth` being done. */
function valueAt(
  bytes: Uint8Array,
  start: number,
  names: readonly Uint8Array[],
  depth: number,
): OptionalValue {
  const last = names.length - 1;
  for (let i = depth;; i++) {
    const element = findElement(bytes, start, names[i]);
    if (element < 0) return MISSING;
    const type = bytes[element];
    const at = element + names[i].length + 2;
    if (i === last) return decode(bytes, type, at);
    if (type === BsonType.Array) return valuesInArray(bytes, at, names, i + 1);
    if (type !== BsonType.Document) return MISSING;
    start = at;
  }
}

function valuesInArray(
  bytes: Uint8Array,
  at: number,
  names: readonly Uint8Array[],
  depth: number,
): BsonValue[] {
  const values: BsonValue[] = [];
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  while (element < end) {
    const type = bytes[element];
    const elementAt = cstringEnd(bytes, element + 1) + 1;
    if (type === BsonType.Document) {
      const value = valueAt(bytes, elementAt, names, depth);
      if (value !== MISSING) values.push(value);
    }
    element = valueEnd(bytes, type, elementAt);
  }
  return values;
}

/** The field of a decoded document. */
export function fieldOf(
  document: Uint8Array | Map<string, BsonValue>,
  name: string,
): OptionalValue {
  if (document instanceof Map) {
    const value = document.get(name);
    return value === undefined ? MISSING : value;
  }
  const raw = getField(document, name);
  return raw === undefined ? MISSING : decodeValue(raw);
}

/** The value of a path below a decoded value. */
export function valueBelow(
  value: OptionalValue,
  segments: readonly string[],
  depth = 0,
): OptionalValue {
  if (depth === segments.length) return value;
  if (value instanceof Uint8Array || value instanceof Map) {
    return valueBelow(fieldOf(value, segments[depth]), segments, depth + 1);
  }
  if (!Array.isArray(value)) return MISSING;
  const values: BsonValue[] = [];
  for (const element of value) {
    if (!(element instanceof Uint8Array || element instanceof Map)) continue;
    const inner = valueBelow(element, segments, depth);
    if (inner !== MISSING) values.push(inner);
  }
  return values;
}

/** "$a.b": a path in the current document. */
export function documentPath(segments: readonly string[]): Expression {
  const names = segments.map(nameBytes);
  const dependencies = { ...NO_DEPENDENCIES, paths: new Set([segments.join(".")]) };
  if (names.length === 1) {
    const name = names[0];
    return {
      evaluate: ({ bytes, start }) => {
        const element = findElement(bytes, start, name);
        return element < 0 ? MISSING : decode(bytes, bytes[element], element + name.length + 2);
      },
      constant: undefined,
      dependencies,
      path: segments,
    };
  }
  return {
    evaluate: ({ bytes, start }) => valueAt(bytes, start, names, 0),
    constant: undefined,
    dependencies,
    path: segments,
  };
}

/** "$$ROOT": the document itself. */
export function wholeDocument(): Expression {
  return {
    evaluate: (scope) => scope.root,
    constant: undefined,
    dependencies: { ...NO_DEPENDENCIES, wholeDocument: true },
  };
}

/** "$$name.b": a path below the variable in a slot. */
export function variablePath(slot: number, segments: readonly string[]): Expression {
  const dependencies = { ...NO_DEPENDENCIES, variables: new Set([slot]) };
  const evaluate: Expression["evaluate"] = segments.length === 0
    ? (scope) => scope.variables[slot]
    : (scope) => valueBelow(scope.variables[slot], segments);
  return { evaluate, constant: undefined, dependencies };
}
