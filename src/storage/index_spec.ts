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
import { isWildcardPath } from "../index/wildcard_paths.ts";
import { clusteredIndexSpec } from "./clustered.ts";
import { checkWildcard } from "./wildcard_spec.ts";
import { flagField, numberField } from "./option_field.ts";

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

const ALLOWED_FIELDS: ReadonlySet<string> = new Set([
  "2dsphereIndexVersion",
  "background",
  "bits",
  "bucketSize",
  "clustered",
  "coarsestIndexedLevel",
  "collation",
  "columnstoreProjection",
  "default_language",
  "dropDups",
  "expireAfterSeconds",
  "finestIndexedLevel",
  "hidden",
  "key",
  "language_override",
  "max",
  "min",
  "name",
  "ns",
  "originalSpec",
  "partialFilterExpression",
  "prepareUnique",
  "sparse",
  "storageEngine",
  "textIndexVersion",
  "unique",
  "v",
  "weights",
  "wildcardProjection",
]);
const ALLOWED_ID_FIELDS: ReadonlySet<string> = new Set(["collation", "key", "name", "ns", "v"]);
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
  if (parts.length > MAX_FIELDS) {
    throw new CommandError(13103, "too many compound keys");
  }
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

function requireType(field: RawElement, types: readonly number[], expected: string): void {
  if (types.includes(field.type)) return;
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `The field '${field.name}' must be ${expected}, but got ${typeName(field.type)}`,
  );
}

const NUMERIC = [BsonType.Int32, BsonType.Int64, BsonType.Double, BsonType.Decimal128];
const FLAG = [BsonType.Boolean, ...NUMERIC];

function checkField(field: RawElement, given: Uint8Array): void {
  switch (field.name) {
    case "key":
      return requireType(field, [BsonType.Document], "an object");
    case "name":
      return requireType(field, [BsonType.String], "a string");
    case "hidden":
      return requireType(field, [BsonType.Boolean], "a bool");
    case "v": {
      requireType(field, NUMERIC, "a number");
      const version = numberField(given, "v");
      if (version !== 1 && version !== 2) {
        throw cannotCreate(
          `Invalid index specification ${shell(given)}; cannot create an index with v=${version}`,
        );
      }
      return;
    }
    case "unique":
    case "sparse":
    case "background":
    case "prepareUnique":
      return requireType(field, FLAG, "a bool");
    case "expireAfterSeconds":
      return requireType(field, NUMERIC, "a number");
    case "collation":
    case "partialFilterExpression":
    case "storageEngine":
    case "wildcardProjection":
    case "weights":
      return requireType(field, [BsonType.Document], "an object");
    default:
      if (!ALLOWED_FIELDS.has(field.name)) {
        throw new CommandError(
          ErrorCode.InvalidIndexSpecificationOption,
          `The field '${field.name}' is not valid for an index specification. Specification: ${
            shell(given)
          }`,
        );
      }
  }
}

/** Errors in a specification carry it, as mongod's do. */
function inSpecification<T>(given: Uint8Array, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.code,
      `Error in specification ${shell(given)} :: caused by :: ${error.message}`,
    );
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

/** Version, key and name first, then the other fields in the order given. */
function storedDocument(
  given: Uint8Array,
  name: string,
  collation: Collation | undefined,
): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.int32("v", INDEX_VERSION);
  writer.raw("key", required(given, "key"));
  writer.string("name", name);
  for (const field of elements(given)) {
    switch (field.name) {
      case "v":
      case "key":
      case "name":
      case "ns":
      case "collation":
      case "dropDups":
      case "originalSpec":
        break;
      case "unique":
      case "sparse":
      case "prepareUnique":
        if (flagField(given, field.name)) writer.bool(field.name, true);
        break;
      case "hidden":
        if (flagField(given, "hidden")) writer.bool("hidden", true);
        break;
      default:
        writer.raw(field.name, field);
    }
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

function checkExpiry(spec: IndexSpec, given: Uint8Array): void {
  const seconds = spec.expireAfterSeconds;
  if (seconds === undefined) return;
  if (!(seconds >= 0)) {
    throw cannotCreate(
      `. Index spec: ${
        shell(given)
      } :: caused by :: TTL index 'expireAfterSeconds' option cannot be less than 0`,
    );
  }
  if (seconds > 2 ** 31 - 1) {
    throw cannotCreate(
      `. Index spec: ${
        shell(given)
      } :: caused by :: TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number`,
    );
  }
  if (spec.parts.length > 1) {
    throw cannotCreate(
      "TTL indexes are single-field indexes, compound indexes do not support TTL. Index spec: " +
        shell(given),
    );
  }
  if (spec.parts[0].path === "_id") {
    throw cannotCreate(`The field 'expireAfterSeconds' is not valid for an _id index`);
  }
}

function checkIdIndex(given: Uint8Array, withVersion: Uint8Array): void {
  for (const field of elements(given)) {
    if (ALLOWED_ID_FIELDS.has(field.name)) continue;
    throw new CommandError(
      ErrorCode.InvalidIndexSpecificationOption,
      `The field '${field.name}' is not valid for an _id index specification. Specification: ${
        shell(withVersion)
      }`,
    );
  }
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

/**
 * Checks a specification from a client and completes it; `defaultCollation` is the collection's.
 * The `_id` index comes back under its own name whatever it was called.
 */
export function normalizeIndexSpec(
  given: Uint8Array,
  defaultCollation: Collation | undefined,
): IndexSpec {
  const parts = inSpecification(given, () => {
    for (const field of elements(given)) checkField(field, given);
    return parseKeyPattern(documentOf(required(given, "key")));
  });
  const nameField = inSpecification(given, () => required(given, "name"));
  const name = readString(nameField.bytes, nameField.at);
  const withVersion = appendVersion(given);
  if (name === "") {
    inSpecification(withVersion, () => {
      throw cannotCreate("index name cannot be empty");
    });
  }
  if (name === "*") {
    throw new CommandError(ErrorCode.BadValue, "The index name '*' is not valid.");
  }
  const isId = isIdPattern(parts);
  if (isId) {
    if (parts[0].direction !== 1) {
      const pattern = shell(documentOf(required(given, "key")));
      throw new CommandError(
        ErrorCode.BadValue,
        `The field 'key' for an _id index must be {_id: 1}, but got ${pattern}`,
      );
    }
    checkIdIndex(given, withVersion);
  }
  const collationField = getField(given, "collation");
  const collation = collationField === undefined || isId
    ? defaultCollation
    : parseCollation(documentOf(collationField));
  const spec = parseStoredSpec(storedDocument(given, isId ? ID_INDEX_NAME : name, collation));
  inSpecification(withVersion, () => checkWildcard(spec));
  checkExpiry(spec, given);
  if (flagField(given, "clustered")) {
    throw cannotCreate(
      "Cannot create a clustered index: only 'create' makes clustered collections",
    );
  }
  if (spec.unique && parts.some((part) => part.hashed)) {
    throw new CommandError(
      16764,
      "Currently hashed indexes cannot guarantee uniqueness. Use a regular index.",
    );
  }
  if (spec.partialFilter !== undefined && spec.sparse) {
    inSpecification(withVersion, () => {
      throw cannotCreate('cannot mix "partialFilterExpression" and "sparse" options');
    });
  }
  return spec;
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
