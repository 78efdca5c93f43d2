// What a find asks for: its arguments checked against each other, compiled and planned. Shared by find and explain.
//
// The order of checks follows mongod, because clients see the first error. Views are not handled here: find and explain
// turn them into an aggregate first.

import { type Collation, parseCollation } from "../../bson/collation.ts";
import { documentFrom } from "../../bson/encode.ts";
import { elements, isEmptyDocument } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { ExpressionCompiler } from "../../expression/expression.ts";
import { type ChosenPlan, planQuery, type QueryRequest } from "../../plan/choose.ts";
import { resolveHint } from "../../plan/hint.ts";
import { checkHintForMinMax } from "../../plan/min_max.ts";
import { IndexKeyWriter } from "../../plan/return_key.ts";
import { type RunOptions, runPlan } from "../../plan/run.ts";
import { TrialStream } from "../../plan/trial.ts";
import { allNodes, type PlanNode } from "../../plan/node.ts";
import { BsonWriter } from "../../bson/encode.ts";
import { type CompiledFilter, compileQuery, type QueryContext } from "../../query/filter.ts";
import { compileProjection, type Projection } from "../../query/projection.ts";
import { SortKeyGenerator } from "../../query/sort_key.ts";
import { parseSort, type SortSpec } from "../../query/sort_spec.ts";
import type { Collection } from "../../storage/collection.ts";
import type { StorageEngine } from "../../storage/engine.ts";
import type { DocumentStream } from "../../stream/document_stream.ts";
import {
  type MetadataOf,
  ProjectionStream,
  RecordIdStream,
} from "../../stream/projection_stream.ts";
import type { ArgumentTable, ParsedArguments } from "../arguments.ts";
import type { OperationHolder } from "./query_cursor.ts";
import { systemVariables } from "./system_variables.ts";

export const EMPTY_DOCUMENT: Uint8Array = documentFrom({});

/** Arguments of find; explain takes the same. */
export const findArguments = {
  filter: { type: "ownedObject" },
  projection: { type: "ownedObject" },
  sort: { type: "ownedObject" },
  hint: { type: "hint" },
  skip: { type: "long", min: 0 },
  limit: { type: "long", min: 0 },
  batchSize: { type: "long", min: 0 },
  singleBatch: { type: "strictBool" },
  min: { type: "ownedObject", unstable: true },
  max: { type: "ownedObject", unstable: true },
  returnKey: { type: "strictBool", unstable: true },
  showRecordId: { type: "strictBool", unstable: true },
  let: { type: "object" },
  tailable: { type: "strictBool", unstable: true },
  awaitData: { type: "strictBool", unstable: true },
  oplogReplay: { type: "safeBool", fate: "ignored", unstable: true },
  noCursorTimeout: { type: "strictBool", unstable: true },
  allowDiskUse: { type: "strictBool" },
  allowPartialResults: { type: "strictBool" },
  collation: { type: "ownedObject" },
  collectionUUID: { type: "binData", fate: "ignored" },
  includeQueryStatsMetrics: { type: "exactBool", fate: "ignored" },
  mirrored: { type: "exactBool", fate: "ignored" },
  querySettings: { type: "object", fate: "ignored" },
  readOnce: { type: "safeBool", fate: "ignored", unstable: true },
  term: { type: "long", fate: "ignored", unstable: true },
  encryptionInformation: { type: "object", fate: "ignored" },
} as const satisfies ArgumentTable;

export type FindArguments = ParsedArguments<Extract<keyof typeof findArguments, string>>;

export interface FindQuery {
  readonly request: QueryRequest;
  readonly filter: CompiledFilter;
  readonly projection: Projection | undefined;
  readonly sort: SortSpec | undefined;
  readonly collation: Collation | undefined;
  readonly tailable: boolean;
  readonly awaitData: boolean;
  readonly showRecordId: boolean;
  readonly allowDiskUse: boolean;
  readonly limit: number;
  readonly plan: ChosenPlan;
}

function failed(message: string, code: number = ErrorCode.BadValue): CommandError {
  return new CommandError(code, message);
}

