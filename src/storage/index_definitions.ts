// Creating, dropping and changing indexes.
//
// An index over an empty collection is ready at once. Otherwise it is registered as "building", built (index_build.ts) and then
// published, or taken away again when the build fails; a build that a crash interrupted is taken away at the next open.

import { BsonWriter } from "../bson/encode.ts";
import { toShellText } from "../bson/json.ts";
import { documentOf, elements, getField, type RawValue } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { CatalogWriter } from "./catalog_writer.ts";
import type { Collection } from "./collection.ts";
import type { Definitions } from "./definitions.ts";
import { Index } from "./index.ts";
import { buildIndexes, type BuildOptions, type BuildProgress } from "./index_build.ts";
import {
  alreadyExists,
  checkIndexCount,
  identicalIndexError,
  isSamePattern,
} from "./index_conflicts.ts";
import {
  idIndexSpec,
  type IndexSpec,
  isIdPattern,
  normalizeIndexSpec,
  parseKeyPattern,
  parseStoredSpec,
} from "./index_spec.ts";
import { flagField } from "./option_field.ts";
import { lastTransactionNumber } from "./transaction.ts";

export interface CreateIndexesResult {
  readonly numIndexesBefore: number;
  readonly numIndexesAfter: number;
  readonly createdCollectionAutomatically: boolean;
}

interface Build {
  readonly collection: Collection;
  readonly progress: BuildProgress;
  readonly finished: Promise<void>;
}

export class IndexDefinitions {
  readonly #writer: CatalogWriter;
  readonly #definitions: Definitions;
  readonly #builds = new Set<Build>();
  #isStopping = false;

  constructor(writer: CatalogWriter, definitions: Definitions) {
    this.#writer = writer;
    this.#definitions = definitions;
  }

