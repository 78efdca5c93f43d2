// Index filters: for queries of one shape only these indexes may be used, whatever the planner and hints say.
//
// Set by planCacheSetFilter, kept in memory with the collection. An index is named by its name or by its key pattern; what
// names no index that there is allows nothing, and a query left without an index scans the collection.

import { equalRaw } from "../bson/compare.ts";
import { BsonType } from "../bson/type.ts";
import type { PlannerIndex } from "./planner_index.ts";
import { type ShapedQuery, shapeText } from "./query_shape.ts";

export interface IndexFilter {
  /** shapeText of the queries it is for. */
  readonly shape: string;
  /** As the client gave them. */
  readonly query: Uint8Array;
  readonly sort: Uint8Array;
  readonly projection: Uint8Array;
  readonly collation: Uint8Array | undefined;
  readonly patterns: readonly Uint8Array[];
  readonly names: readonly string[];
}

export class IndexFilters {
  readonly #filters = new Map<string, IndexFilter>();

  /** Replaces the filter of the same shape. */
  set(filter: IndexFilter): void {
    this.#filters.set(filter.shape, filter);
  }

  get(shape: string): IndexFilter | undefined {
    return this.#filters.get(shape);
  }

  remove(shape: string): void {
    this.#filters.delete(shape);
  }

  clear(): void {
    this.#filters.clear();
  }

  list(): readonly IndexFilter[] {
    return [...this.#filters.values()];
  }
}

const filtersOf = new WeakMap<object, IndexFilters>();

/** The filters of a collection, made when first asked for. */
export function indexFiltersOf(collection: object): IndexFilters {
  let filters = filtersOf.get(collection);
  if (filters === undefined) {
    filters = new IndexFilters();
    filtersOf.set(collection, filters);
  }
  return filters;
}

/** The indexes a query may use; undefined when no filter is for it. */
export function filteredIndexes(
  collection: { readonly indexes: readonly PlannerIndex[] },
  query: ShapedQuery,
): readonly PlannerIndex[] | undefined {
  const filter = filtersOf.get(collection)?.get(shapeText(query));
  if (filter === undefined) return undefined;
  return collection.indexes.filter((index) => allows(filter, index));
}

function allows({ names, patterns }: IndexFilter, { name, spec }: PlannerIndex): boolean {
  return names.includes(name) ||
    patterns.some((pattern) =>
      equalRaw(pattern, BsonType.Document, 0, spec.keyPattern, BsonType.Document, 0)
    );
}
