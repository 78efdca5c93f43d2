// The tree that `execStats` of the profiler shows, where it is not the plan that ran: a write is a stage above its plan, and
// what is found by `_id` alone has no plan but is an EXPRESS stage in mongod.

import { newStatistics, type PlanNode, type WriteNode } from "../plan/node.ts";

/** What the tree is to show. */
export interface ShownWork {
  readonly root: PlanNode | undefined;
  /** True when the document was looked up by its `_id`, without a plan. */
  readonly isExpress: boolean;
  readonly documentsExamined: number;
  /** Set for a write. */
  readonly write: ShownWrite | undefined;
}

export interface ShownWrite {
  readonly isDelete: boolean;
  readonly isMany: boolean;
  readonly found: number;
  readonly modified: number;
  readonly upserted: number;
}

/** undefined when there is nothing to show. */
export function shownTree(work: ShownWork): PlanNode | undefined {
  const { root, write } = work;
  const input = root ?? (work.isExpress ? expressNode(work.documentsExamined) : undefined);
  if (input === undefined || write === undefined) return input;
  return {
    stage: writeStageName(write, root === undefined),
    // A write of one document stops by itself.
    input: input.stage === "LIMIT" ? input.input : input,
    found: write.found,
    modified: write.modified,
    upserted: write.upserted,
    statistics: { ...newStatistics(), isEof: true },
  };
}

function writeStageName({ isDelete, isMany }: ShownWrite, isExpress: boolean): WriteNode["stage"] {
  if (isExpress) return isDelete ? "EXPRESS_DELETE" : "EXPRESS_UPDATE";
  if (!isDelete) return "UPDATE";
  return isMany ? "BATCHED_DELETE" : "DELETE";
}

/** explain shows the value that was looked up; the profiler has it in the command. */
const NO_VALUE = { bytes: new Uint8Array(0), type: 0x0a, at: 0 };

function expressNode(found: number): PlanNode {
  const statistics = {
    ...newStatistics(),
    advanced: found,
    keysExamined: found,
    docsExamined: found,
    isEof: true,
  };
  return { stage: "EXPRESS_IXSCAN", id: NO_VALUE, statistics };
}
