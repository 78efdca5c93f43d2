// One stage of a plan, and those below it, as explain shows them: in queryPlanner what it is, in executionStats what it did.
//
// `works` and `needTime` are derived from what the scans counted: one work per entry or record looked at, one more for each
// further seek, one at the end. What mongod writes in one stage (EXPRESS_* with a projection or a write) is several nodes
// here and is drawn together.

import type { BsonWriter } from "../bson/encode.ts";
import { normalize } from "../query/normalize.ts";
import { serialize } from "../query/serialize.ts";
import { writeBounds, writeEndKeys, writeIndex } from "./explain_index.ts";
import { sortPattern } from "./explain_sort.ts";
import {
  type ExpressNode,
  inputsOf,
  type PlanNode,
  type ProjectionNode,
  type WriteNode,
} from "./node.ts";
import { isMultikey } from "./planner_index.ts";

/** What all stages of one run share; without it only the plan is written. */
export interface StageRun {
  readonly yields: number;
}

/** The fields of one stage and its inputs, into the open document. */
export function writeStage(writer: BsonWriter, planned: PlanNode, run?: StageRun): void {
  const node = shownScan(planned);
  const express = expressOf(node);
  if (express !== undefined) return writeExpress(writer, node, express, run);
  writer.string("stage", node.stage);
  writeFilter(writer, node);
  if (run !== undefined) writeStatistics(writer, node, run);
  writeScan(writer, node, run !== undefined);
  const inputs = inputsOf(node);
  if (node.stage === "OR" || node.stage === "SORT_MERGE") {
    writer.startArray("inputStages");
    for (const input of inputs) writeInput(writer, undefined, input, run);
    writer.end();
  } else if (inputs.length === 1) {
    writeInput(writer, "inputStage", inputs[0], run);
  }
}

/** A scan that only counts has a name of its own. */
function shownScan(node: PlanNode): PlanNode {
  if (node.stage !== "IXSCAN" || node.isCounting !== true) return node;
  const { index, bounds, ranges, keyBounds, statistics } = node;
  return { stage: "COUNT_SCAN", index, bounds, ranges, keyBounds, statistics };
}

function writeInput(
  writer: BsonWriter,
  name: string | undefined,
  node: PlanNode,
  run: StageRun | undefined,
): void {
  writer.startDocument(name);
  // Express has no stages above it: under one, mongod looks `_id` up with IDHACK.
  if (node.stage === "EXPRESS_IXSCAN") writeIdHack(writer, node, run);
  else writeStage(writer, node, run);
  writer.end();
}

function writeIdHack(writer: BsonWriter, node: ExpressNode, run: StageRun | undefined): void {
  writer.string("stage", "IDHACK");
  if (run === undefined) return;
  writeStatistics(writer, node, run);
  writer.int32("keysExamined", node.statistics.keysExamined);
  writer.int32("docsExamined", node.statistics.docsExamined);
}

/** The EXPRESS_IXSCAN that a node is drawn together with. */
function expressOf(node: PlanNode): ExpressNode | undefined {
  switch (node.stage) {
    case "EXPRESS_IXSCAN":
      return node;
    case "EXPRESS_DELETE":
    case "EXPRESS_UPDATE":
    case "PROJECTION_SIMPLE":
      return node.input.stage === "EXPRESS_IXSCAN" ? node.input : undefined;
    default:
      return undefined;
  }
}

type ExpressTop = ExpressNode | ProjectionNode | WriteNode;

function writeExpress(
  writer: BsonWriter,
  node: PlanNode,
  { statistics, isClustered }: ExpressNode,
  run: StageRun | undefined,
): void {
  const top = node as ExpressTop;
  const scanStage = isClustered ? "EXPRESS_CLUSTERED_IXSCAN" : "EXPRESS_IXSCAN";
  const isWrite = top.stage === "EXPRESS_UPDATE" || top.stage === "EXPRESS_DELETE";
  writer.string("stage", isWrite ? top.stage : scanStage);
  if (!isClustered) {
    writer.string("keyPattern", "{ _id: 1 }");
    writer.string("indexName", "_id_");
  }
  if (top.stage === "PROJECTION_SIMPLE") {
    writer.document("projection", top.spec);
    writer.bool("projectionCovered", false);
  }
  if (run === undefined) return;
  writer.int64("nReturned", BigInt(top.statistics.advanced));
  writer.int64("executionTimeMillisEstimate", BigInt(Math.round(statistics.executionMs)));
  writer.int64("keysExamined", BigInt(isClustered ? 0 : statistics.keysExamined));
  writer.int64("docsExamined", BigInt(statistics.docsExamined));
  if (isWrite) writeWouldWrite(writer, top);
}

