// Changes of definitions, each committed as one transaction: catalog records, adopted and abandoned tables, and the entry
// in the change log. The catalog in memory is changed by the caller once `commit` has returned.

import type { ChangeLog } from "./change_log.ts";
import { namespaceElements } from "./change_entry.ts";
import type { Counters } from "./counters.ts";
import type { Sizes } from "./sizes.ts";
import { CATALOG_TABLE, type TableStore } from "./table_store.ts";

const encoder = new TextEncoder();

export interface DefinitionChange {
  readonly database: string;
  /** Records to write, by ident. */
  readonly put?: ReadonlyArray<readonly [ident: string, record: Uint8Array]>;
  /** Idents whose records go. */
  readonly remove?: readonly string[];
  /** Tables that the records use from now on. */
  readonly adopt?: readonly string[];
  /** Tables that no record uses any more. */
  readonly abandon?: readonly string[];
  /** Counts of collections that go. */
  readonly forget?: readonly Counters[];
  /** The entries in the change log: the command, the collection it is about, and `o2`. */
  readonly log?: ReadonlyArray<{
    readonly command: Uint8Array;
    readonly uuid?: Uint8Array | undefined;
    readonly details?: Uint8Array | undefined;
  }>;
}

export class CatalogWriter {
  readonly store: TableStore;
  readonly changeLog: ChangeLog;
  readonly sizes: Sizes;
  #lastIdent = 0;

  constructor(store: TableStore, changeLog: ChangeLog, sizes: Sizes) {
    this.store = store;
    this.changeLog = changeLog;
    this.sizes = sizes;
  }

  /** A table name never used before in this home. */
  nextIdent(kind: "collection" | "index" | "view"): string {
    return `${kind}-${++this.#lastIdent}`;
  }

  /** Tells of a name found in the home. */
  noteIdent(ident: string): void {
    const number = Number(ident.slice(ident.lastIndexOf("-") + 1));
    if (number > this.#lastIdent) this.#lastIdent = number;
  }

  commit(change: DefinitionChange): void {
    const { store } = this;
    store.run((transaction) => {
      const catalog = transaction.session.keys(CATALOG_TABLE);
      for (const [ident, record] of change.put ?? []) catalog.put(encoder.encode(ident), record);
      for (const ident of change.remove ?? []) catalog.remove(encoder.encode(ident));
      for (const ident of change.adopt ?? []) store.adoptTable(transaction, ident);
      for (const ident of change.abandon ?? []) store.abandonTable(transaction, ident);
      for (const counters of change.forget ?? []) this.sizes.remove(transaction, counters);
      const isLogged = change.database !== "local";
      for (const { command, uuid, details } of change.log ?? []) {
        const elements = namespaceElements(`${change.database}.$cmd`, uuid);
        this.changeLog.command(transaction, { elements, isLogged }, command, details);
      }
    }, change.abandon !== undefined);
  }
}
