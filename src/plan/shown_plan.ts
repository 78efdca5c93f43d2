// A plan as explain shows it, where mongod's stages are not those that run here.
//
// SUBPLAN stands above the plan of a filter that is an $or, because mongod plans its branches by themselves. A clustered
// collection is scanned by `_id` itself: what is an index scan with FETCH here is one CLUSTERED_IXSCAN there.

import type { RawValue } from "../bson/read.ts";
import type { CompiledFilter } from "../query/filter.ts";
import { normalize } from "../query/normalize.ts";
import { isClusteredIndex } from "./planner_index.ts";
import {
  type ExpressNode,
  type FieldBounds,
  newStatistics,
  type NodeStatistics,
  type PlanNode,
} from "./node.ts";

export interface ShownPlan {
  readonly filter: CompiledFilter;
  /** The client named an index: then nothing is planned apart. */
  readonly isHinted: boolean;
  readonly isClustered: boolean;
}

export function shownPlan(root: PlanNode, how: ShownPlan): PlanNode {
  const shown = how.isClustered ? clustered(root, how.filter) : root;
  const isApart = !how.isHinted && root.stage !== "EOF" &&
    normalize(how.filter.expression).kind === "or";
  if (!isApart) return shown;
  return {
    stage: "SUBPLAN",
    input: shown,
    /** What passes is what the plan below gives; what that examined is counted there. */
    get statistics(): NodeStatistics {
      const { advanced, executionMs, isEof, works } = root.statistics;
      return { ...newStatistics(), advanced, executionMs, isEof, works };
    },
  };
}

/** The tree with its scans of `_id` as scans of the collection. */
function clustered(node: PlanNode, filter: CompiledFilter): PlanNode {
  switch (node.stage) {
    case "EXPRESS_IXSCAN":
      return { ...node, isClustered: true } as ExpressNode;
    case "FETCH":
      return isIdScan(node.input) ? clusteredScan(node, node.input, filter) : node;
    case "COUNT_SCAN":
    case "IXSCAN":
      return isIdScan(node) ? clusteredScan(node, node, filter) : node;
    case "LIMIT":
    case "PROJECTION_COVERED":
    case "PROJECTION_DEFAULT":
    case "PROJECTION_SIMPLE":
    case "SKIP":
    case "SORT":
      return { ...node, input: clustered(node.input, filter) };
    default:
      return node;
  }
}

type IdScan = Extract<PlanNode, { stage: "COUNT_SCAN" | "IXSCAN" }>;

function isIdScan(node: PlanNode): node is IdScan {
  return (node.stage === "IXSCAN" || node.stage === "COUNT_SCAN") &&
    (node.index.name === "_id_" || isClusteredIndex(node.index));
}

function clusteredScan(top: PlanNode, scan: IdScan, filter: CompiledFilter): PlanNode {
  const [low, high] = endsOf(scan.bounds);
  return {
    stage: "CLUSTERED_IXSCAN",
    forward: scan.stage === "COUNT_SCAN" || scan.forward,
    filter: filter.isEmpty ? undefined : filter,
    minRecord: low,
    maxRecord: high,
    get statistics(): NodeStatistics {
      const { keysExamined } = scan.statistics;
      return { ...top.statistics, keysExamined: 0, docsExamined: keysExamined };
    },
  };
}

/** The lowest and the highest value of the bounds; undefined for MinKey and MaxKey. */
function endsOf([bounds]: readonly FieldBounds[]): [RawValue | undefined, RawValue | undefined] {
  const { intervals } = bounds;
  if (intervals.length === 0) return [undefined, undefined];
  const { lowValue } = intervals[0];
  const { highValue } = intervals[intervals.length - 1];
  return [
    lowValue.type === 255 ? undefined : lowValue,
    highValue.type === 127 ? undefined : highValue,
  ];
}
