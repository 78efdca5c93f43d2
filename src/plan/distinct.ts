// distinct: the values of a path, each once.
//
// Over documents: every value the path leads to, arrays on the way and at the end opened one level. Over an index that has
// the path (DISTINCT_SCAN): entries are walked without documents, and those of a value met before are jumped over.

import type { Collation } from "../bson/collation.ts";
import { decode } from "../bson/decode.ts";
import { BsonWriter } from "../bson/encode.ts";
import { type CompiledPath, compilePath } from "../bson/path.ts";
import {
  cstringEnd,
  documentEnd,
  findElement,
  nameBytes,
  readDouble,
  readInt32,
  readString,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError } from "../error.ts";
import { ALL_VALUES } from "../index/interval.ts";
import { KeyDecoder, keyValueEnd } from "../index/key_decoding.ts";
import { KeyClass } from "../index/key_encoding.ts";
import type { Collection } from "../storage/collection.ts";
import type { IndexScan, KeyBatch } from "../storage/index_scan.ts";
import type { Index } from "../storage/index.ts";
import { type Batch, EMPTY_BATCH } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import { coveringFields, exactScanOf } from "./covered.ts";
import { type DistinctScanNode, newStatistics } from "./node.ts";
import type { ChosenPlan } from "./choose.ts";
import { type PlannerIndex, storedIndex } from "./planner_index.ts";
import { type MapKey, ValueKeys } from "./value_keys.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** Calls `visit` for each value a path leads to, with the query language's rules for arrays. */
export function forEachValue(
  bytes: Uint8Array,
  start: number,
  path: CompiledPath,
  visit: (bytes: Uint8Array, type: number, at: number) => void,
): void {
  walk(bytes, start, path, 0, visit);
}

function walk(
  bytes: Uint8Array,
  start: number,
  path: CompiledPath,
  depth: number,
  visit: (bytes: Uint8Array, type: number, at: number) => void,
): void {
  const part = path.parts[depth];
  const element = findElement(bytes, start, part);
  if (element < 0) return;
  const type = bytes[element];
  const at = element + part.length + 2;
  if (depth === path.parts.length - 1) {
    if (type === BsonType.Array) visitItems(bytes, at, visit);
    else visit(bytes, type, at);
    return;
  }
  if (type === BsonType.Document) return walk(bytes, at, path, depth + 1, visit);
  if (type !== BsonType.Array) return;
  if (path.indexes[depth + 1] >= 0) walk(bytes, at, path, depth + 1, visit);
  visitItems(bytes, at, (_, itemType, itemAt) => {
    if (itemType === BsonType.Document) walk(bytes, itemAt, path, depth + 1, visit);
  });
}

function visitItems(
  bytes: Uint8Array,
  at: number,
  visit: (bytes: Uint8Array, type: number, at: number) => void,
): void {
  const end = documentEnd(bytes, at) - 1;
  let element = at + 4;
  while (element < end) {
    const type = bytes[element];
    const valueAt = cstringEnd(bytes, element + 1) + 1;
    visit(bytes, type, valueAt);
    element = valueEnd(bytes, type, valueAt);
  }
}

const RECENT_SLOTS = 512;

/**
 * Values met lately, compared by their bytes: most documents repeat one, and then nothing has to be decoded. Only the
 * same type and bytes count as the same here; everything else is decided by the value keys.
 */
class RecentValues {
  readonly #types = new Uint8Array(RECENT_SLOTS);
  readonly #values: Uint8Array[] = new Array(RECENT_SLOTS);

  /** True when the value was met before; notes it otherwise. */
  has(bytes: Uint8Array, type: number, at: number): boolean {
    const end = valueEnd(bytes, type, at);
    const length = end - at;
    if (length > 64) return false;
    let hash = type * 31 + length;
    for (let i = at; i < end; i++) hash = (hash * 33 + bytes[i]) | 0;
    const slot = hash & (RECENT_SLOTS - 1);
    const known = this.#values[slot];
    if (known !== undefined && this.#types[slot] === type && known.length === length) {
      let i = 0;
      while (i < length && known[i] === bytes[at + i]) i++;
      if (i === length) return true;
    }
    this.#types[slot] = type;
    this.#values[slot] = bytes.slice(at, end);
    return false;
  }
}

/** Gathers distinct values into a raw array. */
export class DistinctValues {
  readonly #path: CompiledPath;
  readonly #keys: ValueKeys;
  readonly #seen = new Set<MapKey>();
  readonly #writer = new BsonWriter(1024);
  readonly #recent = new RecentValues();

  constructor(readonly path: string, collation: Collation | undefined) {
    this.#path = compilePath(path);
    this.#keys = new ValueKeys(collation);
    this.#writer.startDocument();
  }

