// The document an upsert inserts when nothing matched: what the filter says must be equal, then the update.
//
// Equalities come from the filter's top level, from $and and one-branch $or, from $eq and one-value $in and $all; a
// dotted path makes embedded documents. A replacement takes only the `_id`. Afterwards the document gets an `_id` if it
// still has none.

import { CommandError, ErrorCode } from "../error.ts";
import { BsonWriter } from "../bson/encode.ts";
import { findElement, nameBytes, type RawValue } from "../bson/read.ts";
import type { MatchExpression } from "../query/match_expression.ts";
import { equalities } from "../query/equalities.ts";
import { checkIdValue, prepareInsert } from "./prepare_insert.ts";
import type { CompiledUpdate } from "./update/compiled_update.ts";
import { moveIdToFront } from "./update/replacement.ts";
import { MAX_DOCUMENT_BYTES } from "./update/size_limit.ts";

/** The document to insert for an upsert whose filter matched nothing. */
export function upsertDocument(filter: MatchExpression, update: CompiledUpdate): Uint8Array {
  const seed = seedDocument(equalities(filter), update.isReplacement);
  const updated = update.apply(seed, { arrayIndex: -1 }, true) ?? seed;
  const document = moveIdToFront(updated);
  const idAt = findElement(document, 0, ID);
  if (idAt >= 0) checkIdValue(document, document[idAt], idAt + ID.length + 2);
  const prepared = prepareIfNeeded(document, idAt);
  if (prepared.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(17420, `Document to upsert is larger than ${MAX_DOCUMENT_BYTES}`);
  }
  return prepared;
}

/** Throws 224 for a filter from which an upsert cannot tell what to insert; before anything is looked for. */
export function checkUpsertFilter(expression: MatchExpression): void {
  if (expression.kind === "expr") {
    throw new CommandError(
      ErrorCode.QueryFeatureNotAllowed,
      "$expr is not allowed in the query predicate for an upsert",
    );
  }
  if (expression.kind === "and" || expression.kind === "or" || expression.kind === "nor") {
    expression.children.forEach(checkUpsertFilter);
  }
}

const ID = nameBytes("_id");

function prepareIfNeeded(document: Uint8Array, idAt: number): Uint8Array {
  return idAt >= 0 ? document : prepareInsert(document);
}

/** The fields of an embedded document being built, or a value. */
type Branch = Map<string, Branch> | RawValue;

function seedDocument(
  pairs: ReadonlyArray<readonly [string, RawValue]>,
  isReplacement: boolean,
): Uint8Array {
  const root = new Map<string, Branch>();
  const paths: string[] = [];
  for (const [path, value] of pairs) {
    if (isReplacement && path.startsWith("_id.")) throw idNotExact(path);
    if (isReplacement && path !== "_id") continue;
    for (const other of paths) checkDistinct(other, path);
    paths.push(path);
    place(root, path.split("."), value);
  }
  const writer = new BsonWriter();
  writer.startDocument();
  write(writer, root);
  writer.end();
  return writer.bytes();
}

function idNotExact(path: string): CommandError {
  return new CommandError(
    ErrorCode.NotExactValueField,
    `field at '_id' must be exactly specified, field at sub-path '${path}'found`,
  );
}

function checkDistinct(first: string, second: string): void {
  if (first === second) {
    throw new CommandError(
      ErrorCode.NotSingleValueField,
      `cannot infer query fields to set, path '${first}' is matched twice`,
    );
  }
  if (first.startsWith(`${second}.`) || second.startsWith(`${first}.`)) {
    const [short, long] = first.length < second.length ? [first, second] : [second, first];
    throw new CommandError(
      ErrorCode.NotSingleValueField,
      `cannot infer query fields to set, both paths '${long}' and '${short}' are matched`,
    );
  }
}

function place(root: Map<string, Branch>, parts: readonly string[], value: RawValue): void {
  let fields = root;
  for (const part of parts.slice(0, -1)) {
    let inner = fields.get(part);
    if (!(inner instanceof Map)) fields.set(part, inner = new Map());
    fields = inner;
  }
  fields.set(parts[parts.length - 1], value);
}

function write(writer: BsonWriter, fields: Map<string, Branch>): void {
  for (const [name, branch] of fields) {
    if (branch instanceof Map) {
      writer.startDocument(name);
      write(writer, branch);
      writer.end();
    } else {
      writer.raw(name, branch);
    }
  }
}
