// The catalog: which databases, collections, views and indexes there are.
//
// A mirror in memory of the catalog table, loaded at open; lookups never touch the disk. A database exists while it has a
// collection or a view. Changing definitions is definitions.ts; this file finds, lists, loads and keeps the mirror.

import { BUCKETS_PREFIX, type TimeSeriesOptions } from "../timeseries/options.ts";
import type { Collection } from "./collection.ts";
import type { CollectionOptions } from "./collection_options.ts";
import type { Namespace } from "./namespace.ts";

/** A view: a name for a pipeline over another collection or view. */
export interface View {
  readonly kind: "view";
  readonly name: Namespace;
  readonly namespace: string;
  readonly ident: string;
  readonly options: CollectionOptions;
}

export type CatalogEntry = Collection | View;

export function isView(entry: CatalogEntry): entry is View {
  return "kind" in entry;
}

/** A time series: a view that unpacks what a collection of buckets holds. */
export interface TimeSeries {
  readonly view: View;
  readonly options: TimeSeriesOptions;
  readonly buckets: Collection;
}

export class Catalog {
  readonly #entries = new Map<string, CatalogEntry>();
  readonly #databases = new Map<string, Map<string, CatalogEntry>>();
  readonly #byUuid = new Map<string, Collection>();
  #version = 0;

  /** Changes with every change of a definition: what was derived from the catalog is stale then. */
  get version(): number {
    return this.#version;
  }

  /** Names of all databases, sorted. */
  databases(): string[] {
    return [...this.#databases.keys()].sort();
  }

  hasDatabase(database: string): boolean {
    return this.#databases.has(database);
  }

  /** The database whose name differs only in case, if there is one: mongod allows one spelling (13297). */
  otherSpelling(database: string): string | undefined {
    if (this.#databases.has(database)) return undefined;
    const folded = database.toLowerCase();
    for (const name of this.#databases.keys()) {
      if (name.toLowerCase() === folded) return name;
    }
    return undefined;
  }

  /** The collection or view of this name ("database.collection"). */
  find(namespace: string): CatalogEntry | undefined {
    return this.#entries.get(namespace);
  }

  /** The collection of this name; undefined when there is none or it is a view. */
  collection(namespace: string): Collection | undefined {
    const entry = this.#entries.get(namespace);
    return entry === undefined || isView(entry) ? undefined : entry;
  }

  /** The view of this name. */
  view(namespace: string): View | undefined {
    const entry = this.#entries.get(namespace);
    return entry !== undefined && isView(entry) ? entry : undefined;
  }

  /** The time series of this name. */
  timeSeries(namespace: string): TimeSeries | undefined {
    const view = this.view(namespace);
    const options = view?.options.timeSeries;
    if (view === undefined || options === undefined) return undefined;
    const { database, collection } = view.name;
    const buckets = this.collection(`${database}.${BUCKETS_PREFIX}${collection}`);
    return buckets === undefined ? undefined : { view, options, buckets };
  }

  collectionByUuid(uuid: Uint8Array): Collection | undefined {
    return this.#byUuid.get(uuid.join());
  }

  /** Collections and views of a database, sorted by name. */
  list(database: string): CatalogEntry[] {
    const entries = this.#databases.get(database);
    if (entries === undefined) return [];
    return [...entries.values()].sort((a, b) =>
      a.name.collection < b.name.collection ? -1 : a.name.collection > b.name.collection ? 1 : 0
    );
  }

  /** All collections of all databases. */
  *collections(): Generator<Collection> {
    for (const entry of this.#entries.values()) if (!isView(entry)) yield entry;
  }

  /** For definitions.ts: a new entry, or one under a new name. */
  add(entry: CatalogEntry): void {
    const { database, collection } = entry.name;
    let entries = this.#databases.get(database);
    if (entries === undefined) this.#databases.set(database, entries = new Map());
    entries.set(collection, entry);
    this.#entries.set(entry.namespace, entry);
    if (!isView(entry)) this.#byUuid.set(entry.uuid.join(), entry);
    this.#version++;
  }

  /** For definitions.ts: takes a name away. */
  remove(entry: CatalogEntry): void {
    const { database, collection } = entry.name;
    const entries = this.#databases.get(database);
    entries?.delete(collection);
    if (entries?.size === 0) this.#databases.delete(database);
    this.#entries.delete(entry.namespace);
    if (!isView(entry)) this.#byUuid.delete(entry.uuid.join());
    this.#version++;
  }

  /** For definitions.ts: a definition changed in place. */
  changed(): void {
    this.#version++;
  }
}