  /** Takes in the values of one document. */
  add(bytes: Uint8Array, start: number): void {
    forEachValue(bytes, start, this.#path, this.addValue);
  }

  /** Takes in one value. */
  readonly addValue = (bytes: Uint8Array, type: number, at: number): void => {
    if (this.#recent.has(bytes, type, at)) return;
    const key = this.#keyOf(bytes, type, at);
    const { size } = this.#seen;
    this.#seen.add(key);
    if (this.#seen.size === size) return;
    this.#writer.rawAt(String(size), bytes, type, at);
    if (this.#writer.length > MAX_BYTES) {
      throw new CommandError(17217, "distinct too big, 16mb cap");
    }
  };

  #keyOf(bytes: Uint8Array, type: number, at: number): MapKey {
    switch (type) {
      case BsonType.Int32:
        return readInt32(bytes, at);
      case BsonType.Double:
        return readDouble(bytes, at);
      case BsonType.String:
        return this.#keys.keyOf(readString(bytes, at));
      default:
        return this.#keys.keyOf(decode(bytes, type, at));
    }
  }

  get count(): number {
    return this.#seen.size;
  }

  /** The values as a raw array. */
  toArray(): Uint8Array {
    this.#writer.end();
    return this.#writer.bytes();
  }
}

/** A scan of distinct keys that can answer instead of the plan; undefined when documents must be looked at. */
export function distinctScanOf(
  plan: ChosenPlan,
  indexes: readonly PlannerIndex[],
  path: string,
  isUnfiltered: boolean,
): DistinctScanNode | undefined {
  const { root } = plan;
  const scan = exactScanOf(root);
  if (scan !== undefined && placeOf(scan.index, path) >= 0) {
    const { index, bounds, ranges, keyBounds } = scan;
    return {
      stage: "DISTINCT_SCAN",
      index,
      bounds,
      ranges,
      keyBounds,
      statistics: newStatistics(),
    };
  }
  if (!isUnfiltered || root.stage !== "COLLSCAN") return undefined;
  const index = indexes.find((one) =>
    one.isUsable && one.spec.partialFilter === undefined && placeOf(one, path) === 0
  );
  if (index === undefined) return undefined;
  return {
    stage: "DISTINCT_SCAN",
    index,
    bounds: index.parts.map((part) => ({
      path: part.path,
      descending: part.direction < 0,
      intervals: ALL_VALUES,
    })),
    ranges: [{ low: new Uint8Array(0), high: Uint8Array.of(0xff) }],
    statistics: newStatistics(),
  };
}

/** The place of the path in an index whose keys give its values back, else -1. */
function placeOf(index: PlannerIndex, path: string): number {
  const place = index.parts.findIndex((part) => part.path === path);
  return place >= 0 && coveringFields(index, [path])?.[0] === place ? place : -1;
}

/** So many entries of one value in a row make it likely that many more follow. */
const WORTH_A_JUMP = 48;
const VALUE_NAME = nameBytes("v");
/** Where the value of the one element `v` begins in a document that has only this. */
const VALUE_AT = 3;

/**
 * Walks an index and gives the values at a path to `values`. Of the entries that agree up to that field only the first
 * is looked at; where many do, the scan jumps behind them. Documents are read only for what keys cannot give.
 */
export class DistinctScanStream implements DocumentStream {
  readonly #node: DistinctScanNode;
  readonly #values: DistinctValues;
  readonly #scan: IndexScan;
  readonly #place: number;
  readonly #flips: Uint8Array;
  readonly #decoder = new KeyDecoder();
  readonly #writer = new BsonWriter(64);
  /** How the last key began that gave a value, up to the field. */
  #prefix: Uint8Array = new Uint8Array(0);
  #passed = 0;

  constructor(node: DistinctScanNode, collection: Collection, values: DistinctValues) {
    this.#node = node;
    this.#values = values;
    const { index } = node;
    this.#scan = collection.indexScan(storedIndex(index) as Index, {
      ranges: node.ranges,
      bounds: node.keyBounds,
      withTypes: true,
    });
    this.#place = placeOf(index, values.path);
    this.#flips = Uint8Array.from(index.parts, ({ direction }) => direction < 0 ? 0xff : 0);
  }

  next(): Batch | null {
    const { statistics } = this.#node;
    const batch = this.#scan.nextMade((entries, read) => {
      for (let i = 0; i < entries.count; i++) this.#add(entries, i, read);
      return EMPTY_BATCH;
    });
    statistics.keysExamined = this.#scan.keysExamined;
    statistics.seeks = this.#scan.seeks;
    statistics.advanced = this.#values.count;
    if (batch === null) statistics.isEof = true;
    else if (this.#passed >= WORTH_A_JUMP) this.#jump();
    return batch;
  }

  #add(entries: KeyBatch, i: number, read: (recordId: number) => Uint8Array | null): void {
    const { keys } = entries;
    const start = entries.keyStart(i);
    if (this.#hasPrefix(keys, start)) {
      this.#passed++;
      return;
    }
    this.#passed = 0;
    let from = start;
    for (let field = 0; field < this.#place; field++) {
      from = keyValueEnd(keys, from, this.#flips[field]);
    }
    const flip = this.#flips[this.#place];
    const to = keyValueEnd(keys, from, flip);
    const typeAt = entries.typesStart(i) + this.#place;
    const code = typeAt < entries.typesEnd(i) ? entries.typeBytes[typeAt] : 0;
    const writer = this.#writer;
    writer.reset();
    if (!this.#decoder.write(writer, VALUE_NAME, keys, from, to, flip !== 0, code)) {
      const document = read(entries.recordIds[i]);
      if (document === null) return;
      this.#node.statistics.docsExamined++;
      this.#values.add(document, 0);
    } else if (writer.length > 0) {
      const value = writer.view();
      this.#values.addValue(value, value[0], VALUE_AT);
    }
    // Missing and null share a key, and only one of them is a value.
    const isNull = (keys[from] ^ flip) === KeyClass.Null;
    if (!isNull || code === 0) this.#prefix = keys.slice(start, to);
  }

  #hasPrefix(keys: Uint8Array, start: number): boolean {
    const prefix = this.#prefix;
    if (prefix.length === 0) return false;
    for (let i = 0; i < prefix.length; i++) if (keys[start + i] !== prefix[i]) return false;
    return true;
  }

  /** Goes on behind all entries that begin like the last value. */
  #jump(): void {
    const behind = new Uint8Array(this.#prefix.length + 1);
    behind.set(this.#prefix);
    behind[behind.length - 1] = 0xff;
    this.#scan.jump(behind);
    this.#passed = 0;
  }

  close(): void {
    this.#scan.close();
  }
}