/** Works of a stage: what it looked at, and one for noticing the end. */
function worksOf(node: PlanNode): number {
  const { statistics } = node;
  const end = statistics.isEof ? 1 : 0;
  switch (node.stage) {
    case "CLUSTERED_IXSCAN":
    case "COLLSCAN":
      return statistics.docsExamined + end;
    case "IXSCAN":
    case "COUNT_SCAN":
    case "DISTINCT_SCAN":
      return statistics.keysExamined + Math.max(statistics.seeks - 1, 0) + end;
    case "SORT":
      return worksOf(node.input) + statistics.advanced;
    case "LIMIT":
      return worksOf(node.input) + (node.input.statistics.isEof ? 0 : end);
    case "EOF":
    case "EXPRESS_IXSCAN":
    case "RECORD_STORE_FAST_COUNT":
      return 1;
    case "SORT_MERGE":
      return inputsOf(node).reduce((sum, input) => sum + worksOf(input), statistics.advanced);
    default: {
      const inputs = inputsOf(node);
      return inputs.length === 0 ? 1 : inputs.reduce((sum, input) => sum + worksOf(input), 0);
    }
  }
}

function writeStatistics(writer: BsonWriter, node: PlanNode, { yields }: StageRun): void {
  const { statistics } = node;
  const isCount = node.stage === "COUNT" || node.stage === "RECORD_STORE_FAST_COUNT";
  const advanced = isCount ? 0 : statistics.advanced;
  const works = Math.max(worksOf(node), advanced);
  const isEof = statistics.isEof || node.stage === "EOF";
  writer.int32("nReturned", advanced);
  writer.int32("executionTimeMillisEstimate", Math.round(statistics.executionMs));
  writer.int32("works", works);
  writer.int32("advanced", advanced);
  writer.int32("needTime", Math.max(works - advanced - (isEof ? 1 : 0), 0));
  writer.int32("needYield", 0);
  writer.int32("saveState", yields);
  writer.int32("restoreState", yields);
  writer.int32("isEOF", isEof ? 1 : 0);
}

function writeFilter(writer: BsonWriter, node: PlanNode): void {
  switch (node.stage) {
    case "CLUSTERED_IXSCAN":
    case "COLLSCAN":
    case "FETCH":
    case "IXSCAN":
      if (node.filter === undefined) return;
      writer.document("filter", serialize(normalize(node.filter.expression)));
  }
}

/** What a scan shows beside its counts; the stages above scans are in writeUpperStage. */
function writeScan(writer: BsonWriter, node: PlanNode, withStatistics: boolean): void {
  const { statistics } = node;
  switch (node.stage) {
    case "COLLSCAN":
      writer.string("direction", node.forward ? "forward" : "backward");
      if (withStatistics) writer.int32("docsExamined", statistics.docsExamined);
      return;
    case "CLUSTERED_IXSCAN":
      writer.string("direction", node.forward ? "forward" : "backward");
      if (node.minRecord !== undefined) writer.raw("minRecord", node.minRecord);
      if (node.maxRecord !== undefined) writer.raw("maxRecord", node.maxRecord);
      if (withStatistics) writer.int32("docsExamined", statistics.docsExamined);
      return;
    case "IXSCAN":
      writeIndex(writer, node.index);
      writer.string("direction", node.forward ? "forward" : "backward");
      writeBounds(writer, node.bounds, node.forward);
      if (!withStatistics) return;
      writer.int32("keysExamined", statistics.keysExamined);
      writer.int32("seeks", Math.max(statistics.seeks, 1));
      writer.int32(
        "dupsTested",
        isMultikey(node.index) ? statistics.advanced + statistics.dupsDropped : 0,
      );
      writer.int32("dupsDropped", statistics.dupsDropped);
      return;
    case "DISTINCT_SCAN":
      writeIndex(writer, node.index);
      writer.string("direction", node.forward === false ? "backward" : "forward");
      writeBounds(writer, node.bounds, node.forward !== false);
      if (!withStatistics) return;
      writer.int32("keysExamined", statistics.keysExamined);
      writer.int32("docsExamined", statistics.docsExamined);
      return;
    case "COUNT_SCAN":
      if (withStatistics) writer.int32("keysExamined", statistics.keysExamined);
      writeIndex(writer, node.index);
      if (!writeEndKeys(writer, node.bounds)) writeBounds(writer, node.bounds, true);
      return;
    default:
      writeUpperStage(writer, node, withStatistics);
  }
}

