// Answers from index keys alone: may a scan rebuild all that is asked for from its keys and what those lost?
//
//   { a: 1, b: 1 }, find({ a: { $gt: 1 }, b: /x/ }, { a: 1, _id: 0 })   ->   PROJECTION_COVERED > IXSCAN, filter b: /x/
//
// Everything the query reads (the caller's paths, the order, the rest of the filter) must be a field of the index or lie
// below one, on no array path. The scan then gives documents that have just these fields (covered_stream.ts), and the rest
// of the filter is tested on those. Left out: indexes whose keys do not give values back (collations, hashes, `$**`), and
// paths with numbers, which in keys may be positions.

import { BsonWriter } from "../bson/encode.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import { isOneStretch } from "./explain_index.ts";
import {
  type Covering,
  type IndexScanNode,
  newStatistics,
  type PlanNode,
  type ProjectionNode,
  type SortMergeNode,
  type StageFilter,
} from "./node.ts";
import { multikeyPositions, type PlannerIndex } from "./planner_index.ts";

/** What the caller reads of the documents, and in which order it wants them. */
export interface CoveredRequest {
  /** undefined: whole documents. */
  readonly neededPaths?: ReadonlySet<string> | undefined;
  readonly sort?: SortSpec | undefined;
  readonly projection?: { readonly isSimple: boolean } | undefined;
}

/** The scan, or the merged scans, without a FETCH above; undefined when documents have to be read. */
export function coveredScan(
  input: IndexScanNode | SortMergeNode,
  filter: StageFilter | undefined,
  request: CoveredRequest,
  sorted: boolean,
): PlanNode | undefined {
  const { neededPaths } = request;
  if (neededPaths === undefined) return undefined;
  const sort = sorted && input.stage === "IXSCAN" ? undefined : request.sort;
  const wanted: Wanted = {
    neededPaths,
    sort,
    computes: request.projection?.isSimple === false,
    isProjected: request.projection !== undefined,
  };
  if (input.stage === "IXSCAN") return coverOne(input, filter, wanted);
  const inputs: IndexScanNode[] = [];
  for (const scan of input.inputs) {
    if (scan.stage !== "IXSCAN") return undefined;
    const covered = coverOne(scan, filter, wanted);
    if (covered === undefined) return undefined;
    inputs.push(covered);
  }
  return { ...input, inputs, statistics: newStatistics() };
}

interface Wanted {
  readonly neededPaths: ReadonlySet<string>;
  /** Set when the order is made of the documents. */
  readonly sort: SortSpec | undefined;
  /** True when the answer is computed from the paths. */
  readonly computes: boolean;
  /** False where nothing is shown of the documents: a pipeline's. */
  readonly isProjected: boolean;
}

function coverOne(
  scan: IndexScanNode,
  filter: StageFilter | undefined,
  { neededPaths, sort, computes, isProjected }: Wanted,
): IndexScanNode | undefined {
  const paths = new Set(neededPaths);
  if (filter !== undefined && !addReadPaths(filter.expression, paths)) return undefined;
  for (const part of sort?.parts ?? []) {
    if (part.meta !== undefined) return undefined;
    paths.add(part.path);
  }
  const fields = coveringFields(scan.index, paths);
  if (fields === undefined) return undefined;
  const isAnswer = !computes && fields.length === neededPaths.size &&
    fields.every((field) => neededPaths.has(scan.index.parts[field].path));
  const covering = { fields, isAnswer, multikeyParts: scan.index.multikeyParts };
  const isCounting = fields.length === 0 && !isProjected && filter === undefined &&
    isOneStretch(scan.bounds);
  return {
    ...scan,
    filter,
    covering,
    ...(isCounting ? { isCounting } : {}),
    statistics: newStatistics(),
  };
}

/** The fields that give all the paths, undefined when some path is not in the index. */
export function coveringFields(
  index: PlannerIndex,
  paths: Iterable<string>,
): readonly number[] | undefined {
  const fields = new Set<number>();
  for (const path of paths) {
    const field = index.parts.findIndex((part) => path === part.path);
    const above = field >= 0
      ? field
      : index.parts.findIndex((part) => path.startsWith(`${part.path}.`));
    if (above < 0 || !givesBack(index, above)) return undefined;
    fields.add(above);
  }
  return [...fields].sort((a, b) => a - b).filter((field) => {
    const { path } = index.parts[field];
    return ![...fields].some((other) => path.startsWith(`${index.parts[other].path}.`));
  });
}

