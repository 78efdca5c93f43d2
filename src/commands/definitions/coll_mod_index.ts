// collMod's `index`: hiding an index, changing its expiry, and turning it into a unique one in two steps.
//
// `prepareUnique` makes writers refuse further duplicates (write/prepare_unique.ts). `unique` then looks through the index
// for keys two records share and names those records (359), or has the index built again as a unique one, whose entries are laid
// out differently.

import { BsonWriter, encodeValue } from "../../bson/encode.ts";
import { documentText } from "../../bson/json.ts";
import { elements, getField, type RawValue } from "../../bson/read.ts";
import { CommandError, ErrorCode } from "../../error.ts";
import { isSamePattern } from "../../storage/index_conflicts.ts";
import { compareKeys } from "../../index/key_encoding.ts";
import type { Collection } from "../../storage/collection.ts";
import type { Index } from "../../storage/index.ts";
import { integerAt, type ParsedArguments } from "../arguments.ts";
import type { CommandContext } from "../definition.ts";
import { NestedArguments } from "../nested_arguments.ts";

const INDEX = new NestedArguments("collMod.index", {
  name: { type: "string" },
  keyPattern: { type: "object" },
  expireAfterSeconds: { type: "long" },
  hidden: { type: "safeBool" },
  unique: { type: "safeBool" },
  prepareUnique: { type: "safeBool" },
  forceNonUnique: { type: "safeBool", fate: "ignored" },
});

/** How much of the duplicates an error may tell. */
const MAX_VIOLATION_BYTES = 8 * 1024 * 1024;
const AMBIGUOUS_INDEX_KEY_PATTERN = 181;
const CHANGES = ["expireAfterSeconds", "hidden", "unique", "prepareUnique"] as const;

type GivenIndex = ReturnType<typeof INDEX.parse>;

function invalidOptions(message: string): CommandError {
  return new CommandError(ErrorCode.InvalidOptions, message);
}

/** Changes the index and tells what was and is: `hidden_old`, `hidden_new`, ... */
export async function modifyIndex(
  context: CommandContext,
  collection: Collection,
  change: Uint8Array | undefined,
  args: ParsedArguments,
): Promise<void> {
  if (change === undefined) {
    throw invalidOptions("dry run mode requires an valid index modification.");
  }
  const given = INDEX.parse(change, 0);
  const isDryRun = args.boolean("dryRun");
  if (isDryRun) checkDryRun(given);
  const index = indexOf(collection, given);
  const changes = new Map<string, RawValue | undefined>();
  const isConversion = given.has("unique") && mayBecomeUnique(index, given);
  if (given.has("prepareUnique") && given.boolean("prepareUnique") !== index.spec.prepareUnique) {
    checkAlone(given, args);
  }
  const { reply } = context;
  if (given.has("expireAfterSeconds")) changeExpiry(collection, index, given, changes, reply);
  if (given.has("hidden") && index.isIdIndex) {
    throw new CommandError(ErrorCode.BadValue, "can't hide _id index");
  }
  for (const flag of ["hidden", "prepareUnique"] as const) {
    const before = index.spec[flag];
    const after = given.boolean(flag);
    const isNothing = flag === "prepareUnique" && index.isUnique;
    if (!given.has(flag) || before === after || isNothing) continue;
    changes.set(flag, after ? encodeValue(true) : undefined);
    reply.bool(`${flag}_old`, before);
    reply.bool(`${flag}_new`, after);
  }
  if (isConversion) {
    await checkNoDuplicates(context, collection, index);
    if (isDryRun) return;
    await convertToUnique(context, index);
    reply.bool("unique_new", true);
  }
  if (changes.size > 0) context.engine.indexes.modify(collection, index, changes);
}

function checkDryRun(given: GivenIndex): void {
  if (!CHANGES.some((change) => given.has(change))) {
    throw invalidOptions("dry run mode requires an valid index modification.");
  }
  checkOneName(given);
  if (!given.has("unique")) {
    throw invalidOptions("dry run mode requires an index modification with unique: true.");
  }
}

function checkOneName(given: GivenIndex): void {
  if (given.has("name") && given.has("keyPattern")) {
    throw invalidOptions("Cannot specify both key pattern and name.");
  }
  if (given.has("name") || given.has("keyPattern")) return;
  throw invalidOptions("Must specify either index name or key pattern.");
}

function indexOf(collection: Collection, given: GivenIndex): Index {
  checkOneName(given);
  const name = given.string("name");
  const pattern = given.document("keyPattern");
  if (!CHANGES.some((change) => given.has(change)) && !given.has("forceNonUnique")) {
    throw invalidOptions("no expireAfterSeconds, hidden, unique, or prepareUnique field");
  }
  const patternText = pattern === undefined ? "" : documentText(pattern);
  const found = collection.indexes.filter((index) =>
    name === undefined
      ? index.isReady && isSamePattern(index.spec.keyPattern, pattern!)
      : index.name === name
  );
  if (found.length === 0) {
    throw new CommandError(
      ErrorCode.IndexNotFound,
      `cannot find index ${name ?? patternText} for ns ${collection.namespace}`,
    );
  }
  if (found.length > 1) {
    const texts = found.map((index) => documentText(index.spec.document));
    throw new CommandError(
      AMBIGUOUS_INDEX_KEY_PATTERN,
      `index keyPattern ${patternText} matches ${found.length} indexes, must use index name. ` +
        `Conflicting indexes:${texts[0]}, ${texts[1]}`,
    );
  }
  return found[0];
}

