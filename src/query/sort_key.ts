// From a document to the key it sorts by.
//
// A key is bytes that order as the documents do under memcmp (index/key_encoding.ts), so sorting compares buffers and
// spilled runs need no decoding. With a collation there are no such bytes (Intl.Collator has no sort keys): then a key is
// a BSON array of the values and `compare` reads them. An array gives its smallest element ascending, its largest
// descending; the parts of a compound key come from the same array element, and two different arrays are refused (2).

import type { Collation } from "../bson/collation.ts";
import { compareRaw } from "../bson/compare.ts";
import { decodeValue } from "../bson/decode.ts";
import { BsonWriter } from "../bson/encode.ts";
import {
  cstringEnd,
  documentEnd,
  findElement,
  nameBytes,
  type RawValue,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import type { BsonValue } from "../bson/value.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { KeyWriter } from "../index/key_encoding.ts";
import type { SortPart, SortSpec } from "./sort_spec.ts";

const NOTHING = new Uint8Array(0);
const NULL_VALUE: RawValue = { bytes: NOTHING, type: BsonType.Null, at: 0 };
const UNDEFINED_VALUE: RawValue = { bytes: NOTHING, type: BsonType.Undefined, at: 0 };

/** Where a part stands while a document is walked: settled, or at an array with the rest of its path. */
interface Position {
  readonly value: RawValue | null;
  /** The array that was met, and the index of the first path part behind it. */
  readonly array: RawValue | null;
  readonly depth: number;
}

interface CompiledPart {
  readonly names: readonly Uint8Array[];
  readonly segments: readonly string[];
  readonly descending: boolean;
  readonly random: boolean;
}

export class SortKeyGenerator {
  /** True when keys order under memcmp; otherwise only `compare` orders them. */
  readonly isByteComparable: boolean;
  /** The comparator of keys, set only when they do not compare bytewise: what stream/sort_stream.ts asks for. */
  readonly compareKeys: ((a: Uint8Array, b: Uint8Array) => number) | undefined;
  private readonly parts: readonly CompiledPart[];
  private readonly collation: Collation | undefined;
  private readonly keyWriter = new KeyWriter();
  private readonly valueWriter = new BsonWriter(128);
  private readonly current: RawValue[];

  constructor(spec: SortSpec, collation?: Collation) {
    this.parts = spec.parts.map(compilePart);
    this.collation = collation;
    this.isByteComparable = collation === undefined;
    this.compareKeys = this.isByteComparable ? undefined : (a, b) => this.compare(a, b);
    this.current = this.parts.map(() => NULL_VALUE);
  }

  /** The key of the document at `start`; the bytes are reused by the next call. */
  key(bytes: Uint8Array, start: number): Uint8Array {
    if (this.isByteComparable && this.writeKey(bytes, start)) return this.keyWriter.view();
    const values = this.rawValues(bytes, start);
    if (this.isByteComparable) {
      this.keyWriter.reset();
      for (let i = 0; i < values.length; i++) {
        const { bytes: valueBytes, type, at } = values[i];
        this.keyWriter.appendRaw(valueBytes, type, at, this.parts[i].descending);
      }
      return this.keyWriter.view();
    }
    this.valueWriter.reset();
    this.valueWriter.startArray();
    for (let i = 0; i < values.length; i++) this.valueWriter.raw("", values[i]);
    this.valueWriter.end();
    return this.valueWriter.view();
  }

  /** The usual case, without an object per value: top-level fields that hold no arrays. False when it is another case. */
  private writeKey(bytes: Uint8Array, start: number): boolean {
    const { parts, keyWriter } = this;
    keyWriter.reset();
    for (let i = 0; i < parts.length; i++) {
      const { names, descending, random } = parts[i];
      if (names.length > 1 || random) return false;
      const element = findElement(bytes, start, names[0]);
      if (element < 0) keyWriter.appendRaw(NOTHING, BsonType.Null, 0, descending);
      else {
        const type = bytes[element];
        if (type === BsonType.Array) return false;
        keyWriter.appendRaw(bytes, type, element + names[0].length + 2, descending);
      }
    }
    return true;
  }

  /** Negative when the document of key `a` comes first. */
  compare(a: Uint8Array, b: Uint8Array): number {
    if (this.isByteComparable) return compareBytes(a, b);
    let aAt = 4;
    let bAt = 4;
    for (const part of this.parts) {
      const order = compareRaw(a, a[aAt], aAt + 2, b, b[bAt], bAt + 2, this.collation);
      if (order !== 0) return part.descending ? -order : order;
      aAt = valueEnd(a, a[aAt], aAt + 2);
      bAt = valueEnd(b, b[bAt], bAt + 2);
    }
    return 0;
  }

  /** What `{ $meta: "sortKey" }` shows: the values of the key. */
  values(bytes: Uint8Array, start: number): BsonValue[] {
    return this.rawValues(bytes, start).map(decodeValue);
  }

  /** The values of the key in place; the list is reused by the next call. */
  rawValues(bytes: Uint8Array, start: number): readonly RawValue[] {
    const parts = this.parts;
    const current = this.current;
    for (let i = 0; i < parts.length; i++) {
      if (parts[i].random) {
        current[i] = randomValue();
        continue;
      }
      const value = scalarAt(bytes, start, parts[i].names);
      if (value === undefined) return this.smallestCombination(bytes, start);
      current[i] = value;
    }
    return current;
  }

  /** The slow path, taken when a path meets an array: all combinations, of which the first in sort order counts. */
  private smallestCombination(bytes: Uint8Array, start: number): readonly RawValue[] {
    let best: RawValue[] | undefined;
    const offer = (candidate: RawValue[]): void => {
      if (best === undefined || this.compareValues(candidate, best) < 0) best = candidate;
    };
    this.expand(this.parts.map((part) => advance(bytes, start, part, 0)), offer);
    return best!;
  }

  private compareValues(a: readonly RawValue[], b: readonly RawValue[]): number {
    for (let i = 0; i < a.length; i++) {
      const order = compareRaw(
        a[i].bytes,
        a[i].type,
        a[i].at,
        b[i].bytes,
        b[i].type,
        b[i].at,
        this.collation,
      );
      if (order !== 0) return this.parts[i].descending ? -order : order;
    }
    return 0;
  }

  private expand(positions: readonly Position[], offer: (values: RawValue[]) => void): void {
    let array: RawValue | null = null;
    for (const position of positions) {
      if (position.array === null) continue;
      if (array === null) array = position.array;
      else if (array.at !== position.array.at) {
        throw new CommandError(
          ErrorCode.BadValue,
          "cannot sort with keys that are parallel arrays",
        );
      }
    }
    if (array === null) return offer(positions.map((position) => position.value!));
    const { bytes, at } = array;
    const end = documentEnd(bytes, at) - 1;
    let element = at + 4;
    if (element === end) {
      // An empty array sorts before null when the path ends at it, and like a missing field otherwise.
      const step = (position: Position, i: number): Position =>
        position.array === null ? position : settled(
          position.depth === this.parts[i].segments.length ? UNDEFINED_VALUE : NULL_VALUE,
        );
      return this.expand(positions.map(step), offer);
    }
    while (element < end) {
      const type = bytes[element];
      const valueAt = cstringEnd(bytes, element + 1) + 1;
      const step = (position: Position, i: number): Position =>
        position.array === null
          ? position
          : intoElement(bytes, type, valueAt, this.parts[i], position.depth);
      this.expand(positions.map(step), offer);
      element = valueEnd(bytes, type, valueAt);
    }
  }
}

function compilePart(part: SortPart): CompiledPart {
  if (part.meta !== undefined && part.meta !== "randVal") {
    const name = { textScore: "text score", geoNearDistance: "$geoNear distance" } as Record<
      string,
      string
    >;
    throw new CommandError(
      40218,
      `query requires ${name[part.meta] ?? part.meta} metadata, but it is not available`,
    );
  }
  return {
    names: part.segments.map(nameBytes),
    segments: part.segments,
    descending: part.direction < 0,
    random: part.meta === "randVal",
  };
}

function randomValue(): RawValue {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, Math.random(), true);
  return { bytes, type: BsonType.Double, at: 0 };
}

