// The plan tree: plain data that plan/run.ts executes and plan/explain.ts shows.
//
// One node is one stage of mongod's classic plans, with the names people know from explain. While a plan runs, each node
// counts what it did in its `statistics`; the counting is per batch, so it is always on.
//
//   LIMIT -> PROJECTION_SIMPLE -> SORT -> FETCH -> IXSCAN          (an answer flows from right to left)

import type { RawValue } from "../bson/read.ts";
import type { IntervalList, KeyRange } from "../index/interval.ts";
import type { KeyBounds } from "../index/key_bounds.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { Predicate } from "../query/definition.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import type { SortStatistics } from "../stream/sort_stream.ts";
import type { PlannerIndex } from "./planner_index.ts";

/** What a stage did so far. */
export interface NodeStatistics {
  /** Results it gave to the stage above. */
  advanced: number;
  /** Steps of work, as mongod counts them: results, rejected candidates and seeks. */
  works: number;
  isEof: boolean;
  docsExamined: number;
  keysExamined: number;
  seeks: number;
  dupsTested: number;
  dupsDropped: number;
  executionMs: number;
}

export function newStatistics(): NodeStatistics {
  return {
    advanced: 0,
    works: 0,
    isEof: false,
    docsExamined: 0,
    keysExamined: 0,
    seeks: 0,
    dupsTested: 0,
    dupsDropped: 0,
    executionMs: 0,
  };
}

/** A filter as a stage carries it: the tree for explain, the closure for running. */
export interface StageFilter {
  readonly expression: MatchExpression;
  readonly matches: Predicate;
}

interface Stage {
  readonly statistics: NodeStatistics;
}

export interface CollectionScanNode extends Stage {
  readonly stage: "COLLSCAN";
  readonly forward: boolean;
  readonly filter: StageFilter | undefined;
  readonly tailable: boolean;
}

/** Bounds of one field of an index, in the order of the key pattern. */
export interface FieldBounds {
  readonly path: string;
  readonly descending: boolean;
  /** In ascending order of values, whatever the direction of the field. */
  readonly intervals: IntervalList;
}

/** What a covered scan gives instead of documents (covered.ts). */
export interface Covering {
  /** Places in the key pattern of the fields that are rebuilt. */
  readonly fields: readonly number[];
  /** True when these are exactly the paths the caller reads: a projection has nothing left to do. */
  readonly isAnswer: boolean;
  /** Where the index had arrays when the plan was made. */
  readonly multikeyParts: readonly number[] | undefined;
}

export interface IndexScanNode extends Stage {
  readonly stage: "IXSCAN";
  readonly index: PlannerIndex;
  readonly forward: boolean;
  readonly bounds: readonly FieldBounds[];
  readonly ranges: readonly KeyRange[];
  /** Bounds of later fields that the ranges do not express. */
  readonly keyBounds?: KeyBounds | undefined;
  /** Set when documents are rebuilt from keys: with the fields the filter and the stages above need. */
  readonly covering?: Covering | undefined;
  /** What is left of the filter, tested on rebuilt documents. */
  readonly filter?: StageFilter | undefined;
  /** Set when only the filter is tested on rebuilt documents, and those that match are fetched (key_filter.ts). */
  readonly filtering?: Covering | undefined;
  /** The entries are only counted: explain calls it a COUNT_SCAN. */
  readonly isCounting?: boolean;
  /** The order would have come from more merged scans than are made. */
  readonly isSplitRefused?: boolean;
  /** min() and max() were given: explain shows no intervals for them but the scan is bounded. */
  readonly isMinMax?: boolean;
}

export interface FetchNode extends Stage {
  readonly stage: "FETCH";
  readonly filter: StageFilter | undefined;
  readonly input: PlanNode;
}

/** Several inputs whose RecordIds are united. */
export interface OrNode extends Stage {
  readonly stage: "OR";
  readonly inputs: readonly PlanNode[];
}

/** Several scans, each in the wanted order, merged by it. */
export interface SortMergeNode extends Stage {
  readonly stage: "SORT_MERGE";
  readonly sort: SortSpec;
  readonly inputs: readonly PlanNode[];
  /** The first field of the index key that takes part in the order. */
  readonly prefixFields: number;
}

export interface SortNode extends Stage {
  readonly stage: "SORT";
  readonly sort: SortSpec;
  /** skip + limit, 0 for none. */
  readonly limit: number;
  readonly memoryLimitBytes: number;
  readonly input: PlanNode;
  sortStatistics: SortStatistics | undefined;
}

export interface SkipNode extends Stage {
  readonly stage: "SKIP";
  readonly skip: number;
  readonly input: PlanNode;
}

