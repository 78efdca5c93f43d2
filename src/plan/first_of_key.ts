// The first document of each value of an index's first field: what a $group of $first or $last needs (DISTINCT_SCAN).
//
// Entries are walked without their documents. When many in a row have the same value, the scan seeks behind that value instead
// of going on. Where a value's entries end is told by the document itself: its value is encoded as the index
// encodes it. A document that was changed or deleted since its entry was read is passed over, like its entry.

import { KeyWriter } from "../index/key_encoding.ts";
import type { KeyRange } from "../index/interval.ts";
import type { Collection } from "../storage/collection.ts";
import type { Index } from "../storage/index.ts";
import type { IndexScan } from "../storage/index_scan.ts";
import { type CompiledPath, compilePath, valueAtPath } from "../bson/path.ts";
import { MISSING } from "../bson/value.ts";
import { Batch, EMPTY_BATCH } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import type { DistinctScanNode } from "./node.ts";
import { storedIndex } from "./planner_index.ts";

const NO_KEY = new Uint8Array(0);
/** Small batches: what is read behind the first entry of a value is wasted. */
const BATCH_KEYS = 128;
/** So many entries of one value at the end of a batch make it likely that many more follow. */
const WORTH_A_SEEK = 64;

export class FirstOfKeyStream implements DocumentStream {
  readonly #node: DistinctScanNode;
  readonly #collection: Collection;
  readonly #forward: boolean;
  readonly #path: CompiledPath;
  readonly #descending: boolean;
  readonly #writer = new KeyWriter();
  #scan: IndexScan;
  /** How the keys of the value at hand begin. */
  #prefix: Uint8Array = NO_KEY;
  /** Keys examined by scans that were given up for a seek. */
  #keysBefore = 0;

  constructor(node: DistinctScanNode, collection: Collection) {
    this.#node = node;
    this.#collection = collection;
    this.#forward = node.forward !== false;
    const [{ path, direction }] = node.index.parts;
    this.#path = compilePath(path);
    this.#descending = direction < 0;
    this.#scan = this.#open(node.ranges);
  }

  #open(ranges: readonly KeyRange[]): IndexScan {
    const index = storedIndex(this.#node.index) as Index;
    const bounds = this.#node.keyBounds;
    return this.#collection.indexScan(index, { ranges, bounds, forward: this.#forward });
  }

  next(): Batch | null {
    const { statistics } = this.#node;
    this.#scan.expect(BATCH_KEYS);
    const batch = this.#scan.nextKeys();
    statistics.keysExamined = this.#keysBefore + this.#scan.keysExamined;
    if (batch === null) {
      statistics.isEof = true;
      return null;
    }
    const documents: Uint8Array[] = [];
    const recordIds: number[] = [];
    let passedOver = 0;
    for (let i = 0; i < batch.count; i++) {
      const key = batch.key(i);
      if (startsWith(key, this.#prefix)) {
        passedOver++;
        continue;
      }
      const document = this.#collection.get(undefined, batch.recordIds[i]);
      const prefix = document === null ? NO_KEY : this.#prefixOf(document);
      if (document === null || !startsWith(key, prefix)) continue;
      documents.push(document);
      recordIds.push(batch.recordIds[i]);
      this.#prefix = prefix;
      passedOver = 0;
    }
    if (passedOver >= WORTH_A_SEEK) this.#seek();
    statistics.advanced += documents.length;
    return documents.length === 0 ? EMPTY_BATCH : batchOf(documents, recordIds);
  }

  #prefixOf(document: Uint8Array): Uint8Array {
    this.#writer.reset();
    this.#writer.append(valueAtPath(document, 0, this.#path) ?? MISSING, this.#descending);
    return this.#writer.bytes();
  }

  /** Goes on behind the value at hand. */
  #seek(): void {
    const prefix = this.#prefix;
    if (prefix.length === 0) return;
    const behind = successor(prefix);
    const ranges: KeyRange[] = [];
    for (const { low, high } of this.#node.ranges) {
      const range = this.#forward
        ? { low: later(low, behind), high }
        : { low, high: earlier(high, prefix) };
      if (compare(range.low, range.high) < 0) ranges.push(range);
    }
    this.#keysBefore += this.#scan.keysExamined;
    this.#scan.close();
    this.#scan = this.#open(ranges);
    this.#node.statistics.seeks++;
  }

  close(): void {
    this.#scan.close();
  }
}

function batchOf(documents: readonly Uint8Array[], recordIds: readonly number[]): Batch {
  const { bytes, starts, count } = Batch.of(documents);
  return new Batch(bytes, starts, count, Float64Array.from(recordIds));
}

/** The empty prefix is that of nothing. */
function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  if (prefix.length === 0 || key.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (key[i] !== prefix[i]) return false;
  return true;
}

/** The least key behind all that begin with the prefix; its class byte is never 0xff. */
function successor(prefix: Uint8Array): Uint8Array {
  let end = prefix.length;
  while (end > 1 && prefix[end - 1] === 0xff) end--;
  const key = prefix.slice(0, end);
  key[end - 1]++;
  return key;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

function later(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compare(a, b) < 0 ? b : a;
}

function earlier(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compare(a, b) < 0 ? a : b;
}
