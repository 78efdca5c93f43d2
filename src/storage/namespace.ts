// Which database and collection names are legal, and what a name says about a collection.
//
// A namespace is "database.collection"; the first dot parts them. The rules and texts are mongod's: commands check the
// shape (`splitNamespace`), creation checks more (`checkCreatable`), since reads of names that could never be created are
// allowed and simply find nothing. Source: MongoDB manual, "Naming Restrictions".

import { CommandError, ErrorCode } from "../error.ts";

/** Longest "database.collection" a user may create, in bytes. */
const MAX_NAMESPACE_BYTES = 255;
/** Longest database name is one less. */
const MAX_DATABASE_BYTES = 64;
const ILLEGAL_IN_DATABASE = /[/\\. "$\0]/;

/** Where the profiler of a database leaves its documents. */
export const PROFILE_NAME = "system.profile";

const encoder = new TextEncoder();

export interface Namespace {
  readonly database: string;
  readonly collection: string;
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** True for a database name that may be used at all. */
export function isValidDatabaseName(name: string): boolean {
  return name.length > 0 && byteLength(name) < MAX_DATABASE_BYTES &&
    !ILLEGAL_IN_DATABASE.test(name);
}

/** Throws 73 for a database name that may not be used. */
export function checkDatabaseName(name: string): void {
  if (!isValidDatabaseName(name)) {
    throw new CommandError(ErrorCode.InvalidNamespace, `Invalid database name: '${name}'`);
  }
}

function isValidShape(database: string, collection: string): boolean {
  return isValidDatabaseName(database) && collection.length > 0 && !collection.startsWith(".") &&
    !collection.includes("\0");
}

/** Throws 73 when the names cannot be a namespace: what every command checks before it looks the collection up. */
export function checkNamespace(database: string, collection: string): void {
  if (!isValidShape(database, collection)) {
    throw new CommandError(
      ErrorCode.InvalidNamespace,
      collection.startsWith(".") && isValidDatabaseName(database)
        ? `Collection names cannot start with '.': ${collection}`
        : `Invalid namespace specified: ${database}${collection === "" ? "" : `.${collection}`}`,
    );
  }
}

/** "db.a.b" as its two names, checked. */
export function splitNamespace(namespace: string): Namespace {
  const dot = namespace.indexOf(".");
  const database = dot < 0 ? namespace : namespace.slice(0, dot);
  const collection = dot < 0 ? "" : namespace.slice(dot + 1);
  if (!isValidShape(database, collection)) {
    throw new CommandError(
      ErrorCode.InvalidNamespace,
      `Invalid namespace specified '${namespace}'`,
    );
  }
  return { database, collection };
}

/** System collections clients may create and write, beside `system.buckets.*`. */
function isLegalSystemCollection(database: string, collection: string): boolean {
  if (collection.startsWith("system.buckets.")) return true;
  switch (collection) {
    case "system.js":
    case PROFILE_NAME:
    case "system.views":
      return true;
    case "system.users":
    case "system.roles":
    case "system.version":
    case "system.keys":
    case "system.backup_users":
    case "system.new_users":
      return database === "admin";
    case "system.sessions":
    case "system.preimages":
    case "system.indexBuilds":
    case "system.sharding_ddl_coordinators":
      return database === "config";
    case "system.replset":
    case "system.healthlog":
    case "system.rollback.id":
      return database === "local";
    default:
      return false;
  }
}

function invalid(message: string): CommandError {
  return new CommandError(ErrorCode.InvalidNamespace, message);
}

/** Throws 73 when a collection or view of this name may not be created. */
export function checkCreatable(database: string, collection: string): void {
  const namespace = `${database}.${collection}`;
  checkNamespace(database, collection);
  if (collection.includes("$") && namespace !== "local.oplog.$main") {
    throw invalid(`Invalid collection name: ${collection}`);
  }
  if (collection === PROFILE_NAME) return;
  if (collection.startsWith("system.") && !isLegalSystemCollection(database, collection)) {
    throw invalid(`Invalid system namespace: ${namespace}`);
  }
  if (byteLength(namespace) > MAX_NAMESPACE_BYTES) {
    throw invalid(
      `Fully qualified namespace is too long. Namespace: ${namespace} Max: ${MAX_NAMESPACE_BYTES}`,
    );
  }
  if (collection.includes(".system.") && !collection.startsWith("system.buckets.")) {
    throw new CommandError(ErrorCode.BadValue, `Invalid namespace: ${namespace}`);
  }
}

/** Throws 73 when clients may not insert, update or delete there. */
export function checkWritable(database: string, collection: string): void {
  const isReserved = collection === PROFILE_NAME || collection === "system.views" ||
    (database === "local" && collection === "oplog.rs");
  if (isReserved) throw invalid(`cannot write to ${database}.${collection}`);
  checkCreatable(database, collection);
}

/** True when writes to the collection belong into the change log. */
export function isReplicated(database: string, collection: string): boolean {
  return database !== "local" && collection !== PROFILE_NAME &&
    !(database === "config" && UNLOGGED_CONFIG.has(collection));
}

/** Collections of `config` that the engine keeps for itself; their writes come with those they describe. */
const UNLOGGED_CONFIG: ReadonlySet<string> = new Set([
  "transactions",
  "image_collection",
  "system.preimages",
  "system.indexBuilds",
]);

/** True when clients may not drop or rename the collection's name away. */
export function isOplog(database: string, collection: string): boolean {
  return database === "local" && collection === "oplog.rs";
}
