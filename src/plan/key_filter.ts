// What is left of a filter, tested on index keys, so that only the documents of matching entries are fetched.
//
//   { a: { $gt: 1 }, s: /x/ } on { a: 1, s: 1 }   ->   FETCH > IXSCAN, filter s: /x/
//
// Conjuncts that read only fields whose keys give the values back (covered.ts) go to the scan. Those that mongod tests on
// documents stay at the FETCH, for its keys do not tell missing from null: $exists, $type, comparisons with null or arrays, $expr.
// Where a key cannot give a value back, or an array was put on a path since the plan was made, the document is read.

import type { RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { compileFilter } from "../query/filter.ts";
import { anyNode, type MatchExpression } from "../query/match_expression.ts";
import type { Index } from "../storage/index.ts";
import type { KeyBatch, ReadRecord } from "../storage/index_scan.ts";
import { narrow } from "../stream/filter_stream.ts";
import { addReadPaths, coveringFields } from "./covered.ts";
import { isSameMultikey, KeyDocuments } from "./covered_stream.ts";
import {
  type Covering,
  type IndexScanNode,
  newStatistics,
  type PlanNode,
  type SortMergeNode,
  type StageFilter,
} from "./node.ts";
import type { PlannerIndex } from "./planner_index.ts";
import { residualOf } from "./predicates.ts";

/** A scan that tests what it can, and what is left for the FETCH above it. */
export interface KeyTestedScan {
  readonly input: IndexScanNode | SortMergeNode;
  readonly residual: MatchExpression | undefined;
}

/** Moves to the scan those of the conjuncts not in `covered` that its keys decide. */
export function testOnKeys(
  input: IndexScanNode | SortMergeNode,
  index: PlannerIndex,
  conjuncts: readonly MatchExpression[],
  covered: ReadonlySet<number>,
): KeyTestedScan {
  if (index.keepsTypes !== true) return { input, residual: residualOf(conjuncts, covered) };
  // Most residuals read other fields: nothing is made for those.
  let tested: Set<number> | undefined;
  let paths: Set<string> | undefined;
  for (let place = 0; place < conjuncts.length; place++) {
    const conjunct = conjuncts[place];
    if (covered.has(place) || !isOfIndex(conjunct, index) || !isForKeys(conjunct)) continue;
    const read = new Set<string>();
    if (!addReadPaths(conjunct, read) || coveringFields(index, read) === undefined) continue;
    tested = (tested ?? new Set()).add(place);
    paths = paths === undefined ? read : paths.union(read);
  }
  const fields = paths === undefined ? undefined : coveringFields(index, paths);
  if (tested === undefined || fields === undefined) {
    return { input, residual: residualOf(conjuncts, covered) };
  }
  const untested = new Set<number>();
  for (let place = 0; place < conjuncts.length; place++) {
    if (!tested.has(place)) untested.add(place);
  }
  const expression = residualOf(conjuncts, untested) as MatchExpression;
  const filter: StageFilter = { expression, matches: compileFilter(expression) };
  const filtering: Covering = { fields, isAnswer: false, multikeyParts: index.multikeyParts };
  return {
    input: withFilter(input, filter, filtering) as IndexScanNode | SortMergeNode,
    residual: residualOf(conjuncts, new Set([...covered, ...tested])),
  };
}

/** False for a condition on one path that is no field of the index: by far the most. */
function isOfIndex(conjunct: MatchExpression, { parts }: PlannerIndex): boolean {
  if (!("path" in conjunct) || conjunct.path === undefined) return true;
  for (const { path } of parts) if (conjunct.path.startsWith(path)) return true;
  return false;
}

function withFilter(node: PlanNode, filter: StageFilter, filtering: Covering): PlanNode {
  if (node.stage === "IXSCAN") return { ...node, filter, filtering, statistics: newStatistics() };
  if (node.stage !== "SORT_MERGE") return node;
  return { ...node, inputs: node.inputs.map((input) => withFilter(input, filter, filtering)) };
}

/** What mongod compares in documents only. */
function isForDocuments({ type }: RawValue): boolean {
  return type === BsonType.Null || type === BsonType.Array || type === BsonType.MinKey ||
    type === BsonType.MaxKey;
}

/** False for what mongod tests on documents. */
function isForKeys(conjunct: MatchExpression): boolean {
  return !anyNode(conjunct, (node) => {
    switch (node.kind) {
      case "compare":
        return isForDocuments(node.value);
      case "in":
        return node.values.some(isForDocuments);
      case "exists":
      case "expr":
      case "type":
        return true;
      default:
        return false;
    }
  });
}

/** Tests the entries of a scan. */
export class KeyFilter {
  readonly #index: Index;
  readonly #filter: StageFilter;
  readonly #multikeyParts: readonly number[] | undefined;
  readonly #documents: KeyDocuments;

  constructor(index: Index, filter: StageFilter, filtering: Covering) {
    this.#index = index;
    this.#filter = filter;
    this.#multikeyParts = filtering.multikeyParts;
    this.#documents = new KeyDocuments(index, filtering);
  }

  /** Documents that were read because their keys did not do. */
  get fetched(): number {
    return this.#documents.fetched;
  }

  /** Puts the RecordIds of the entries that match in front, in their order; returns how many they are. */
  readonly select = (entries: KeyBatch, read: ReadRecord): number => {
    // Looked at after reading: an entry of an array is never seen before the index is known to have arrays.
    const readsAll = !isSameMultikey(this.#index.multikeyParts, this.#multikeyParts);
    const made = this.#documents.make(entries, read, readsAll);
    return narrow(made, this.#filter.matches).count;
  };
}
