import assert from "node:assert/strict";
import { COLLATION_KEY_VERSION } from "../../src/index/collation_key.ts";
import { rebuildCollated } from "../../src/storage/collated_rebuild.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { doc, insert, withEngine } from "./fixture.ts";

Deno.test("an index made with another version of ICU is made anew at open", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const collation = { locale: "sv" };
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "a_1", collation }),
      doc({ key: { b: 1 }, name: "b_1" }),
    ]);
    for (let i = 0; i < 50; i++) insert(engine, collection, doc({ _id: i, a: `ä${i}`, b: i }));
    const index = collection.index("a_1")!;
    assert.deepEqual(rebuildCollated(engine.store, collection), []);
    engine.store.runAside((session) => {
      session.keys(index.ident).truncate(null, null);
      session.keys(index.ident).putEntry(Uint8Array.of(0x3c, 0x41, 0), 1);
    });
    index.collationVersion = "0/old";
    assert.deepEqual(rebuildCollated(engine.store, collection), ["a_1"]);
    assert.equal(index.collationVersion, COLLATION_KEY_VERSION);
    assert.equal(index.toRecord().collationVersion, COLLATION_KEY_VERSION);
    assert.deepEqual((await validateCollection(engine.store, collection)).errors, []);
  });
});
