import assert from "node:assert/strict";
import { decodeCatalogRecord } from "../../src/storage/catalog_record.ts";
import { EMPTY_DOCUMENT, parseCollectionOptions } from "../../src/storage/collection_options.ts";
import { CollectionState } from "../../src/storage/collection_state.ts";

function state(database = "db"): CollectionState {
  return new CollectionState(
    { database, collection: "c" },
    new Uint8Array(16),
    "collection-1",
    parseCollectionOptions(EMPTY_DOCUMENT),
  );
}

Deno.test("RecordIds go on behind the largest of the table", () => {
  const collection = state();
  let asked = 0;
  const largest = () => {
    asked++;
    return 41;
  };
  assert.deepEqual([1, 2, 3].map(() => collection.allocateRecordId(largest)), [42, 43, 44]);
  assert.equal(asked, 1);
});

Deno.test("a new name shows in namespace, log target and record", () => {
  const collection = state();
  const before = collection.changeTarget;
  assert.equal(collection.changeTarget, before);
  collection.name = { database: "local", collection: "d" };
  assert.equal(collection.namespace, "local.d");
  assert.equal(before.isLogged, true);
  assert.equal(collection.changeTarget.isLogged, false);
  assert.equal(decodeCatalogRecord(collection.record()).namespace, "local.d");
  assert.equal(decodeCatalogRecord(collection.record({ namespace: "x.y" })).namespace, "x.y");
});