  /** Ends the builds that run; each takes away what it has begun. Before the engine closes. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.allSettled([...this.#builds].map((build) => build.finished));
  }

  /** Builds that run now, for currentOp. */
  builds(): { namespace: string; progress: BuildProgress }[] {
    return [...this.#builds].map(({ collection, progress }) => ({
      namespace: collection.namespace,
      progress,
    }));
  }

  /** Creates the indexes that are not there yet; resolves when they are ready. Checks all before creating any. */
  async create(
    namespace: string,
    specs: readonly Uint8Array[],
    options: BuildOptions = {},
  ): Promise<CreateIndexesResult> {
    if (specs.length === 0) {
      throw new CommandError(ErrorCode.BadValue, "Must specify at least one index to create");
    }
    const { catalog } = this.#definitions;
    const existing = catalog.collection(namespace);
    const collation = existing?.options.collation;
    const isClustered = existing?.options.clusteredIndex !== undefined;
    const wanted = specs.filter((spec) => !(isClustered && isClusteredSpec(spec)))
      .map((spec) => normalizeIndexSpec(spec, collation));
    checkClustered(wanted, existing === undefined);
    const there = existing?.indexes.map((index) => index.spec) ?? [idIndexSpec(undefined)];
    const missing = missingSpecs(namespace, there, wanted);
    const collection = existing ?? this.#definitions.ensureCollection(namespace);
    const numIndexesBefore = collection.indexes.length;
    if (missing.length > 0) await this.#add(collection, missing, options);
    await this.#othersFinished(collection, wanted, options);
    return {
      numIndexesBefore,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: existing === undefined,
    };
  }

  /** When another client is building one of the wanted indexes, its end is ours too. */
  async #othersFinished(
    collection: Collection,
    wanted: readonly IndexSpec[],
    options: BuildOptions,
  ): Promise<void> {
    for (const spec of wanted) {
      while (collection.index(spec.name)?.isReady === false) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        options.checkInterrupt?.();
      }
    }
  }

  async #add(
    collection: Collection,
    specs: readonly IndexSpec[],
    options: BuildOptions,
  ): Promise<void> {
    const { store } = this.#writer;
    // An open transaction may hold documents that nobody else sees yet.
    const isEmpty = collection.count === 0 && store.openTransactions === 0;
    const indexes = specs.map((spec) => new Index(spec, this.#writer.nextIdent("index"), isEmpty));
    for (const index of indexes) store.createTable(index.ident, "keys");
    const before = collection.indexes;
    const records = [...before, ...indexes].map((index) => index.toRecord());
    this.#writer.commit({
      database: collection.name.database,
      put: [[collection.ident, collection.record({ indexes: records })]],
      adopt: indexes.map((index) => index.ident),
      log: isEmpty ? createLog(collection, indexes) : [],
    });
    collection.indexes = [...before, ...indexes];
    this.#definitions.catalog.changed();
    if (!isEmpty) await this.#build(collection, indexes, options);
  }

  async #build(
    collection: Collection,
    indexes: readonly Index[],
    options: BuildOptions,
  ): Promise<void> {
    const progress: BuildProgress = {
      indexNames: indexes.map((index) => index.name),
      done: 0,
      total: collection.count,
    };
    options.onProgress?.(progress);
    const checkInterrupt = (): void => {
      if (this.#isStopping) {
        throw new CommandError(ErrorCode.InterruptedAtShutdown, "interrupted at shutdown");
      }
      options.checkInterrupt?.();
    };
    const finished = this.#fill(collection, indexes, progress, { ...options, checkInterrupt });
    const build: Build = { collection, progress, finished };
    this.#builds.add(build);
    try {
      await finished;
    } finally {
      this.#builds.delete(build);
    }
  }

  /** Builds and publishes, or takes away. */
  async #fill(
    collection: Collection,
    indexes: readonly Index[],
    progress: BuildProgress,
    options: BuildOptions,
  ): Promise<void> {
    try {
      await buildIndexes(this.#writer.store, collection, indexes, progress, options);
      this.#publish(collection, indexes);
    } catch (error) {
      if (!collection.isDropped) {
        this.#takeAway(collection, indexes.filter((index) => !index.isDropped), false);
      }
      throw error;
    }
  }

  #publish(collection: Collection, indexes: readonly Index[]): void {
    const records = collection.indexes.map((index) => ({
      ...index.toRecord(),
      building: !index.isReady && !indexes.includes(index),
    }));
    this.#writer.commit({
      database: collection.name.database,
      put: [[collection.ident, collection.record({ indexes: records })]],
      log: createLog(collection, indexes),
    });
    for (const index of indexes) {
      index.isReady = true;
      index.readyAfter = lastTransactionNumber();
      index.missedRemovals.length = 0;
    }
    this.#definitions.catalog.changed();
  }

  /** Removes indexes from the collection and drops their tables. */
  #takeAway(collection: Collection, indexes: readonly Index[], isLogged: boolean): void {
    if (indexes.length === 0) return;
    const left = collection.indexes.filter((index) => !indexes.includes(index));
    this.#writer.commit({
      database: collection.name.database,
      put: [[
        collection.ident,
        collection.record({ indexes: left.map((index) => index.toRecord()) }),
      ]],
      abandon: indexes.map((index) => index.ident),
      log: isLogged ? dropLog(collection, indexes) : [],
    });
    for (const index of indexes) index.isDropped = true;
    collection.indexes = left;
    this.#definitions.catalog.changed();
    this.#writer.store.dropOrphans();
  }

  /** Takes away what interrupted builds left: at open. */
  removeUnfinished(collection: Collection): void {
    this.#takeAway(collection, collection.indexes.filter((index) => !index.isReady), false);
  }

  /**
   * Drops indexes: "*" for all but `_id`, a name, a list of names, or a key pattern. Returns how many there were.
   */
  drop(namespace: string, which: string | readonly string[] | Uint8Array): number {
    const collection = this.#definitions.catalog.collection(namespace);
    if (collection === undefined) {
      throw new CommandError(ErrorCode.NamespaceNotFound, `ns not found ${namespace}`);
    }
    const before = collection.indexes.length;
    const dropped = which === "*"
      ? collection.indexes.filter((index) => !index.isIdIndex)
      : which instanceof Uint8Array
      ? [indexByPattern(collection, which)]
      : (typeof which === "string" ? [which] : which).map((name) => indexByName(collection, name));
    if (dropped.some((index) => index.isIdIndex)) {
      if (collection.options.clusteredIndex !== undefined) {
        throw new CommandError(5979800, "It is illegal to drop the clusteredIndex");
      }
      throw new CommandError(ErrorCode.InvalidOptions, "cannot drop _id index");
    }
    this.#takeAway(collection, dropped, true);
    return before;
  }

  /** Changes fields of an index's specification (collMod): hidden, expireAfterSeconds, prepareUnique, unique. */
  modify(
    collection: Collection,
    index: Index,
    changes: ReadonlyMap<string, RawValue | undefined>,
  ): void {
    const writer = new BsonWriter(128);
    writer.startDocument();
    for (const field of elements(index.spec.document)) {
      if (!changes.has(field.name)) writer.raw(field.name, field);
    }
    for (const [name, value] of changes) if (value !== undefined) writer.raw(name, value);
    writer.end();
    const spec = parseStoredSpec(writer.bytes());
    const records = collection.indexes.map((one) =>
      one === index ? { ...one.toRecord(), spec: spec.document } : one.toRecord()
    );
    this.#writer.commit({
      database: collection.name.database,
      put: [[collection.ident, collection.record({ indexes: records })]],
      log: [{
        command: modifyCommand(collection, index, changes),
        uuid: collection.uuid,
        details: oldSpec(collection, index),
      }],
    });
    index.spec = spec;
    this.#definitions.catalog.changed();
  }
}

