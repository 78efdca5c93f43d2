// Read and write concern: parsed and checked here, obeyed elsewhere.
//
// On one node `local`, `available`, `majority` and `linearizable` read the same data, and majority is reached with the
// node's own journal. What a client may not ask for is refused with mongod's codes: 9 or 14 for a malformed
// document, 79 for an unknown write concern name, 100 for more members than there are.

import { documentFrom } from "../bson/encode.ts";
import { toShellText } from "../bson/json.ts";
import { elements, type RawElement, readInt64, readString } from "../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { integerAt, numberAt, unknownFieldError, wrongTypeError } from "./arguments.ts";

export type ReadConcernLevel = "local" | "available" | "majority" | "linearizable" | "snapshot";

export interface ReadConcern {
  readonly level: ReadConcernLevel;
  readonly afterClusterTime: bigint | undefined;
  readonly atClusterTime: bigint | undefined;
}

export interface WriteConcern {
  /** A number of members, "majority", or another name (which is unknown here). */
  readonly w: number | string;
  /** Wait for the journal: `j: true`, or majority. */
  readonly journal: boolean;
  readonly wtimeoutMs: number;
  /** The client gave it, rather than it being the default. */
  readonly isExplicit: boolean;
}

export const DEFAULT_READ_CONCERN: ReadConcern = {
  level: "local",
  afterClusterTime: undefined,
  atClusterTime: undefined,
};

/**
 * A write without a write concern is answered after its commit was handed to the operating system. mongod's implicit
 * default on a set is majority with the journal written within 100 ms; one node gains nothing by waiting for itself.
 */
export const DEFAULT_WRITE_CONCERN: WriteConcern = {
  w: 1,
  journal: false,
  wtimeoutMs: 0,
  isExplicit: false,
};

const LEVELS: readonly string[] = ["available", "linearizable", "local", "majority", "snapshot"];

export function parseReadConcern(
  document: Uint8Array | undefined,
  commandTakes: boolean | "notSnapshot",
  commandName: string,
): ReadConcern {
  if (document === undefined) return DEFAULT_READ_CONCERN;
  let level: ReadConcernLevel | undefined;
  let afterClusterTime: bigint | undefined;
  let atClusterTime: bigint | undefined;
  for (const element of elements(document)) {
    switch (element.name) {
      case "level":
        level = readLevel(element);
        break;
      case "afterClusterTime":
        afterClusterTime = readTimestamp(element);
        break;
      case "atClusterTime":
        atClusterTime = readTimestamp(element);
        break;
      case "afterOpTime":
      case "$waitLastStable":
      case "allowTransactionTableSnapshot":
      case "provenance":
        break;
      default:
        throw unknownFieldError(`readConcern.${element.name}`);
    }
  }
  checkTimes(level ?? "local", afterClusterTime, atClusterTime);
  const reason = level === undefined ? undefined : unsupported(level, commandTakes);
  if (reason !== undefined) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      `Command ${commandName} does not support { readConcern: ${
        toShellText(document)
      } } :: caused by :: ${reason}`,
    );
  }
  if (level === undefined && afterClusterTime === undefined) return DEFAULT_READ_CONCERN;
  return { level: level ?? "local", afterClusterTime, atClusterTime };
}

/** Why a command does not take a level; undefined: it does. */
function unsupported(
  level: ReadConcernLevel,
  commandTakes: boolean | "notSnapshot",
): string | undefined {
  if (commandTakes === true || level === "local") return undefined;
  if (commandTakes === false) return "read concern not supported";
  return level === "snapshot" ? "read concern snapshot not supported" : undefined;
}

/** Which times go with which level, and that they are times. */
function checkTimes(
  level: ReadConcernLevel,
  after: bigint | undefined,
  at: bigint | undefined,
): void {
  let problem: string | undefined;
  if (after !== undefined && at !== undefined) {
    problem =
      "Specifying a timestamp for readConcern snapshot in a causally consistent session is " +
      "not allowed. See https://docs.mongodb.com/manual/core/read-isolation-consistency-recency/" +
      "#causal-consistency";
  } else if (after !== undefined && (level === "available" || level === "linearizable")) {
    problem = "afterClusterTime field can be set only if level is equal to majority, local, or " +
      "snapshot";
  } else if (at !== undefined && level !== "snapshot") {
    problem = "atClusterTime field can be set only if level is equal to snapshot";
  } else if (at === 0n) {
    problem = "atClusterTime cannot be a null timestamp";
  } else if (after === 0n) {
    problem = "afterClusterTime cannot be a null timestamp";
  }
  if (problem !== undefined) throw new CommandError(ErrorCode.InvalidOptions, problem);
}

function readLevel(element: RawElement): ReadConcernLevel {
  if (element.type !== BsonType.String) {
    throw wrongTypeError("readConcern.level", element.type, "string");
  }
  const level = readString(element.bytes, element.at);
  if (!LEVELS.includes(level)) {
    throw new CommandError(
      ErrorCode.BadValue,
      `Enumeration value '${level}' for field 'readConcern.level' is not a valid value.`,
    );
  }
  return level as ReadConcernLevel;
}

function readTimestamp(element: RawElement): bigint {
  if (element.type !== BsonType.Timestamp) {
    throw wrongTypeError(`readConcern.${element.name}`, element.type, "timestamp");
  }
  return BigInt.asUintN(64, readInt64(element.bytes, element.at));
}

