// planSummary: a plan in a few words, "IXSCAN { a: 1 }, IXSCAN { b: 1 }", for logs, currentOp and the profiler.
//
// Only the scans are named, as in mongod. Texts of key patterns are remembered per index, because every query asks.

import type { PlanNode } from "./node.ts";
import { isClusteredIndex, type PlannerIndex } from "./planner_index.ts";

/** The scans of a plan as mongod's planSummary lists them. */
export function summaryOf(node: PlanNode): string {
  switch (node.stage) {
    case "IXSCAN":
      if (isIdIndex(node.index) && isClusteredIndex(node.index)) return "CLUSTERED_IXSCAN";
      return `${node.isCounting === true ? "COUNT_SCAN" : "IXSCAN"} ${patternText(node.index)}`;
    case "COUNT_SCAN":
    case "DISTINCT_SCAN":
      return `${node.stage} ${patternText(node.index)}`;
    case "CLUSTERED_IXSCAN":
    case "COLLSCAN":
    case "EOF":
    case "RECORD_STORE_FAST_COUNT":
      return node.stage;
    case "EXPRESS_IXSCAN":
      return "EXPRESS_IXSCAN { _id: 1 }";
    case "OR":
    case "SORT_MERGE":
      return node.inputs.map(summaryOf).join(", ");
    case "COUNT":
      return node.input === undefined ? "COUNT" : summaryOf(node.input);
    default:
      return summaryOf(node.input);
  }
}

/** Only of these it need be asked whether the collection is clustered. */
function isIdIndex({ parts }: PlannerIndex): boolean {
  return parts.length === 1 && parts[0].path === "_id";
}

const patternTexts = new WeakMap<Uint8Array, string>();

/** The key pattern as text, remembered per index: every query asks for it. */
function patternText({ parts, spec }: PlannerIndex): string {
  let text = patternTexts.get(spec.keyPattern);
  if (text === undefined) {
    const fields = parts.map(({ path, direction, hashed }) =>
      `${path}: ${hashed ? '"hashed"' : direction}`
    );
    text = `{ ${fields.join(", ")} }`;
    patternTexts.set(spec.keyPattern, text);
  }
  return text;
}
