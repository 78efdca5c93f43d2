// create: a collection (capped, validated, collated) or a view.
// Manual: "create (database command)".

import { compareDocuments } from "../../bson/compare.ts";
import { decodeValue } from "../../bson/decode.ts";
import { BsonWriter, encodeDocument } from "../../bson/encode.ts";
import { documentText, toShellText } from "../../bson/json.ts";
import { BsonType } from "../../bson/type.ts";
import type { BsonValue } from "../../bson/value.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { compileQuery } from "../../query/filter.ts";
import { type CatalogEntry, isView } from "../../storage/catalog.ts";
import {
  type CollectionOptions,
  parseCollectionOptions,
  STORED_OPTIONS,
} from "../../storage/collection_options.ts";
import { checkRange, type ParsedArguments } from "../arguments.ts";
import { defineCommand, type Reply } from "../definition.ts";
import { createSeries } from "./create_time_series.ts";
import { checkViewDefinition } from "./view_definition.ts";

export const create = defineCommand({
  name: "create",
  help: "Creates a collection or a view.",
  auth: "required",
  apiVersion1: true,
  target: "collection",
  counter: "command",
  takesWriteConcern: true,
  arguments: {
    capped: { type: "safeBool", unstable: true },
    autoIndexId: { type: "safeBool", fate: "ignored", unstable: true },
    idIndex: { type: "object", fate: "ignored" },
    size: { type: "long", min: 1, max: 2 ** 50, unstable: true },
    max: { type: "long", unstable: true },
    temp: { type: "safeBool" },
    flags: { type: "long", fate: "ignored" },
    storageEngine: { type: "object", unstable: true },
    validator: { type: "object" },
    validationLevel: { type: "string" },
    validationAction: { type: "string" },
    indexOptionDefaults: { type: "object", unstable: true },
    viewOn: { type: "string" },
    pipeline: { type: "array" },
    collation: { type: "object" },
    changeStreamPreAndPostImages: { type: "object" },
    encryptedFields: { type: "object" },
    timeseries: { type: "object" },
    clusteredIndex: { type: ["object", "bool"] },
    expireAfterSeconds: { type: "long" },
  },
  run(context, args): Reply | Promise<Reply> {
    checkValidationNames(args, "create");
    checkCombination(args);
    if (args.has("timeseries")) return createSeries(context, args);
    const viewOn = args.string("viewOn");
    if (viewOn === undefined && args.has("pipeline")) {
      throw new CommandError(
        ErrorCode.InvalidOptions,
        "'pipeline' requires 'viewOn' to also be specified",
      );
    }
    if (viewOn !== undefined) {
      checkViewDefinition(context, context.namespace, viewOn, args.array("pipeline"));
    }
    const options = storedOptions(args);
    const existing = context.engine.catalog.find(context.namespace);
    if (existing !== undefined) {
      checkSameDefinition(existing, parseCollectionOptions(options));
      return context.reply;
    }
    checkValidator(args);
    context.engine.definitions.create(context.namespace, { options });
    return context.reply;
  },
});

function invalidOptions(message: string): CommandError {
  return new CommandError(ErrorCode.InvalidOptions, message);
}

/** What options need or exclude each other, before anything is looked up. */
function checkCombination(args: ParsedArguments): void {
  if (
    args.has("expireAfterSeconds") && !args.has("clusteredIndex") && !args.has("timeseries")
  ) {
    throw invalidOptions(
      "'expireAfterSeconds' is only supported on time-series collections or when the " +
        "'clusteredIndex' option is specified",
    );
  }
  const max = args.number("max") ?? 0;
  if (max >= 2 ** 31) {
    throw new CommandError(
      ErrorCode.BadValue,
      `BSON field 'max' value must be < 2147483648, actual value '${Math.trunc(max)}'`,
    );
  }
  // NaN lies in no range and reads as 0.
  if (args.has("size")) checkRange("size", args.int("size", 0), 1);
  const isCapped = args.boolean("capped");
  if (isCapped && !args.has("size")) {
    throw invalidOptions("the 'size' field is required when 'capped' is true");
  }
  if (!isCapped && (args.has("size") || args.has("max"))) {
    throw invalidOptions(
      "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
    );
  }
  if (args.boolean("temp")) throw invalidOptions("the 'temp' field is an invalid option");
}

/** Creating what is there already is no error when nothing about it would differ; 48 otherwise. */
function checkSameDefinition(existing: CatalogEntry, options: CollectionOptions): void {
  const { namespace } = existing;
  const exists = (how: string): CommandError =>
    new CommandError(
      ErrorCode.NamespaceExists,
      `namespace ${namespace} already exists, but ${how}`,
    );
  if (!isView(existing)) {
    if (isSameDocument(existing.options.document, options.document)) return;
    const shown = new BsonWriter(256);
    shown.startDocument();
    shown.binary("uuid", 4, existing.uuid);
    shown.append(existing.options.document, 4, existing.options.document.length - 1);
    shown.end();
    throw exists(`with different options: ${documentText(shown.bytes())}`);
  }
  const { viewOn, pipeline } = existing.options;
  const { database } = existing.name;
  if (viewOn !== options.viewOn) {
    const wanted = options.viewOn === undefined ? database : `${database}.${options.viewOn}`;
    throw exists(`is a view on ${database}.${viewOn} rather than ${wanted}`);
  }
  if (!isSameDocument(pipeline ?? NO_STAGES, options.pipeline ?? NO_STAGES)) {
    const text = (array: Uint8Array | undefined): string =>
      toShellText({ bytes: array ?? NO_STAGES, type: BsonType.Array, at: 0 });
    throw exists(`with pipeline ${text(pipeline)} rather than ${text(options.pipeline)}`);
  }
}

const NO_STAGES = Uint8Array.of(5, 0, 0, 0, 0);

function isSameDocument(a: Uint8Array, b: Uint8Array): boolean {
  return compareDocuments(a, 0, b, 0) === 0;
}

function storedOptions(args: ParsedArguments): Uint8Array {
  const options = new Map<string, BsonValue>();
  for (const name of STORED_OPTIONS) {
    const value = args.value(name);
    // A time series is stored as its collection of buckets: create_time_series.ts.
    if (value === undefined || name === "timeseries") continue;
    const isLimit = name === "size" || name === "max";
    options.set(name, isLimit ? BigInt(args.int(name, 0)) : decodeValue(value));
  }
  return encodeDocument(options);
}

const LEVELS: readonly string[] = ["off", "strict", "moderate"];
const ACTIONS: readonly string[] = ["error", "warn", "errorAndLog"];
/** Operators a validator may not use. */
const REFUSED: ReadonlySet<string> = new Set([
  "$near",
  "$nearSphere",
  "$geoNear",
  "$text",
  "$where",
]);

/** Checks the words for level and action; `command` is who asks: create or collMod. */
export function checkValidationNames(args: ParsedArguments, command: string): void {
  checkChoice(args.string("validationLevel"), LEVELS, `${command}.validationLevel`);
  checkChoice(args.string("validationAction"), ACTIONS, `${command}.validationAction`);
}

/** Throws what is wrong with the filter a `validator` is. */
export function checkValidator(args: ParsedArguments): void {
  const validator = args.document("validator");
  if (validator === undefined) return;
  compileQuery(validator, { now: BigInt(Date.now()), refuse: REFUSED });
}

function checkChoice(value: string | undefined, choices: readonly string[], name: string): void {
  if (value === undefined || choices.includes(value)) return;
  throw new CommandError(
    ErrorCode.BadValue,
    `Enumeration value '${value}' for field '${name}' is not a valid value.`,
  );
}
