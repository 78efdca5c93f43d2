import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { doc, insert, type Literal, text, texts, withEngine } from "./fixture.ts";

async function indexed(
  engine: StorageEngine,
  ...specs: Record<string, Literal>[]
): Promise<Collection> {
  const collection = engine.definitions.ensureCollection("db.c");
  await engine.indexes.create("db.c", specs.map((spec) => doc(spec)));
  return collection;
}

async function assertConsistent(engine: StorageEngine, collection: Collection): Promise<void> {
  const result = await validateCollection(engine.store, collection);
  assert.deepEqual(result.errors, []);
  assert.deepEqual(result.warnings, []);
}

Deno.test("a failing insert leaves nothing behind and the transaction usable", async () => {
  await withEngine(async (engine) => {
    const collection = await indexed(
      engine,
      { key: { a: 1 }, name: "a_1", unique: true },
      { key: { b: 1 }, name: "b_1", unique: true },
      { key: { c: 1, d: 1 }, name: "cd" },
    );
    engine.run((t) => {
      collection.insert(t, doc({ _id: 1, a: 1, b: 1 }));
      assert.throws(() => collection.insert(t, doc({ _id: 2, a: 2, b: 1 })), /index: b_1/);
      assert.throws(
        () => collection.insert(t, doc({ _id: 3, c: [1], d: [2], a: 3, b: 3 })),
        (error) => error instanceof CommandError && error.code === 171,
      );
      collection.insert(t, doc({ _id: 2, a: 2, b: 2 }));
      collection.insert(t, doc({ _id: 3, a: 3, b: 3 }));
    });
    assert.equal(collection.count, 3);
    await assertConsistent(engine, collection);
  });
});

Deno.test("7.67 unique: missing is null, one array may repeat a value, documents may not share one", async () => {
  await withEngine(async (engine) => {
    const collection = await indexed(engine, { key: { a: 1 }, name: "a_1", unique: true });
    insert(engine, collection, doc({ _id: 1 }));
    assert.throws(
      () => insert(engine, collection, doc({ _id: 2, a: null })),
      /dup key: \{ a: null \}/,
    );
    insert(engine, collection, doc({ _id: 3, a: [1, 1, 2] }));
    assert.throws(() => insert(engine, collection, doc({ _id: 4, a: 2 })), /dup key: \{ a: 2 \}/);
    insert(engine, collection, doc({ _id: 5, a: 3 }));
    await assertConsistent(engine, collection);
  });
});

Deno.test("7.33 parallel arrays in a compound index are refused", async () => {
  await withEngine(async (engine) => {
    const collection = await indexed(engine, { key: { a: 1, b: 1 }, name: "ab" });
    assert.throws(
      () => insert(engine, collection, doc({ _id: 1, a: [1], b: [2] })),
      (error) => error instanceof CommandError && error.code === 171,
    );
    assert.equal(collection.count, 0);
    await assertConsistent(engine, collection);
  });
});

Deno.test("updates touch only entries that change, and keep indexes right", async () => {
  await withEngine(async (engine) => {
    const collection = await indexed(
      engine,
      { key: { a: 1 }, name: "a_1" },
      { key: { tags: 1 }, name: "tags_1" },
      { key: { u: -1 }, name: "u_-1", unique: true, sparse: true },
      { key: { a: 1 }, name: "partial", partialFilterExpression: { on: true } },
    );
    const versions = [
      doc({ _id: 1, a: 1, tags: ["x", "y"], u: 1 }),
      doc({ _id: 1, a: 1, tags: ["y", "z"], u: 1, on: true }),
      doc({ _id: 1, a: 2, tags: [], on: true }),
      doc({ _id: 1, a: 2, u: 7, on: false }),
      doc({ _id: 1, other: 1, a: 2, u: 7, on: true }),
    ];
    insert(engine, collection, versions[0], doc({ _id: 2, u: 9 }));
    for (let i = 1; i < versions.length; i++) {
      engine.run((t) => collection.update(t, 1, versions[i - 1], versions[i]));
      await assertConsistent(engine, collection);
    }
    const last = versions[versions.length - 1];
    assert.throws(
      () => engine.run((t) => collection.update(t, 1, last, doc({ _id: 1, u: 9, a: 3 }))),
      /index: u_-1 dup key: \{ u: 9 \}/,
    );
    assert.deepEqual(collection.get(null, 1), last);
    await assertConsistent(engine, collection);
    assert.equal(collection.index("tags_1")!.isMultikey, true);
    assert.equal(collection.index("a_1")!.isMultikey, false);
  });
});

Deno.test("a capped collection keeps its newest documents within its limits", async () => {
  await withEngine(async (engine) => {
    engine.definitions.create("db.c", { options: doc({ capped: true, size: 4096, max: 3 }) });
    const collection = await indexed(engine, { key: { n: 1 }, name: "n_1" });
    for (let i = 0; i < 10; i++) insert(engine, collection, doc({ _id: i, n: i }));
    assert.deepEqual(
      await texts(collection.scan()),
      [7, 8, 9].map((i) => `{ _id: ${i}, n: ${i} }`),
    );
    engine.run((t) => {
      for (let i = 10; i < 15; i++) collection.insert(t, doc({ _id: i, n: i }));
    });
    assert.equal(collection.count, 3);
    await assertConsistent(engine, collection);
    assert.throws(
      () => insert(engine, collection, doc({ _id: 99, big: "x".repeat(5000) })),
      /object to insert exceeds cappedMaxSize/,
    );
  });
});

Deno.test("a rolled back trim of a capped collection is forgotten", async () => {
  await withEngine(async (engine) => {
    engine.definitions.create("db.c", { options: doc({ capped: true, size: 256 }) });
    const collection = engine.catalog.collection("db.c")!;
    const padding = "x".repeat(60);
    insert(engine, collection, doc({ _id: 1, padding }), doc({ _id: 2, padding }));
    assert.throws(() =>
      engine.run((t) => {
        for (const _id of [3, 4, 5]) collection.insert(t, doc({ _id, padding }));
        throw new Error("stop");
      }), /stop/);
    assert.equal(collection.count, 2);
    assert.equal((await texts(collection.scan())).length, 2);
    insert(engine, collection, doc({ _id: 6, padding }));
    insert(engine, collection, doc({ _id: 7, padding }));
    assert.deepEqual((await texts(collection.scan())).map((one) => one.slice(7, 8)), ["6", "7"]);
    assert.equal(collection.count, 2);
    assert(collection.dataSize <= 256);
    await assertConsistent(engine, collection);
  });
});

Deno.test("two open transactions may both make an index multikey", async () => {
  await withEngine(async (engine) => {
    const collection = await indexed(engine, { key: { a: 1, "b.c": 1 }, name: "ab" });
    const [first, second] = [engine.begin(), engine.begin()];
    collection.insert(first, doc({ _id: 1, a: [1] }));
    collection.insert(second, doc({ _id: 2, b: [{ c: 1 }] }));
    first.commit();
    second.commit();
    assert.deepEqual(collection.index("ab")!.multikeyParts, [1, 1]);
    await assertConsistent(engine, collection);
    assert.equal(text(collection.get(null, 1)!), "{ _id: 1, a: [ 1 ] }");
  });
});
