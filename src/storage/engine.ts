// The door to storage: everything the rooms above use hangs on a StorageEngine.
//
//   catalog       what there is (find, list)         definitions, indexes   changing what there is
//   run           one statement, one transaction     begin                  a transaction that stays open
//   changeLog     the oplog                          waitForJournal         durable against loss of power
//
// Opening loads the catalog, drops what a crash left half-made and counts again what was written since the last saved
// sizes. Closing saves sizes and closes WiredTiger; ending the process without it is what a crash is.

import { WtLibrary } from "../../ffi/library.ts";
import { documentEnd } from "../bson/read.ts";
import { CommandError } from "../error.ts";
import { Catalog, isView } from "./catalog.ts";
import { newUuid } from "./catalog_record.ts";
import { CatalogWriter } from "./catalog_writer.ts";
import { ChangeLog, OPLOG_NAMESPACE, OPLOG_TABLE } from "./change_log.ts";
import type { Clock } from "./clock.ts";
import { rebuildCollated } from "./collated_rebuild.ts";
import { GUARD_TABLE } from "./collated_unique.ts";
import { Collection } from "./collection.ts";
import { parseCollectionOptions } from "./collection_options.ts";
import { documentFrom } from "../bson/encode.ts";
import { Definitions } from "./definitions.ts";
import { openError, translateError } from "./errors.ts";
import { Home, IN_MEMORY } from "./home.ts";
import { Housekeeping, type HousekeepingOptions } from "./housekeeping.ts";
import { IndexDefinitions } from "./index_definitions.ts";
import { giveBuffer, takeBuffer } from "./scan_buffers.ts";
import { Sizes } from "./sizes.ts";
import { CATALOG_TABLE, TableStore } from "./table_store.ts";
import type { Transaction } from "./transaction.ts";
import { TtlMonitor } from "./ttl.ts";
import { KeyScanBuffer } from "../../ffi/scan_buffer.ts";

const MEGABYTE = 2 ** 20;
const IN_MEMORY_CHANGE_LOG_BYTES = 64 * MEGABYTE;
const CHANGE_LOG_BYTES = 1024 * MEGABYTE;
const FORMAT_VERSION = 1;
const ORPHAN_PREFIX = "orphan:";
const FORMAT_KEY = "format";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface StorageOptions extends HousekeepingOptions {
  /** A directory, or ":memory:". */
  readonly path: string;
  readonly cacheSizeMb?: number | undefined;
  /** Path of the native library, when it is not to be looked for. */
  readonly libraryPath?: string | undefined;
  /** False: no change log at all, as a stand-alone mongod. */
  readonly changeLog?: boolean | undefined;
  /** How large the change log may become; default 1 GB, 64 MB in memory. */
  readonly changeLogBytes?: number | undefined;
}

export class StorageEngine {
  readonly store: TableStore;
  readonly changeLog: ChangeLog;
  readonly definitions: Definitions;
  readonly indexes: IndexDefinitions;
  readonly housekeeping: Housekeeping;
  readonly ttl: TtlMonitor;
  readonly #sizes: Sizes;
  readonly #writer: CatalogWriter;
  #closing: Promise<void> | undefined;

  private constructor(home: Home, options: StorageOptions) {
    this.store = new TableStore(home);
    this.store.ensureTable(CATALOG_TABLE, "keys");
    this.#sizes = new Sizes(this.store);
    this.changeLog = new ChangeLog(this.store, this.#sizes, {
      isEnabled: options.changeLog ?? true,
      maxBytes: options.changeLogBytes ??
        (home.isInMemory ? IN_MEMORY_CHANGE_LOG_BYTES : CHANGE_LOG_BYTES),
    });
    this.#writer = new CatalogWriter(this.store, this.changeLog, this.#sizes);
    this.definitions = new Definitions(this.#writer);
    this.indexes = new IndexDefinitions(this.#writer, this.definitions);
    this.housekeeping = new Housekeeping(this.store, this.#sizes, this.changeLog, options);
    this.ttl = new TtlMonitor(this.store, this.catalog, options);
    this.store.hookCommits({
      beforeCommit: (transaction) => this.#beforeCommit(transaction),
      afterCommit: (transaction) => this.#afterCommit(transaction),
    });
  }

  /** Opens a home, creating it when it is new. */
  static async open(options: StorageOptions): Promise<StorageEngine> {
    const library = WtLibrary.open(options.libraryPath);
    const home = Home.open({ ...options, library });
    try {
      const engine = new StorageEngine(home, options);
      engine.#load();
      engine.housekeeping.start();
      engine.ttl.start();
      return engine;
    } catch (error) {
      await home.close();
      throw openError(error, options.path);
    }
  }

  get catalog(): Catalog {
    return this.definitions.catalog;
  }

  get clock(): Clock {
    return this.store.clock;
  }

  get isInMemory(): boolean {
    return this.store.home.isInMemory;
  }

  /** Runs one synchronous statement in a transaction of its own: see TableStore.run. */
  run<T>(statement: (transaction: Transaction) => T): T {
    return this.store.run(statement);
  }

  /** The same, waiting for open client transactions that it conflicts with: see TableStore.runRetrying. */
  runRetrying<T>(
    statement: (transaction: Transaction) => T,
    checkInterrupt?: () => void,
  ): T | Promise<T> {
    return this.store.runRetrying(statement, checkInterrupt);
  }

  /** Runs a statement inside an open client transaction: see TableStore.runIn. */
  runIn<T>(transaction: Transaction, statement: (transaction: Transaction) => T): T {
    return this.store.runIn(transaction, statement);
  }

  /** A client transaction: open until its `commit` or `rollback`. */
  begin(): Transaction {
    return this.store.begin(true);
  }

  /** Resolves when everything committed so far survives a loss of power. */
  waitForJournal(): Promise<void> {
    return this.store.journal.wait();
  }

  /** Saves sizes and writes a checkpoint, as happens every minute. */
  checkpoint(): Promise<void> {
    return this.housekeeping.checkpoint();
  }

  #beforeCommit(transaction: Transaction): void {
    if (transaction.isClient) this.changeLog.writeTransaction(transaction);
    for (const { counters } of transaction.changes) this.#sizes.markDirty(counters);
  }

  #afterCommit(transaction: Transaction): void {
    const { changes } = transaction;
    let written = 0;
    for (let i = 0; i < changes.length; i++) {
      const { counters, documents, bytes, inserted } = changes[i];
      counters.documents += documents;
      counters.bytes += bytes;
      if (bytes > 0) written += bytes;
      if (inserted) counters.inserts.notify();
    }
    this.housekeeping.noteWritten(written);
  }

