// distinct: the values of a path, each once.
//
// Over documents: every value the path leads to, arrays on the way and at the end opened one level. Over an index on exactly
// that path (DISTINCT_SCAN): entries are walked without documents, and only the first document of each new key is read,
// because keys do not keep numeric types.

import type { Collation } from "../bson/collation.ts";
import { decode } from "../bson/decode.ts";
import { BsonWriter } from "../bson/encode.ts";
import { type CompiledPath, compilePath } from "../bson/path.ts";
import {
  cstringEnd,
  documentEnd,
  findElement,
  readDouble,
  readInt32,
  readString,
  valueEnd,
} from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError } from "../error.ts";
import { KeyClass } from "../index/key_encoding.ts";
import type { Collection } from "../storage/collection.ts";
import type { IndexScan } from "../storage/index_scan.ts";
import type { Index } from "../storage/index.ts";
import { type Batch, EMPTY_BATCH } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import { type DistinctScanNode, newStatistics, type PlanNode } from "./node.ts";
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

  constructor(path: string, collation: Collation | undefined) {
    this.#path = compilePath(path);
    this.#keys = new ValueKeys(collation);
    this.#writer.startDocument();
  }

  /** Takes in the values of one document. */
  add(bytes: Uint8Array, start: number): void {
    forEachValue(bytes, start, this.#path, this.#visit);
  }

  readonly #visit = (bytes: Uint8Array, type: number, at: number): void => {
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
  const scan = scanOf(root);
  if (scan !== undefined && servesPath(scan.index, path)) {
    const { index, bounds, ranges } = scan;
    return { stage: "DISTINCT_SCAN", index, bounds, ranges, statistics: newStatistics() };
  }
  if (!isUnfiltered || root.stage !== "COLLSCAN") return undefined;
  const index = indexes.find((one) => one.isUsable && servesPath(one, path));
  if (index === undefined) return undefined;
  return {
    stage: "DISTINCT_SCAN",
    index,
    bounds: [],
    ranges: [{ low: new Uint8Array(0), high: Uint8Array.of(0xff) }],
    statistics: newStatistics(),
  };
}

function scanOf(root: PlanNode) {
  return root.stage === "FETCH" && root.filter === undefined && root.input.stage === "IXSCAN"
    ? root.input
    : undefined;
}

function servesPath(index: PlannerIndex, path: string): boolean {
  const { collation, partialFilter } = index.spec;
  return index.parts.length === 1 && index.parts[0].path === path && !index.parts[0].hashed &&
    index.multikeyParts === undefined && collation === undefined && partialFilter === undefined;
}

/** Walks an index and gives the first document of each key to `values`. */
export class DistinctScanStream implements DocumentStream {
  readonly #node: DistinctScanNode;
  readonly #collection: Collection;
  readonly #values: DistinctValues;
  readonly #scan: IndexScan;
  #last: Uint8Array = new Uint8Array(0);
  readonly #nullClass: number;

  constructor(node: DistinctScanNode, collection: Collection, values: DistinctValues) {
    this.#node = node;
    this.#collection = collection;
    this.#values = values;
    this.#scan = collection.indexScan(storedIndex(node.index) as Index, { ranges: node.ranges });
    this.#nullClass = node.index.parts[0].direction < 0 ? KeyClass.Null ^ 0xff : KeyClass.Null;
  }

  next(): Batch | null {
    const { statistics } = this.#node;
    const batch = this.#scan.nextKeys();
    statistics.keysExamined = this.#scan.keysExamined;
    if (batch === null) {
      statistics.isEof = true;
      return null;
    }
    for (let i = 0; i < batch.count; i++) {
      const key = batch.key(i);
      // Missing and null share a key: each of those documents has to be asked.
      if (key[0] !== this.#nullClass && isSame(key, this.#last)) continue;
      this.#last = key.slice();
      const document = this.#collection.get(undefined, batch.recordIds[i]);
      if (document === null) continue;
      statistics.docsExamined++;
      this.#values.add(document, 0);
    }
    statistics.advanced = this.#values.count;
    return EMPTY_BATCH;
  }

  close(): void {
    this.#scan.close();
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
