// How many documents and bytes a collection holds, as committed, and who waits for more of them.
//
// A transaction keeps its changes apart and adds them here when it has committed, so these numbers are exact at any time
// for this process. sizes.ts keeps them across restarts.

import { InsertNotifier } from "./insert_notifier.ts";

export class Counters {
  /** Ident of the records' table; also the key in the sizes table. */
  readonly ident: string;
  documents = 0;
  bytes = 0;
  /** True when the saved sizes say that they are not to be trusted: the next open counts again. */
  isDirty = false;
  /** Notified after each commit that inserted. */
  readonly inserts: InsertNotifier = new InsertNotifier();

  constructor(ident: string) {
    this.ident = ident;
  }
}

/** What one transaction did to one collection. */
export interface CountChange {
  readonly counters: Counters;
  documents: number;
  bytes: number;
  inserted: boolean;
}
