import assert from "node:assert/strict";
import {
  collectionStatistics,
  databaseStatistics,
  storageStatistics,
} from "../../src/storage/statistics.ts";
import { doc, insert, openHome, withEngine, withHome } from "./fixture.ts";

Deno.test("numbers of a collection and its database on disk", async () => {
  await withHome(async (path) => {
    const engine = await openHome(path);
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    engine.definitions.create("db.v", { options: doc({ viewOn: "c" }) });
    const documents = Array.from({ length: 2000 }, (_, i) => doc({ _id: i, a: "x".repeat(100) }));
    insert(engine, collection, ...documents);
    await engine.checkpoint();
    const statistics = collectionStatistics(engine.store, collection);
    assert.equal(statistics.count, 2000);
    assert.equal(statistics.dataBytes, 2000 * documents[0].length);
    assert.equal(statistics.averageBytes, documents[0].length);
    assert(statistics.storageBytes > 100_000, String(statistics.storageBytes));
    assert.deepEqual([...statistics.indexBytes.keys()], ["_id_", "a_1"]);
    const database = databaseStatistics(engine.store, engine.catalog, "db");
    assert.deepEqual(
      [database.collections, database.views, database.objects, database.indexes],
      [1, 1, 2000, 2],
    );
    assert.equal(database.indexBytes, statistics.totalIndexBytes);
    assert(storageStatistics(engine.store).get("cache: bytes currently in the cache")! > 0);
    await engine.close();
  });
});

Deno.test("numbers in memory, also of what is empty or missing", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    assert.equal(collectionStatistics(engine.store, collection).averageBytes, 0);
    assert.equal(databaseStatistics(engine.store, engine.catalog, "none").objects, 0);
  });
});
