// Index specifications: what `createIndexes` was given, checked, completed and put into the form listIndexes shows.
//
// The normalised document is what is stored and shown; the parsed fields are what the engine looks at. Rules, codes and
// texts are mongod's. Text and geo indexes are recognised and refused until they are built; wildcard_spec.ts and clustered.ts
// have the rules of those kinds.

import type { Collation } from "../bson/collation.ts";
import { parseCollation } from "../bson/collation.ts";
import { BsonWriter } from "../bson/encode.ts";
import { toShellText } from "../bson/json.ts";
import {
  documentOf,
  elements,
  getField,
  isEmptyDocument,
  type RawElement,
  type RawValue,
  readString,
} from "../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import { isWildcardPath } from "../index/wildcard_paths.ts";
import { clusteredIndexSpec } from "./clustered.ts";
import {
  checkFields,
  checkIdIndexFields,
  checkStorageEngine,
  expirySeconds,
} from "./index_fields.ts";
import { flagField, numberField } from "./option_field.ts";
import { checkPartialFilter, parsePartialFilter } from "./partial_filter.ts";
import { checkWildcard, checkWildcardKey, checkWildcardProjection } from "./wildcard_spec.ts";

export const ID_INDEX_NAME = "_id_";
const MAX_FIELDS = 32;
const MAX_PATTERN_BYTES = 2048;
const INDEX_VERSION = 2;

export interface IndexPart {
  readonly path: string;
  /** Of a hashed part 1. */
  readonly direction: 1 | -1;
  readonly hashed?: boolean;
  /** `$**` or `path.$**`. */
  readonly wildcard?: boolean;
}

export interface IndexSpec {
  /** As listIndexes shows it. */
  readonly document: Uint8Array;
  readonly name: string;
  readonly keyPattern: Uint8Array;
  readonly parts: readonly IndexPart[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly hidden: boolean;
  readonly prepareUnique: boolean;
  readonly expireAfterSeconds: number | undefined;
  readonly partialFilter: Uint8Array | undefined;
  readonly collation: Collation | undefined;
  readonly wildcardProjection?: Uint8Array | undefined;
}

/** Fields of a given specification that are stored elsewhere or not at all. */
const COVERED: ReadonlySet<string> = new Set([
  "_id",
  "collation",
  "dropDups",
  "key",
  "name",
  "ns",
  "originalSpec",
  "unique",
  "v",
]);
/** Stored when they are set. */
const FLAGS: ReadonlySet<string> = new Set(["hidden", "prepareUnique", "sparse"]);
const PLUGINS: ReadonlySet<string> = new Set(["2d", "2dsphere", "hashed", "text"]);

function cannotCreate(message: string): CommandError {
  return new CommandError(ErrorCode.CannotCreateIndex, message);
}

function shell(document: Uint8Array): string {
  return toShellText({ bytes: document, type: BsonType.Document, at: 0 });
}

/** The path parts of one key field, checked. */
function checkPath(path: string, isDirection: boolean): void {
  if (path === "") throw cannotCreate("Index keys cannot be an empty field.");
  if (path === "_fts") throw cannotCreate("Index key contains an illegal field name: '_fts'");
  const parts = path.split(".");
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (part === "") throw cannotCreate("Index keys cannot contain an empty field.");
    if (!part.startsWith("$")) continue;
    if (i > 0 && (part === "$db" || part === "$id" || part === "$ref")) continue;
    if (isDirection && part === "$**" && i === parts.length - 1) continue;
    throw cannotCreate("Index key contains an illegal field name: field name starts with '$'.");
  }
}

function checkDirection(element: RawElement, pattern: Uint8Array): 1 | -1 | "hashed" {
  if (element.type === BsonType.String) {
    const plugin = readString(element.bytes, element.at);
    if (plugin === "") {
      throw cannotCreate("Values in the index key pattern cannot be empty strings");
    }
    if (plugin === "hashed") return plugin;
    if (plugin === "geoHaystack") {
      throw cannotCreate("GeoHaystack indexes cannot be created in version 5.0 and above");
    }
    if (!PLUGINS.has(plugin)) throw cannotCreate(`Unknown index plugin '${plugin}'`);
    throw cannotCreate(`Index type '${plugin}' is not supported yet`);
  }
  if (!isNumericType(element.type)) {
    throw cannotCreate(
      `Values in v:2 index key pattern cannot be of type ${
        typeName(element.type)
      }. Only numbers > 0, numbers < 0, and strings are allowed.`,
    );
  }
  const value = numberField(pattern, element.name) ?? 0;
  if (Number.isNaN(value)) throw cannotCreate("Values in the index key pattern cannot be NaN.");
  if (value === 0) throw cannotCreate("Values in the index key pattern cannot be 0.");
  return value > 0 ? 1 : -1;
}

