// A collection in memory with documents and indexes, for the plan tests that run plans.

import { BSON, type Document } from "bson";
import type { Collection } from "../../src/storage/collection.ts";
import { StorageEngine } from "../../src/storage/engine.ts";
import { collect, type DocumentStream } from "../../src/stream/document_stream.ts";
import { bson } from "./fixture.ts";

/** Runs a test on a collection that holds the documents and has an index per pattern. */
export async function withCollection(
  documents: readonly Document[],
  patterns: readonly Document[],
  test: (collection: Collection, engine: StorageEngine) => void | Promise<void>,
): Promise<void> {
  const engine = await StorageEngine.open({ path: ":memory:", cacheSizeMb: 64 });
  try {
    engine.definitions.create("t.c");
    const collection = engine.catalog.collection("t.c")!;
    for (const key of patterns) {
      const name = Object.entries(key).map(([path, direction]) => `${path}_${direction}`).join("_");
      await engine.indexes.create("t.c", [bson({ key, name })]);
    }
    engine.run((transaction) => {
      for (const document of documents) collection.insert(transaction, bson(document));
    });
    await test(collection, engine);
  } finally {
    await engine.close();
  }
}

export async function documentsOf(stream: DocumentStream): Promise<Document[]> {
  return (await collect(stream)).map((one) => BSON.deserialize(one));
}
