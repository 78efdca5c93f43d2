// How much the blocking parts of a query may hold in memory before they go to disk or give up: one record per server, made
// from its parameters when they change (commands/parameters.ts).
//
// It stands in the engine's planner state, which all collections lead to; pipelines carry it in their context. Whoever asks
// keeps what it got: a change is for queries that begin later.

export interface MemoryLimits {
  /** May a command that says nothing about it use the disk? */
  readonly allowDiskUse: boolean;
  readonly sortBytes: number;
  readonly groupBytes: number;
  readonly bucketAutoBytes: number;
  /** Of $setWindowFields: documents and values that wait. */
  readonly windowBytes: number;
  /** All that a $lookup finds for one document. */
  readonly lookupResultBytes: number;
  /** Of $lookup: what it keeps of the other side, for the documents to come. */
  readonly lookupCacheBytes: number;
  readonly graphLookupBytes: number;
  /** The document that a $facet makes. */
  readonly facetResultBytes: number;
  readonly pushBytes: number;
  readonly addToSetBytes: number;
  readonly concatArraysBytes: number;
  readonly setUnionBytes: number;
  /** Of $firstN, $maxN, $top and their relatives. */
  readonly topBytes: number;
}

export const DEFAULT_LIMIT_BYTES: number = 100 * 1024 * 1024;

export const DEFAULT_MEMORY_LIMITS: MemoryLimits = {
  allowDiskUse: true,
  sortBytes: DEFAULT_LIMIT_BYTES,
  groupBytes: DEFAULT_LIMIT_BYTES,
  bucketAutoBytes: DEFAULT_LIMIT_BYTES,
  windowBytes: DEFAULT_LIMIT_BYTES,
  lookupResultBytes: DEFAULT_LIMIT_BYTES,
  lookupCacheBytes: DEFAULT_LIMIT_BYTES,
  graphLookupBytes: DEFAULT_LIMIT_BYTES,
  facetResultBytes: DEFAULT_LIMIT_BYTES,
  pushBytes: DEFAULT_LIMIT_BYTES,
  addToSetBytes: DEFAULT_LIMIT_BYTES,
  concatArraysBytes: DEFAULT_LIMIT_BYTES,
  setUnionBytes: DEFAULT_LIMIT_BYTES,
  topBytes: DEFAULT_LIMIT_BYTES,
};