function checkHashed(parts: readonly IndexPart[], pattern: Uint8Array): void {
  const count = parts.filter((part) => part.hashed).length;
  if (count < 2) return;
  throw new CommandError(
    31303,
    `A maximum of one index field is allowed to be hashed but found ${count} for 'key' ${
      shell(pattern)
    }`,
  );
}

/** The key pattern as paths and directions. */
export function parseKeyPattern(pattern: Uint8Array): IndexPart[] {
  if (pattern.length > MAX_PATTERN_BYTES) throw cannotCreate("Index key pattern too large.");
  if (isEmptyDocument(pattern)) throw cannotCreate("Index keys cannot be empty.");
  const parts: IndexPart[] = [];
  const seen = new Set<string>();
  for (const element of elements(pattern)) {
    if (seen.has(element.name)) {
      throw new CommandError(
        ErrorCode.BadValue,
        `The field '${element.name}' appears multiple times in the index key pattern ${
          shell(pattern)
        }`,
      );
    }
    seen.add(element.name);
    const direction = checkDirection(element, pattern);
    checkPath(element.name, true);
    parts.push(
      direction === "hashed"
        ? { path: element.name, direction: 1, hashed: true }
        : isWildcardPath(element.name)
        ? { path: element.name, direction, wildcard: true }
        : { path: element.name, direction },
    );
  }
  checkHashed(parts, pattern);
  return parts;
}

/** The name an index gets when none is given: "a_1_b_-1". */
export function defaultIndexName(keyPattern: Uint8Array): string {
  const parts: string[] = [];
  for (const element of elements(keyPattern)) {
    const value = element.type === BsonType.String
      ? readString(element.bytes, element.at)
      : String(numberField(keyPattern, element.name) ?? "");
    parts.push(`${element.name}_${value}`);
  }
  return parts.join("_");
}

/** Errors in a specification carry it, as mongod's do. */
function inSpecification<T>(given: Uint8Array, check: () => T): T {
  return inContext(check, () => `Error in specification ${shell(given)}`);
}

function inContext<T>(check: () => T, context: () => string): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.code, `${context()} :: caused by :: ${error.message}`);
  }
}

function required(given: Uint8Array, name: string): RawValue {
  const field = getField(given, name);
  if (field !== undefined) return field;
  throw new CommandError(
    ErrorCode.FailedToParse,
    `The '${name}' field is a required property of an index specification`,
  );
}

/** As mongod's catalog has it: version, unique, key and name first, then the other fields in the order given. */
function storedDocument(
  given: Uint8Array,
  name: string,
  collation: Collation | undefined,
): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.int32("v", numberField(given, "v") ?? INDEX_VERSION);
  if (flagField(given, "unique")) writer.bool("unique", true);
  writer.raw("key", required(given, "key"));
  writer.string("name", name);
  for (const field of elements(given)) {
    if (COVERED.has(field.name)) continue;
    if (FLAGS.has(field.name)) {
      if (flagField(given, field.name)) writer.bool(field.name, true);
    } else if (field.name === "expireAfterSeconds") {
      writer.int32(field.name, expirySeconds(given)!);
    } else writer.raw(field.name, field);
  }
  if (collation !== undefined) writer.document("collation", collation.spec);
  writer.end();
  return writer.bytes();
}

function nameOf(document: Uint8Array): string {
  const name = required(document, "name");
  return readString(name.bytes, name.at);
}

/** Parses a stored specification. */
export function parseStoredSpec(document: Uint8Array): IndexSpec {
  const keyPattern = documentOf(required(document, "key"));
  const partial = getField(document, "partialFilterExpression");
  const collation = getField(document, "collation");
  const projection = getField(document, "wildcardProjection");
  return {
    document,
    name: nameOf(document),
    keyPattern,
    parts: parseKeyPattern(keyPattern),
    unique: flagField(document, "unique"),
    sparse: flagField(document, "sparse"),
    hidden: flagField(document, "hidden"),
    prepareUnique: flagField(document, "prepareUnique"),
    expireAfterSeconds: numberField(document, "expireAfterSeconds"),
    partialFilter: partial === undefined ? undefined : documentOf(partial),
    collation: collation === undefined ? undefined : parseCollation(documentOf(collation)),
    wildcardProjection: projection === undefined ? undefined : documentOf(projection),
  };
}

