// The error of a write that meets a unique key another document has: E11000 and the fields beside it.
//
// Mongoose, Prisma, Spring and Meteor read `keyPattern` and `keyValue`, others the text, so both are mongod's. The values
// are read from the document where the path leads to one; behind arrays the colliding element is found by its key bytes.

import { BsonWriter, encodeValue } from "../bson/encode.ts";
import { toShellText } from "../bson/json.ts";
import { elements, getField, type RawValue, readString } from "../bson/read.ts";
import { BsonType } from "../bson/type.ts";
import { CommandError, ErrorCode } from "../error.ts";
import { collationKeyText } from "../index/collation_key.ts";
import { KeyWriter } from "../index/key_encoding.ts";
import type { Index } from "./index.ts";

const keyWriter = new KeyWriter();

function startsWith(key: Uint8Array, at: number, part: Uint8Array): boolean {
  if (at + part.length > key.length) return false;
  for (let i = 0; i < part.length; i++) if (key[at + i] !== part[i]) return false;
  return true;
}

/** All values a path can lead to, arrays opened: candidates for the value in the key. */
function candidates(value: RawValue, parts: readonly string[], found: RawValue[]): void {
  if (value.type === BsonType.Array) {
    const items = [...elements(value.bytes, value.at)];
    if (parts.length === 0) found.push(...items, value);
    for (const item of items) {
      if (parts.length > 0 && item.name === parts[0]) candidates(item, parts.slice(1), found);
      if (parts.length > 0 && item.type === BsonType.Document) candidates(item, parts, found);
    }
    return;
  }
  if (parts.length === 0) {
    found.push(value);
    return;
  }
  if (value.type !== BsonType.Document) return;
  const field = getField(value.bytes, parts[0], value.at);
  if (field !== undefined) candidates(field, parts.slice(1), found);
}

/** The values of a key, undefined where the document has none (null in the key). */
function keyValues(
  index: Index,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
): (RawValue | undefined)[] {
  const values: (RawValue | undefined)[] = [];
  const root: RawValue = { bytes, type: BsonType.Document, at: start };
  let at = 0;
  for (const part of index.parts) {
    const found: RawValue[] = [];
    candidates(root, part.path.split("."), found);
    let match: RawValue | undefined;
    let length = 1; // a key without a candidate is null: one byte
    for (const candidate of found) {
      keyWriter.reset();
      keyWriter.collation = index.spec.collation;
      keyWriter.append(candidate, part.direction < 0);
      if (!startsWith(key, at, keyWriter.view())) continue;
      match = candidate;
      length = keyWriter.length;
      break;
    }
    values.push(match);
    at += length;
  }
  return values;
}

interface ShownValue {
  readonly value: RawValue | undefined;
  readonly text: string;
  readonly isKey: boolean;
}

/** Of a string under a collation mongod shows the key in hexadecimal, not the string. */
function shownValue(index: Index, value: RawValue | undefined): ShownValue {
  const { collation } = index.spec;
  if (collation === undefined || value?.type !== BsonType.String) {
    return { value, text: value === undefined ? "null" : toShellText(value), isKey: false };
  }
  const key = collationKeyText(collation, readString(value.bytes, value.at));
  return { value: encodeValue(key.slice(2)), text: `"CollationKey(${key})"`, isKey: true };
}

/** The error for `document`, whose `key` another document has in `index`. */
export function duplicateKeyError(
  namespace: string,
  index: Index,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
): CommandError {
  const writer = new BsonWriter(128);
  writer.startDocument();
  writer.document("keyPattern", index.spec.keyPattern);
  writer.startDocument("keyValue");
  const values = keyValues(index, key, bytes, start).map((value) => shownValue(index, value));
  const texts: string[] = [];
  for (let i = 0; i < values.length; i++) {
    const { value, text } = values[i];
    const { path } = index.parts[i];
    if (value === undefined) writer.null(path);
    else writer.raw(path, value);
    texts.push(`${path}: ${text}`);
  }
  writer.end();
  if (values.some(({ isKey }) => isKey)) {
    writer.startArray("hexEncoded");
    for (const { isKey } of values) writer.bool(undefined, isKey);
    writer.end();
  }
  if (index.spec.collation !== undefined) writer.document("collation", index.spec.collation.spec);
  writer.end();
  const collation = index.spec.collation === undefined
    ? ""
    : ` collation: ${documentText(index.spec.collation.spec)}`;
  return new CommandError(
    ErrorCode.DuplicateKey,
    `E11000 duplicate key error collection: ${namespace} index: ${index.name}${collation} dup key: ` +
      `{ ${texts.join(", ")} }`,
    { info: writer.bytes() },
  );
}

function documentText(document: Uint8Array): string {
  return toShellText({ bytes: document, type: BsonType.Document, at: 0 });
}
