// What an operation can tell of the plans it runs and of how far it is, for currentOp, the slow-query log and the profiler.
//
// An operation keeps a reference to whoever knows its plan and nothing more; figures are added up from the plan's own statistics
// when somebody asks. A plan that is still on trial answers with the candidate in front.

import type { CommandError } from "../error.ts";
import type { ChosenPlan } from "../plan/choose.ts";
import { allNodes } from "../plan/node.ts";

/** A plan at work. */
export type RunningPlan = Pick<
  ChosenPlan,
  "choice" | "planCacheKey" | "request" | "root" | "summary"
>;

/** Whatever knows the plan of the moment: asked when somebody wants to know, not before. */
export interface PlanHolder {
  readonly plan?: RunningPlan | undefined;
  /** Set where a write finds its document by the `_id` without a plan. */
  readonly id?: unknown;
  /** The stages of a pipeline behind the plan. */
  readonly rest?: readonly { readonly name: string }[];
}

/** The cursor a getMore works on. */
export interface OperationCursor {
  readonly id: bigint;
  /** What its plan had examined before this getMore. */
  readonly keysBefore: number;
  readonly documentsBefore: number;
  readonly options: { readonly command?: Uint8Array | undefined };
}

/** How far a long operation is. */
export interface OperationProgress {
  readonly done: number;
  readonly total: number;
}

/** One statement of an update or delete command, noted while a profiler watches. */
export interface StatementNote {
  /** The statement as the client wrote it. */
  readonly document: Uint8Array;
  readonly holder: PlanHolder | undefined;
  readonly tookMs: number;
  readonly matched: number;
  /** undefined for a delete. */
  readonly modified: number | undefined;
  readonly upserted: number;
  readonly error: CommandError | undefined;
}

/** Keys and documents looked at. */
export interface Examined {
  keys: number;
  documents: number;
}

/** What a plan has examined so far, added up over its stages. */
export function addExamined(plan: RunningPlan | undefined, sum: Examined): Examined {
  if (plan === undefined) return sum;
  for (const { statistics } of allNodes(plan.root)) {
    sum.keys += statistics.keysExamined;
    sum.documents += statistics.docsExamined;
  }
  return sum;
}

/** How a document is found by its `_id` alone. */
export const EXPRESS_SUMMARY = "EXPRESS_IXSCAN { _id: 1 }";

/** The planSummary, "" where there is no plan; `isDelete` matters to writes that find their document by its `_id`. */
export function summaryOf(holder: PlanHolder | undefined, isDelete: boolean): string {
  if (holder === undefined) return "";
  if (holder.plan !== undefined) return holder.plan.summary;
  return holder.id === undefined
    ? ""
    : `${EXPRESS_SUMMARY},${isDelete ? "EXPRESS_DELETE" : "EXPRESS_UPDATE"}`;
}
