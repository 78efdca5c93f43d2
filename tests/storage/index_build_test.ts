import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { validateCollection } from "../../src/storage/validate.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import {
  doc,
  insert,
  type Literal,
  openHome,
  orphansGone,
  withEngine,
  withHome,
} from "./fixture.ts";

function fill(engine: StorageEngine, count: number): Collection {
  const collection = engine.definitions.ensureCollection("db.c");
  engine.run((t) => {
    for (let i = 0; i < count; i++) collection.insert(t, doc({ _id: i, a: i, b: [i, i + 1] }));
  });
  return collection;
}

function build(engine: StorageEngine, spec: Record<string, Literal>) {
  return engine.indexes.create("db.c", [doc(spec)]);
}

async function assertConsistent(engine: StorageEngine, collection: Collection): Promise<void> {
  const result = await validateCollection(engine.store, collection);
  assert.deepEqual(result.errors, []);
}

Deno.test("a build over documents while writers insert, update and remove", async () => {
  await withEngine(async (engine) => {
    const collection = fill(engine, 5000);
    const building = build(engine, { key: { a: 1 }, name: "a_1" });
    const alsoBuilding = build(engine, { key: { b: -1 }, name: "b_-1" });
    assert.equal(collection.index("a_1")!.isReady, false);
    let steps = 0;
    while (!collection.index("a_1")!.isReady || !collection.index("b_-1")!.isReady) {
      const _id = 10_000 + steps;
      insert(engine, collection, doc({ _id, a: steps, b: [1, 2] }));
      for (const recordId of [4000 - steps, 10 + steps]) {
        const before = collection.get(null, recordId);
        if (before === null) continue;
        const after = doc({ _id: recordId - 1, a: -1, b: steps });
        if (steps % 2 === 0) engine.run((t) => collection.update(t, recordId, before, after));
        else engine.run((t) => collection.remove(t, recordId, before));
      }
      assert(engine.indexes.builds().length >= 1);
      steps++;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all([building, alsoBuilding]);
    assert.equal(engine.indexes.builds().length, 0);
    assert.equal(collection.index("b_-1")!.isMultikey, true);
    await assertConsistent(engine, collection);
  });
});

Deno.test("a duplicate among the documents fails the build and leaves nothing", async () => {
  await withEngine(async (engine) => {
    const collection = fill(engine, 3000);
    insert(engine, collection, doc({ _id: "dup", a: 2999 }));
    await assert.rejects(
      build(engine, { key: { a: 1 }, name: "a_1", unique: true }),
      (error) =>
        error instanceof CommandError && error.code === 11000 &&
        /index: a_1 dup key: \{ a: 2999 \}/.test(error.message),
    );
    assert.equal(collection.index("a_1"), undefined);
    await orphansGone(engine);
    await assertConsistent(engine, collection);
  });
});

Deno.test("a duplicate written during the build fails the build, not the write", async () => {
  await withEngine(async (engine) => {
    const collection = fill(engine, 3000);
    const building = build(engine, { key: { a: 1 }, name: "a_1", unique: true });
    insert(engine, collection, doc({ _id: "x", a: -5 }));
    insert(engine, collection, doc({ _id: "y", a: -5 }));
    await assert.rejects(
      building,
      (error) => error instanceof CommandError && error.code === 11000,
    );
    assert.equal(collection.count, 3002);
    assert.equal(collection.index("a_1"), undefined);
    await assertConsistent(engine, collection);
  });
});

Deno.test("open transactions from before and during the build end up in the index", async () => {
  await withEngine(async (engine) => {
    const collection = fill(engine, 3000);
    const before = engine.begin();
    collection.insert(before, doc({ _id: "before", a: 1 }));
    const building = build(engine, { key: { a: 1 }, name: "a_1" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(collection.index("a_1")!.isReady, false);
    const during = engine.begin();
    const old = collection.get(during, 2500)!;
    collection.update(during, 2500, old, doc({ _id: 2499, a: "moved" }));
    before.commit();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(collection.index("a_1")!.isReady, false);
    during.commit();
    await building;
    await assertConsistent(engine, collection);
  });
});

Deno.test("a query in a transaction older than the index does not use it", async () => {
  await withEngine(async (engine) => {
    const collection = fill(engine, 10);
    const old = engine.begin();
    collection.get(old, 1);
    const building = build(engine, { key: { a: 1 }, name: "a_1" });
    await new Promise((resolve) => setTimeout(resolve, 10));
    old.rollback();
    await building;
    const index = collection.index("a_1")!;
    assert.equal(index.isUsableIn(old), false);
    const young = engine.begin();
    assert.equal(index.isUsableIn(young), true);
    assert.equal(index.isUsableIn(null), true);
    young.rollback();
  });
});

Deno.test("dropping the index or the collection, or an interrupt, ends the build", async () => {
  await withEngine(async (engine) => {
    const collection = fill(engine, 3000);
    const first = build(engine, { key: { a: 1 }, name: "a_1" });
    engine.indexes.drop("db.c", "a_1");
    await assert.rejects(first, (error) => error instanceof CommandError && error.code === 276);
    await assert.rejects(
      engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })], {
        checkInterrupt: () => {
          throw new CommandError(11601, "interrupted");
        },
      }),
      /interrupted/,
    );
    assert.deepEqual(collection.indexes.map((index) => index.name), ["_id_"]);
    const third = build(engine, { key: { a: 1 }, name: "a_1" });
    engine.definitions.drop("db.c");
    await assert.rejects(third, (error) => error instanceof CommandError && error.code === 276);
    await orphansGone(engine);
  });
});

Deno.test("a second client that wants the same index waits for the first", async () => {
  await withEngine(async (engine) => {
    const collection = fill(engine, 3000);
    const first = build(engine, { key: { a: 1 }, name: "a_1" });
    const second = await build(engine, { key: { a: 1 }, name: "a_1" });
    assert.equal(collection.index("a_1")!.isReady, true);
    assert.equal(second.numIndexesBefore, 2);
    await first;
  });
});

Deno.test("an interrupted build is taken away at the next open", async () => {
  await withHome(async (path) => {
    let engine = await openHome(path);
    fill(engine, 3000);
    const building = build(engine, { key: { a: 1 }, name: "a_1" });
    const failed = assert.rejects(building);
    await engine.close();
    await failed;
    engine = await openHome(path);
    const collection = engine.catalog.collection("db.c")!;
    assert.deepEqual(collection.indexes.map((index) => index.name), ["_id_"]);
    assert.equal(collection.count, 3000);
    await assertConsistent(engine, collection);
    await build(engine, { key: { a: 1 }, name: "a_1" });
    await assertConsistent(engine, collection);
    await engine.close();
  });
});
