// collMod: changes options of a collection, a view or an index.
// Manual: "collMod (database command)".

import { decodeValue } from "../../bson/decode.ts";
import { encodeValue } from "../../bson/encode.ts";
import { documentOf, isEmptyDocument, type RawValue, readString } from "../../bson/read.ts";
import { BsonType, isNumericType } from "../../bson/type.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { checkClusterExpiry } from "../../storage/clustered.ts";
import type { Collection } from "../../storage/collection.ts";
import { integerAt, type ParsedArguments, wrongTypeError } from "../arguments.ts";
import { type CommandContext, defineCommand, type Reply } from "../definition.ts";
import { modifyIndex } from "./coll_mod_index.ts";
import { modifySeries } from "./coll_mod_time_series.ts";
import { checkValidationNames, checkValidator } from "./create.ts";
import { checkViewDefinition } from "./view_definition.ts";

/** Options that are stored as they come. */
const STORED = [
  "validator",
  "validationLevel",
  "validationAction",
  "changeStreamPreAndPostImages",
  "viewOn",
  "pipeline",
] as const;

/** What a view does not have. */
const NOT_ON_A_VIEW = [
  "index",
  "validator",
  "validationLevel",
  "validationAction",
  "changeStreamPreAndPostImages",
  "expireAfterSeconds",
] as const;
const ONLY_ON_A_VIEW = ["pipeline", "viewOn"] as const;

export const collMod = defineCommand({
  name: "collMod",
  help: "Changes options of a collection, view or index.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  takesWriteConcern: true,
  arguments: {
    validator: { type: "object" },
    validationLevel: { type: "string" },
    validationAction: { type: "string" },
    viewOn: { type: "string" },
    pipeline: { type: "array" },
    index: { type: "object" },
    changeStreamPreAndPostImages: { type: "object" },
    cappedSize: { type: "long", min: 1, max: 2 ** 50 },
    cappedMax: { type: "long" },
    dryRun: { type: "safeBool" },
    collectionUUID: { type: "binData", fate: "ignored" },
    recordIdsReplicated: { type: "exactBool", fate: "ignored" },
    timeseriesBucketsMayHaveMixedSchemaData: { type: "exactBool", fate: "ignored" },
    expireAfterSeconds: { type: "any" },
    timeseries: { type: "object" },
  },
  async run(context, args): Promise<Reply> {
    const { namespace } = context;
    checkValidationNames(args, "collMod");
    const { catalog } = context.engine;
    if (catalog.find(namespace) === undefined) {
      throw new CommandError(ErrorCode.NamespaceNotFound, `ns does not exist: ${namespace}`);
    }
    const series = catalog.timeSeries(namespace);
    if (series !== undefined) return await modifySeries(context, series, args);
    const collection = catalog.collection(namespace);
    checkKind(collection, args);
    if (collection === undefined) {
      const { viewOn } = catalog.view(namespace)!.options;
      checkViewDefinition(
        context,
        namespace,
        args.string("viewOn") ?? viewOn ?? "",
        args.array("pipeline"),
      );
    }
    checkValidatorOf(args);
    if (args.has("index") || args.boolean("dryRun")) {
      await modifyIndex(context, collection!, args.document("index"), args);
    }
    if (!args.boolean("dryRun")) modifyOptions(context, collection, args);
    return context.reply;
  },
});

function invalidOptions(message: string): CommandError {
  return new CommandError(ErrorCode.InvalidOptions, message);
}

/** Throws for options the namespace's kind does not have. */
function checkKind(collection: Collection | undefined, args: ParsedArguments): void {
  if (args.has("timeseries")) {
    throw invalidOptions("option only supported on a time-series collection: timeseries");
  }
  const isCapped = collection?.isCapped === true;
  if ((args.has("cappedSize") || args.has("cappedMax")) && !isCapped) {
    throw invalidOptions("Collection must be capped.");
  }
  for (const name of collection === undefined ? NOT_ON_A_VIEW : ONLY_ON_A_VIEW) {
    if (!args.has(name)) continue;
    throw invalidOptions(
      collection === undefined
        ? `option not supported on a view: ${name}`
        : `option only supported on a view: ${name}`,
    );
  }
}

function checkValidatorOf(args: ParsedArguments): void {
  try {
    checkValidator(args);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      error.code,
      `Parsing of collection validator failed :: caused by :: ${error.message}`,
    );
  }
}

function modifyOptions(
  context: CommandContext,
  collection: Collection | undefined,
  args: ParsedArguments,
): void {
  const changes = new Map<string, RawValue | undefined>();
  for (const name of STORED) {
    const value = args.value(name);
    if (value === undefined) continue;
    const isNothing = name === "validator" && isEmptyDocument(documentOf(value));
    changes.set(name, isNothing ? undefined : encodeValue(decodeValue(value)));
  }
  if (collection !== undefined) writeOutValidation(collection, changes);
  if (args.has("expireAfterSeconds")) {
    changes.set(
      "expireAfterSeconds",
      clusterExpiry(collection!, args.value("expireAfterSeconds")!),
    );
  }
  const size = args.int("cappedSize");
  if (size !== undefined) changes.set("size", encodeValue(BigInt(size)));
  const max = args.int("cappedMax");
  if (max !== undefined) {
    if (max >= 2 ** 31) {
      throw new CommandError(
        ErrorCode.BadValue,
        `BSON field 'cappedMax' value must be < 2147483648, actual value '${max}'`,
      );
    }
    changes.set("max", max <= 0 ? undefined : encodeValue(max));
  }
  if (changes.size > 0) context.engine.definitions.modify(context.namespace, changes);
}

/** When the documents of a clustered collection expire; undefined for "off". */
function clusterExpiry(collection: Collection, given: RawValue): RawValue | undefined {
  if (collection.options.clusteredIndex === undefined) {
    throw invalidOptions(
      "'expireAfterSeconds' option is only supported on collections clustered by _id",
    );
  }
  if (given.type === BsonType.String) {
    const text = readString(given.bytes, given.at);
    if (text === "off") return undefined;
    throw invalidOptions(
      "Invalid string value for the 'clusteredIndex::expireAfterSeconds' option. " +
        `Got: '${text}'. Accepted value is 'off'`,
    );
  }
  if (!isNumericType(given.type)) {
    throw wrongTypeError("collMod.expireAfterSeconds", given.type, ["string", "long"]);
  }
  const seconds = integerAt(given.bytes, given.type, given.at);
  checkClusterExpiry(seconds);
  return encodeValue(BigInt(seconds));
}

/** A change of one of the three leaves level and action written out, as mongod does. */
function writeOutValidation(
  collection: Collection,
  changes: Map<string, RawValue | undefined>,
): void {
  const { validationLevel, validationAction } = collection.options;
  const touched = changes.has("validator") || changes.has("validationLevel") ||
    changes.has("validationAction");
  if (!touched) return;
  if (!changes.has("validationLevel")) changes.set("validationLevel", encodeValue(validationLevel));
  if (!changes.has("validationAction")) {
    changes.set("validationAction", encodeValue(validationAction));
  }
}
