// $listLocalSessions and $listSessions: the logical sessions the server knows, with their last use.
//
// One server keeps its sessions in memory, so both show the same. Users come with authentication: until then every session
// is the anonymous user's, whose digest is that of the empty string.

import { BsonWriter } from "../../bson/encode.ts";
import { elements, isEmptyDocument, type RawElement } from "../../bson/read.ts";
import { BsonType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import type { PipelineContext, Stage, StageDefinition } from "../definition.ts";
import { isCollectionless } from "../namespaces.ts";
import { unknownOption, wrongOptionType } from "../raw_pipeline.ts";
import { rowsStream } from "../rows_stream.ts";
import { servicesOf, type SessionEntry } from "../services.ts";

const SESSIONS_NAMESPACE = "config.system.sessions";
/** SHA-256 of nothing. */
const ANONYMOUS_DIGEST: Uint8Array = Uint8Array.from(
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".match(/../g)!,
  (byte) => parseInt(byte, 16),
);

export const $listLocalSessions: StageDefinition = {
  name: "$listLocalSessions",
  help: "Sessions in this server's memory",
  isFirstOnly: true,
  isCollectionless: true,
  notInFacet: true,
  parse: (spec, context) =>
    sessionsStage("$listLocalSessions", spec, () => {
      if (isCollectionless(context)) return;
      throw new CommandError(
        ErrorCode.InvalidNamespace,
        "$listLocalSessions must be run against the database with {aggregate: 1}, not a collection",
      );
    }),
};

export const $listSessions: StageDefinition = {
  name: "$listSessions",
  help: "Sessions of the deployment",
  isFirstOnly: true,
  notInFacet: true,
  parse: (spec, context) =>
    sessionsStage("$listSessions", spec, () => {
      if (context.namespace === SESSIONS_NAMESPACE) return;
      throw new CommandError(
        ErrorCode.InvalidNamespace,
        `$listSessions may only be run against ${SESSIONS_NAMESPACE}`,
      );
    }),
};

function sessionsStage(name: string, spec: RawElement, checkNamespace: () => void): Stage {
  checkOptions(name, spec);
  checkNamespace();
  return {
    name,
    given: spec,
    isSource: true,
    open: (_input, context: PipelineContext) =>
      rowsStream(() => servicesOf(context).sessions().map(sessionRow)),
  };
}

function checkOptions(name: string, spec: RawElement): void {
  if (spec.type !== BsonType.Document) {
    throw new CommandError(
      ErrorCode.TypeMismatch,
      `${name} options must be specified in an object, but found: ${typeName(spec.type)}`,
    );
  }
  let allUsers = false;
  let hasUsers = false;
  for (const option of elements(spec.bytes, spec.at)) {
    if (option.name === "allUsers") {
      if (option.type !== BsonType.Boolean) {
        throw wrongOptionType(`${name}.allUsers`, option.type, "bool");
      }
      allUsers = option.bytes[option.at] !== 0;
    } else if (option.name === "users") {
      if (option.type !== BsonType.Array) {
        throw wrongOptionType(`${name}.users`, option.type, "array");
      }
      hasUsers = !isEmptyDocument(option.bytes, option.at);
    } else if (option.name !== "$_internalPredicate") {
      throw unknownOption(`${name}.${option.name}`);
    }
  }
  if (!allUsers || !hasUsers) return;
  throw new CommandError(
    ErrorCode.UnsupportedFormat,
    `${name} may not specify {allUsers:true} and {users:[...]} at the same time`,
  );
}

function sessionRow({ id, lastUseMs }: SessionEntry): Uint8Array {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.startDocument("_id");
  writer.binary("id", 4, id);
  writer.binary("uid", 0, ANONYMOUS_DIGEST);
  writer.end();
  writer.date("lastUse", lastUseMs);
  writer.end();
  return writer.bytes();
}
