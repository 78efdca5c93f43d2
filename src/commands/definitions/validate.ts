// validate: reads every document and every index entry of a collection and compares them.
// Manual: "validate (database command)".

import { CommandError, ErrorCode } from "../../error.ts";
import {
  type EntryProblem,
  validateCollection,
  type ValidationResult,
} from "../../storage/validate.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { writeCount } from "./db_stats.ts";
import { existingCollection } from "./existing_collection.ts";
import type { Collection } from "../../storage/collection.ts";
import type { BsonWriter } from "../../bson/encode.ts";

export const validate = defineCommand({
  name: "validate",
  help: "Checks documents and index entries of a collection.",
  auth: "required",
  target: "collection",
  counter: "command",
  arguments: {
    full: { type: "safeBool" },
    background: { type: "safeBool" },
    metadata: { type: "safeBool", fate: "ignored" },
    scandata: { type: "safeBool", fate: "ignored" },
    repair: { type: "safeBool" },
    fixMultikey: { type: "safeBool", fate: "ignored" },
    checkBSONConformance: { type: "safeBool", fate: "ignored" },
    collHash: { type: "safeBool", fate: "ignored" },
  },
  async run(context, args): Promise<Reply> {
    const { engine, namespace, operation, reply } = context;
    const { catalog } = engine;
    if (catalog.timeSeries(namespace) === undefined && catalog.view(namespace) !== undefined) {
      throw new CommandError(ErrorCode.CommandNotSupportedOnView, "Cannot validate a view");
    }
    const collection = existingCollection(context, () =>
      new CommandError(
        ErrorCode.NamespaceNotFound,
        `Collection '${namespace}' does not exist to validate.`,
      ));
    if (args.boolean("full") && args.boolean("background")) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "Running the validate command with both { background: true } and { full: true } is not " +
          "supported.",
      );
    }
    const repairs = args.boolean("repair");
    if (repairs && context.server.identity.setName !== undefined) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "Running the validate command with { repair: true } can only be performed in standalone mode.",
      );
    }
    const result = await validateCollection(engine.store, collection, {
      repair: repairs,
      checkInterrupt: () => operation.checkInterrupt(),
    });
    writeResult(reply, collection, result, repairs);
    return reply;
  },
});

function writeResult(
  reply: BsonWriter,
  collection: Collection,
  result: ValidationResult,
  repairs: boolean,
): void {
  reply.bool("valid", result.valid);
  reply.bool("repaired", result.repaired);
  reply.string("repairMode", repairs ? "FixErrors" : "None");
  reply.string("ns", collection.namespace);
  reply.binary("uuid", 4, collection.uuid);
  writeTexts(reply, "warnings", result.warnings);
  writeTexts(reply, "errors", result.errors);
  writeProblems(reply, "extraIndexEntries", result.extraEntries);
  writeProblems(reply, "missingIndexEntries", result.missingEntries);
  reply.int32("nInvalidDocuments", result.invalidDocuments);
  reply.int32("nNonCompliantDocuments", 0);
  writeCount(reply, "nrecords", result.records);
  reply.startArray("corruptRecords");
  for (const recordId of result.corruptRecords) reply.int64(undefined, BigInt(recordId));
  reply.end();
  writeCount(reply, "nIndexes", collection.indexes.length);
  reply.startDocument("keysPerIndex");
  for (const [name, keys] of result.keysPerIndex) writeCount(reply, name, keys);
  reply.end();
  reply.startDocument("indexDetails");
  for (const [name, isValid] of result.validIndexes) {
    const spec = collection.index(name)?.spec.document;
    reply.startDocument(name);
    reply.bool("valid", isValid);
    if (spec !== undefined) reply.document("spec", spec);
    reply.end();
  }
  reply.end();
}

function writeTexts(reply: BsonWriter, name: string, texts: readonly string[]): void {
  reply.startArray(name);
  for (const text of texts) reply.string(undefined, text);
  reply.end();
}

function writeProblems(reply: BsonWriter, name: string, problems: readonly EntryProblem[]): void {
  reply.startArray(name);
  for (const { indexName, recordId } of problems) {
    reply.startDocument();
    reply.string("indexName", indexName);
    reply.int64("recordId", BigInt(recordId));
    reply.end();
  }
  reply.end();
}