/** True when the keys give back what documents have at the field's path. */
function givesBack(index: PlannerIndex, field: number): boolean {
  return index.keepsTypes === true && index.pathField === undefined &&
    multikeyPositions(index, field).length === 0 && !hasNumber(index.parts[field].path);
}

function hasNumber(path: string): boolean {
  return /(^|\.)\d+(\.|$)/.test(path);
}

/** Adds the paths a filter reads; false when that cannot be said. */
export function addReadPaths(expression: MatchExpression, paths: Set<string>): boolean {
  switch (expression.kind) {
    case "and":
    case "or":
    case "nor":
      return expression.children.every((child) => addReadPaths(child, paths));
    case "not":
      return addReadPaths(expression.child, paths);
    case "compare":
    case "in":
    case "exists":
    case "type":
    case "regex":
    case "size":
    case "mod":
    case "bits":
    case "elemMatchObject":
    case "elemMatchValue":
      paths.add(expression.path);
      return true;
    case "expr": {
      const { dependencies } = expression.expression;
      if (dependencies.wholeDocument || dependencies.metadata.size > 0) return false;
      for (const path of dependencies.paths) paths.add(path);
      return true;
    }
    case "alwaysTrue":
    case "alwaysFalse":
      return true;
    default:
      return false;
  }
}

/** The covered scan below a node that changes no documents; undefined when documents are fetched. */
export function coveringOf(node: PlanNode): Covering | undefined {
  switch (node.stage) {
    case "IXSCAN":
      return node.covering;
    case "SORT":
    case "SKIP":
    case "LIMIT":
      return coveringOf(node.input);
    case "SORT_MERGE":
      // Of nothing there is nothing to project.
      return node.inputs.length > 0 && node.inputs.every((one) => coveringOf(one) !== undefined)
        ? coveringOf(node.inputs[0])
        : undefined;
    default:
      return undefined;
  }
}

/** The name of a projection over `input`, as mongod has it: covered ones name no dotted paths. */
export function projectionStage(
  input: PlanNode,
  projection: { readonly isSimple: boolean },
  neededPaths: ReadonlySet<string> | undefined,
): ProjectionNode["stage"] {
  if (!projection.isSimple) return "PROJECTION_DEFAULT";
  if (coveringOf(input) === undefined) return "PROJECTION_SIMPLE";
  const isDotted = [...neededPaths ?? []].some((path) => path.includes("."));
  return isDotted ? "PROJECTION_DEFAULT" : "PROJECTION_COVERED";
}

/** Of a covered scan that stands for a pipeline's documents: what explain shows that it gives. */
export function coveredProjection(
  input: PlanNode,
  neededPaths: ReadonlySet<string> | undefined,
): { readonly spec: Uint8Array; readonly isSimple: boolean } | undefined {
  if (neededPaths === undefined || neededPaths.size === 0) return undefined;
  if (coveringOf(input) === undefined) return undefined;
  const writer = new BsonWriter(64);
  writer.startDocument();
  for (const path of [...neededPaths].sort()) writer.int32(path, 1);
  if (!neededPaths.has("_id")) writer.int32("_id", 0);
  writer.end();
  return { spec: writer.bytes(), isSimple: true };
}

/** The index scan whose entries are the answer, one for each document, with nothing left to test. */
export function exactScanOf(root: PlanNode): IndexScanNode | undefined {
  switch (root.stage) {
    case "IXSCAN":
      return root.filter === undefined ? root : undefined;
    case "FETCH":
      return root.filter === undefined && root.input.stage === "IXSCAN"
        ? exactScanOf(root.input)
        : undefined;
    case "PROJECTION_COVERED":
    case "PROJECTION_DEFAULT":
      return root.input.stage === "IXSCAN" ? exactScanOf(root.input) : undefined;
    default:
      return undefined;
  }
}
