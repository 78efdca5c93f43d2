// What is known of a collection in memory: names, options, indexes, counts, the next RecordId.
//
// The catalog makes and changes these; reading and writing documents is collection.ts and collection_write.ts. All of it but
// the counts can be written as a catalog record.

import { namespaceElements } from "./change_entry.ts";
import type { ChangeTarget } from "./change_log.ts";
import { type CatalogRecord, encodeCatalogRecord, type IndexRecord } from "./catalog_record.ts";
import type { CollectionOptions } from "./collection_options.ts";
import { Counters } from "./counters.ts";
import type { Index } from "./index.ts";
import { isReplicated, type Namespace } from "./namespace.ts";

export class CollectionState {
  readonly uuid: Uint8Array;
  /** Name of the records' table; stays when the collection is renamed. */
  readonly ident: string;
  readonly counters: Counters;
  options: CollectionOptions;
  /** The `_id` index first (where there is one), then in order of creation; those under construction included. */
  indexes: readonly Index[] = [];
  /** Set when the collection is dropped: scans and waiting cursors find out. */
  isDropped = false;
  /** Of a capped collection: no record lies before this one. */
  firstRecordId = 0;
  #name: Namespace;
  #target: ChangeTarget | undefined;
  #nextRecordId = 0;

  constructor(
    name: Namespace,
    uuid: Uint8Array,
    ident: string,
    options: CollectionOptions,
    counters: Counters = new Counters(ident),
  ) {
    this.#name = name;
    this.uuid = uuid;
    this.ident = ident;
    this.options = options;
    this.counters = counters;
  }

  get name(): Namespace {
    return this.#name;
  }

  /** Renaming: the entries of the change log carry the new name from now on. */
  set name(name: Namespace) {
    this.#name = name;
    this.#target = undefined;
  }

  get namespace(): string {
    return `${this.#name.database}.${this.#name.collection}`;
  }

  /** What entries of the change log about this collection have in common. */
  get changeTarget(): ChangeTarget {
    return this.#target ??= {
      elements: namespaceElements(this.namespace, this.uuid),
      isLogged: isReplicated(this.#name.database, this.#name.collection),
    };
  }

  get isCapped(): boolean {
    return this.options.capped !== undefined;
  }

  index(name: string): Index | undefined {
    return this.indexes.find((index) => index.name === name);
  }

  /** The next RecordId; `largestKey` is asked once, for the largest the table has. */
  allocateRecordId(largestKey: () => number): number {
    if (this.#nextRecordId === 0) this.#nextRecordId = largestKey() + 1;
    return this.#nextRecordId++;
  }

  /** The catalog record, optionally with other names, options or indexes. */
  record(changes: Partial<CatalogRecord> = {}): Uint8Array {
    const indexes: readonly IndexRecord[] = this.indexes.map((index) => index.toRecord());
    return encodeCatalogRecord({
      namespace: this.namespace,
      uuid: this.uuid,
      options: this.options.document,
      indexes,
      ...changes,
    });
  }
}
