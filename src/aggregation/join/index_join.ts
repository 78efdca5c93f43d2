// The other side of a join through an index on its field: one bounded scan per input document.
//
// The bounds are made by the planner's own code, of a plain value at once (point_lookup.ts), else from an equality filter; so
// arrays, null and numbers of all types are right without rules of their own here. A single `_id` is looked up directly.

import type { RawValue } from "../../bson/read.ts";
import { BsonType } from "../../bson/type.ts";
import { boundIndex } from "../../plan/index_bounds.ts";
import { sameCollation } from "../../plan/planner_index.ts";
import { pointRanges } from "../../plan/point_lookup.ts";
import { collectPredicates, conjunctsOf } from "../../plan/predicates.ts";
import type { Predicate } from "../../query/definition.ts";
import { compileQuery, type QueryContext } from "../../query/filter.ts";
import type { Collection } from "../../storage/collection.ts";
import type { IndexScanOptions } from "../../storage/index_scan.ts";
import type { Index } from "../../storage/index.ts";
import type { JoinWork } from "../definition.ts";
import type { DocumentList } from "./document_list.ts";
import { valuesFilter } from "./values_filter.ts";

/** The index that answers equality on the field best; undefined without one. */
export function joinIndex(
  collection: Collection,
  field: string,
  context: QueryContext,
): Index | undefined {
  let best: Index | undefined;
  for (const index of collection.indexes) {
    if (!index.isUsable || index.isPartial || index.spec.sparse) continue;
    if (index.parts[0].path !== field) continue;
    if (!sameCollation(index.spec.collation, context.collation)) continue;
    if (best === undefined || index.parts.length < best.parts.length) best = index;
  }
  return best;
}

export class IndexJoin {
  readonly #isId: boolean;

  constructor(
    private readonly collection: Collection,
    private readonly index: Index,
    private readonly field: string,
    private readonly context: QueryContext,
    private readonly work?: JoinWork,
  ) {
    this.#isId = index.isIdIndex && context.collation === undefined;
  }

  /** What a search costs, in documents taken into a hash table. */
  get cost(): number {
    return this.#isId ? 2 : 8;
  }

  /** Adds the documents that have any of the values. */
  find(values: readonly RawValue[], found: DocumentList): void {
    if (this.#isId && values.length === 1 && values[0].type !== BsonType.Undefined) {
      const one = this.collection.findById(undefined, values[0]);
      if (one !== null) found.refer(one.document, 0);
      this.#count(one === null ? 0 : 1, one === null ? 0 : 1);
      return;
    }
    const point = values.length === 1 && this.context.collation === undefined
      ? pointRanges(this.index, values[0])
      : undefined;
    if (point !== undefined) {
      const isPoint = this.index.parts.length === 1;
      return this.#scan({ ranges: point, isPoint }, undefined, found);
    }
    const spec = valuesFilter(this.field, values);
    if (spec === undefined) return;
    const filter = compileQuery(spec, this.context);
    const conjuncts = conjunctsOf(filter.expression);
    const bounds = boundIndex(this.index, collectPredicates(conjuncts), this.context.collation);
    const isExact = bounds.covered.size === conjuncts.length;
    const range = { ranges: bounds.ranges, bounds: bounds.keyBounds };
    this.#scan(range, isExact ? undefined : filter.matches, found);
  }

  #scan(range: IndexScanOptions, matches: Predicate | undefined, found: DocumentList): void {
    const scan = this.collection.indexScan(this.index, range);
    let documents = 0;
    try {
      for (let batch = scan.next(); batch !== null; batch = scan.next()) {
        documents += batch.count;
        for (let i = 0; i < batch.count; i++) {
          const start = batch.starts[i];
          if (matches === undefined || matches(batch.bytes, start)) found.copy(batch.bytes, start);
        }
      }
    } finally {
      this.#count(scan.keysExamined, documents);
      scan.close();
    }
  }

  #count(keys: number, documents: number): void {
    const { work } = this;
    if (work === undefined) return;
    work.keysExamined += keys;
    work.docsExamined += documents;
    work.indexesUsed.add(this.index.name);
  }
}
