// Running a plan tree: each node becomes a stream over its input.
//
// FETCH over IXSCAN is one stream, because storage reads keys and documents in one snapshot. Statistics of scans come from the
// scans' own counters; those of the stages above are counted only when somebody will look (explain, the profiler).

import type { Collation } from "../bson/collation.ts";
import type { Collection } from "../storage/collection.ts";
import type { IndexScan } from "../storage/index_scan.ts";
import type { Index } from "../storage/index.ts";
import type { RecordScan } from "../storage/record_scan.ts";
import type { Transaction } from "../storage/transaction.ts";
import { SortKeyGenerator } from "../query/sort_key.ts";
import type { SortSpec } from "../query/sort_spec.ts";
import { Batch } from "../stream/batch.ts";
import { ConcatStream } from "../stream/concat_stream.ts";
import { DistinctRecordsStream } from "../stream/distinct_records.ts";
import { BatchTransform, type DocumentStream, EmptyStream } from "../stream/document_stream.ts";
import { narrow } from "../stream/filter_stream.ts";
import { MergeStream } from "../stream/merge_stream.ts";
import { LimitStream, SkipStream } from "../stream/skip_limit.ts";
import type { SortOrder } from "../stream/sort_run.ts";
import { SortStream } from "../stream/sort_stream.ts";
import type {
  CollectionScanNode,
  ExpressNode,
  FetchNode,
  IndexScanNode,
  NodeStatistics,
  PlanNode,
  SortMergeNode,
  SortNode,
} from "./node.ts";
import type { ChosenPlan } from "./choose.ts";
import { coveringOf } from "./covered.ts";
import { CoveredScanStream } from "./covered_stream.ts";
import { CountedStream } from "./counted_stream.ts";
import { FirstOfKeyStream } from "./first_of_key.ts";
import { KeyFilter } from "./key_filter.ts";
import { storedIndex } from "./planner_index.ts";
import { ReturnKeyStream } from "./return_key.ts";

/** Stages whose streams count their own results. */
const COUNTS_ITSELF: ReadonlySet<string> = new Set([
  "COLLSCAN",
  "DISTINCT_SCAN",
  "EXPRESS_IXSCAN",
  "FETCH",
  "IXSCAN",
]);

export interface RunOptions {
  readonly collection: Collection | undefined;
  readonly transaction?: Transaction | undefined;
  readonly collation?: Collation | undefined;
  readonly allowDiskUse?: boolean | undefined;
  readonly temporaryDirectory?: string | undefined;
  /** Makes the stream of a PROJECTION_* node over its input. */
  readonly project?: ((input: DocumentStream) => DocumentStream) | undefined;
  /** Keep RecordIds through sorts. */
  readonly keepRecordIds?: boolean | undefined;
  /** Count the work of every stage. */
  readonly counting?: boolean | undefined;
}

/** Opens a chosen plan for its documents and their RecordIds: what writes use. */
export function openPlan(
  plan: ChosenPlan,
  collection: Collection | undefined,
  options: Omit<RunOptions, "collection"> = {},
): DocumentStream {
  return runPlan(plan.root, { keepRecordIds: true, ...options, collection });
}

export function runPlan(node: PlanNode, options: RunOptions): DocumentStream {
  const stream = openNode(node, options);
  if (options.counting !== true) return stream;
  const limit = node.stage === "LIMIT" ? node.limit : 0;
  return new CountedStream(stream, node.statistics, COUNTS_ITSELF.has(node.stage), limit);
}

