// What the plan cache keeps of a trial to be shown by $planCacheStats: finished documents, so that an entry holds on to
// nothing of the query it came from.

import { BsonWriter } from "../bson/encode.ts";
import { writeStage } from "./explain_stage.ts";
import { allNodes, type PlanNode } from "./node.ts";
import type { CacheDetails } from "./plan_cache.ts";

/** A candidate after its trial. */
export interface TriedPlan {
  readonly root: PlanNode;
  readonly score: number;
  readonly results: number;
}

/** `tried`: the winner first. */
export function cacheDetails(
  createdFromQuery: Uint8Array,
  tried: readonly TriedPlan[],
  indexFilterSet: boolean,
): CacheDetails {
  const cachedPlan = stageDocument(tried[0].root, false);
  const creationExecStats = tried.map(trialDocument);
  let sizeBytes = FIXED_BYTES + createdFromQuery.length + cachedPlan.length;
  for (const document of creationExecStats) sizeBytes += document.length;
  return {
    createdFromQuery,
    cachedPlan,
    creationExecStats,
    scores: tried.map(({ score }) => score),
    indexFilterSet,
    sizeBytes,
  };
}

/** Keys, hashes and the entry itself, roughly. */
const FIXED_BYTES = 512;

function stageDocument(root: PlanNode, withStatistics: boolean): Uint8Array {
  const writer = new BsonWriter(512);
  writer.startDocument();
  writeStage(writer, root, withStatistics ? { yields: 0 } : undefined);
  writer.end();
  return writer.bytes();
}

function trialDocument({ root, results }: TriedPlan): Uint8Array {
  let keys = 0;
  let documents = 0;
  for (const { statistics } of allNodes(root)) {
    keys += statistics.keysExamined;
    documents += statistics.docsExamined;
  }
  const writer = new BsonWriter(1024);
  writer.startDocument();
  writer.int32("nReturned", results);
  writer.int32("executionTimeMillisEstimate", Math.round(root.statistics.executionMs));
  writer.int32("totalKeysExamined", keys);
  writer.int32("totalDocsExamined", documents);
  writer.document("executionStages", stageDocument(root, true));
  writer.end();
  return writer.bytes();
}
