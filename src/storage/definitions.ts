// Changing what there is: create, drop and rename collections and views, change their options.
//
// Each change commits its catalog record, its tables' adoption and its change log entry together and then changes the
// mirror. New tables are made before, old ones dropped after (see table_store.ts). Index definitions are
// index_definitions.ts.

import { BsonWriter } from "../bson/encode.ts";
import { elements, type RawValue } from "../bson/read.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { bucketsNamespace, seriesNamespace } from "../timeseries/options.ts";
import { Catalog, type CatalogEntry, isView, type View } from "./catalog.ts";
import {
  type CatalogRecord,
  decodeCatalogRecord,
  encodeCatalogRecord,
  newUuid,
} from "./catalog_record.ts";
import type { CatalogWriter } from "./catalog_writer.ts";
import { Collection } from "./collection.ts";
import {
  changeOptions,
  type CollectionOptions,
  EMPTY_DOCUMENT,
  parseCollectionOptions,
} from "./collection_options.ts";
import { Index } from "./index.ts";
import { idIndexSpec } from "./index_spec.ts";
import { checkCreatable, isOplog, PROFILE_NAME, splitNamespace } from "./namespace.ts";
import { bucketsOptions, seriesViewOptions } from "./time_series_options.ts";

export interface CreateOptions {
  /** Raw options as `create` was given them. */
  readonly options?: Uint8Array;
  /** For restores: the UUID to use. */
  readonly uuid?: Uint8Array;
}

export class Definitions {
  readonly catalog: Catalog = new Catalog();
  readonly #writer: CatalogWriter;

  constructor(writer: CatalogWriter) {
    this.#writer = writer;
  }

  /** Puts a record found in the home into the mirror. */
  load(ident: string, bytes: Uint8Array): CatalogEntry {
    const record = decodeCatalogRecord(bytes);
    this.#writer.noteIdent(ident);
    for (const index of record.indexes) this.#writer.noteIdent(index.ident);
    const entry = this.#fromRecord(ident, record);
    this.catalog.add(entry);
    return entry;
  }

  #fromRecord(ident: string, record: CatalogRecord): CatalogEntry {
    const name = splitNamespace(record.namespace);
    const options = parseCollectionOptions(record.options);
    if (record.uuid === undefined) {
      return { kind: "view", name, namespace: record.namespace, ident, options };
    }
    const collection = new Collection(this.#writer, name, record.uuid, ident, options);
    collection.indexes = record.indexes.map((index) => Index.fromRecord(index));
    return collection;
  }

  /** Creates a collection or (with `viewOn`) a view; 48 when the name is taken. */
  create(namespace: string, request: CreateOptions = {}): CatalogEntry {
    this.#checkNewName(namespace);
    const options = parseCollectionOptions(request.options ?? EMPTY_DOCUMENT);
    const existing = this.catalog.find(namespace);
    if (existing !== undefined) throw alreadyExists(existing, options);
    if (options.viewOn !== undefined) return this.#createView(namespace, options);
    return this.#createCollection(namespace, options, request.uuid);
  }

