// createIndexes: builds indexes over a collection, which is created when it does not exist, while other clients work.
// Manual: "createIndexes (database command)".

import {
  documentOf,
  elements,
  getField,
  type RawElement,
  type RawValue,
  readString,
} from "../../bson/read.ts";
import { BsonType, isNumericType, typeName } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { compileQuery } from "../../query/filter.ts";
import { uuidText } from "../../session/sessions.ts";
import type { CreateIndexesResult } from "../../storage/index_definitions.ts";
import { wrongTypeError } from "../arguments.ts";
import { checkWriteNamespace, writableCollection } from "../crud/write_statements.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";

export const createIndexes = defineCommand({
  name: "createIndexes",
  help: "Creates indexes on a collection.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  takesWriteConcern: true,
  arguments: {
    indexes: { type: "array", fate: "required" },
    commitQuorum: { type: "any" },
    ignoreUnknownIndexOptions: { type: "safeBool", fate: "ignored" },
    collectionUUID: { type: "binData", fate: "ignored" },
  },
  async run(context, args): Promise<Reply> {
    const specs = [...elements(args.array("indexes")!)].map(checkSpec);
    checkWriteNamespace(context);
    writableCollection(context);
    const quorum = args.value("commitQuorum");
    if (quorum !== undefined) checkQuorum(quorum);
    const { engine, reply } = context;
    let result: CreateIndexesResult;
    try {
      result = await engine.indexes.create(context.namespace, specs, {
        checkInterrupt: () => context.operation.checkInterrupt(),
      });
    } catch (error) {
      throw buildError(error, context);
    }
    const { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically } = result;
    const added = numIndexesAfter - numIndexesBefore;
    reply.int32("numIndexesBefore", numIndexesBefore);
    reply.int32("numIndexesAfter", numIndexesAfter);
    if (added > 0 || createdCollectionAutomatically) {
      reply.bool("createdCollectionAutomatically", createdCollectionAutomatically);
    }
    if (context.server.identity.setName !== undefined) {
      if (quorum === undefined) reply.string("commitQuorum", "votingMembers");
      else reply.raw("commitQuorum", quorum);
    }
    if (added === 0) reply.string("note", "all indexes already exist");
    else if (added < specs.length) reply.string("note", "index already exists");
    return reply;
  },
});

/** Duplicates found by a build name the build and the collection's UUID. */
function buildError(error: unknown, context: CommandContext): unknown {
  if (!(error instanceof CommandError) || error.code !== ErrorCode.DuplicateKey) return error;
  const { namespace, engine } = context;
  const uuid = engine.catalog.collection(namespace)?.uuid;
  if (uuid === undefined) return error;
  return new CommandError(
    error.code,
    `Index build failed: ${crypto.randomUUID()}: Collection ${namespace} ( ${
      uuidText(uuid)
    } ) :: caused by :: ${error.message}`,
    error.info === undefined ? {} : { info: error.info },
  );
}

/** A number of members, or who has to vote; other names are write concern modes nobody defined. */
function checkQuorum(quorum: RawValue): void {
  if (isNumericType(quorum.type)) return;
  if (quorum.type !== BsonType.String) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "CommitQuorum has to be a number or a string, but found: " + typeName(quorum.type),
    );
  }
  const name = readString(quorum.bytes, quorum.at);
  if (name === "votingMembers" || name === "majority") return;
  throw new CommandError(
    ErrorCode.UnknownReplWriteConcern,
    `No write concern mode named '${name}' found in replica set configuration`,
  );
}

function checkSpec(element: RawElement, position: number): Uint8Array {
  if (element.type !== BsonType.Document) {
    throw wrongTypeError(`createIndexes.indexes.${position}`, element.type, "object");
  }
  const spec = documentOf(element).slice();
  const partial = getField(spec, "partialFilterExpression");
  if (partial?.type === BsonType.Document) checkPartialFilter(documentOf(partial));
  return spec;
}

/** What a partial index's filter may not contain: it could not be decided from one document alone. */
const REFUSED: ReadonlySet<string> = new Set([
  "$expr",
  "$geoIntersects",
  "$geoWithin",
  "$jsonSchema",
  "$near",
  "$nearSphere",
  "$text",
  "$where",
  "$nor",
  "$not",
  "$ne",
  "$nin",
  "$regex",
]);

function checkPartialFilter(filter: Uint8Array): void {
  try {
    compileQuery(filter, { now: BigInt(Date.now()), refuse: REFUSED });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      ErrorCode.CannotCreateIndex,
      `unsupported expression in partial index: ${error.message}`,
    );
  }
}