/** True when the index is to be made unique; throws when it may not be. */
function mayBecomeUnique(index: Index, given: GivenIndex): boolean {
  if (!given.boolean("unique")) {
    throw new CommandError(ErrorCode.BadValue, "Cannot make index non-unique");
  }
  if (index.isUnique) return false;
  if (index.spec.prepareUnique) return true;
  throw invalidOptions(
    "Cannot make index unique with 'prepareUnique=false'. Run collMod to set it first.",
  );
}

/** `prepareUnique` is set on its own. */
function checkAlone(given: GivenIndex, args: ParsedArguments): void {
  const others = CHANGES.filter((change) => given.has(change)).length > 1 ||
    ["validator", "validationLevel", "validationAction", "changeStreamPreAndPostImages"]
      .some((name) => args.has(name));
  if (others) throw invalidOptions("prepareUnique cannot be combined with any other modification.");
}

function changeExpiry(
  collection: Collection,
  index: Index,
  given: GivenIndex,
  changes: Map<string, RawValue | undefined>,
  reply: BsonWriter,
): void {
  if (collection.isCapped) {
    throw invalidOptions("TTL indexes are not supported for capped collections.");
  }
  const expiry = given.value("expireAfterSeconds")!;
  const seconds = integerAt(expiry.bytes, expiry.type, expiry.at);
  if (seconds < 0) {
    throw invalidOptions("TTL index 'expireAfterSeconds' option cannot be less than 0");
  }
  if (seconds > 2 ** 31 - 1) {
    throw invalidOptions(
      "TTL index 'expireAfterSeconds' must be within the range of a 32-bit integer",
    );
  }
  const before = index.spec.expireAfterSeconds;
  if (before === undefined) {
    if (index.isIdIndex) throw invalidOptions("the _id field does not support TTL indexes");
    if (index.parts.length !== 1) {
      throw invalidOptions(
        "TTL indexes are single-field indexes, compound indexes do not support TTL",
      );
    }
  }
  if (before !== undefined) reply.int64("expireAfterSeconds_old", BigInt(Math.trunc(before)));
  reply.int64("expireAfterSeconds_new", BigInt(seconds));
  changes.set("expireAfterSeconds", encodeValue(seconds));
}

/** Throws 359 with the `_id`s of all records that share a key. */
async function checkNoDuplicates(
  context: CommandContext,
  collection: Collection,
  index: Index,
): Promise<void> {
  const groups = await duplicateGroups(context, collection, index);
  if (groups.length === 0) return;
  const writer = new BsonWriter(1024);
  let bytes = 0;
  let isComplete = true;
  writer.startDocument();
  writer.startArray("violations");
  for (const group of groups) {
    if (!isComplete) break;
    writer.startDocument();
    writer.startArray("ids");
    for (const recordId of group) {
      const document = collection.get(undefined, recordId);
      const id = document === null ? undefined : getField(document, "_id");
      if (id === undefined) continue;
      const before = writer.length;
      writer.raw(undefined, id);
      bytes += writer.length - before;
      isComplete = bytes <= MAX_VIOLATION_BYTES;
      if (!isComplete) break;
    }
    writer.end();
    writer.end();
  }
  writer.end();
  writer.end();
  throw new CommandError(
    ErrorCode.CannotConvertIndexToUnique,
    isComplete
      ? "Cannot convert the index to unique. Please resolve conflicting documents before running " +
        "collMod again."
      : "Cannot convert the index to unique. Too many conflicting documents were detected. " +
        "Please resolve them and rerun collMod.",
    { info: writer.bytes() },
  );
}

/** The records of every key that has more than one, in key order. */
async function duplicateGroups(
  context: CommandContext,
  collection: Collection,
  index: Index,
): Promise<number[][]> {
  const { operation } = context;
  const groups: number[][] = [];
  const scan = collection.indexScan(index, { keepsDuplicates: true });
  let last: Uint8Array | undefined;
  let group: number[] = [];
  try {
    for (let keys = scan.nextKeys(); keys !== null; keys = scan.nextKeys()) {
      for (let i = 0; i < keys.count; i++) {
        const key = keys.key(i);
        if (last === undefined || compareKeys(last, key) !== 0) {
          if (group.length > 1) groups.push(group);
          group = [];
          last = key.slice();
        }
        group.push(keys.recordIds[i]);
      }
      operation.checkInterrupt();
      if (operation.shouldYield()) await operation.yieldNow();
    }
  } finally {
    scan.close();
  }
  if (group.length > 1) groups.push(group);
  return groups;
}

/** Builds the index again as a unique one; when a duplicate came in between, it is put back as it was. */
async function convertToUnique(context: CommandContext, index: Index): Promise<void> {
  const { engine, namespace } = context;
  const before = index.spec.document;
  engine.indexes.drop(namespace, index.name);
  try {
    await engine.indexes.create(namespace, [withUnique(before)]);
  } catch (error) {
    await engine.indexes.create(namespace, [before]);
    throw error;
  }
}

function withUnique(spec: Uint8Array): Uint8Array {
  const writer = new BsonWriter(spec.length + 16);
  writer.startDocument();
  for (const field of elements(spec)) {
    if (field.name !== "prepareUnique") writer.raw(field.name, field);
  }
  writer.bool("unique", true);
  writer.end();
  return writer.bytes();
}
