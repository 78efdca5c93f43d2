// One index of a collection: its specification, its table, and the entries a document has in it.
//
//   not unique   key |key bytes|RecordId, 8 bytes big-endian|   value |types|
//   unique       key |key bytes|                                value |RecordId, 8 bytes big-endian|types|
//   types are what the key lost (index/key_losses.ts), usually nothing; see `keepsTypes`
//   unique with a collation: laid out as not unique, see collated_unique.ts
//
// An index under construction is kept up by writers like any other; what it may not do is answer queries. The planner
// asks `isUsable`; only write paths and the build look at the others.

import { CommandError } from "../error.ts";
import { COLLATION_KEY_VERSION } from "../index/collation_key.ts";
import { HashedKeyGenerator } from "../index/hashed_keys.ts";
import { KeyGenerator } from "../index/key_paths.ts";
import { NO_TYPES } from "../index/key_losses.ts";
import { compileQuery } from "../query/filter.ts";
import type { IndexRecord } from "./catalog_record.ts";
import type { Transaction } from "./transaction.ts";
import { WildcardKeyGenerator } from "../index/wildcard_keys.ts";
import { WildcardPaths } from "../index/wildcard_paths.ts";
import { hashedValue } from "./hashed_value.ts";
import { type IndexPart, type IndexSpec, isIdPattern, parseStoredSpec } from "./index_spec.ts";

const NO_KEYS: readonly Uint8Array[] = [];

/** All keys of a document in byte order, and where arrays were met (undefined: nowhere). */
export interface DocumentKeys {
  readonly keys: readonly Uint8Array[];
  /** Parallel to the keys; undefined when none of them needs types. */
  readonly types?: readonly Uint8Array[] | undefined;
  readonly multikeyParts: readonly number[] | undefined;
}

function generatorOf(spec: IndexSpec): KeyGenerator {
  const { parts, sparse, unique, collation } = spec;
  const options = { sparse, unique, collation };
  const wildcard = parts.findIndex((part) => part.wildcard);
  if (wildcard >= 0) {
    const paths = new WildcardPaths(parts[wildcard].path, spec.wildcardProjection);
    return new WildcardKeyGenerator(parts, wildcard, paths, options);
  }
  const hashed = parts.findIndex((part) => part.hashed);
  if (hashed < 0) return new KeyGenerator(parts, options);
  return new HashedKeyGenerator(parts, hashed, (value) => hashedValue(value, collation), options);
}

export class Index {
  spec: IndexSpec;
  /** Name of the index's table. */
  readonly ident: string;
  readonly generator: KeyGenerator;
  readonly isIdIndex: boolean;
  /** False while the build over existing documents runs. */
  isReady: boolean;
  /** Per key field a bit mask of the path parts where some document has an array; undefined when none has. */
  multikeyParts: readonly number[] | undefined;
  /** Why a build cannot succeed any more: a writer met a duplicate it could not see as its own fault. */
  buildFailure: Error | undefined = undefined;
  /** During a build: entries that open transactions meant to remove before the build had added them. */
  readonly missedRemovals: { readonly key: Uint8Array; readonly recordId: number }[] = [];
  /** Dropped, or its build given up. */
  isDropped = false;
  /** Transactions opened earlier than after this number may not see all entries. */
  readyAfter = 0;
  /** Uses by queries, for `$indexStats`. */
  readonly accesses = { operations: 0, since: new Date() };
  /** The first part of each path: an update that leaves these fields alone leaves the entries alone. */
  readonly topFields: readonly string[];
  /** What the keys of an index with a collation were made with. */
  collationVersion: string | undefined;
  /** Every field of a document may be in the index: one whose pattern has `$**`. */
  readonly coversAllFields: boolean;
  /** Unique under a collation: keys only tell which documents to compare. */
  readonly comparesDocuments: boolean;
  /** True when keys and types give the values back; not of indexes from before there were types. */
  readonly keepsTypes: boolean;
  readonly #partial: ((bytes: Uint8Array, start: number) => boolean) | undefined;