export interface LimitNode extends Stage {
  readonly stage: "LIMIT";
  readonly limit: number;
  readonly input: PlanNode;
}

export interface ProjectionNode extends Stage {
  readonly stage: "PROJECTION_SIMPLE" | "PROJECTION_DEFAULT" | "PROJECTION_COVERED";
  /** The projection as the client wrote it. */
  readonly spec: Uint8Array;
  readonly input: PlanNode;
}

/** returnKey: index keys instead of documents. */
export interface ReturnKeyNode extends Stage {
  readonly stage: "RETURN_KEY";
  readonly input: PlanNode;
}

export interface EofNode extends Stage {
  readonly stage: "EOF";
  readonly type?: "nonExistentNamespace" | "predicateEvalsToFalse";
}

/** Equality on `_id` and nothing else: no planning, no stages. */
export interface ExpressNode extends Stage {
  readonly stage: "EXPRESS_IXSCAN";
  /** The value of `_id`. */
  readonly id: RawValue;
  /** The records themselves are in the order of `_id`. */
  readonly isClustered?: boolean;
}

/** A scan of a stretch of a clustered collection; only explain makes one, of an IXSCAN on `_id`. */
export interface ClusteredScanNode extends Stage {
  readonly stage: "CLUSTERED_IXSCAN";
  readonly forward: boolean;
  readonly filter: StageFilter | undefined;
  readonly minRecord: RawValue | undefined;
  readonly maxRecord: RawValue | undefined;
}

/** Above the plan of a rooted $or, whose branches are planned apart; only explain makes one. */
export interface SubplanNode extends Stage {
  readonly stage: "SUBPLAN";
  readonly input: PlanNode;
}

/** Counts index entries in bounds without fetching. */
export interface CountScanNode extends Stage {
  readonly stage: "COUNT_SCAN";
  readonly index: PlannerIndex;
  readonly bounds: readonly FieldBounds[];
  readonly ranges: readonly KeyRange[];
  readonly keyBounds?: KeyBounds | undefined;
}

export interface RecordStoreCountNode extends Stage {
  readonly stage: "RECORD_STORE_FAST_COUNT";
}

export interface CountNode extends Stage {
  readonly stage: "COUNT";
  readonly input: PlanNode | undefined;
  /** Documents left out of the count. */
  readonly skipped?: number;
}

/** One key per distinct value of the first bounded field. */
export interface DistinctScanNode extends Stage {
  readonly stage: "DISTINCT_SCAN";
  /** Default true. */
  readonly forward?: boolean;
  readonly index: PlannerIndex;
  readonly bounds: readonly FieldBounds[];
  readonly ranges: readonly KeyRange[];
  readonly keyBounds?: KeyBounds | undefined;
}

/** A write over the documents a plan finds; only explain makes one. */
export interface WriteNode extends Stage {
  /** EXPRESS_* over an EXPRESS_IXSCAN; BATCHED_DELETE is the delete of many. */
  readonly stage: "BATCHED_DELETE" | "DELETE" | "EXPRESS_DELETE" | "EXPRESS_UPDATE" | "UPDATE";
  readonly input: PlanNode;
  /** Documents it would write. */
  readonly found: number;
  /** Documents that would differ afterwards. */
  readonly modified?: number;
  /** 1 when it would insert a document. */
  readonly upserted?: number;
}

export type PlanNode =
  | ClusteredScanNode
  | CollectionScanNode
  | CountNode
  | CountScanNode
  | DistinctScanNode
  | EofNode
  | ExpressNode
  | FetchNode
  | IndexScanNode
  | LimitNode
  | OrNode
  | ProjectionNode
  | RecordStoreCountNode
  | ReturnKeyNode
  | SkipNode
  | SortMergeNode
  | SortNode
  | SubplanNode
  | WriteNode;

/** The inputs of a node, none for a leaf. */
export function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.stage) {
    case "OR":
    case "SORT_MERGE":
      return node.inputs;
    case "COUNT":
      return node.input === undefined ? [] : [node.input];
    case "BATCHED_DELETE":
    case "DELETE":
    case "EXPRESS_DELETE":
    case "EXPRESS_UPDATE":
    case "FETCH":
    case "LIMIT":
    case "PROJECTION_COVERED":
    case "PROJECTION_DEFAULT":
    case "PROJECTION_SIMPLE":
    case "RETURN_KEY":
    case "SKIP":
    case "SORT":
    case "SUBPLAN":
    case "UPDATE":
      return [node.input];
    default:
      return [];
  }
}

/** The node and everything below it. */
export function* allNodes(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const input of inputsOf(node)) yield* allNodes(input);
}