function settled(value: RawValue): Position {
  return { value, array: null, depth: 0 };
}

/** The value at the path when no array is in the way; undefined when one is. */
function scalarAt(
  bytes: Uint8Array,
  start: number,
  names: readonly Uint8Array[],
): RawValue | undefined {
  const last = names.length - 1;
  for (let i = 0;; i++) {
    const element = findElement(bytes, start, names[i]);
    if (element < 0) return NULL_VALUE;
    const type = bytes[element];
    if (type === BsonType.Array) return undefined;
    const at = element + names[i].length + 2;
    if (i === last) return { bytes, type, at };
    if (type !== BsonType.Document) return NULL_VALUE;
    start = at;
  }
}

/** Follows a part's path from part `depth` on through the document at `start`, up to its end or an array. */
function advance(bytes: Uint8Array, start: number, part: CompiledPart, depth: number): Position {
  if (part.random) return settled(randomValue());
  const element = findElement(bytes, start, part.names[depth]);
  if (element < 0) return settled(NULL_VALUE);
  return arrive(bytes, bytes[element], element + part.names[depth].length + 2, part, depth + 1);
}

/** The path stands on a value and goes on with part `depth`. */
function arrive(
  bytes: Uint8Array,
  type: number,
  at: number,
  part: CompiledPart,
  depth: number,
): Position {
  const atEnd = depth === part.segments.length;
  if (type === BsonType.Array) {
    if (!atEnd && /^(0|[1-9][0-9]*)$/.test(part.segments[depth])) {
      const element = findElement(bytes, at, part.names[depth]);
      if (element >= 0 && !someElementHas(bytes, at, part.names[depth])) {
        const valueAt = element + part.names[depth].length + 2;
        return arrive(bytes, bytes[element], valueAt, part, depth + 1);
      }
    }
    return { value: null, array: { bytes, type, at }, depth };
  }
  if (atEnd) return settled({ bytes, type, at });
  return type === BsonType.Document ? advance(bytes, at, part, depth) : settled(NULL_VALUE);
}

/** True when an object in the array has a field of this (numeric) name: then the number is a name, not an index. */
function someElementHas(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  while (element < end) {
    const type = bytes[element];
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    if (type === BsonType.Document && findElement(bytes, valueAt, name) >= 0) return true;
    element = valueEnd(bytes, type, valueAt);
  }
  return false;
}

/** One element of an array: the value itself at the end of the path, else the path goes on in an object. */
function intoElement(
  bytes: Uint8Array,
  type: number,
  at: number,
  part: CompiledPart,
  depth: number,
): Position {
  if (depth === part.segments.length) return settled({ bytes, type, at });
  return type === BsonType.Document ? advance(bytes, at, part, depth) : settled(NULL_VALUE);
}

/** memcmp, shorter first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return a.length - b.length;
}
