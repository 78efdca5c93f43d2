// A query with several plans: which there are, and which one is in front now.
//
// planQuery makes one; its root is the best by rank, or what the cache remembers, until trial.ts has decided. Everyone who
// reads root, summary or rejected of the plan afterwards sees the winner.

import { allNodes, type PlanNode } from "./node.ts";
import { type CacheEntry, type CacheKey, type PlanCache, planCacheOf } from "./plan_cache.ts";
import type { PlannerIndex } from "./planner_index.ts";
import {
  cacheKeyText,
  hashText,
  queryDocument,
  type ShapedQuery,
  shapeText,
} from "./query_shape.ts";
import { summaryOf } from "./summary.ts";

/** One way to answer the whole query. */
export interface CandidatePlan {
  /** Names the indexes, the same for every query of the shape. */
  readonly name: string;
  /** A new tree each time. */
  build(): PlanNode;
}

/** Where the decision is remembered. */
export interface CachePlace extends CacheKey {
  readonly cache: PlanCache;
  /** The query as `createdFromQuery` shows it. */
  describe(): Uint8Array;
}

/** Counts what became of look-ups; kept by the storage engine, shown by serverStatus. */
export interface PlanCacheCounts {
  hits: number;
  misses: number;
  replanned: number;
}

export interface ChoiceOptions {
  /** In order of rank. */
  readonly candidates: readonly CandidatePlan[];
  /** Documents wanted; 0: all. */
  readonly limit: number;
  /** undefined: such a query is not cached. */
  readonly place: CachePlace | undefined;
  readonly indexFilterSet: boolean;
  readonly counts: PlanCacheCounts | undefined;
}

export class PlanChoice {
  readonly candidates: readonly CandidatePlan[];
  readonly limit: number;
  readonly place: CachePlace | undefined;
  readonly indexFilterSet: boolean;
  readonly counts: PlanCacheCounts | undefined;
  /** The active entry of the cache that was found, with the candidate it names. */
  readonly cached: CacheEntry | undefined;
  readonly cachedCandidate: CandidatePlan | undefined;
  /** The cached plan took too long, so that a trial decided: the profiler tells. */
  isReplanned = false;
  #root: PlanNode | undefined;
  #inFront: CandidatePlan;
  #rejected: readonly PlanNode[] | undefined;

  constructor({ candidates, limit, place, indexFilterSet, counts }: ChoiceOptions) {
    this.candidates = candidates;
    this.limit = limit;
    this.place = place;
    this.indexFilterSet = indexFilterSet;
    this.counts = counts;
    const entry = place?.cache.get(place.key);
    if (entry?.isActive === true) {
      this.cachedCandidate = candidates.find(({ name }) => name === entry.winner);
      if (this.cachedCandidate !== undefined) this.cached = entry;
    }
    this.#inFront = this.cachedCandidate ?? candidates[0];
  }

  get planCacheKey(): string | undefined {
    return this.place === undefined ? undefined : hashText(this.place.key);
  }

  /** The tree of the plan in front. */
  get root(): PlanNode {
    return this.#root ??= this.#inFront.build();
  }

  /** The other trees. */
  get rejected(): readonly PlanNode[] {
    return this.#rejected ??= this.candidates.filter((one) => one !== this.#inFront)
      .map((one) => one.build());
  }

  /** The trial's winner with the tree that runs, and the losers' trees. */
  decide(winner: CandidatePlan, root: PlanNode, rejected?: readonly PlanNode[]): void {
    this.#inFront = winner;
    this.#root = root;
    this.#rejected = rejected;
  }
}

/** The collection of the question, as far as it matters here; the plan cache hangs on the object itself. */
export interface CachedCollection {
  readonly indexes: readonly PlannerIndex[];
  readonly planner?: { readonly planCache: PlanCacheCounts };
}

interface ChoiceRequest extends ShapedQuery {
  readonly limit?: number | undefined;
  readonly hint?: unknown;
}

/** What planQuery returns for several plans: reading its root means the one in front at that time. */
export interface ChoicePlan<Request> {
  readonly root: PlanNode;
  readonly rejected: readonly PlanNode[];
  readonly summary: string;
  readonly choice: PlanChoice;
  readonly request: Request;
  readonly indexFilterSet: boolean;
  readonly planCacheKey: string | undefined;
}

/** Several plans: which is best is decided when they are opened, if the plan cache does not know. */
export function planChoice<Request extends ChoiceRequest>(
  collection: CachedCollection,
  request: Request,
  candidates: readonly CandidatePlan[],
  indexFilterSet: boolean,
): ChoicePlan<Request> {
  const isCached = request.hint === undefined || indexFilterSet;
  const choice = new PlanChoice({
    candidates,
    limit: request.limit ?? 0,
    place: isCached ? cachePlace(collection, request, candidates) : undefined,
    indexFilterSet,
    counts: collection.planner?.planCache,
  });
  const plan = {
    get root() {
      return choice.root;
    },
    get rejected() {
      return choice.rejected;
    },
    get summary() {
      return summaryOf(choice.root);
    },
    request,
    indexFilterSet,
    get planCacheKey() {
      return choice.planCacheKey;
    },
  };
  // A copy with another root is a plan of its own: it does not take the choice along.
  return Object.defineProperty(plan, "choice", { value: choice }) as ChoicePlan<Request>;
}

function cachePlace(
  collection: CachedCollection,
  request: ShapedQuery,
  candidates: readonly CandidatePlan[],
): CachePlace {
  const cache = planCacheOf(collection);
  cache.follow(collection.indexes);
  const shape = shapeText(request);
  const key = cacheKeyText(shape, candidates.map(({ name }) => name));
  return {
    cache,
    key,
    shape,
    describe: () => queryDocument(request),
  };
}

/** The indexes of a union, as its name among the candidates. */
export function unionName(root: PlanNode): string {
  const names: string[] = [];
  for (const node of allNodes(root)) if (node.stage === "IXSCAN") names.push(node.index.name);
  return `$or ${names.join("|")}`;
}