  #checkNewName(namespace: string): void {
    const name = splitNamespace(namespace);
    checkCreatable(name.database, name.collection);
    const other = this.catalog.otherSpelling(name.database);
    if (other !== undefined) {
      throw new CommandError(
        13297,
        `db already exists with different case already have: [${other}] trying to create ` +
          `[${name.database}]`,
      );
    }
  }

  /** Creates a time series: its buckets collection and the view over it, in one step. Gives the buckets. */
  createTimeSeries(namespace: string, given: Uint8Array): Collection {
    const { timeSeries } = parseCollectionOptions(given);
    const name = splitNamespace(namespace);
    this.#checkNewName(namespace);
    const existing = this.catalog.find(namespace) ?? this.catalog.find(bucketsNamespace(namespace));
    const options = parseCollectionOptions(seriesViewOptions(name.collection, timeSeries!));
    if (existing !== undefined) throw alreadyExists(existing, options);
    const ident = this.#writer.nextIdent("view");
    const view: View = { kind: "view", name, namespace, ident, options };
    return this.#createCollection(
      bucketsNamespace(namespace),
      parseCollectionOptions(bucketsOptions(given, timeSeries!)),
      undefined,
      view,
    );
  }

  /** `view` is one that comes with the collection. */
  #createCollection(
    namespace: string,
    options: CollectionOptions,
    uuid: Uint8Array | undefined,
    view?: View,
  ): Collection {
    const name = splitNamespace(namespace);
    const collection = new Collection(
      this.#writer,
      name,
      uuid ?? newUuid(),
      this.#writer.nextIdent("collection"),
      options,
    );
    const idIndex = this.#newIdIndex(collection);
    const indexIdents = idIndex === undefined ? [] : [idIndex.ident];
    const { store } = this.#writer;
    store.createTable(collection.ident, "records");
    for (const ident of indexIdents) store.createTable(ident, "keys");
    this.#writer.commit({
      database: name.database,
      put: [
        [collection.ident, collection.record()],
        ...(view === undefined ? [] : [[view.ident, viewRecord(view)] as const]),
      ],
      adopt: [collection.ident, ...indexIdents],
      log: idIndex === undefined
        ? []
        : [{ command: createCommand(collection, idIndex), uuid: collection.uuid }],
    });
    this.#writer.sizes.noteNew(collection.counters);
    this.catalog.add(collection);
    if (view !== undefined) this.catalog.add(view);
    return collection;
  }

  /** Every collection has an index on `_id` but the profiler's, whose documents have none and which nobody replicates. */
  #newIdIndex(collection: Collection): Index | undefined {
    const { name, options } = collection;
    if (name.collection === PROFILE_NAME) return undefined;
    const spec = idIndexSpec(options.collation, options.clusteredIndex);
    const index = new Index(spec, this.#writer.nextIdent("index"), true);
    collection.indexes = [index];
    return index;
  }

  #createView(namespace: string, options: CollectionOptions): View {
    const name = splitNamespace(namespace);
    const view: View = {
      kind: "view",
      name,
      namespace,
      ident: this.#writer.nextIdent("view"),
      options,
    };
    this.#writer.commit({
      database: name.database,
      put: [[view.ident, viewRecord(view)]],
    });
    this.catalog.add(view);
    return view;
  }

  /** The collection of this name, created when missing: writes do that. 166 for a view. */
  ensureCollection(namespace: string): Collection {
    const entry = this.catalog.find(namespace) ?? this.create(namespace);
    if (isView(entry)) {
      throw new CommandError(
        ErrorCode.CommandNotSupportedOnView,
        `Namespace ${namespace} is a view, not a collection`,
      );
    }
    return entry;
  }

  /** Drops a collection or view; false when there is none. */
  drop(namespace: string): boolean {
    const entry = this.catalog.find(namespace);
    if (entry === undefined) return false;
    checkDroppable(entry);
    const series = this.catalog.timeSeries(seriesNamespace(namespace) ?? namespace);
    // The view last: while it is there, dropping it again takes away what is left.
    this.#dropAll(series === undefined ? [entry] : [series.buckets, series.view]);
    return true;
  }

  #dropAll(entries: readonly CatalogEntry[]): void {
    for (const entry of entries) {
      if (isView(entry)) {
        this.#writer.commit({ database: entry.name.database, remove: [entry.ident] });
        this.catalog.remove(entry);
        continue;
      }
      this.#writer.commit({
        database: entry.name.database,
        remove: [entry.ident],
        abandon: [entry.ident, ...entry.indexes.map((index) => index.ident)],
        forget: [entry.counters],
        log: isProfile(entry) ? [] : [{
          command: commandDocument("drop", entry.name.collection),
          uuid: entry.uuid,
          details: countDocument(entry.count),
        }],
      });
      this.#forget(entry);
    }
    this.#writer.store.dropOrphans();
  }

  #forget(collection: Collection): void {
    collection.isDropped = true;
    this.catalog.remove(collection);
    collection.onInsert.notify();
  }

  /** Drops all collections and views of a database; false when there is none. */
  dropDatabase(database: string): boolean {
    const entries = this.catalog.list(database);
    if (entries.length === 0) return false;
    if (database === "admin" || database === "config" || database === "local") {
      throw new CommandError(
        ErrorCode.IllegalOperation,
        `Dropping the '${database}' database is prohibited.`,
      );
    }
    this.#dropAll(entries);
    const command = new BsonWriter(32);
    command.startDocument();
    command.int32("dropDatabase", 1);
    command.end();
    this.#writer.commit({ database, log: [{ command: command.bytes() }] });
    return true;
  }

  /** Renames a collection, also into another database; `dropTarget` replaces a collection of the new name. */
  rename(from: string, to: string, dropTarget = false, series?: View): void {
    const source = this.#renameSource(from, to);
    const target = this.catalog.find(to);
    if (target !== undefined && !dropTarget) {
      throw new CommandError(ErrorCode.NamespaceExists, "target namespace exists");
    }
    if (target !== undefined && isView(target)) {
      throw new CommandError(
        ErrorCode.NamespaceExists,
        `a view already exists with that name: ${to}`,
      );
    }
    const abandon = target === undefined
      ? []
      : [target.ident, ...target.indexes.map((index) => index.ident)];
    this.#writer.commit({
      database: source.name.database,
      put: [
        [source.ident, source.record({ namespace: to })],
        ...(series === undefined ? [] : [[series.ident, viewRecord(series)] as const]),
      ],
      remove: target === undefined ? [] : [target.ident],
      abandon,
      forget: target === undefined ? [] : [target.counters],
      log: [{
        command: renameCommand(from, to, target?.uuid),
        uuid: source.uuid,
        details: target === undefined ? undefined : countDocument(target.count),
      }],
    });
    if (target !== undefined) this.#forget(target);
    this.catalog.remove(source);
    source.name = splitNamespace(to);
    this.catalog.add(source);
    if (series !== undefined) this.catalog.add(series);
    this.#writer.store.dropOrphans();
  }

  /** Puts a collection of buckets in the place of those of a time series, which is made when there is none. */
  replaceBuckets(from: string, namespace: string): void {
    const timeSeries = this.catalog.collection(from)?.options.timeSeries;
    const name = splitNamespace(namespace);
    const existing = this.catalog.find(namespace);
    if (existing !== undefined && (!isView(existing) || timeSeries === undefined)) {
      throw new CommandError(ErrorCode.NamespaceExists, "target namespace exists");
    }
    const options = parseCollectionOptions(seriesViewOptions(name.collection, timeSeries!));
    const ident = existing?.ident ?? this.#writer.nextIdent("view");
    const view: View = { kind: "view", name, namespace, ident, options };
    this.rename(from, bucketsNamespace(namespace), true, view);
  }

  #renameSource(from: string, to: string): Collection {
    const name = splitNamespace(from);
    const target = splitNamespace(to);
    checkRenameTarget(target.database, target.collection);
    const source = this.catalog.find(from);
    if (source === undefined) {
      throw new CommandError(
        ErrorCode.NamespaceNotFound,
        `Source collection ${from} does not exist`,
      );
    }
    if (isView(source)) {
      throw new CommandError(
        ErrorCode.CommandNotSupportedOnView,
        `Namespace ${from} is a view, not a collection`,
      );
    }
    if (isOplog(name.database, name.collection)) {
      throw new CommandError(ErrorCode.IllegalOperation, "can't rename live oplog");
    }
    if (from === to) {
      throw new CommandError(
        ErrorCode.IllegalOperation,
        "Can't rename a collection to itself",
      );
    }
    return source;
  }

  /** Changes options of a collection or view (collMod); a value of undefined takes an option away. */
  modify(namespace: string, changes: ReadonlyMap<string, RawValue | undefined>): void {
    const entry = this.catalog.find(namespace);
    if (entry === undefined) {
      throw new CommandError(ErrorCode.NamespaceNotFound, `ns does not exist: ${namespace}`);
    }
    const options = changeOptions(entry.options, changes);
    if (isView(entry)) {
      const changed: View = { ...entry, options };
      this.#writer.commit({
        database: entry.name.database,
        put: [[entry.ident, viewRecord(changed)]],
      });
      this.catalog.add(changed);
      return;
    }
    this.#writer.commit({
      database: entry.name.database,
      put: [[entry.ident, entry.record({ options: options.document })]],
      log: [{
        command: modifyCommand(entry.name.collection, changes),
        uuid: entry.uuid,
        details: oldOptions(entry.options),
      }],
    });
    entry.options = options;
    this.catalog.changed();
  }
}

