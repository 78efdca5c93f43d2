// How a command's arguments are declared, prepared for the one walk that arguments.ts makes over a request.
//
// The generic arguments every command takes ($db, lsid, maxTimeMS, ...) stand in the same name table as the command's own:
// own ones get slots from 0, generic ones numbers from GENERIC_BASE, those without meaning here IGNORED_SLOT.

import { BsonType, typeOfName } from "../bson/type.ts";
import { NameTable } from "./name_table.ts";

/**
 * What an argument accepts. `int` and `long` take every numeric type, `safeBool` numbers too (mongod's "safe" types);
 * `exactBool` only a bool. mongod reads `strictBool`, `ownedObject`, `hint`, `pipeline` and `cursorOptions` with code of their own, which refuses null
 * and has its own texts (argument_values.ts). Other names are BSON type names as `$type` spells them; a list accepts each of them.
 */
export type ArgumentType =
  | "any"
  | "int"
  | "long"
  | "safeBool"
  | "exactBool"
  | "strictBool"
  | "object"
  | "ownedObject"
  | "hint"
  | "pipeline"
  | "cursorOptions"
  | "array"
  | "string"
  | "objectId"
  | "timestamp"
  | "date"
  | "binData"
  | "exactInt"
  | "exactLong"
  | readonly ("object" | "array" | "string" | "bool" | "binData" | "long" | "int" | "double")[];

export interface ArgumentDefinition {
  readonly type: ArgumentType;
  /**
   * `optional` unless said otherwise; `ignored` is accepted and has no effect; `refused` gives `code` and `message`
   * (it is known to mongod and not built here).
   */
  readonly fate?: "required" | "optional" | "ignored" | "refused";
  /** Not in API version 1: refused with apiStrict. */
  readonly unstable?: true;
  readonly min?: number;
  readonly max?: number;
  /** For `refused`. */
  readonly code?: number;
  /** For `refused`. */
  readonly message?: string;
}

export type ArgumentTable = Readonly<Record<string, ArgumentDefinition>>;

const NUMERIC_TYPES = [BsonType.Decimal128, BsonType.Int32, BsonType.Double, BsonType.Int64];
const SAFE_BOOL_TYPES = [
  BsonType.Int32,
  BsonType.Decimal128,
  BsonType.Int64,
  BsonType.Boolean,
  BsonType.Double,
];

/** The type bytes an argument type accepts, in the order mongod's error text lists them. */
export function acceptedTypes(type: ArgumentType): readonly number[] {
  if (typeof type !== "string") return type.map((name) => typeOfName(name)!);
  switch (type) {
    case "int":
    case "long":
      return NUMERIC_TYPES;
    case "safeBool":
      return SAFE_BOOL_TYPES;
    case "exactBool":
    case "strictBool":
      return [BsonType.Boolean];
    case "exactInt":
      return [BsonType.Int32];
    case "exactLong":
      return [BsonType.Int64];
    case "pipeline":
      return [BsonType.Array];
    case "cursorOptions":
    case "ownedObject":
      return [BsonType.Document];
    case "hint":
      return [BsonType.String, BsonType.Document];
    case "any":
      return [];
    default:
      return [typeOfName(type)!];
  }
}

/** The generic arguments, numbered from GENERIC_BASE down in the name table. */
export const GENERIC_NAMES = [
  "$db",
  "lsid",
  "txnNumber",
  "maxTimeMS",
  "readConcern",
  "writeConcern",
  "apiVersion",
  "apiStrict",
  "apiDeprecationErrors",
  "autocommit",
  "startTransaction",
  "comment",
  "$clusterTime",
  "$readPreference",
] as const;
export const GENERIC_TYPES: readonly ArgumentType[] = [
  "string",
  "object",
  "exactLong",
  "long",
  "object",
  "object",
  "string",
  "exactBool",
  "exactBool",
  "exactBool",
  "exactBool",
  "any",
  "object",
  "object",
];
/** Generic arguments of mongod that have no meaning here. */
const IGNORED_GENERIC_NAMES = [
  "$audit",
  "$client",
  "$configServerState",
  "$configTime",
  "$oplogQueryData",
  "$queryOptions",
  "$replData",
  "$tenant",
  "$topologyTime",
  "$traceCtx",
  "clientOperationKey",
  "coordinator",
  "databaseVersion",
  "expectPrefix",
  "help",
  "isClusterQueryWithoutShardKeyCmd",
  "maxTimeMSOpOnly",
  "mayBypassWriteBlocking",
  "rawData",
  "requestGossipRoutingCache",
  "shardVersion",
  "startOrContinueTransaction",
  "tracking_info",
  "txnRetryCounter",
  "versionContext",
];
export const GENERIC_BASE = 1000;
export const IGNORED_SLOT = 2000;

/** Commands whose request mongod calls otherwise than the command when it names a field. */
const REQUEST_NAMES: Readonly<Record<string, string>> = {
  distinct: "distinctCommandRequest",
  find: "FindCommandRequest",
};

/** Everything `parseArguments` needs to know of one command, prepared once. */
export class ArgumentPlan {
  readonly names: NameTable;
  /** What stands before a field's name in errors. */
  readonly requestName: string;
  readonly slotOf: ReadonlyMap<string, number>;
  readonly definitions: readonly ArgumentDefinition[];
  readonly slotNames: readonly string[];
  readonly accepts: readonly (Uint8Array | undefined)[];
  readonly required: readonly number[];

  constructor(
    readonly commandName: string,
    table: ArgumentTable,
    /** Fields the table does not name are left to the command (getParameter) or of no interest (hello). */
    readonly takesAnyField: boolean = false,
  ) {
    this.requestName = REQUEST_NAMES[commandName] ?? commandName;
    this.slotNames = Object.keys(table);
    this.definitions = this.slotNames.map((name) => table[name]);
    this.slotOf = new Map(this.slotNames.map((name, slot) => [name, slot]));
    this.accepts = this.definitions.map(({ type, fate }) =>
      fate === "ignored" ? undefined : acceptedSet(type)
    );
    this.required = this.definitions.flatMap(({ fate }, slot) => fate === "required" ? [slot] : []);
    const numbers = new Map<string, number>();
    for (const name of IGNORED_GENERIC_NAMES) numbers.set(name, IGNORED_SLOT);
    GENERIC_NAMES.forEach((name, index) => numbers.set(name, GENERIC_BASE + index));
    this.slotNames.forEach((name, slot) => numbers.set(name, slot));
    this.names = new NameTable(numbers);
  }
}

function acceptedSet(type: ArgumentType): Uint8Array | undefined {
  if (type === "any") return undefined;
  const set = new Uint8Array(256);
  for (const accepted of acceptedTypes(type)) set[accepted] = 1;
  return set;
}

export const GENERIC_ACCEPTS = GENERIC_TYPES.map(acceptedSet);

/** True for the arguments every command takes. */
export function isGenericArgument(name: string): boolean {
  return (GENERIC_NAMES as readonly string[]).includes(name) ||
    IGNORED_GENERIC_NAMES.includes(name);
}
