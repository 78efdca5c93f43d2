// Clustered collections: the option `clusteredIndex`, checked and completed.
//
// What clients see of one is that `_id` is its key: listIndexes shows the one index with `clustered: true`, nobody can drop
// it, and documents may expire by the date in their `_id` (ttl.ts). Records are kept as everywhere, in the order of their
// insertion with an index on `_id`; so natural order is that of insertion here, not that of `_id` as in mongod.

import { BsonWriter } from "../bson/encode.ts";
import { documentText } from "../bson/json.ts";
import { documentOf, elements, getField, type RawValue, readString } from "../bson/read.ts";
import { BsonType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { flagField, numberField } from "./option_field.ts";

const NAMES: ReadonlySet<string> = new Set(["key", "name", "unique", "v"]);
const DEFAULT_NAME = "_id_";
const INDEX_VERSION = 2;
const MAX_EXPIRY_SECONDS = 2 ** 31 - 1;

/** The option as listCollections shows it. Errors: 5979700, 5979703, 5979704, 197, 40414, 40415, 14. */
export function clusteredIndexOption(value: RawValue): Uint8Array {
  if (value.type === BsonType.Boolean) {
    throw new CommandError(
      5979703,
      "The 'clusteredIndex' legacy format {clusteredIndex: <bool>} is only supported for specific " +
        "internal collections and vice versa",
    );
  }
  const given = documentOf(value);
  checkFields(given);
  if (!flagField(given, "unique")) {
    throw new CommandError(
      5979700,
      "The clusteredIndex option requires unique: true to be specified",
    );
  }
  const key = documentOf(getField(given, "key")!);
  if (!isIdKey(key)) {
    throw new CommandError(
      ErrorCode.InvalidIndexSpecificationOption,
      "The clusteredIndex option is only supported for key: {_id: 1}",
    );
  }
  const version = numberField(given, "v") ?? INDEX_VERSION;
  if (version !== INDEX_VERSION) {
    throw new CommandError(
      5979704,
      `Invalid clusteredIndex specification ${documentText(given)}; cannot create a ` +
        `clusteredIndex with v=${version}`,
    );
  }
  const name = getField(given, "name");
  return write(key, name === undefined ? DEFAULT_NAME : readString(name.bytes, name.at), false);
}

/** The specification of the collection's index on `_id`, as listIndexes shows it; `option` is the completed option. */
export function clusteredIndexSpec(option: Uint8Array): Uint8Array {
  const name = getField(option, "name")!;
  return write(documentOf(getField(option, "key")!), readString(name.bytes, name.at), true);
}

/** Checks `expireAfterSeconds` of a clustered collection. */
export function checkClusterExpiry(seconds: number | undefined): void {
  if (seconds === undefined) return;
  if (!(seconds >= 0)) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "TTL index 'expireAfterSeconds' option cannot be less than 0",
    );
  }
  if (seconds > MAX_EXPIRY_SECONDS) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      "TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number",
    );
  }
}

function write(key: Uint8Array, name: string, isIndex: boolean): Uint8Array {
  const writer = new BsonWriter(96);
  writer.startDocument();
  writer.int32("v", INDEX_VERSION);
  writer.document("key", key);
  writer.string("name", name);
  writer.bool("unique", true);
  if (isIndex) writer.bool("clustered", true);
  writer.end();
  return writer.bytes();
}

function isIdKey(key: Uint8Array): boolean {
  return [...elements(key)].length === 1 && numberField(key, "_id") === 1;
}

function checkFields(given: Uint8Array): void {
  for (const field of elements(given)) {
    const path = `create.clusteredIndex.${field.name}`;
    if (!NAMES.has(field.name)) {
      throw new CommandError(
        ErrorCode.IDLUnknownField,
        `BSON field '${path}' is an unknown field.`,
      );
    }
    const expected = field.name === "key" ? "object" : field.name === "name" ? "string" : undefined;
    if (expected !== undefined && typeName(field.type) !== expected) {
      throw new CommandError(
        ErrorCode.TypeMismatch,
        `BSON field '${path}' is the wrong type '${typeName(field.type)}', expected type ` +
          `'${expected}'`,
      );
    }
  }
  for (const name of ["key", "unique"]) {
    if (getField(given, name) !== undefined) continue;
    throw new CommandError(
      ErrorCode.IDLFailedToParse,
      `BSON field 'create.clusteredIndex.${name}' is missing but a required field`,
    );
  }
}
