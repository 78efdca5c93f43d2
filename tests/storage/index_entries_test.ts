import assert from "node:assert/strict";
import { addEntry, findUnique, removeEntry } from "../../src/storage/index_entries.ts";
import { doc, withEngine } from "./fixture.ts";

Deno.test("unique and other entries", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "u", unique: true }),
      doc({ key: { b: 1 }, name: "n" }),
    ]);
    const unique = collection.index("u")!;
    const other = collection.index("n")!;
    const key = new Uint8Array([60, 1, 2]);
    engine.run(({ session }) => {
      assert.equal(addEntry(session, unique, key, 7), true);
      assert.equal(addEntry(session, unique, key, 7), true);
      assert.equal(addEntry(session, unique, key, 8), false);
      assert.equal(findUnique(session, unique, key), 7);
      assert.equal(removeEntry(session, unique, key, 7), true);
      assert.equal(removeEntry(session, unique, key, 7), false);
      assert.equal(findUnique(session, unique, key), -1);
      assert.equal(addEntry(session, other, key, 7), true);
      assert.equal(addEntry(session, other, key, 8), true);
      assert.equal(removeEntry(session, other, key, 7), true);
      assert.equal(removeEntry(session, other, key, 7), false);
      assert.equal(removeEntry(session, other, key, 8), true);
    });
    unique.isReady = false;
    engine.run(({ session }) => {
      addEntry(session, unique, key, 1);
      assert.equal(removeEntry(session, unique, key, 2), false);
      assert.equal(findUnique(session, unique, key), 1);
    });
  });
});