/** The profile of a database is this server's own: its making and unmaking are nothing to followers. */
function isProfile(collection: Collection): boolean {
  return collection.name.collection === PROFILE_NAME;
}

function viewRecord(view: View): Uint8Array {
  return encodeCatalogRecord({
    namespace: view.namespace,
    uuid: undefined,
    options: view.options.document,
    indexes: [],
  });
}

function alreadyExists(existing: CatalogEntry, requested: CollectionOptions): CommandError {
  const same = existing.options.document.length === requested.document.length &&
    existing.options.document.every((byte, i) => byte === requested.document[i]);
  if (isView(existing)) {
    return new CommandError(
      ErrorCode.NamespaceExists,
      same
        ? `A view already exists. NS: ${existing.namespace}`
        : `namespace ${existing.namespace} already exists, but is a view rather than a collection`,
    );
  }
  return new CommandError(
    ErrorCode.NamespaceExists,
    `Collection ${existing.namespace} already exists.`,
  );
}

function checkDroppable(entry: CatalogEntry): void {
  const { database, collection } = entry.name;
  if (isOplog(database, collection)) {
    throw new CommandError(ErrorCode.IllegalOperation, "can't drop live oplog while replicating");
  }
}

function checkRenameTarget(database: string, collection: string): void {
  try {
    checkCreatable(database, collection);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.code, `error with target namespace: ${error.message}`);
  }
}