function openNode(node: PlanNode, options: RunOptions): DocumentStream {
  switch (node.stage) {
    case "COLLSCAN":
      return new CollectionScanStream(node, options);
    case "FETCH":
      return openFetch(node, options);
    case "IXSCAN":
      return openIndexScan(node, options);
    case "SORT_MERGE":
      return openMerge(node, options);
    case "OR":
      return new DistinctRecordsStream(
        new ConcatStream(node.inputs.map((input) => () => runPlan(input, options))),
      );
    case "SORT":
      return openSort(node, options);
    case "SUBPLAN":
      return runPlan(node.input, options);
    case "SKIP":
      return new SkipStream(runPlan(node.input, options), node.skip);
    case "LIMIT":
      return new LimitStream(runPlan(node.input, options), node.limit);
    case "PROJECTION_COVERED":
    case "PROJECTION_DEFAULT":
    case "PROJECTION_SIMPLE": {
      const input = runPlan(node.input, options);
      const isDone = coveringOf(node.input)?.isAnswer === true;
      return options.project === undefined || isDone ? input : options.project(input);
    }
    case "RETURN_KEY":
      return new ReturnKeyStream(runPlan(node.input, options), indexOf(node.input));
    case "EXPRESS_IXSCAN":
      return new ExpressStream(node, options);
    case "DISTINCT_SCAN":
      return new FirstOfKeyStream(node, options.collection!);
    case "BATCHED_DELETE":
    case "CLUSTERED_IXSCAN":
    case "COUNT":
    case "COUNT_SCAN":
    case "DELETE":
    case "EOF":
    case "EXPRESS_DELETE":
    case "EXPRESS_UPDATE":
    case "UPDATE":
    case "RECORD_STORE_FAST_COUNT":
      return new EmptyStream();
  }
}

/** The index whose keys RETURN_KEY shows. */
function indexOf(node: PlanNode): Index | undefined {
  switch (node.stage) {
    case "IXSCAN":
      return storedIndex(node.index) as Index;
    case "FETCH":
    case "SKIP":
    case "SORT":
      return indexOf(node.input);
    case "SORT_MERGE":
      return indexOf(node.inputs[0]);
    default:
      return undefined;
  }
}

class CollectionScanStream implements DocumentStream {
  readonly #node: CollectionScanNode;
  readonly #isExact: boolean;
  readonly #scan: RecordScan;

  constructor(node: CollectionScanNode, options: RunOptions) {
    this.#node = node;
    this.#isExact = options.counting === true;
    this.#scan = options.collection!.scan({
      forward: node.forward,
      transaction: options.transaction,
      tailable: node.tailable,
    });
  }

  expect(documents: number): void {
    // With a filter nobody knows how many records it takes; explain wants no more read than needed.
    if (this.#node.filter === undefined || this.#isExact) this.#scan.expect(documents);
    else this.#scan.expect(1024);
  }

  next(): Batch | null {
    const batch = this.#scan.next();
    const { statistics, filter } = this.#node;
    if (batch === null) {
      statistics.isEof = true;
      return null;
    }
    statistics.docsExamined += batch.count;
    if (filter !== undefined) narrow(batch, filter.matches);
    statistics.advanced += batch.count;
    return batch;
  }

  close(): void {
    this.#scan.close();
  }
}

/** The one document of an `_id`, or none. */
class ExpressStream implements DocumentStream {
  readonly #node: ExpressNode;
  readonly #options: RunOptions;

  constructor(node: ExpressNode, options: RunOptions) {
    this.#node = node;
    this.#options = options;
  }

  next(): Batch | null {
    const { statistics, id } = this.#node;
    if (statistics.isEof) return null;
    statistics.isEof = true;
    const found = this.#options.collection!.findById(this.#options.transaction, id);
    statistics.keysExamined = found === null ? 0 : 1;
    statistics.docsExamined = statistics.keysExamined;
    statistics.advanced = statistics.keysExamined;
    if (found === null) return null;
    return new Batch(
      found.document,
      Int32Array.of(0),
      1,
      Float64Array.of(found.recordId),
    );
  }

  close(): void {
    this.#node.statistics.isEof = true;
  }
}

function openFetch(node: FetchNode, options: RunOptions): DocumentStream {
  const { input } = node;
  return new FetchStream(node, runPlan(input, options), options.counting === true);
}

