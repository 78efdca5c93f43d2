// Plans that won a trial, remembered per collection and query shape, so that the next query of the shape runs no trial.
//
// As in mongod a new entry is inactive: it is used only after a second trial that took no more works. A query whose cached
// plan takes ten times the works is planned anew (trial.ts) and the entry put to sleep; while later trials take more
// works than a sleeping entry says, its works are doubled. Any change of the collection's indexes forgets everything.

import type { PlannerIndex } from "./planner_index.ts";
import { hashText } from "./query_shape.ts";

/** More entries are not kept; the one not used for longest goes first. */
export const MAX_CACHE_ENTRIES = 5000;
/** A cached plan may take so many times the works it was remembered with. */
export const EVICTION_RATIO = 10;
const WORKS_GROWTH = 2;

/** How the winner of a trial came about, kept to be shown. */
export interface CacheDetails {
  readonly createdFromQuery: Uint8Array;
  readonly cachedPlan: Uint8Array;
  /** Per candidate, the winner first: what it did in the trial. */
  readonly creationExecStats: readonly Uint8Array[];
  readonly scores: readonly number[];
  readonly indexFilterSet: boolean;
  readonly sizeBytes: number;
}

export interface CacheEntry {
  /** The text that stands for shape and usable indexes. */
  readonly key: string;
  readonly shapeHash: string;
  readonly planCacheKey: string;
  /** The name of the candidate that won (candidates.ts). */
  readonly winner: string;
  readonly isActive: boolean;
  readonly works: number;
  readonly createdAtMs: number;
  readonly details: CacheDetails;
}

/** The outcome of a trial. */
export interface TrialOutcome {
  readonly winner: string;
  readonly works: number;
  /** Only asked for when an entry is made. */
  details(): CacheDetails;
}

/** Where a query is looked up. */
export interface CacheKey {
  readonly key: string;
  readonly shape: string;
}

export class PlanCache {
  readonly #entries = new Map<string, CacheEntry>();
  #specs: unknown[] = [];
  #states: number[] = [];

  get size(): number {
    return this.#entries.size;
  }

  /** Forgets all entries when an index came, went, was hidden or became multikey since the last call. */
  follow(indexes: readonly PlannerIndex[]): void {
    if (indexes.length === this.#specs.length && this.#isSame(indexes)) return;
    this.#specs = indexes.map(({ spec }) => spec);
    this.#states = indexes.map(stateOf);
    this.#entries.clear();
  }

  #isSame(indexes: readonly PlannerIndex[]): boolean {
    for (let i = 0; i < indexes.length; i++) {
      if (indexes[i].spec !== this.#specs[i] || stateOf(indexes[i]) !== this.#states[i]) {
        return false;
      }
    }
    return true;
  }

  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Takes in what a trial decided. */
  note(at: CacheKey, outcome: TrialOutcome): void {
    const known = this.#entries.get(at.key);
    const works = Math.max(outcome.works, 1);
    if (known === undefined) {
      this.#put(at, outcome, works, false);
    } else if (works <= known.works) {
      this.#put(at, outcome, works, true);
    } else if (!known.isActive) {
      const grown = Math.max(known.works + 1, known.works * WORKS_GROWTH);
      this.#entries.set(at.key, { ...known, works: grown });
    }
  }

  #put(at: CacheKey, outcome: TrialOutcome, works: number, isActive: boolean): void {
    this.#entries.delete(at.key);
    this.#entries.set(at.key, {
      key: at.key,
      shapeHash: hashText(at.shape),
      planCacheKey: hashText(at.key),
      winner: outcome.winner,
      isActive,
      works,
      createdAtMs: Date.now(),
      details: outcome.details(),
    });
    if (this.#entries.size <= MAX_CACHE_ENTRIES) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** The entry's plan did badly: later queries go through a trial again. */
  deactivate(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { ...entry, isActive: false });
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Forgets the entries of one shape. */
  clearShape(shapeHash: string): void {
    for (const [key, entry] of this.#entries) {
      if (entry.shapeHash === shapeHash) this.#entries.delete(key);
    }
  }

  /** All entries, the one not used for longest first. */
  entries(): readonly CacheEntry[] {
    return [...this.#entries.values()];
  }
}

function stateOf({ isUsable, multikeyParts }: PlannerIndex): number {
  return (isUsable ? 1 : 0) + (multikeyParts === undefined ? 0 : 2);
}

const caches = new WeakMap<object, PlanCache>();

/** The cache of a collection; made when first asked for, gone with the collection. */
export function planCacheOf(collection: object): PlanCache {
  let cache = caches.get(collection);
  if (cache === undefined) {
    cache = new PlanCache();
    caches.set(collection, cache);
  }
  return cache;
}
