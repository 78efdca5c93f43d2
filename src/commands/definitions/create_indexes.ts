// createIndexes: builds indexes over a collection, which is created when it does not exist, while other clients work.
// Manual: "createIndexes (database command)".

import {
  documentOf,
  elements,
  type RawElement,
  type RawValue,
  readString,
} from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { bucketsIndexSpec } from "../../timeseries/index_keys.ts";
import { uuidText } from "../../session/sessions.ts";
import { withoutUnknownFields } from "../../storage/index_fields.ts";
import type { CreateIndexesResult } from "../../storage/index_definitions.ts";
import { integerAt, wrongTypeError } from "../arguments.ts";
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
    ignoreUnknownIndexOptions: { type: "safeBool" },
    collectionUUID: { type: "binData", fate: "ignored" },
  },
  async run(context, args): Promise<Reply> {
    let specs = [...elements(args.array("indexes")!)].map(checkSpec);
    if (args.boolean("ignoreUnknownIndexOptions")) specs = specs.map(withoutUnknownFields);
    checkWriteNamespace(context);
    const series = context.engine.catalog.timeSeries(context.namespace);
    if (series === undefined) writableCollection(context);
    else specs = specs.map((spec) => bucketsIndexSpec(spec, series.options));
    const namespace = series?.buckets.namespace ?? context.namespace;
    const quorum = args.value("commitQuorum");
    if (quorum !== undefined) checkQuorum(quorum);
    const { engine, operation, reply } = context;
    let result: CreateIndexesResult;
    try {
      result = await engine.indexes.create(namespace, specs, {
        checkInterrupt: () => operation.checkInterrupt(),
        onProgress: (progress) => {
          operation.message = "Index Build: scanning collection";
          operation.progress = progress;
        },
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
      else if (!isNumericType(quorum.type)) reply.raw("commitQuorum", quorum);
      else {
        const members = integerAt(quorum.bytes, quorum.type, quorum.at);
        reply.int32("commitQuorum", Math.max(1, members));
      }
    }
    if (added === 0) reply.string("note", "all indexes already exist");
    else if (added < specs.length) reply.string("note", "index already exists");
    return reply;
  },
});

/** What documents can do to a build: duplicates, parallel arrays, an array in a hashed field. */
const BUILD_ERRORS: ReadonlySet<number> = new Set([
  ErrorCode.CannotIndexParallelArrays,
  ErrorCode.DuplicateKey,
  16766,
]);

/** What the build found in the documents names the build and the collection's UUID. */
function buildError(error: unknown, context: CommandContext): unknown {
  if (!(error instanceof CommandError) || !BUILD_ERRORS.has(error.code)) return error;
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

/** How many members a replica set may have. */
const MAX_MEMBERS = 50;

/** A number of members, or who has to vote; other names are write concern modes nobody defined. */
function checkQuorum(quorum: RawValue): void {
  if (isNumericType(quorum.type)) {
    const members = integerAt(quorum.bytes, quorum.type, quorum.at);
    if (members >= 0 && members <= MAX_MEMBERS) return;
    throw new CommandError(
      ErrorCode.FailedToParse,
      `commitQuorum has to be a non-negative number and not greater than ${MAX_MEMBERS}`,
    );
  }
  if (quorum.type !== BsonType.String) {
    throw new CommandError(
      ErrorCode.FailedToParse,
      "commitQuorum has to be a number or a string",
    );
  }
  const name = readString(quorum.bytes, quorum.at);
  if (name === "") {
    throw new CommandError(ErrorCode.FailedToParse, "commitQuorum can't be an empty string");
  }
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
  return documentOf(element).slice();
}