  constructor(
    spec: IndexSpec,
    ident: string,
    isReady: boolean,
    multikeyParts?: readonly number[],
    keepsTypes = true,
  ) {
    this.spec = spec;
    this.ident = ident;
    this.isReady = isReady;
    this.multikeyParts = multikeyParts;
    this.isIdIndex = isIdPattern(spec.parts);
    this.coversAllFields = spec.parts.some(({ path }) => path === "$**");
    this.comparesDocuments = spec.collation !== undefined && this.isUnique;
    this.collationVersion = spec.collation === undefined ? undefined : COLLATION_KEY_VERSION;
    this.keepsTypes = keepsTypes && spec.collation === undefined &&
      !spec.parts.some(({ hashed, wildcard }) => hashed === true || wildcard === true);
    this.generator = generatorOf(spec);
    this.topFields = [...new Set(spec.parts.map((part) => part.path.split(".", 1)[0]))];
    if (spec.partialFilter !== undefined) {
      const now = BigInt(Date.now());
      const filter = compileQuery(spec.partialFilter, {
        now,
        ...(spec.collation === undefined ? {} : { collation: spec.collation }),
      });
      this.#partial = filter.matches;
    }
  }

  static fromRecord(record: IndexRecord): Index {
    const index = new Index(
      parseStoredSpec(record.spec),
      record.ident,
      !record.building,
      record.multikeyParts,
      record.keepsTypes === true,
    );
    index.collationVersion = record.collationVersion;
    return index;
  }

  toRecord(): IndexRecord {
    return {
      spec: this.spec.document,
      ident: this.ident,
      building: !this.isReady,
      multikeyParts: this.multikeyParts,
      collationVersion: this.collationVersion,
      keepsTypes: this.keepsTypes,
    };
  }

  get name(): string {
    return this.spec.name;
  }

  get parts(): readonly IndexPart[] {
    return this.spec.parts;
  }

  /** True when no two documents may have equal values in it. */
  get isUnique(): boolean {
    return this.spec.unique || this.isIdIndex;
  }

  /** True when the key alone identifies the record: the layout of unique indexes without a collation. */
  get isKeyUnique(): boolean {
    return this.isUnique && !this.comparesDocuments;
  }

  get isMultikey(): boolean {
    return this.multikeyParts !== undefined;
  }

  get isPartial(): boolean {
    return this.#partial !== undefined;
  }

  /** True when queries may use it. */
  get isUsable(): boolean {
    return this.isReady && !this.spec.hidden;
  }

  /** True when a query in this transaction may use it: its snapshot must hold all entries. */
  isUsableIn(transaction: Transaction | undefined | null): boolean {
    if (!this.isUsable) return false;
    return transaction === undefined || transaction === null ||
      transaction.number > this.readyAfter;
  }

  /** True when the document belongs into the index. */
  covers(bytes: Uint8Array, start: number): boolean {
    return this.#partial === undefined || this.#partial(bytes, start);
  }

  /** The single key of a document, as a view; empty when there is none, null when `keys` must be asked. */
  scalarKey(bytes: Uint8Array, start: number): Uint8Array | null {
    return this.#partial === undefined ? this.generator.scalarKey(bytes, start) : null;
  }

  /** The types of the last single key, as a view. */
  get scalarTypes(): Uint8Array {
    return this.keepsTypes ? this.generator.scalarTypes : NO_TYPES;
  }

  /** All keys of a document; `multikeyParts` tells where arrays were met. */
  keys(bytes: Uint8Array, start: number): DocumentKeys {
    if (!this.covers(bytes, start)) return { keys: NO_KEYS, multikeyParts: undefined };
    const set = this.generator.keys(bytes, start);
    return {
      keys: set.keys,
      types: this.keepsTypes ? set.types : undefined,
      multikeyParts: set.multikey ? set.multikeyParts : undefined,
    };
  }

  /** What a stored document has; nothing for one that a build has yet to refuse (171). */
  storedEntries(bytes: Uint8Array, start: number): DocumentKeys {
    try {
      return this.keys(bytes, start);
    } catch (error) {
      if (this.isReady || !(error instanceof CommandError)) throw error;
      return { keys: NO_KEYS, multikeyParts: undefined };
    }
  }

  storedKeys(bytes: Uint8Array, start: number): readonly Uint8Array[] {
    return this.storedEntries(bytes, start).keys;
  }

  /** The masks with those of a document added; undefined when nothing is new. */
  widenedMultikeyParts(met: readonly number[] | undefined): readonly number[] | undefined {
    if (met === undefined) return undefined;
    const known = this.multikeyParts;
    if (known === undefined) return met;
    const widened = known.map((parts, i) => parts | met[i]);
    return widened.some((parts, i) => parts !== known[i]) ? widened : undefined;
  }
}
