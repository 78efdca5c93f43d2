// The fields of an index specification as a client writes it: which there are, of which types, and which go together.
//
// index_spec.ts looks at the key pattern and completes the specification. The checks are mongod's, in its order: all names,
// then each field, then what does not go together. Text and geo options are only checked for their type.

import { documentText, toShellText } from "../bson/json.ts";
import { BsonWriter } from "../bson/encode.ts";
import { documentOf, elements, getField, isEmptyDocument, type RawElement } from "../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { flagField, numberField } from "./option_field.ts";

const ALLOWED: ReadonlySet<string> = new Set([
  "2dsphereIndexVersion",
  "_id",
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
const ALLOWED_ON_ID: ReadonlySet<string> = new Set(["_id", "collation", "key", "name", "ns", "v"]);
const ALLOWED_CLUSTERED: ReadonlySet<string> = new Set([
  "clustered",
  "expireAfterSeconds",
  "key",
  "name",
  "unique",
  "v",
]);
const MAX_INT32 = 2 ** 31 - 1;

function cannotCreate(message: string): CommandError {
  return new CommandError(ErrorCode.CannotCreateIndex, message);
}

/** Throws 197 for a name no index specification has. */
function checkNames(given: Uint8Array): void {
  const isClustered = getField(given, "clustered") !== undefined;
  const allowed = isClustered ? ALLOWED_CLUSTERED : ALLOWED;
  for (const { name } of elements(given)) {
    if (allowed.has(name)) continue;
    throw new CommandError(
      ErrorCode.InvalidIndexSpecificationOption,
      `The field '${name}' is not valid for ${isClustered ? "a clustered" : "an"} index ` +
        `specification. Specification: ${documentText(given)}`,
    );
  }
}

/** Throws 197 for a field the `_id` index does not have. */
export function checkIdIndexFields(withVersion: Uint8Array): void {
  if (getField(withVersion, "clustered") !== undefined) return; // checkNames has looked at them
  for (const { name } of elements(withVersion)) {
    if (ALLOWED_ON_ID.has(name)) continue;
    throw new CommandError(
      ErrorCode.InvalidIndexSpecificationOption,
      `The field '${name}' is not valid for an _id index specification. Specification: ${
        documentText(withVersion)
      }`,
    );
  }
}

/** The specification without the fields nobody knows: ignoreUnknownIndexOptions. */
export function withoutUnknownFields(given: Uint8Array): Uint8Array {
  const writer = new BsonWriter(given.length);
  writer.startDocument();
  for (const field of elements(given)) {
    if (ALLOWED.has(field.name)) writer.raw(field.name, field);
  }
  writer.end();
  return writer.bytes();
}

function requireType(field: RawElement, types: readonly number[], expected: string): void {
  if (types.includes(field.type)) return;
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `The field '${field.name}' must be ${expected}, but got ${typeName(field.type)}`,
  );
}

function requireNumber(field: RawElement): void {
  if (!isNumericType(field.type)) requireType(field, [], "a number");
}

function requireFilled(field: RawElement): void {
  requireType(field, [BsonType.Document], "an object");
  if (!isEmptyDocument(documentOf(field))) return;
  throw new CommandError(
    ErrorCode.BadValue,
    `The field '${field.name}' cannot be an empty object.`,
  );
}

function checkFlag(field: RawElement): void {
  if (field.type === BsonType.Boolean || isNumericType(field.type)) return;
  throw new CommandError(
    ErrorCode.TypeMismatch,
    `The field '${field.name} has value ${field.name}: ${
      toShellText(field)
    }, which is not convertible to bool`,
  );
}

function checkVersion(field: RawElement, given: Uint8Array): void {
  requireNumber(field);
  const version = numberField(given, "v")!;
  if (version !== (version | 0)) {
    throw new CommandError(
      ErrorCode.BadValue,
      `Index version must be representable as a 32-bit integer, but got ${toShellText(field)}`,
    );
  }
  if (version === 1 || version === 2) return;
  throw cannotCreate(
    `Invalid index specification ${documentText(given)}; cannot create an index with v=${version}`,
  );
}

function checkField(field: RawElement, given: Uint8Array): void {
  switch (field.name) {
    case "key":
    case "partialFilterExpression":
      return requireType(field, [BsonType.Document], "an object");
    case "name":
    case "default_language":
    case "language_override":
      return requireType(field, [BsonType.String], "a string");
    case "hidden":
      return requireType(field, [BsonType.Boolean], "a bool");
    case "v":
      return checkVersion(field, given);
    case "background":
    case "clustered":
    case "dropDups":
    case "prepareUnique":
    case "sparse":
    case "unique":
      return checkFlag(field);
    case "collation":
    case "originalSpec":
      return requireFilled(field);
    case "weights":
      return requireType(field, [BsonType.Document, BsonType.Array, BsonType.String], "an object");
    case "2dsphereIndexVersion":
    case "bits":
    case "bucketSize":
    case "coarsestIndexedLevel":
    case "finestIndexedLevel":
    case "max":
    case "min":
    case "textIndexVersion":
      return requireNumber(field);
  }
}

/** Throws what is wrong with names, types and combinations; the key pattern is looked at by `checkKey` in its turn. */
export function checkFields(given: Uint8Array, checkKey: (key: Uint8Array) => void): void {
  checkNames(given);
  for (const field of elements(given)) {
    checkField(field, given);
    if (field.name === "key") checkKey(documentOf(field));
  }
  for (const name of ["key", "name"]) {
    if (getField(given, name) !== undefined) continue;
    throw new CommandError(
      ErrorCode.FailedToParse,
      `The '${name}' field is a required property of an index specification`,
    );
  }
  checkClustered(given);
  const text = (): string => `Invalid index specification ${documentText(given)}`;
  if (getField(given, "collation") !== undefined && numberField(given, "v") === 1) {
    throw cannotCreate(`${text()}; cannot create an index with the 'collation' option and v=1`);
  }
  if (getField(given, "weights") !== undefined) {
    throw cannotCreate(`${text()}; the field 'weights' can only be specified with text indexes`);
  }
  if (flagField(given, "unique") && flagField(given, "prepareUnique")) {
    throw cannotCreate(
      `${text()}; cannot create an index with the 'unique' option and the 'prepareUnique' option`,
    );
  }
}

function checkClustered(given: Uint8Array): void {
  if (getField(given, "clustered") === undefined) return;
  if (!flagField(given, "clustered")) {
    throw new CommandError(6492800, "Value 'false' for field 'clustered' is invalid");
  }
  if (!flagField(given, "unique")) {
    throw cannotCreate("The 'unique' field is required when 'clustered' is specified");
  }
}

/** When documents expire, in whole seconds; undefined when they do not. */
export function expirySeconds(given: Uint8Array): number | undefined {
  const field = getField(given, "expireAfterSeconds");
  if (field === undefined) return undefined;
  const fail = (reason: string): CommandError =>
    cannotCreate(
      `. Index spec: ${
        documentText(given)
      } :: caused by :: TTL index 'expireAfterSeconds' ${reason}`,
    );
  if (!isNumericType(field.type)) {
    throw fail(`option must be numeric, but received a type of '${typeName(field.type)}`);
  }
  const seconds = Math.trunc(numberField(given, "expireAfterSeconds")!) + 0;
  if (Number.isNaN(seconds)) throw fail("option must not be NaN");
  if (seconds > MAX_INT32 || seconds < -MAX_INT32 - 1) {
    throw fail("must be within the range of a 32-bit integer");
  }
  if (seconds < 0) throw fail("option cannot be less than 0");
  return seconds;
}

/** `storageEngine`: options of WiredTiger, which have no effect here. */
export function checkStorageEngine(given: Uint8Array): void {
  const field = getField(given, "storageEngine");
  if (field === undefined) return;
  if (field.type !== BsonType.Document) {
    throw cannotCreate('"storageEngine" options must be a document if present');
  }
  const options = documentOf(field);
  if (isEmptyDocument(options)) {
    throw cannotCreate(
      'Empty "storageEngine" options are invalid. Please remove the field or include valid options.',
    );
  }
  for (const { name, type } of elements(options)) {
    if (type !== BsonType.Document) {
      throw new CommandError(
        ErrorCode.BadValue,
        `'storageEngine.${name}' has to be an embedded document.`,
      );
    }
    if (name === "wiredTiger") continue;
    throw new CommandError(
      ErrorCode.InvalidOptions,
      `${name} is not a registered storage engine for this server`,
    );
  }
}