  #load(): void {
    const isNew = this.#loadRecords();
    this.changeLog.open();
    for (const collection of this.catalog.collections()) {
      if (collection.ident !== OPLOG_TABLE && !this.#sizes.load(collection.counters)) {
        this.#recount(collection);
      }
    }
    this.#showChangeLog();
    for (const collection of this.catalog.collections()) {
      this.indexes.removeUnfinished(collection);
    }
    this.store.dropOrphans();
    this.store.ensureTable(GUARD_TABLE, "keys");
    for (const collection of this.catalog.collections()) rebuildCollated(this.store, collection);
    if (isNew) this.#writeFormat();
  }

  /** Fills the mirror; true for a new home. */
  #loadRecords(): boolean {
    const cursor = this.store.reader.keys(CATALOG_TABLE);
    const buffer = new KeyScanBuffer({ values: true });
    let from: Uint8Array | null = null;
    let isNew = true;
    while (cursor.scan(from, false, null, false, true, buffer) > 0) {
      for (let i = 0; i < buffer.count; i++) {
        const key = decoder.decode(buffer.key(i));
        if (key === FORMAT_KEY) checkFormat(buffer.value(i)[0]);
        else if (key.startsWith(ORPHAN_PREFIX)) this.#noteOrphan(key.slice(ORPHAN_PREFIX.length));
        else this.definitions.load(key, buffer.value(i).slice());
        isNew = false;
      }
      from = buffer.lastKey();
    }
    return isNew;
  }

  #noteOrphan(ident: string): void {
    this.#writer.noteIdent(ident);
    this.store.noteOrphan(ident);
  }

  #writeFormat(): void {
    this.store.runAside((session) =>
      session.keys(CATALOG_TABLE).put(encoder.encode(FORMAT_KEY), new Uint8Array([FORMAT_VERSION]))
    );
  }

  #recount(collection: Collection): void {
    const { counters } = collection;
    counters.documents = counters.bytes = 0;
    const buffer = takeBuffer();
    try {
      const cursor = this.store.reader.records(collection.ident);
      let from = 0;
      while (true) {
        const count = cursor.scan(from, false, true, buffer);
        if (count === 0) return;
        counters.documents += count;
        counters.bytes += documentEnd(buffer.bytes, buffer.starts[count - 1]);
        from = buffer.recordIds[count - 1];
      }
    } finally {
      giveBuffer(buffer);
    }
  }

  /** The change log as a collection for readers. */
  #showChangeLog(): void {
    if (!this.changeLog.isEnabled) return;
    if (this.catalog.find(OPLOG_NAMESPACE) !== undefined) return;
    const options = parseCollectionOptions(
      documentFrom({ capped: true, size: this.changeLog.maxBytes }),
    );
    const name = { database: "local", collection: "oplog.rs" };
    const oplog = new Collection(
      this.#writer,
      name,
      newUuid(),
      OPLOG_TABLE,
      options,
      this.changeLog.counters,
    );
    this.catalog.add(oplog);
  }

  /** Ends open transactions, saves sizes and closes the home. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.indexes.stop();
    await this.ttl.stop();
    await this.housekeeping.stop();
    let failure: unknown;
    try {
      if (!this.isInMemory) this.#sizes.save();
    } catch (error) {
      failure = error; // the home is closed whatever happens
    }
    try {
      await this.store.close();
    } catch (error) {
      failure ??= error;
    }
    if (failure !== undefined) throw translateError(failure);
  }
}

function checkFormat(version: number): void {
  if (version === FORMAT_VERSION) return;
  throw new CommandError(
    72, // InvalidOptions
    `the storage path was written by another version (format ${version}, this one reads ` +
      `${FORMAT_VERSION})`,
  );
}

export { IN_MEMORY, isView };