function openIndexScan(node: IndexScanNode, options: RunOptions): DocumentStream {
  const index = storedIndex(node.index) as Index;
  const { covering, filter, filtering } = node;
  const keyFilter = filtering === undefined || filter === undefined
    ? undefined
    : new KeyFilter(index, filter, filtering);
  const scan = options.collection!.indexScan(index, {
    ranges: node.ranges,
    bounds: node.keyBounds,
    forward: node.forward,
    transaction: options.transaction,
    withTypes: keyFilter !== undefined || (covering !== undefined && covering.fields.length > 0),
    select: keyFilter?.select,
  });
  if (covering !== undefined) return new CoveredScanStream(node, covering, index, scan);
  return new IndexScanStream(node, scan, keyFilter, options.counting === true);
}

/** Documents in index order. */
class IndexScanStream implements DocumentStream {
  readonly #statistics: NodeStatistics;
  readonly #scan: IndexScan;
  readonly #keyFilter: KeyFilter | undefined;
  readonly #isExact: boolean;

  constructor(
    { statistics }: IndexScanNode,
    scan: IndexScan,
    keyFilter: KeyFilter | undefined,
    isExact: boolean,
  ) {
    this.#statistics = statistics;
    this.#scan = scan;
    this.#keyFilter = keyFilter;
    this.#isExact = isExact;
  }

  expect(documents: number): void {
    const isSure = this.#keyFilter === undefined || this.#isExact;
    this.#scan.expect(isSure ? documents : Math.max(documents, 128));
  }

  next(): Batch | null {
    const batch = this.#scan.next();
    const statistics = this.#statistics;
    statistics.keysExamined = this.#scan.keysExamined;
    statistics.seeks = this.#scan.seeks;
    statistics.dupsDropped = this.#scan.duplicatesDropped;
    if (this.#keyFilter !== undefined) statistics.docsExamined = this.#keyFilter.fetched;
    if (batch === null) statistics.isEof = true;
    else statistics.advanced += batch.count;
    return batch;
  }

  close(): void {
    this.#scan.close();
  }
}

class FetchStream extends BatchTransform {
  readonly #node: FetchNode;
  readonly #isExact: boolean;

  constructor(node: FetchNode, source: DocumentStream, isExact: boolean) {
    super(source);
    this.#node = node;
    this.#isExact = isExact;
  }

  protected transform(batch: Batch): Batch {
    const { statistics, filter } = this.#node;
    statistics.docsExamined += batch.count;
    if (filter !== undefined) narrow(batch, filter.matches);
    statistics.advanced += batch.count;
    return batch;
  }

  protected override atEnd(): null {
    this.#node.statistics.isEof = true;
    return null;
  }

  expect(documents: number): void {
    const isExact = this.#node.filter === undefined || this.#isExact;
    this.source.expect?.(isExact ? documents : Math.max(documents, 128));
  }
}

/** The order of a sort specification as streams use it. */
export function sortOrderOf(sort: SortSpec, collation: Collation | undefined): SortOrder {
  const generator = new SortKeyGenerator(sort, collation);
  return {
    key: (bytes, start) => generator.key(bytes, start),
    compareKeys: generator.isByteComparable ? undefined : (a, b) => generator.compare(a, b),
  };
}

function openSort(node: SortNode, options: RunOptions): DocumentStream {
  const stream = new SortStream(
    runPlan(node.input, options),
    sortOrderOf(node.sort, options.collation),
    {
      limit: node.limit,
      allowDiskUse: options.allowDiskUse ?? true,
      memoryLimitBytes: node.memoryLimitBytes,
      temporaryDirectory: options.temporaryDirectory,
      keepRecordIds: options.keepRecordIds,
    },
  );
  node.sortStatistics = stream.statistics;
  return stream;
}

function openMerge(node: SortMergeNode, options: RunOptions): DocumentStream {
  const sources = node.inputs.map((input) => runPlan(input, options));
  return new MergeStream(sources, sortOrderOf(node.sort, options.collation));
}
