// What the storage tests share: engines in memory or in a temporary directory, documents from literals, and text back.

import { StorageEngine, type StorageOptions } from "../../src/storage/engine.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { DocumentStream } from "../../src/stream/document_stream.ts";
import { encodeValue } from "../../src/bson/encode.ts";
import { documentText } from "../../src/bson/json.ts";
import type { RawValue } from "../../src/bson/read.ts";
import type { BsonValue } from "../../src/bson/value.ts";

export type Literal = BsonValue | { readonly [name: string]: Literal } | readonly Literal[];

/** A nested literal as a decoded value: objects become Maps. */
function decoded(value: Literal): BsonValue {
  if (Array.isArray(value)) return value.map(decoded);
  if (
    value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype
  ) {
    return new Map(Object.entries(value).map(([name, inner]) => [name, decoded(inner as Literal)]));
  }
  return value as BsonValue;
}

/** A document from a literal. */
export function doc(literal: { readonly [name: string]: Literal }): Uint8Array {
  const { bytes, at } = encodeValue(decoded(literal));
  return bytes.slice(at, bytes.length - 1);
}

export function value(literal: Literal): RawValue {
  return encodeValue(decoded(literal));
}

export { documentText as text };

/** Runs a test on a fresh engine in memory. */
export async function withEngine(
  test: (engine: StorageEngine) => void | Promise<void>,
  options: Partial<StorageOptions> = {},
): Promise<void> {
  const engine = await StorageEngine.open({ path: ":memory:", cacheSizeMb: 64, ...options });
  try {
    await test(engine);
  } finally {
    await engine.close();
  }
}

/** Runs a test with the path of a fresh home. */
export async function withHome(test: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "secantusdb-test-" });
  try {
    await test(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

export function openHome(
  path: string,
  options: Partial<StorageOptions> = {},
): Promise<StorageEngine> {
  return StorageEngine.open({ path, cacheSizeMb: 64, ...options });
}

/** Inserts documents in one transaction. */
export function insert(
  engine: StorageEngine,
  collection: Collection,
  ...documents: Uint8Array[]
): number[] {
  return engine.run((t) => documents.map((document) => collection.insert(t, document)));
}

/** All documents of a stream as text. */
export async function texts(stream: DocumentStream): Promise<string[]> {
  const found: string[] = [];
  for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
    found.push(...batch.documents().map((document) => documentText(document)));
  }
  stream.close();
  return found;
}

/** The newest entries of the change log as text, without what differs from run to run. */
export async function logged(engine: StorageEngine): Promise<string[]> {
  const oplog = engine.catalog.collection("local.oplog.rs")!;
  return (await texts(oplog.scan())).map((entry) =>
    entry.replace(/ui: UUID\("[^"]*"\)/g, "ui").replace(/, ts: Timestamp.*$/, "")
      .replace(/UUID\("[^"]*"\)/g, "UUID")
  );
}

/** Waits until all tables without an owner are dropped; WiredTiger may be busy with them for a moment. */
export async function orphansGone(engine: StorageEngine): Promise<void> {
  for (let i = 0; engine.store.orphanCount > 0; i++) {
    if (i === 200) throw new Error("tables without an owner are never dropped");
    await new Promise((resolve) => setTimeout(resolve, 10));
    engine.store.dropOrphans();
  }
}