/** Refuses options that do not go together, before anything is compiled. */
export function checkFindOptions(args: FindArguments): void {
  const min = nonEmpty(args.document("min"));
  const max = nonEmpty(args.document("max"));
  if (min !== undefined && max !== undefined && !hasSameNames(min, max)) {
    throw failed("min and max must have the same field names", 51176);
  }
  const tailable = args.boolean("tailable");
  if (args.boolean("awaitData") && !tailable) {
    throw failed(
      "Cannot set 'awaitData' without also setting 'tailable'",
      ErrorCode.FailedToParse,
    );
  }
  if (tailable && args.boolean("singleBatch")) {
    throw failed("cannot use tailable option with the 'singleBatch' option");
  }
}

/** The collation a query runs under: its own, else the collection's default. */
export function queryCollation(
  given: Uint8Array | undefined,
  collection: Collection | undefined,
): Collation | undefined {
  if (given === undefined || isEmptyDocument(given)) return collection?.options.collation;
  return parseCollation(given);
}

/** Compiles and plans a find on a collection (undefined: it does not exist). */
export function prepareFind(
  args: FindArguments,
  collection: Collection | undefined,
  namespace: string,
  holder: OperationHolder,
  engine: StorageEngine,
): FindQuery {
  checkFindOptions(args);
  const collation = queryCollation(args.document("collation"), collection);
  const now = BigInt(Date.now());
  const letDocument = args.document("let");
  // Most finds have no expression: the compiler is made when it is asked for.
  let made: ExpressionCompiler | undefined;
  const compiler = (): ExpressionCompiler =>
    made ??= new ExpressionCompiler({
      let: letDocument,
      now,
      collation,
      constants: systemVariables(engine),
      checkInterrupt: holder.checkInterrupt,
    });
  if (letDocument !== undefined) compiler();
  const context: QueryContext = {
    collation,
    let: letDocument,
    now,
    get expressionCompiler() {
      return compiler();
    },
    checkInterrupt: holder.checkInterrupt,
  };
  const filter = compileQuery(args.document("filter", EMPTY_DOCUMENT), context);
  const sort = sortOf(args, filter);
  const spec = args.document("projection", EMPTY_DOCUMENT);
  const returnKey = args.boolean("returnKey");
  const projection = isEmptyDocument(spec) || returnKey
    ? undefined
    : compileProjection(spec, { compiler: compiler(), filter: filter.expression });
  if (projection?.needsMeta.has("sortKey") === true && (sort?.parts.length ?? 0) === 0) {
    throw failed("cannot use sortKey $meta projection without a sort");
  }
  const request = makeRequest(args, {
    filter,
    sort,
    projection,
    spec,
    collation,
    collection,
    namespace,
  });
  const plan = planQuery(collection, request);
  return {
    request,
    filter,
    projection,
    sort,
    collation,
    tailable: args.boolean("tailable"),
    awaitData: args.boolean("awaitData"),
    // An index key has no RecordId beside it.
    showRecordId: args.boolean("showRecordId") && !args.boolean("returnKey"),
    allowDiskUse: args.boolean("allowDiskUse", engine.store.planner.limits.allowDiskUse),
    limit: request.limit ?? 0,
    plan,
  };
}

function sortOf(args: FindArguments, filter: CompiledFilter): SortSpec | undefined {
  const given = args.document("sort");
  const sort = given === undefined ? undefined : parseSort(given);
  if (!args.boolean("tailable")) return sort;
  if (sort !== undefined && (sort.parts.length > 0 || sort.natural === -1)) {
    throw failed("cannot use tailable option with a sort other than {$natural: 1}");
  }
  void filter;
  return sort;
}

interface Compiled {
  readonly filter: CompiledFilter;
  readonly sort: SortSpec | undefined;
  readonly projection: Projection | undefined;
  readonly spec: Uint8Array;
  readonly collation: Collation | undefined;
  readonly collection: Collection | undefined;
  readonly namespace: string;
}

