// The catalog table's record of one collection or view, and its codec.
//
//   key    ident of the collection's table ("collection-7"), or "view-9"
//   value  { ns, uuid, options, indexes: [ { spec, ident, building?, multikeyParts: [1, 0]?, collationVersion?, keepsTypes? } ] }
//
// `multikeyParts` has one bit mask per key field: which parts of its path held an array; it is there when any did.
// A renamed collection keeps its ident, so a rename touches only this record.

import { BsonWriter } from "../bson/encode.ts";
import {
  documentOf,
  elements,
  getField,
  type RawValue,
  readInt32,
  readString,
} from "../bson/read.ts";
import { assert } from "../assert.ts";

export interface IndexRecord {
  /** As listIndexes shows it. */
  readonly spec: Uint8Array;
  readonly ident: string;
  /** True until the build over existing documents is complete. */
  readonly building: boolean;
  /** Per key field a bit mask of the path parts where some document has an array; undefined when none has. */
  readonly multikeyParts: readonly number[] | undefined;
  /** Of an index with a collation: what its keys were made with. */
  readonly collationVersion?: string | undefined;
  /** Its entries have types beside their keys. */
  readonly keepsTypes?: boolean | undefined;
}

export interface CatalogRecord {
  readonly namespace: string;
  /** The 16 bytes of the collection's UUID; views have none. */
  readonly uuid: Uint8Array | undefined;
  readonly options: Uint8Array;
  readonly indexes: readonly IndexRecord[];
}

/** A new random (version 4) UUID. */
export function newUuid(): Uint8Array {
  const uuid = crypto.getRandomValues(new Uint8Array(16));
  uuid[6] = (uuid[6] & 0x0f) | 0x40;
  uuid[8] = (uuid[8] & 0x3f) | 0x80;
  return uuid;
}

function writeIndex(writer: BsonWriter, index: IndexRecord): void {
  writer.startDocument();
  writer.document("spec", index.spec);
  writer.string("ident", index.ident);
  if (index.building) writer.bool("building", true);
  if (index.multikeyParts !== undefined) {
    writer.startArray("multikeyParts");
    for (const parts of index.multikeyParts) writer.int32(undefined, parts);
    writer.end();
  }
  if (index.collationVersion !== undefined) {
    writer.string("collationVersion", index.collationVersion);
  }
  if (index.keepsTypes === true) writer.bool("keepsTypes", true);
  writer.end();
}

export function encodeCatalogRecord(record: CatalogRecord): Uint8Array {
  const writer = new BsonWriter(512);
  writer.startDocument();
  writer.string("ns", record.namespace);
  if (record.uuid !== undefined) writer.binary("uuid", 4, record.uuid);
  writer.document("options", record.options);
  writer.startArray("indexes");
  for (const index of record.indexes) writeIndex(writer, index);
  writer.end();
  writer.end();
  return writer.bytes();
}

function required(document: Uint8Array, name: string): RawValue {
  const field = getField(document, name);
  assert(field !== undefined, `catalog record without ${name}`);
  return field;
}

function readMultikeyParts(index: Uint8Array): number[] | undefined {
  const field = getField(index, "multikeyParts");
  if (field === undefined) return undefined;
  return Array.from(elements(documentOf(field)), (part) => readInt32(part.bytes, part.at));
}

function readIndex(value: RawValue): IndexRecord {
  const index = documentOf(value).slice();
  const ident = required(index, "ident");
  const version = getField(index, "collationVersion");
  return {
    spec: documentOf(required(index, "spec")).slice(),
    ident: readString(ident.bytes, ident.at),
    building: getField(index, "building") !== undefined,
    multikeyParts: readMultikeyParts(index),
    ...(version === undefined ? {} : { collationVersion: readString(version.bytes, version.at) }),
    ...(getField(index, "keepsTypes") === undefined ? {} : { keepsTypes: true }),
  };
}

export function decodeCatalogRecord(bytes: Uint8Array): CatalogRecord {
  const namespace = required(bytes, "ns");
  const uuid = getField(bytes, "uuid");
  const indexes: IndexRecord[] = [];
  for (const element of elements(documentOf(required(bytes, "indexes")))) {
    indexes.push(readIndex(element));
  }
  return {
    namespace: readString(namespace.bytes, namespace.at),
    uuid: uuid === undefined ? undefined : uuid.bytes.slice(uuid.at + 5, uuid.at + 21),
    options: documentOf(required(bytes, "options")).slice(),
    indexes,
  };
}
