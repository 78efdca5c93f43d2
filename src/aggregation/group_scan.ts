// A $group that wants one document of each value, the first or the last of an order: answered by a scan of distinct keys.
//
//   [{ $sort: { a: 1, b: 1 } }, { $group: { _id: "$a", x: { $first: "$c" } } }]      over an index { a: 1, b: 1 }
//   [{ $group: { _id: "$a" } }]                                                    over any index that begins with a
//
// The plan then gives only the documents that count, and the $group does the rest: it need not know. The index must have
// no arrays and no collation, or equal keys would not mean equal values. Left out: a group's order without a $sort.

import { ALL_VALUES } from "../index/interval.ts";
import { type ChosenPlan, summaryOf } from "../plan/choose.ts";
import { exactScanOf } from "../plan/covered.ts";
import { type IndexScanNode, newStatistics, type PlanNode } from "../plan/node.ts";
import type { PlannerIndex } from "../plan/planner_index.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import type { GroupPart } from "./definition.ts";

export interface GroupedQuery {
  readonly plan: ChosenPlan;
  readonly group: GroupPart;
  readonly sort: SortSpec | undefined;
  readonly isUnfiltered: boolean;
  readonly hasCollation: boolean;
  readonly indexes: readonly PlannerIndex[];
}

/** The plan that gives one document per group; undefined when all have to be read. */
export function groupScanOf(query: GroupedQuery): ChosenPlan | undefined {
  const { plan, group, sort } = query;
  if (query.hasCollation || plan.root.stage === "EOF") return undefined;
  if (group.wants !== "any" && sort?.parts[0]?.path !== group.path) return undefined;
  if (sort !== undefined && sort.parts.some(({ meta }) => meta !== undefined)) return undefined;
  const scan = exactScanOf(plan.root) ?? wholeScan(query);
  if (scan === undefined || !servesGroup(scan.index, group.path)) return undefined;
  const forward = group.wants === "last" ? !scan.forward : scan.forward;
  const input: PlanNode = {
    stage: "DISTINCT_SCAN",
    forward,
    index: scan.index,
    bounds: scan.bounds,
    ranges: scan.ranges,
    keyBounds: scan.keyBounds,
    statistics: newStatistics(),
  };
  const root: PlanNode = { stage: "FETCH", filter: undefined, input, statistics: newStatistics() };
  return { ...plan, root, summary: summaryOf(root), choice: undefined };
}

type Scan = Pick<IndexScanNode, "bounds" | "forward" | "index" | "keyBounds" | "ranges">;

/** Without filter and order any index will do that has all documents. */
function wholeScan({ plan, group, sort, isUnfiltered, indexes }: GroupedQuery): Scan | undefined {
  if (!isUnfiltered || sort !== undefined || plan.root.stage !== "COLLSCAN") return undefined;
  const index = indexes.find((one) =>
    one.isUsable && one.spec.sparse !== true && one.spec.partialFilter === undefined &&
    servesGroup(one, group.path)
  );
  if (index === undefined) return undefined;
  return {
    index,
    forward: true,
    bounds: index.parts.map(({ path, direction }) => ({
      path,
      descending: direction < 0,
      intervals: ALL_VALUES,
    })),
    ranges: [{ low: new Uint8Array(0), high: Uint8Array.of(0xff) }],
  };
}

function servesGroup(index: PlannerIndex, path: string): boolean {
  const [first] = index.parts;
  return first.path === path && index.expandedFrom === undefined &&
    index.multikeyParts === undefined && index.spec.collation === undefined &&
    index.parts.every(({ hashed, wildcard }) => hashed !== true && wildcard !== true);
}