/** Only `create` makes a clustered index. */
function checkClustered(wanted: readonly IndexSpec[], isNew: boolean): void {
  if (!wanted.some((spec) => flagField(spec.document, "clustered"))) return;
  throw isNew
    ? new CommandError(
      6100900,
      "Cannot implicitly create a new collection with createIndex 'clustered' option",
    )
    : new CommandError(
      ErrorCode.CannotCreateIndex,
      "Cannot create a clustered index: only 'create' makes clustered collections",
    );
}

/** The specifications that are not there yet, all of them allowed. */
function missingSpecs(
  namespace: string,
  there: readonly IndexSpec[],
  wanted: readonly IndexSpec[],
): IndexSpec[] {
  const missing: IndexSpec[] = [];
  for (const spec of wanted) {
    if (isIdPattern(spec.parts)) continue; // every collection has it
    if (alreadyExists(spec, there)) continue;
    if (alreadyExists(spec, missing)) throw identicalIndexError(spec.name);
    checkIndexCount(namespace, spec, there.length + missing.length);
    missing.push(spec);
  }
  return missing;
}

/** True for the clustered index as listIndexes shows it: asking for it again is no error. */
function isClusteredSpec(spec: Uint8Array): boolean {
  const key = getField(spec, "key");
  return key?.type === BsonType.Document && flagField(spec, "clustered") &&
    flagField(spec, "unique") && isIdPattern(parseKeyPattern(documentOf(key)));
}

function indexByName(collection: Collection, name: string): Index {
  const index = collection.index(name);
  if (index !== undefined) return index;
  throw new CommandError(ErrorCode.IndexNotFound, `index not found with name [${name}]`);
}

function indexByPattern(collection: Collection, pattern: Uint8Array): Index {
  const text = toShellText({ bytes: pattern, type: BsonType.Document, at: 0 });
  const matching = collection.indexes.filter((index) =>
    isSamePattern(index.spec.keyPattern, pattern)
  );
  if (matching.length === 0) {
    throw new CommandError(ErrorCode.IndexNotFound, `can't find index with key: ${text}`);
  }
  if (matching.length > 1) {
    throw new CommandError(
      181, // AmbiguousIndexKeyPattern
      `${matching.length} indexes found for key: ${text}, identify by name instead.`,
    );
  }
  return matching[0];
}

type LogEntries = { command: Uint8Array; uuid: Uint8Array; details?: Uint8Array }[];

function createLog(collection: Collection, indexes: readonly Index[]): LogEntries {
  return indexes.map((index) => {
    const writer = new BsonWriter(128);
    writer.startDocument();
    writer.string("createIndexes", collection.name.collection);
    for (const field of elements(index.spec.document)) writer.raw(field.name, field);
    writer.end();
    return { command: writer.bytes(), uuid: collection.uuid };
  });
}

function dropLog(collection: Collection, indexes: readonly Index[]): LogEntries {
  return indexes.map((index) => {
    const writer = new BsonWriter(64);
    writer.startDocument();
    writer.string("dropIndexes", collection.name.collection);
    writer.string("index", index.name);
    writer.end();
    return { command: writer.bytes(), uuid: collection.uuid, details: index.spec.document };
  });
}

function modifyCommand(
  collection: Collection,
  index: Index,
  changes: ReadonlyMap<string, RawValue | undefined>,
): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.string("collMod", collection.name.collection);
  writer.startDocument("index");
  writer.string("name", index.name);
  for (const [name, value] of changes) if (value !== undefined) writer.raw(name, value);
  writer.end();
  writer.end();
  return writer.bytes();
}

function oldSpec(collection: Collection, index: Index): Uint8Array {
  const writer = new BsonWriter(256);
  writer.startDocument();
  writer.document("collectionOptions_old", collection.options.document);
  writer.document("indexOptions_old", index.spec.document);
  writer.end();
  return writer.bytes();
}