function commandDocument(name: string, collection: string): Uint8Array {
  const writer = new BsonWriter(64);
  writer.startDocument();
  writer.string(name, collection);
  writer.end();
  return writer.bytes();
}

function createCommand(collection: Collection, idIndex: Index): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.string("create", collection.name.collection);
  for (const option of elements(collection.options.document)) writer.raw(option.name, option);
  writer.document("idIndex", idIndex.spec.document);
  writer.end();
  return writer.bytes();
}

function countDocument(count: number): Uint8Array {
  const writer = new BsonWriter(32);
  writer.startDocument();
  writer.int64("numRecords", BigInt(count));
  writer.end();
  return writer.bytes();
}

function renameCommand(from: string, to: string, dropped: Uint8Array | undefined): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.string("renameCollection", from);
  writer.string("to", to);
  writer.bool("stayTemp", false);
  if (dropped !== undefined) writer.binary("dropTarget", 4, dropped);
  writer.end();
  return writer.bytes();
}

function modifyCommand(
  collection: string,
  changes: ReadonlyMap<string, RawValue | undefined>,
): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.string("collMod", collection);
  for (const [name, value] of changes) {
    if (value === undefined) writer.document(name, EMPTY_DOCUMENT);
    else writer.raw(name, value);
  }
  writer.end();
  return writer.bytes();
}

function oldOptions(options: CollectionOptions): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.document("collectionOptions_old", options.document);
  writer.end();
  return writer.bytes();
}