function makeRequest(args: FindArguments, compiled: Compiled): QueryRequest {
  const { collection, namespace, projection } = compiled;
  const hintValue = args.value("hint");
  const min = nonEmpty(args.document("min"));
  const max = nonEmpty(args.document("max"));
  const hint = hintValue === undefined || collection === undefined
    ? undefined
    : resolveHint(hintValue, collection.indexes, namespace);
  if ((min !== undefined || max !== undefined) && collection !== undefined) {
    checkHintForMinMax(hint, namespace);
  }
  const tailable = args.boolean("tailable");
  if (
    tailable && collection !== undefined && !collection.isCapped && namespace !== "local.oplog.rs"
  ) {
    throw failed(
      `error processing query: ns=${namespace} tailable cursor requested on non capped collection`,
    );
  }
  return {
    filter: compiled.filter,
    sort: compiled.sort,
    skip: args.int("skip", 0),
    limit: args.int("limit", 0),
    hint,
    min,
    max,
    namespace,
    collation: compiled.collation,
    projection: projection === undefined
      ? undefined
      : { spec: compiled.spec, isSimple: projection.isSimple },
    neededPaths: projection === undefined ? undefined : neededPaths(projection, compiled.spec),
    returnKey: args.boolean("returnKey"),
    tailable,
    allowExpress: !args.boolean("showRecordId"),
  };
}

/** All that an answer shows or is made of; undefined when that is the whole document, or depends on how it was found. */
function neededPaths(projection: Projection, spec: Uint8Array): ReadonlySet<string> | undefined {
  if (!projection.isInclusion || projection.needsMeta.size > 0) return undefined;
  const isPositional = !projection.isSimple &&
    Array.from(elements(spec), namesOf).some((name) => name.endsWith("$"));
  return isPositional ? undefined : projection.requiredPaths;
}

function hasSameNames(a: Uint8Array, b: Uint8Array): boolean {
  const [first, second] = [a, b].map((document) => Array.from(elements(document), namesOf));
  return first.length === second.length && first.every((name, i) => name === second[i]);
}

function namesOf(element: { name: string }): string {
  return element.name;
}

function nonEmpty(document: Uint8Array | undefined): Uint8Array | undefined {
  return document === undefined || isEmptyDocument(document) ? undefined : document;
}

/** The stream of a planned find, projection and RecordIds included. */
export function openFind(
  query: FindQuery,
  collection: Collection | undefined,
  options: { counting?: boolean } = {},
): DocumentStream {
  const { choice, root } = query.plan;
  const stream = choice === undefined
    ? runPlan(root, runOptions(query, collection, root, options))
    : new TrialStream(choice, (one) => runOptions(query, collection, one, options));
  return query.showRecordId ? new RecordIdStream(stream) : stream;
}

/** How one tree of a query's plans is run. */
function runOptions(
  query: FindQuery,
  collection: Collection | undefined,
  root: PlanNode,
  options: { counting?: boolean },
): RunOptions {
  const { projection, showRecordId } = query;
  return {
    collection,
    collation: query.collation,
    allowDiskUse: query.allowDiskUse,
    keepRecordIds: showRecordId || projection?.needsMeta.has("recordId") === true,
    counting: options.counting,
    project: projection === undefined
      ? undefined
      : (input) => new ProjectionStream(input, projection, metadataFor(query, root)),
  };
}

/** How `$meta` values of this query are found. */
function metadataFor(query: FindQuery, root: PlanNode): MetadataOf {
  const needs = query.projection!.needsMeta;
  const sortKeys = needs.has("sortKey") && query.sort !== undefined
    ? new SortKeyGenerator(query.sort, query.collation)
    : undefined;
  const index = needs.has("indexKey") ? indexOf(root) : undefined;
  const indexKeys = index === undefined ? undefined : new IndexKeyWriter(index);
  const writer = new BsonWriter();
  return (batch, i) => {
    const start = batch.starts[i];
    const keyOf = (): Uint8Array | undefined => {
      if (indexKeys === undefined) return undefined;
      writer.reset();
      indexKeys.write(batch.bytes, start, writer);
      return writer.bytes();
    };
    return {
      recordId: batch.recordIds?.[i],
      sortKey: sortKeys?.values(batch.bytes, start),
      indexKey: keyOf(),
    };
  };
}

function indexOf(root: PlanNode) {
  for (const node of allNodes(root)) if (node.stage === "IXSCAN") return node.index;
  return undefined;
}
