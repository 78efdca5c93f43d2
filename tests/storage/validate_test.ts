import assert from "node:assert/strict";
import { KeyType } from "../../src/index/key_losses.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { doc, insert, withEngine } from "./fixture.ts";

Deno.test("a sound collection", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    insert(engine, collection, doc({ _id: 1, a: [1, 2] }), doc({ _id: 2 }));
    const result = await validateCollection(engine.store, collection);
    assert.equal(result.valid, true);
    assert.equal(result.records, 2);
    assert.deepEqual([...result.keysPerIndex], [["_id_", 2], ["a_1", 3]]);
    assert.deepEqual([...result.validIndexes.values()], [true, true]);
    assert.equal(result.dataBytes, collection.dataSize);
    assert.equal(engine.store.openTransactions, 0);
  });
});

Deno.test("missing and extra entries are found and repaired", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "a_1" }),
      doc({ key: { b: 1 }, name: "b_1", unique: true }),
    ]);
    insert(engine, collection, doc({ _id: 1, a: 5, b: 1 }), doc({ _id: 2, a: 6, b: 2 }));
    const [a, b] = [collection.index("a_1")!, collection.index("b_1")!];
    engine.run(({ session }) => {
      const keyOfA = a.keys(doc({ a: 5 }), 0).keys[0];
      session.keys(a.ident).removeEntry(keyOfA, 1);
      session.keys(a.ident).putEntry(a.keys(doc({ a: 7 }), 0).keys[0], 1);
      session.keys(b.ident).remove(b.keys(doc({ b: 2 }), 0).keys[0]);
    });
    const broken = await validateCollection(engine.store, collection);
    assert.equal(broken.valid, false);
    assert.deepEqual(broken.errors, [
      "index 'a_1' does not agree with the records: 1 entries missing, 1 too many",
      "index 'b_1' does not agree with the records: 1 entries missing, 0 too many",
    ]);
    assert.deepEqual(broken.missingEntries.map((one) => [one.indexName, one.recordId]), [
      ["a_1", 1],
      ["b_1", 2],
    ]);
    assert.deepEqual(broken.extraEntries.map((one) => [one.indexName, one.recordId]), [["a_1", 1]]);
    const repaired = await validateCollection(engine.store, collection, { repair: true });
    assert.equal(repaired.repaired, true);
    assert.equal((await validateCollection(engine.store, collection)).valid, true);
  });
});

Deno.test("an entry whose types are wrong is found and repaired", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "a_1" }),
      doc({ key: { b: 1 }, name: "b_1", unique: true }),
    ]);
    insert(engine, collection, doc({ _id: 1, a: 5, b: 5 }));
    const [a, b] = [collection.index("a_1")!, collection.index("b_1")!];
    engine.run(({ session }) => {
      const [key] = a.keys(doc({ a: 5 }), 0).keys;
      session.keys(a.ident).putEntry(key, 1, key.length, Uint8Array.of(KeyType.Double));
      session.keys(b.ident).remove(key);
      session.keys(b.ident).insertUnique(key, 1, key.length, Uint8Array.of(KeyType.Double));
    });
    const broken = await validateCollection(engine.store, collection);
    assert.equal(broken.missingEntries.length, 2);
    assert.equal(broken.extraEntries.length, 0);
    await validateCollection(engine.store, collection, { repair: true });
    assert.equal((await validateCollection(engine.store, collection)).valid, true);
  });
});

Deno.test("corrupt records are reported", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    engine.run(({ session }) =>
      session.records(collection.ident).put(9, new Uint8Array([1, 2, 3]))
    );
    const result = await validateCollection(engine.store, collection);
    assert.equal(result.invalidDocuments, 1);
    assert.deepEqual(result.corruptRecords, [9]);
    assert.equal(result.valid, false);
    assert.equal(result.warnings.length, 1);
  });
});
