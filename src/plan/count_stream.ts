// COUNT_SCAN: counts index entries in bounds without reading a document.
//
// Gives empty batches while it counts, so that its caller can pause; the number is in `count` at the end. A multikey index
// counts each document once.

import type { Collection } from "../storage/collection.ts";
import type { IndexScan } from "../storage/index_scan.ts";
import type { Index } from "../storage/index.ts";
import type { Transaction } from "../storage/transaction.ts";
import { type Batch, EMPTY_BATCH } from "../stream/batch.ts";
import type { DocumentStream } from "../stream/document_stream.ts";
import { exactScanOf } from "./covered.ts";
import { type CountScanNode, newStatistics, type PlanNode } from "./node.ts";
import { storedIndex } from "./planner_index.ts";

/** The plan as a COUNT_SCAN when its bounds alone decide; undefined when documents must be looked at. */
export function countScanOf(root: PlanNode): CountScanNode | undefined {
  const scan = exactScanOf(root);
  if (scan === undefined) return undefined;
  const { index, bounds, ranges, keyBounds } = scan;
  return { stage: "COUNT_SCAN", index, bounds, ranges, keyBounds, statistics: newStatistics() };
}

export class CountScanStream implements DocumentStream {
  readonly #node: CountScanNode;
  readonly #scan: IndexScan;
  readonly #limit: number;
  count = 0;

  constructor(
    node: CountScanNode,
    collection: Collection,
    options: { limit: number; transaction?: Transaction | undefined },
  ) {
    this.#node = node;
    this.#limit = options.limit;
    this.#scan = collection.indexScan(storedIndex(node.index) as Index, {
      ranges: node.ranges,
      bounds: node.keyBounds,
      transaction: options.transaction,
    });
  }

  next(): Batch | null {
    const keys = this.count >= this.#limit ? null : this.#scan.nextKeys();
    const { statistics } = this.#node;
    statistics.keysExamined = this.#scan.keysExamined;
    statistics.seeks = this.#scan.seeks;
    if (keys === null) {
      statistics.isEof = true;
      return null;
    }
    this.count += keys.count;
    statistics.advanced = this.count;
    return EMPTY_BATCH;
  }

  close(): void {
    this.#scan.close();
  }
}
