import assert from "node:assert/strict";
import { CatalogWriter } from "../../src/storage/catalog_writer.ts";
import { Sizes } from "../../src/storage/sizes.ts";
import { doc, logged, withEngine } from "./fixture.ts";

Deno.test("names of tables are never given twice", async () => {
  await withEngine((engine) => {
    const writer = new CatalogWriter(engine.store, engine.changeLog, new Sizes(engine.store));
    writer.noteIdent("collection-7");
    writer.noteIdent("index-3");
    assert.equal(writer.nextIdent("index"), "index-8");
    assert.equal(writer.nextIdent("collection"), "collection-9");
  });
});

Deno.test("a change and its log entry are one transaction", async () => {
  await withEngine(async (engine) => {
    const writer = new CatalogWriter(engine.store, engine.changeLog, new Sizes(engine.store));
    writer.commit({ database: "db", log: [{ command: doc({ drop: "c" }) }] });
    writer.commit({ database: "local", log: [{ command: doc({ drop: "c" }) }] });
    assert.deepEqual((await logged(engine)).slice(1), [
      '{ op: "c", ns: "db.$cmd", o: { drop: "c" }',
    ]);
  });
});
