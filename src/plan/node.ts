// The plan tree: plain data that plan/run.ts executes and plan/explain.ts shows.
//
// One node is one stage of mongod's classic plans, with the names people know from explain. While a plan runs, each node
// counts what it did in its `statistics`; the counting is per batch, so it is always on.
//
//   LIMIT -> PROJECTION_SIMPLE -> SORT -> FETCH -> IXSCAN          (an answer flows from right to left)

import type { RawValue } from "../bson/read.ts";
import type { IntervalList, KeyRange } from "../index/interval.ts";
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

export interface IndexScanNode extends Stage {
  readonly stage: "IXSCAN";
  readonly index: PlannerIndex;
  readonly forward: boolean;
  readonly bounds: readonly FieldBounds[];
  readonly ranges: readonly KeyRange[];
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

/** Several index scans, each in the wanted order, merged by it. */
export interface SortMergeNode extends Stage {
  readonly stage: "SORT_MERGE";
  readonly sort: SortSpec;
  readonly inputs: readonly IndexScanNode[];
  /** The first field of the index key that takes part in the order. */
  readonly prefixFields: number;
}

export interface SortNode extends Stage {
  readonly stage: "SORT";
  readonly sort: SortSpec;
  /** skip + limit, 0 for none. */
  readonly limit: number;
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
}

/** Equality on `_id` and nothing else: no planning, no stages. */
export interface ExpressNode extends Stage {
  readonly stage: "EXPRESS_IXSCAN";
  /** The value of `_id`. */
  readonly id: RawValue;
}

/** Counts index entries in bounds without fetching. */
export interface CountScanNode extends Stage {
  readonly stage: "COUNT_SCAN";
  readonly index: PlannerIndex;
  readonly bounds: readonly FieldBounds[];
  readonly ranges: readonly KeyRange[];
}

export interface RecordStoreCountNode extends Stage {
  readonly stage: "RECORD_STORE_FAST_COUNT";
}

export interface CountNode extends Stage {
  readonly stage: "COUNT";
  readonly input: PlanNode | undefined;
}

/** One key per distinct value of the first bounded field. */
export interface DistinctScanNode extends Stage {
  readonly stage: "DISTINCT_SCAN";
  readonly index: PlannerIndex;
  readonly bounds: readonly FieldBounds[];
  readonly ranges: readonly KeyRange[];
}

/** A write over the documents a plan finds; only explain makes one. */
export interface WriteNode extends Stage {
  readonly stage: "DELETE" | "UPDATE";
  readonly input: PlanNode;
  /** Documents it would write. */
  readonly found: number;
}

export type PlanNode =
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
  | WriteNode;

/** The inputs of a node, none for a leaf. */
export function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.stage) {
    case "OR":
    case "SORT_MERGE":
      return node.inputs;
    case "COUNT":
      return node.input === undefined ? [] : [node.input];
    case "DELETE":
    case "FETCH":
    case "LIMIT":
    case "PROJECTION_COVERED":
    case "PROJECTION_DEFAULT":
    case "PROJECTION_SIMPLE":
    case "RETURN_KEY":
    case "SKIP":
    case "SORT":
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