function checkExpiry(given: Uint8Array, parts: readonly IndexPart[]): void {
  if (expirySeconds(given) === undefined || parts.length === 1) return;
  throw cannotCreate(
    "TTL indexes are single-field indexes, compound indexes do not support TTL. Index spec: " +
      shell(given),
  );
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function appendVersion(given: Uint8Array): Uint8Array {
  if (getField(given, "v") !== undefined) return given;
  const writer = new BsonWriter(given.length + 16);
  writer.startDocument();
  for (const field of elements(given)) writer.raw(field.name, field);
  writer.int32("v", INDEX_VERSION);
  writer.end();
  return writer.bytes();
}

/** True for the pattern of the `_id` index. */
export function isIdPattern(parts: readonly IndexPart[]): boolean {
  return parts.length === 1 && parts[0].path === "_id" && parts[0].hashed !== true;
}

/** Throws for a name or a key that only looks like that of the `_id` index. */
function checkIdIndex(
  withVersion: Uint8Array,
  parts: readonly IndexPart[],
  name: string,
  isOne: boolean,
): void {
  if (isIdPattern(parts)) {
    checkIdIndexFields(withVersion);
    if (isOne) return;
    throw new CommandError(
      ErrorCode.BadValue,
      `The field 'key' for an _id index must be {_id: 1}, but got ${
        shell(documentOf(required(withVersion, "key")))
      }`,
    );
  }
  if (name === ID_INDEX_NAME) {
    throw new CommandError(
      ErrorCode.BadValue,
      "The index name '_id_' is reserved for the _id index, which must have key pattern " +
        `{_id: 1}, found key: ${shell(documentOf(required(withVersion, "key")))}`,
    );
  }
  if (name === "*") {
    throw new CommandError(ErrorCode.BadValue, "The index name '*' is not valid.");
  }
}

/** The collation an index gets: its own, or that of the collection, which the `_id` index always has. */
function collationOf(
  withVersion: Uint8Array,
  isId: boolean,
  inherited: Collation | undefined,
): Collation | undefined {
  const field = getField(withVersion, "collation");
  if (field === undefined) return numberField(withVersion, "v") === 1 ? undefined : inherited;
  const own = inContext(
    () => parseCollation(documentOf(field)),
    () =>
      `failed to add collation information to index spec for index creation: ${shell(withVersion)}`,
  );
  if (isId && !sameBytes(own?.spec, inherited?.spec)) {
    const text = (one: Collation | undefined): string =>
      one === undefined ? '{ locale: "simple" }' : shell(one.spec);
    throw new CommandError(
      ErrorCode.BadValue,
      `The _id index must have the same collation as the collection. Index collation: ${
        text(own)
      }, collection collation: ${text(inherited)}`,
    );
  }
  return own;
}

/** What mongod's catalog looks at once more, with the version filled in. */
function checkForCatalog(
  withVersion: Uint8Array,
  spec: IndexSpec,
  name: string,
  partial: MatchExpression | undefined,
): void {
  if (name.includes("\0")) throw cannotCreate("index name cannot contain NUL bytes");
  if (name === "") throw cannotCreate("index name cannot be empty");
  checkWildcard(spec);
  if (partial !== undefined) {
    if (spec.sparse) {
      throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
    }
    checkPartialFilter(partial);
  }
  checkStorageEngine(withVersion);
}

/**
 * Checks a specification from a client and completes it; `defaultCollation` is the collection's.
 * The `_id` index comes back under its own name whatever it was called.
 */
export function normalizeIndexSpec(
  given: Uint8Array,
  defaultCollation: Collation | undefined,
): IndexSpec {
  let parts: IndexPart[] = [];
  let partial: MatchExpression | undefined;
  inSpecification(given, () => {
    checkFields(given, (key) => {
      parts = parseKeyPattern(key);
      checkWildcardKey(parts, getField(given, "wildcardProjection"));
    });
    checkWildcardProjection(parts, getField(given, "wildcardProjection"));
    const filter = getField(given, "partialFilterExpression");
    if (filter !== undefined) partial = parsePartialFilter(documentOf(filter));
  });
  const name = nameOf(given);
  const withVersion = appendVersion(given);
  const isId = isIdPattern(parts);
  checkIdIndex(withVersion, parts, name, isId && isOne(given));
  checkExpiry(given, parts);
  const collation = collationOf(withVersion, isId, defaultCollation);
  if (parts.length > MAX_FIELDS) throw new CommandError(13103, "too many compound keys");
  const spec = parseStoredSpec(storedDocument(given, isId ? ID_INDEX_NAME : name, collation));
  inSpecification(withVersion, () => checkForCatalog(withVersion, spec, name, partial));
  if (spec.unique && parts.some((part) => part.hashed)) {
    throw new CommandError(
      16764,
      "Currently hashed indexes cannot guarantee uniqueness. Use a regular index.",
    );
  }
  return spec;
}

/** True when the one field of the key is 1. */
function isOne(given: Uint8Array): boolean {
  return numberField(documentOf(required(given, "key")), "_id") === 1;
}

/** The specification of the `_id` index every collection has; `clustered` is the option of a clustered one. */
export function idIndexSpec(collation: Collation | undefined, clustered?: Uint8Array): IndexSpec {
  if (clustered !== undefined) {
    const document = clusteredIndexSpec(clustered);
    return parseStoredSpec(storedDocument(document, nameOf(document), collation));
  }
  const writer = new BsonWriter(64);
  writer.startDocument();
  writer.startDocument("key");
  writer.int32("_id", 1);
  writer.end();
  writer.string("name", ID_INDEX_NAME);
  writer.end();
  return normalizeIndexSpec(writer.bytes(), collation);
}
