// A plan tree as explain shows it: the queryPlanner and executionStats sections in the shape of mongod's classic engine.
//
// Compass, mongosh and people read these trees, so stage and field names are mongod's. `works` and `needTime` are derived from
// what the scans counted: one work per entry or record looked at, one more at the end.

import { BsonWriter } from "../bson/encode.ts";
import { intervalTexts } from "../index/interval.ts";
import { type MatchExpression } from "../query/match_expression.ts";
import { serialize } from "../query/serialize.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import { SORT_MEMORY_LIMIT_BYTES } from "../stream/sort_stream.ts";
import type { ChosenPlan } from "./choose.ts";
import { allNodes, type FieldBounds, inputsOf, type PlanNode } from "./node.ts";
import { isMultikey, multikeyPositions, type PlannerIndex } from "./planner_index.ts";

export type Verbosity = "queryPlanner" | "executionStats" | "allPlansExecution";

/** What happened when the plan was run. */
export interface RunOutcome {
  readonly returned: number;
  readonly elapsedMs: number;
}

/** Writes `queryPlanner: {...}` into the open document. */
export function writeQueryPlanner(
  writer: BsonWriter,
  namespace: string,
  filter: MatchExpression,
  plan: ChosenPlan,
): void {
  const parsed = serialize(filter);
  writer.startDocument("queryPlanner");
  writer.string("namespace", namespace);
  writer.document("parsedQuery", parsed);
  writer.bool("indexFilterSet", false);
  const shape = shapeHash(filter);
  writer.string("queryHash", shape);
  writer.string("planCacheShapeHash", shape);
  writer.string("planCacheKey", hashText(shape + plan.summary));
  writer.int32("optimizationTimeMillis", 0);
  writer.bool("maxIndexedOrSolutionsReached", false);
  writer.bool("maxIndexedAndSolutionsReached", false);
  writer.bool("maxScansToExplodeReached", false);
  writer.bool("prunedSimilarIndexes", false);
  writer.startDocument("winningPlan");
  writer.bool("isCached", false);
  writeStage(writer, plan.root, false);
  writer.end();
  writer.startArray("rejectedPlans");
  for (const rejected of plan.rejected) {
    writer.startDocument();
    writer.bool("isCached", false);
    writeStage(writer, rejected, false);
    writer.end();
  }
  writer.end();
  writer.end();
}

/** Writes `executionStats: {...}` after the plan was run to its end. */
export function writeExecutionStats(
  writer: BsonWriter,
  plan: ChosenPlan,
  outcome: RunOutcome,
  verbosity: Verbosity,
): void {
  writer.startDocument("executionStats");
  writer.bool("executionSuccess", true);
  writer.int32("nReturned", outcome.returned);
  writer.int32("executionTimeMillis", Math.round(outcome.elapsedMs));
  writer.int32("totalKeysExamined", total(plan.root, "keysExamined"));
  writer.int32("totalDocsExamined", total(plan.root, "docsExamined"));
  writer.startDocument("executionStages");
  writer.bool("isCached", false);
  writeStage(writer, plan.root, true);
  writer.end();
  if (verbosity === "allPlansExecution") {
    writer.startArray("allPlansExecution");
    writer.end();
  }
  writer.end();
}

function total(node: PlanNode, counter: "keysExamined" | "docsExamined"): number {
  let sum = 0;
  for (const one of allNodes(node)) sum += one.statistics[counter];
  return sum;
}

/** Works of a stage: what it looked at, and one for noticing the end. */
function worksOf(node: PlanNode): number {
  const { statistics } = node;
  const end = statistics.isEof ? 1 : 0;
  switch (node.stage) {
    case "COLLSCAN":
      return statistics.docsExamined + end;
    case "IXSCAN":
    case "COUNT_SCAN":
    case "DISTINCT_SCAN":
      return statistics.keysExamined + Math.max(statistics.seeks - 1, 0) + end;
    case "SORT":
      return worksOf(node.input) + statistics.advanced;
    case "EOF":
    case "EXPRESS_IXSCAN":
    case "RECORD_STORE_FAST_COUNT":
      return 1;
    default: {
      const inputs = inputsOf(node);
      return inputs.length === 0 ? 1 : inputs.reduce((sum, input) => sum + worksOf(input), 0);
    }
  }
}

