import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { hasEqualRecord } from "../../src/storage/collated_unique.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import { doc, insert, type Literal, text, value, withEngine } from "./fixture.ts";

const CASELESS = { locale: "en", strength: 2 };

async function collated(
  engine: StorageEngine,
  ...specs: Record<string, Literal>[]
): Promise<Collection> {
  const collection = engine.definitions.ensureCollection("db.c");
  await engine.indexes.create("db.c", specs.map((spec) => doc(spec)));
  return collection;
}

function duplicate(pattern: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof CommandError && error.code === 11000 && pattern.test(error.message);
}

Deno.test("strings that the collation calls equal are duplicates", async () => {
  await withEngine(async (engine) => {
    const collection = await collated(engine, {
      key: { a: 1 },
      name: "a_1",
      unique: true,
      collation: CASELESS,
    });
    insert(engine, collection, doc({ _id: 1, a: "Straße" }));
    insert(engine, collection, doc({ _id: 2, a: "strabe" }));
    insert(engine, collection, doc({ _id: 3, a: ["x", { b: "Y" }] }));
    insert(engine, collection, doc({ _id: 4, a: 5 }));
    const refused: Literal[] = ["STRASSE", "straße", "X", { b: "y" }, [1, "x"], 5, null];
    insert(engine, collection, doc({ _id: 5 }));
    for (const a of refused.slice(1)) {
      assert.throws(
        () => insert(engine, collection, doc({ _id: 9, a })),
        duplicate(/index: a_1 collation: \{ locale: "en".* dup key: \{ a: /),
        JSON.stringify(a),
      );
    }
    insert(engine, collection, doc({ _id: 6, a: "stråße" }));
    assert.deepEqual((await validateCollection(engine.store, collection)).errors, []);
  });
});

Deno.test("equal keys that the collation tells apart are no duplicates", async () => {
  await withEngine(async (engine) => {
    const collection = await collated(engine, {
      key: { a: 1, b: -1 },
      name: "ab",
      unique: true,
      collation: { locale: "en" },
    });
    insert(engine, collection, doc({ _id: 1, a: "x", b: "y" }));
    insert(engine, collection, doc({ _id: 2, a: "X", b: "y" }));
    insert(engine, collection, doc({ _id: 3, a: "x", b: "Y" }));
    assert.throws(
      () => insert(engine, collection, doc({ _id: 4, a: "X", b: "y" })),
      duplicate(/dup key: \{ a: "CollationKey\(0x[0-9a-f]+\)", b: "CollationKey\(0x/),
    );
    const before = doc({ _id: 3, a: "x", b: "Y" });
    // The key stays the same, the value becomes another document's.
    assert.throws(
      () => engine.run((t) => collection.update(t, 3, before, doc({ _id: 3, a: "X", b: "y" }))),
      duplicate(/index: ab/),
    );
    engine.run((t) => collection.update(t, 3, before, doc({ _id: 3, a: "X", b: "Y" })));
    engine.run((t) => collection.remove(t, 1, doc({ _id: 1, a: "x", b: "y" })));
    insert(engine, collection, doc({ _id: 5, a: "x", b: "y" }));
    assert.deepEqual((await validateCollection(engine.store, collection)).errors, []);
    assert.equal(collection.count, 3);
  });
});

Deno.test("_id of a collection with a collation", async () => {
  await withEngine((engine) => {
    engine.definitions.create("db.c", { options: doc({ collation: CASELESS }) });
    const collection = engine.catalog.collection("db.c")!;
    insert(engine, collection, doc({ _id: "a" }));
    insert(engine, collection, doc({ _id: 7 }));
    assert.throws(
      () => insert(engine, collection, doc({ _id: "A" })),
      duplicate(/index: _id_ collation: .* dup key: \{ _id: "CollationKey\(0x/),
    );
    assert.equal(text(collection.findById(undefined, value("a"))!.document), '{ _id: "a" }');
    assert.equal(collection.findById(undefined, value("A")), null);
    assert.equal(text(collection.findById(undefined, value(7))!.document), "{ _id: 7 }");
  });
});

Deno.test("two open transactions cannot both bring the same string", async () => {
  await withEngine(async (engine) => {
    const collection = await collated(engine, {
      key: { a: 1 },
      name: "a_1",
      unique: true,
      collation: CASELESS,
    });
    const first = engine.begin();
    const second = engine.begin();
    engine.runIn(first, (t) => collection.insert(t, doc({ _id: 1, a: "x" })));
    assert.throws(
      () => engine.runIn(second, (t) => collection.insert(t, doc({ _id: 2, a: "X" }))),
      (error) => error instanceof CommandError && error.code === 112,
    );
    first.commit();
    second.rollback();
    assert.equal(collection.count, 1);
  });
});

Deno.test("a build over duplicates fails, over different strings of one key it does not", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1, a: "x" }));
    insert(engine, collection, doc({ _id: 2, a: "X" }));
    const build = (name: string, collation: Literal) =>
      engine.indexes.create("db.c", [doc({ key: { a: 1 }, name, unique: true, collation })]);
    await assert.rejects(build("caseless", CASELESS), duplicate(/index: caseless/));
    await build("exact", { locale: "en" });
    const index = collection.index("exact")!;
    const key = index.keys(doc({ a: "x" }), 0).keys[0];
    const { reader } = engine.store;
    assert.equal(hasEqualRecord(reader, collection, index, key, doc({ a: "x" }), 0, 1), false);
    assert.equal(hasEqualRecord(reader, collection, index, key, doc({ a: "x" }), 0, 2), true);
  });
});
