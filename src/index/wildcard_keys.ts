// Keys of wildcard indexes: for each value in a document its path and itself.
//
//   { a: { b: [1, { c: 2 }] }, d: {} }   with { "$**": 1 }   ->   "a.b" 1,  "a.b.c" 2,  "d" {}
//
// Objects are walked into, and so are arrays and the objects in them; positions in arrays are no part of a path. An array
// inside an array, an empty object and an empty array (as undefined) are values themselves. A compound wildcard index puts
// the values of its other fields before and behind. What two arrays side by side give is multiplied out; other kinds of
// index refuse those, here the filter that follows sorts out what does not belong together.

import { cstringEnd, documentEnd, readText, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { BsonWriter } from "../bson/encode.ts";
import { compareKeys, KeyClass, KeyWriter } from "./key_encoding.ts";
import {
  type IndexField,
  KeyGenerator,
  type KeyGeneratorOptions,
  type KeySet,
} from "./key_paths.ts";
import type { WildcardPaths } from "./wildcard_paths.ts";

const NOTHING: KeySet = { keys: [new Uint8Array(0)], multikey: false, multikeyParts: [] };

export class WildcardKeyGenerator extends KeyGenerator {
  readonly #place: number;
  readonly #descending: boolean;
  readonly #paths: WildcardPaths;
  readonly #before: KeyGenerator | undefined;
  readonly #behind: KeyGenerator | undefined;

  /** `place` is that of the wildcard field in the pattern. */
  constructor(
    pattern: readonly IndexField[],
    place: number,
    paths: WildcardPaths,
    options: KeyGeneratorOptions = {},
  ) {
    super(pattern, options);
    this.#place = place;
    this.#descending = pattern[place].direction < 0;
    this.#paths = paths;
    this.#before = place === 0 ? undefined : new KeyGenerator(pattern.slice(0, place), options);
    this.#behind = place === pattern.length - 1
      ? undefined
      : new KeyGenerator(pattern.slice(place + 1), options);
  }

  /** A document may always have several. */
  override scalarKey(): null {
    return null;
  }

  override keys(bytes: Uint8Array, start = 0): KeySet {
    const walk = new Walk(this.#paths, this.writer, bytes, this.#descending);
    walk.object(start, "");
    const before = this.#before?.keys(bytes, start) ?? NOTHING;
    const behind = this.#behind?.keys(bytes, start) ?? NOTHING;
    const keys: Uint8Array[] = [];
    for (const first of before.keys) {
      for (const middle of walk.keys) {
        for (const last of behind.keys) keys.push(joined(first, middle, last));
      }
    }
    keys.sort(compareKeys);
    return {
      keys: keys.filter((key, i) => i === 0 || compareKeys(keys[i - 1], key) !== 0),
      multikey: walk.metArray || before.multikey || behind.multikey,
      multikeyParts: [...before.multikeyParts, walk.metArray ? 1 : 0, ...behind.multikeyParts],
    };
  }
}

function joined(first: Uint8Array, middle: Uint8Array, last: Uint8Array): Uint8Array {
  const key = new Uint8Array(first.length + middle.length + last.length);
  key.set(first);
  key.set(middle, first.length);
  key.set(last, first.length + middle.length);
  return key;
}

const pathWriter = new KeyWriter();

/** A path as key bytes: a string under no collation. */
export function pathKey(path: string, descending = false): Uint8Array {
  const writer = new BsonWriter(path.length + 32);
  writer.startDocument();
  writer.string("", path);
  writer.end();
  pathWriter.reset();
  pathWriter.appendRaw(writer.bytes(), BsonType.String, 6, descending);
  return pathWriter.bytes();
}

class Walk {
  readonly keys: Uint8Array[] = [];
  metArray = false;

  constructor(
    private readonly paths: WildcardPaths,
    private readonly writer: KeyWriter,
    private readonly bytes: Uint8Array,
    private readonly descending: boolean,
  ) {}

  /** The fields of the document at `start`, whose own path is `prefix`. */
  object(start: number, prefix: string): void {
    const { bytes } = this;
    const end = documentEnd(bytes, start) - 1;
    let at = start + 4;
    while (at < end) {
      const nameEnd = cstringEnd(bytes, at + 1);
      const name = readText(bytes, at + 1, nameEnd);
      const path = prefix === "" ? name : `${prefix}.${name}`;
      const type = bytes[at];
      if (this.paths.descends(path)) this.value(type, nameEnd + 1, path, true);
      at = valueEnd(bytes, type, nameEnd + 1);
    }
  }

  private value(type: number, at: number, path: string, opensArrays: boolean): void {
    const isEmpty = (type === BsonType.Document || type === BsonType.Array) &&
      documentEnd(this.bytes, at) === at + 5;
    if (type === BsonType.Document && !isEmpty) return this.object(at, path);
    if (type === BsonType.Array && opensArrays) {
      this.metArray = true;
      if (isEmpty) this.add(BsonType.Undefined, at, path);
      else this.items(at, path);
      return;
    }
    this.add(type, at, path);
  }

  private items(array: number, path: string): void {
    const { bytes } = this;
    const end = documentEnd(bytes, array) - 1;
    let at = array + 4;
    while (at < end) {
      const type = bytes[at];
      const valueAt = cstringEnd(bytes, at + 1) + 1;
      this.value(type, valueAt, path, false);
      at = valueEnd(bytes, type, valueAt);
    }
  }

  private add(type: number, at: number, path: string): void {
    if (!this.paths.holds(path)) return;
    const { writer, descending } = this;
    writer.reset();
    writer.appendEncoded(pathKey(path));
    if (type === BsonType.Undefined) writer.appendClass(KeyClass.Undefined, descending);
    else writer.appendRaw(this.bytes, type, at, descending);
    this.keys.push(writer.bytes());
  }
}