function writeStatistics(writer: BsonWriter, node: PlanNode): void {
  const { statistics } = node;
  const works = Math.max(worksOf(node), statistics.advanced);
  const isEof = statistics.isEof || node.stage === "EOF" || node.stage === "LIMIT";
  writer.int32("nReturned", statistics.advanced);
  writer.int32("executionTimeMillisEstimate", Math.round(statistics.executionMs));
  writer.int32("works", works);
  writer.int32("advanced", statistics.advanced);
  writer.int32("needTime", Math.max(works - statistics.advanced - (isEof ? 1 : 0), 0));
  writer.int32("needYield", 0);
  writer.int32("saveState", 0);
  writer.int32("restoreState", 0);
  writer.int32("isEOF", isEof ? 1 : 0);
}

/** The fields of one stage and its inputs, into the open document. */
function writeStage(writer: BsonWriter, node: PlanNode, withStatistics: boolean): void {
  writer.string("stage", node.stage);
  writeFilter(writer, node);
  if (withStatistics) writeStatistics(writer, node);
  writeDetails(writer, node, withStatistics);
  const inputs = inputsOf(node);
  if (node.stage === "OR" || node.stage === "SORT_MERGE") {
    writer.startArray("inputStages");
    for (const input of inputs) writeInput(writer, undefined, input, withStatistics);
    writer.end();
  } else if (inputs.length === 1) {
    writeInput(writer, "inputStage", inputs[0], withStatistics);
  }
}

function writeInput(
  writer: BsonWriter,
  name: string | undefined,
  node: PlanNode,
  withStatistics: boolean,
): void {
  writer.startDocument(name);
  writeStage(writer, node, withStatistics);
  writer.end();
}

function writeFilter(writer: BsonWriter, node: PlanNode): void {
  if ((node.stage === "COLLSCAN" || node.stage === "FETCH") && node.filter !== undefined) {
    writer.document("filter", serialize(node.filter.expression));
  }
}

/** What a stage shows beside its counts: scans here, the stages above them in writeUpperDetails. */
function writeDetails(writer: BsonWriter, node: PlanNode, withStatistics: boolean): void {
  const { statistics } = node;
  switch (node.stage) {
    case "COLLSCAN":
      writer.string("direction", node.forward ? "forward" : "backward");
      if (withStatistics) writer.int32("docsExamined", statistics.docsExamined);
      return;
    case "FETCH":
      if (withStatistics) {
        writer.int32("docsExamined", statistics.docsExamined);
        writer.int32("alreadyHasObj", 0);
      }
      return;
    case "IXSCAN":
      writeIndex(writer, node.index);
      writer.string("direction", node.forward ? "forward" : "backward");
      writeBounds(writer, node.bounds, node.forward);
      if (withStatistics) writeScanStatistics(writer, node);
      return;
    case "DISTINCT_SCAN":
    case "COUNT_SCAN":
      writeIndex(writer, node.index);
      if (node.stage === "DISTINCT_SCAN") writer.string("direction", "forward");
      writeBounds(writer, node.bounds, true);
      if (withStatistics) writer.int32("keysExamined", statistics.keysExamined);
      return;
    case "EXPRESS_IXSCAN":
      writer.string("keyPattern", "{ _id: 1 }");
      writer.string("indexName", "_id_");
      if (withStatistics) {
        writer.int32("keysExamined", statistics.keysExamined);
        writer.int32("docsExamined", statistics.docsExamined);
      }
      return;
    default:
      writeUpperDetails(writer, node, withStatistics);
  }
}

function writeUpperDetails(writer: BsonWriter, node: PlanNode, withStatistics: boolean): void {
  const { statistics } = node;
  switch (node.stage) {
    case "SORT":
      writeSortDetails(writer, node, withStatistics);
      return;
    case "SORT_MERGE":
      writer.document("sortPattern", sortPattern(node.sort));
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
    case "COUNT":
      if (withStatistics) {
        writer.int32("nCounted", statistics.advanced);
        writer.int32("nSkipped", 0);
      }
      return;
    case "DELETE":
      if (withStatistics) writer.int32("nWouldDelete", node.found);
      return;
    case "UPDATE":
      if (withStatistics) {
        writer.int32("nMatched", node.found);
        writer.int32("nWouldModify", node.found);
        writer.int32("nWouldUpsert", 0);
      }
      return;
    case "OR":
      if (withStatistics) {
        writer.int32("dupsTested", statistics.dupsTested);
        writer.int32("dupsDropped", statistics.dupsDropped);
      }
  }
}