/** Parses and checks the form (9, 14, 40415); whether it can be met is writeConcernError's question. */
export function parseWriteConcern(
  document: Uint8Array | undefined,
  commandTakesOne: boolean,
  commandName: string,
): WriteConcern {
  if (document === undefined) return DEFAULT_WRITE_CONCERN;
  const concern = readWriteConcern(document);
  // Drivers send w: 0 with whatever they want no answer to (endSessions).
  if (!commandTakesOne && concern.w !== 0) {
    throw new CommandError(
      ErrorCode.InvalidOptions,
      `Command ${commandName} does not support writeConcern`,
    );
  }
  return concern;
}

function readWriteConcern(document: Uint8Array): WriteConcern {
  let w: number | string = DEFAULT_WRITE_CONCERN.w;
  let journal: boolean | undefined;
  let sync = false;
  let wtimeoutMs = 0;
  for (const element of elements(document)) {
    const { type, bytes, at } = element;
    switch (element.name) {
      case "w":
        w = readW(element);
        break;
      case "j":
        journal = readFlag(element);
        break;
      case "fsync":
        sync = readFlag(element);
        break;
      case "wtimeout":
        if (isNumericType(type)) wtimeoutMs = Math.max(0, integerAt(bytes, type, at));
        break;
      case "wElectionId":
      case "wOpTime":
      case "getLastError":
      case "provenance":
      case "writeConcern":
        break;
      default:
        throw unknownFieldError(`writeConcern.${element.name}`);
    }
  }
  if (journal === true && sync) {
    throw new CommandError(ErrorCode.FailedToParse, "fsync and j options cannot be used together");
  }
  if (w === 0 && journal === true) {
    throw new CommandError(ErrorCode.FailedToParse, "cannot use 'j' with w:0");
  }
  return {
    w,
    journal: journal === true || sync || (w === "majority" && journal !== false),
    wtimeoutMs,
    isExplicit: true,
  };
}

function readFlag(element: RawElement): boolean {
  if (element.type !== BsonType.Boolean && !isNumericType(element.type)) {
    throw wrongTypeError(`writeConcern.${element.name}`, element.type, "safeBool");
  }
  return numberAt(element.bytes, element.type, element.at) !== 0;
}

function readW(element: RawElement): number | string {
  const { type, bytes, at } = element;
  if (isNumericType(type)) {
    const members = integerAt(bytes, type, at);
    if (members < 0 || members > 50) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        "w has to be a non-negative number and not greater than 50; found: " + members,
      );
    }
    return members;
  }
  if (type === BsonType.String) return readString(bytes, at);
  if (type === BsonType.Document) return readTags(element);
  if (type === BsonType.Null || type === BsonType.Undefined) return 1;
  throw new CommandError(
    ErrorCode.FailedToParse,
    `w has to be a number, string, or object; found: ${typeName(type)}`,
  );
}

/** `w: {tag: n}`: no member has tags, so its name is one nobody knows. */
function readTags(element: RawElement): string {
  const tags: string[] = [];
  for (const tag of elements(element.bytes, element.at)) {
    if (!isNumericType(tag.type)) {
      throw new CommandError(
        ErrorCode.FailedToParse,
        `tags must be a single level document with only number values; found: ${
          typeName(tag.type)
        }`,
      );
    }
    tags.push(tag.name);
  }
  if (tags.length === 0) {
    throw new CommandError(ErrorCode.FailedToParse, "tagged write concern requires tags");
  }
  return `{${tags.join(",")}}`;
}

/** What the reply of a write says when its concern cannot be met: the `writeConcernError` document. */
export function writeConcernError(concern: WriteConcern): Uint8Array | undefined {
  if (typeof concern.w === "number") {
    if (concern.w <= 1) return undefined;
    return writeConcernErrorDocument(
      ErrorCode.UnsatisfiableWriteConcern,
      "UnsatisfiableWriteConcern",
      "Not enough data-bearing nodes",
      concern,
    );
  }
  if (concern.w === "majority") return undefined;
  return writeConcernErrorDocument(
    ErrorCode.UnknownReplWriteConcern,
    "UnknownReplWriteConcern",
    `No write concern mode named '${concern.w}' found in replica set configuration`,
    concern,
  );
}

function writeConcernErrorDocument(
  code: number,
  name: string,
  text: string,
  concern: WriteConcern,
): Uint8Array {
  const asked = documentFrom({
    w: concern.w,
    wtimeout: concern.wtimeoutMs,
    provenance: "clientSupplied",
  });
  return documentFrom({
    code,
    codeName: name,
    errmsg: text,
    errInfo: documentFrom({ writeConcern: asked }),
  });
}

/** On a standalone server a number above 1 or an unknown name is refused before anything is written (2). */
export function checkStandaloneWriteConcern(concern: WriteConcern): void {
  if (typeof concern.w === "number" && concern.w > 1) {
    throw new CommandError(ErrorCode.BadValue, "cannot use 'w' > 1 when a host is not replicated");
  }
  if (typeof concern.w === "string" && concern.w !== "majority") {
    throw new CommandError(
      ErrorCode.BadValue,
      `cannot use non-majority 'w' mode ${concern.w} when a host is not a member of a replica set`,
    );
  }
}