function writeUpperStage(writer: BsonWriter, node: PlanNode, withStatistics: boolean): void {
  const { statistics } = node;
  switch (node.stage) {
    case "EOF":
      writer.string("type", node.type ?? "nonExistentNamespace");
      return;
    case "SORT":
      writeSort(writer, node, withStatistics);
      return;
    case "SORT_MERGE":
      writer.document("sortPattern", sortPattern(node.sort));
      if (withStatistics) writeDuplicates(writer, node);
      return;
    case "OR":
      if (withStatistics) writeDuplicates(writer, node);
      return;
    case "LIMIT":
      writer.int32("limitAmount", node.limit);
      return;
    case "SKIP":
      writer.int32("skipAmount", node.skip);
      return;
    case "PROJECTION_COVERED":
    case "PROJECTION_DEFAULT":
    case "PROJECTION_SIMPLE":
      writer.document("transformBy", node.spec);
      return;
    default:
      if (!withStatistics) return;
  }
  switch (node.stage) {
    case "COUNT":
    case "RECORD_STORE_FAST_COUNT":
      writer.int32("nCounted", statistics.advanced);
      writer.int32("nSkipped", node.stage === "COUNT" ? node.skipped ?? 0 : 0);
      return;
    case "FETCH":
      writer.int32("docsExamined", statistics.docsExamined);
      writer.int32("alreadyHasObj", 0);
      return;
    case "BATCHED_DELETE":
    case "DELETE":
    case "UPDATE":
      writeWouldWrite(writer, node);
  }
}

function writeDuplicates(writer: BsonWriter, { statistics }: PlanNode): void {
  writer.int32("dupsTested", statistics.dupsTested);
  writer.int32("dupsDropped", statistics.dupsDropped);
}

function writeWouldWrite(writer: BsonWriter, node: WriteNode): void {
  if (node.stage === "UPDATE" || node.stage === "EXPRESS_UPDATE") {
    writer.int32("nMatched", node.found);
    writer.int32("nWouldModify", node.modified ?? 0);
    writer.int32("nWouldUpsert", node.upserted ?? 0);
  } else {
    writer.int32("nWouldDelete", node.found);
  }
}

function writeSort(
  writer: BsonWriter,
  node: Extract<PlanNode, { stage: "SORT" }>,
  withStatistics: boolean,
): void {
  writer.document("sortPattern", sortPattern(node.sort));
  writer.value("memLimit", node.memoryLimitBytes);
  if (node.limit > 0) writer.int32("limitAmount", node.limit);
  writer.string("type", "simple");
  const { sortStatistics } = node;
  if (!withStatistics || sortStatistics === undefined) return;
  writer.int64("totalDataSizeSorted", BigInt(sortStatistics.totalDataSizeSorted));
  writer.bool("usedDisk", sortStatistics.usedDisk);
  writer.int32("spills", sortStatistics.spills);
  writer.int32("spilledRecords", sortStatistics.spilledRecords);
  writer.int64("spilledBytes", BigInt(sortStatistics.spilledBytes));
  writer.int64("spilledDataStorageSize", BigInt(sortStatistics.spilledBytes));
}
