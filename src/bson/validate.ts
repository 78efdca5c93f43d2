// The structure check every document from outside passes once, before anything reads it in place.
//
// Checks lengths, terminators, type bytes, bool values and nesting, as mongod does by default. Text is not checked
// to be UTF-8: mongod stores what it gets, and so do we. One loop with an explicit stack: this runs on every insert.

import { CommandError, ErrorCode } from "../error.ts";
import { readInt32 } from "./read.ts";

/** Documents inside documents, the outermost counted. */
export const MAX_DEPTH = 200;

// What follows the name, by type byte: a size, or one of these marks.
const INVALID = -1;
const STRING = -2;
const NESTED = -3;
const BINARY = -4;
const BOOLEAN = -5;
const REGEX = -6;
const DB_POINTER = -7;
const CODE_WITH_SCOPE = -8;
const LAYOUT = new Int8Array(256).fill(INVALID);
for (
  const [layout, types] of [
    [0, [6, 10, 127, 255]],
    [4, [16]],
    [8, [1, 9, 17, 18]],
    [12, [7]],
    [16, [19]],
    [STRING, [2, 13, 14]],
    [NESTED, [3, 4]],
    [BINARY, [5]],
    [BOOLEAN, [8]],
    [REGEX, [11]],
    [DB_POINTER, [12]],
    [CODE_WITH_SCOPE, [15]],
  ] as ReadonlyArray<readonly [number, readonly number[]]>
) {
  for (const type of types) LAYOUT[type] = layout;
}

// Nested documents that are open: where each ends. A scope is entered like a document.
const ends = new Int32Array(MAX_DEPTH + 1);

/**
 * Checks the document at `start`, which must lie within `end`, and returns the offset just behind it.
 * Throws InvalidBSON (22), or Overflow (15) for more than 200 levels.
 */
export function validateDocument(bytes: Uint8Array, start: number, end: number): number {
  const documentStop = openDocument(bytes, start, end);
  let depth = 0;
  ends[0] = documentStop;
  let stop = documentStop - 1; // where the terminating NUL of the innermost document is
  let at = start + 4;
  while (true) {
    if (at >= stop) {
      if (at !== stop || bytes[at] !== 0) throw invalid("incorrect BSON length");
      at++;
      if (depth === 0) return at;
      stop = ends[--depth] - 1;
      continue;
    }
    const type = bytes[at++];
    while (at < stop && bytes[at] !== 0) at++;
    if (at >= stop) throw invalid("field name not terminated");
    at++;
    const layout = LAYOUT[type];
    if (layout >= 0) {
      at += layout;
    } else if (layout === STRING) {
      at = stringEnd(bytes, at, stop);
    } else if (layout === NESTED || layout === CODE_WITH_SCOPE) {
      const from = layout === NESTED ? at : scopeStart(bytes, at, stop);
      if (++depth >= MAX_DEPTH) throw tooDeep();
      ends[depth] = openDocument(bytes, from, stop);
      if (layout === CODE_WITH_SCOPE && ends[depth] !== at + readInt32(bytes, at)) {
        throw invalid("incorrect length of code with scope");
      }
      stop = ends[depth] - 1;
      at = from + 4;
      continue;
    } else {
      at = rareEnd(bytes, layout, type, at, stop);
    }
    if (at > stop) throw invalid("element reaches beyond the end of its document");
  }
}

function openDocument(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 5) throw invalid("not enough bytes for a document");
  const length = readInt32(bytes, start);
  if (length < 5 || length > end - start) throw invalid(`incorrect BSON length ${length}`);
  return start + length;
}

function stringEnd(bytes: Uint8Array, at: number, stop: number): number {
  if (stop - at < 5) throw invalid("not enough bytes for a string");
  const length = readInt32(bytes, at);
  if (length < 1 || length > stop - at - 4) throw invalid(`incorrect string length ${length}`);
  const end = at + 4 + length;
  if (bytes[end - 1] !== 0) throw invalid("string not terminated by NUL");
  return end;
}

/** Where the scope document of a code with scope begins. */
function scopeStart(bytes: Uint8Array, at: number, stop: number): number {
  if (stop - at < 14) throw invalid("not enough bytes for code with scope");
  const length = readInt32(bytes, at);
  if (length < 14 || length > stop - at) throw invalid(`incorrect code length ${length}`);
  return stringEnd(bytes, at + 4, at + length);
}

function rareEnd(
  bytes: Uint8Array,
  layout: number,
  type: number,
  at: number,
  stop: number,
): number {
  switch (layout) {
    case BINARY: {
      if (stop - at < 5) throw invalid("not enough bytes for binary data");
      const length = readInt32(bytes, at);
      if (length < 0 || length > stop - at - 5) throw invalid(`incorrect binary length ${length}`);
      return at + 5 + length;
    }
    case BOOLEAN:
      if (bytes[at] > 1) throw invalid(`Invalid boolean value ${bytes[at]}`);
      return at + 1;
    case REGEX: {
      for (let part = 0; part < 2; part++) {
        while (at < stop && bytes[at] !== 0) at++;
        if (at >= stop) throw invalid("regular expression not terminated");
        at++;
      }
      return at;
    }
    case DB_POINTER:
      return stringEnd(bytes, at, stop) + 12;
    default:
      throw invalid(`Unrecognized BSON type ${type}`);
  }
}

function invalid(detail: string): CommandError {
  return new CommandError(ErrorCode.InvalidBSON, `Invalid BSON: ${detail}`);
}

function tooDeep(): CommandError {
  return new CommandError(
    ErrorCode.Overflow,
    `BSONObj exceeds maximum nested object depth: ${MAX_DEPTH}`,
  );
}