function writeScanStatistics(writer: BsonWriter, node: PlanNode): void {
  const { statistics } = node;
  writer.int32("keysExamined", statistics.keysExamined);
  writer.int32("seeks", Math.max(statistics.seeks, 1));
  writer.int32("dupsTested", statistics.dupsTested);
  writer.int32("dupsDropped", statistics.dupsDropped);
}

function writeSortDetails(
  writer: BsonWriter,
  node: Extract<PlanNode, { stage: "SORT" }>,
  withStatistics: boolean,
): void {
  writer.document("sortPattern", sortPattern(node.sort));
  writer.int32("memLimit", SORT_MEMORY_LIMIT_BYTES);
  if (node.limit > 0) writer.int32("limitAmount", node.limit);
  writer.string("type", "simple");
  const { sortStatistics } = node;
  if (!withStatistics || sortStatistics === undefined) return;
  writer.int64("totalDataSizeSorted", BigInt(sortStatistics.totalDataSizeSorted));
  writer.bool("usedDisk", sortStatistics.usedDisk);
  writer.int32("spills", sortStatistics.spills);
  writer.int64("spilledDataStorageSize", BigInt(sortStatistics.spilledBytes));
}

export function sortPattern(sort: SortSpec): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  if (sort.natural !== undefined) writer.int32("$natural", sort.natural);
  for (const part of sort.parts) {
    if (part.meta === undefined) {
      writer.int32(part.path, part.direction);
    } else {
      writer.startDocument(part.path);
      writer.string("$meta", part.meta);
      writer.end();
    }
  }
  writer.end();
  return writer.bytes();
}

function writeIndex(writer: BsonWriter, index: PlannerIndex): void {
  const { collation, keyPattern, partialFilter, sparse, unique } = index.spec;
  writer.document("keyPattern", keyPattern);
  writer.string("indexName", index.name);
  if (collation !== undefined) writer.document("collation", collation.spec);
  writer.bool("isMultiKey", isMultikey(index));
  writer.startDocument("multiKeyPaths");
  index.parts.forEach(({ path }, field) => {
    const parts = path.split(".");
    writer.startArray(path);
    for (const position of multikeyPositions(index, field)) {
      writer.string(undefined, parts.slice(0, position + 1).join("."));
    }
    writer.end();
  });
  writer.end();
  writer.bool("isUnique", unique || index.name === "_id_");
  writer.bool("isSparse", sparse);
  writer.bool("isPartial", partialFilter !== undefined);
  writer.int32("indexVersion", 2);
}

function writeBounds(writer: BsonWriter, bounds: readonly FieldBounds[], forward: boolean): void {
  writer.startDocument("indexBounds");
  for (const { path, descending, intervals } of bounds) {
    writer.startArray(path);
    for (const text of intervalTexts(intervals, descending === forward)) {
      writer.string(undefined, text);
    }
    writer.end();
  }
  writer.end();
}

/** Eight hexadecimal digits that stand for the shape of a filter: its operators and paths, not its values. */
export function shapeHash(filter: MatchExpression): string {
  return hashText(shapeOf(filter));
}

function shapeOf(filter: MatchExpression): string {
  const path = "path" in filter && filter.path !== undefined ? filter.path : "";
  const operator = filter.kind === "compare" ? filter.operator : filter.kind;
  switch (filter.kind) {
    case "and":
    case "or":
    case "nor":
    case "elemMatchValue":
      return `${operator} ${path}(${filter.children.map(shapeOf).sort().join(",")})`;
    case "not":
    case "elemMatchObject":
      return `${operator} ${path}(${shapeOf(filter.child)})`;
    default:
      return `${operator} ${path}`;
  }
}

/** FNV-1a, 32 bits. */
function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).toUpperCase().padStart(8, "0");
}
