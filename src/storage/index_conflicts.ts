// May this index be added beside those a collection has? Names and key patterns that meet, and the limit.
//
// Two indexes are the same index when key pattern, uniqueness, sparseness, partial filter and collation agree; other
// options (expiry, hidden) may differ only by changing the index with collMod. Codes and texts are mongod's.

import { equalRawValues } from "../bson/compare.ts";
import { toShellText } from "../bson/json.ts";
import { elements, valueEnd } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import type { IndexSpec } from "./index_spec.ts";

const MAX_INDEXES = 64;

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Same fields in the same order with equal values: 1 and 1.0 are, 1 and 2 are not. */
export function isSamePattern(a: Uint8Array, b: Uint8Array): boolean {
  const others = [...elements(b)];
  const fields = [...elements(a)];
  return fields.length === others.length &&
    fields.every((field, i) => field.name === others[i].name && equalRawValues(field, others[i]));
}

/** True when both describe the same index, whatever their names and lesser options. */
export function isSameIndex(a: IndexSpec, b: IndexSpec): boolean {
  return isSamePattern(a.keyPattern, b.keyPattern) && a.unique === b.unique &&
    a.sparse === b.sparse &&
    sameBytes(a.partialFilter, b.partialFilter) &&
    sameBytes(a.wildcardProjection, b.wildcardProjection) &&
    sameBytes(a.collation?.spec, b.collation?.spec);
}

/** The options that may differ between equivalent indexes, as one comparable text. */
function lesserOptions(spec: IndexSpec): string {
  const texts: string[] = [];
  for (const field of elements(spec.document)) {
    if (["v", "key", "name", "background", "ns", "hidden"].includes(field.name)) continue;
    const value = field.bytes.slice(field.at, valueEnd(field.bytes, field.type, field.at));
    texts.push(
      field.name === "expireAfterSeconds"
        ? `expireAfterSeconds:${spec.expireAfterSeconds}`
        : `${field.name}:${field.type}:${value.join(",")}`,
    );
  }
  return texts.sort().join(";");
}

function shell(spec: IndexSpec): string {
  return toShellText({ bytes: spec.document, type: BsonType.Document, at: 0 });
}

function conflictWithSameName(candidate: IndexSpec, existing: IndexSpec): CommandError {
  return new CommandError(
    ErrorCode.IndexKeySpecsConflict,
    "An existing index has the same name as the requested index. When index names are not " +
      "specified, they are auto generated and can cause conflicts. Please refer to our " +
      `documentation. Requested index: ${shell(candidate)}, existing index: ${shell(existing)}`,
  );
}

function optionsConflict(text: string): CommandError {
  return new CommandError(ErrorCode.IndexOptionsConflict, text);
}

/** True when the candidate is there already; throws when it collides; false when it may be added. */
export function alreadyExists(candidate: IndexSpec, existing: readonly IndexSpec[]): boolean {
  const named = existing.find((spec) => spec.name === candidate.name);
  if (named !== undefined) {
    if (!isSameIndex(candidate, named)) throw conflictWithSameName(candidate, named);
    if (lesserOptions(candidate) === lesserOptions(named)) return true;
    throw optionsConflict(
      "An equivalent index already exists with the same name but different options. " +
        `Requested index: ${shell(candidate)}, existing index: ${shell(named)}`,
    );
  }
  const same = existing.find((spec) => isSameIndex(candidate, spec));
  if (same === undefined) return false;
  if (lesserOptions(candidate) === lesserOptions(same)) {
    throw optionsConflict(`Index already exists with a different name: ${same.name}`);
  }
  throw optionsConflict(
    "An equivalent index already exists with a different name and options. " +
      `Requested index: ${shell(candidate)}, existing index: ${shell(same)}`,
  );
}

/** What asking for the same index twice in one command gets. */
export function identicalIndexError(name: string): CommandError {
  return new CommandError(
    ErrorCode.IndexAlreadyExists,
    `Identical index already exists: ${name}`,
  );
}

/** Throws 67 when the collection would get more indexes than it may have. */
export function checkIndexCount(namespace: string, candidate: IndexSpec, count: number): void {
  if (count < MAX_INDEXES) return;
  const key = toShellText({ bytes: candidate.keyPattern, type: BsonType.Document, at: 0 });
  throw new CommandError(
    ErrorCode.CannotCreateIndex,
    `add index fails, too many indexes for ${namespace} key:${key}`,
  );
}
