import assert from "node:assert/strict";
import { isView } from "../../src/storage/catalog.ts";
import { doc, withEngine } from "./fixture.ts";

Deno.test("collections and views are found by name and UUID and listed sorted", async () => {
  await withEngine((engine) => {
    const { catalog, definitions } = engine;
    const b = definitions.ensureCollection("db.b");
    definitions.create("db.a.view", { options: doc({ viewOn: "b" }) });
    definitions.ensureCollection("other.c");
    assert.equal(catalog.collection("db.b"), b);
    assert.equal(catalog.collectionByUuid(b.uuid), b);
    assert.equal(catalog.collection("db.a.view"), undefined);
    assert.equal(catalog.view("db.a.view")?.options.viewOn, "b");
    assert.equal(catalog.view("db.b"), undefined);
    assert.deepEqual(catalog.list("db").map((one) => [one.name.collection, isView(one)]), [
      ["a.view", true],
      ["b", false],
    ]);
    assert.deepEqual(catalog.list("none"), []);
    assert.deepEqual(catalog.databases(), ["db", "local", "other"]);
    assert.equal(catalog.otherSpelling("DB"), "db");
    assert.equal(catalog.otherSpelling("db"), undefined);
    assert.equal(catalog.otherSpelling("new"), undefined);
  });
});

Deno.test("a database goes with its last collection, and the version tells of changes", async () => {
  await withEngine((engine) => {
    const { catalog, definitions } = engine;
    const collection = definitions.ensureCollection("db.a");
    const { version } = catalog;
    definitions.drop("db.a");
    assert.notEqual(catalog.version, version);
    assert.equal(catalog.hasDatabase("db"), false);
    assert.equal(catalog.collectionByUuid(collection.uuid), undefined);
    assert.equal(collection.isDropped, true);
  });
});
