import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { doc, insert, logged, openHome, text, value, withEngine, withHome } from "./fixture.ts";

const rejectsWith = (expected: number, message?: RegExp) => (error: unknown) =>
  error instanceof CommandError && error.code === expected &&
  (message === undefined || message.test(error.message));

Deno.test("indexes are created once and reported as mongod does", async () => {
  await withEngine(async (engine) => {
    const spec = doc({ key: { a: 1 }, name: "a_1" });
    assert.deepEqual(await engine.indexes.create("db.c", [spec]), {
      numIndexesBefore: 1,
      numIndexesAfter: 2,
      createdCollectionAutomatically: true,
    });
    assert.deepEqual(
      await engine.indexes.create("db.c", [spec, doc({ key: { _id: 1 }, name: "x" })]),
      {
        numIndexesBefore: 2,
        numIndexesAfter: 2,
        createdCollectionAutomatically: false,
      },
    );
    assert.equal(
      (await logged(engine)).at(-1),
      '{ op: "c", ns: "db.$cmd", ui, o: { createIndexes: "c", v: 2, key: { a: 1 }, name: "a_1" }',
    );
  });
});

Deno.test("a bad specification after a good one creates nothing", async () => {
  await withEngine(async (engine) => {
    await assert.rejects(
      engine.indexes.create("db.c", [
        doc({ key: { a: 1 }, name: "a_1" }),
        doc({ key: { a: 0 }, name: "z" }),
      ]),
      rejectsWith(67),
    );
    assert.equal(engine.catalog.collection("db.c"), undefined);
    await assert.rejects(engine.indexes.create("db.c", []), /Must specify at least one index/);
    engine.definitions.create("db.v", { options: doc({ viewOn: "c" }) });
    await assert.rejects(
      engine.indexes.create("db.v", [doc({ key: { a: 1 }, name: "a_1" })]),
      rejectsWith(166),
    );
  });
});

Deno.test("64 indexes and no more", async () => {
  await withEngine(async (engine) => {
    const specs = Array.from(
      { length: 63 },
      (_, i) => doc({ key: { [`f${i}`]: 1 }, name: `i${i}` }),
    );
    await engine.indexes.create("db.c", specs);
    await assert.rejects(
      engine.indexes.create("db.c", [doc({ key: { more: 1 }, name: "more" })]),
      rejectsWith(67, /too many indexes for db\.c key:\{ more: 1 \}/),
    );
  });
});

Deno.test("dropping by name, list, pattern and all", async () => {
  await withEngine(async (engine) => {
    const { indexes } = engine;
    const collection = engine.definitions.ensureCollection("db.c");
    const names = () => collection.indexes.map((index) => index.name);
    await indexes.create(
      "db.c",
      ["a", "b", "c", "d"].map((f) => doc({ key: { [f]: 1 }, name: `${f}_1` })),
    );
    assert.throws(() => indexes.drop("db.c", "_id_"), rejectsWith(72, /^cannot drop _id index$/));
    assert.throws(
      () => indexes.drop("db.c", ["a_1", "nope"]),
      rejectsWith(27, /^index not found with name \[nope\]$/),
    );
    assert.throws(
      () => indexes.drop("db.c", doc({ z: 1 })),
      rejectsWith(27, /can't find index with key: \{ z: 1 \}/),
    );
    assert.throws(() => indexes.drop("db.none", "*"), rejectsWith(26, /^ns not found db\.none$/));
    assert.equal(names().length, 5);
    assert.equal(indexes.drop("db.c", ["a_1", "b_1"]), 5);
    assert.equal(indexes.drop("db.c", doc({ c: 1 })), 3);
    assert.deepEqual(names(), ["_id_", "d_1"]);
    assert.equal(indexes.drop("db.c", "*"), 2);
    assert.deepEqual(names(), ["_id_"]);
    assert.match(
      (await logged(engine)).at(-1)!,
      /o: \{ dropIndexes: "c", index: "d_1" \}, o2: \{ v: 2, key: \{ d: 1 \}/,
    );
    insert(engine, collection, doc({ _id: 1, a: 1 }));
  });
});

Deno.test("fields of an index change and stay changed", async () => {
  await withHome(async (path) => {
    let engine = await openHome(path);
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "a_1", expireAfterSeconds: 5 }),
    ]);
    const collection = engine.catalog.collection("db.c")!;
    const index = collection.index("a_1")!;
    engine.indexes.modify(
      collection,
      index,
      new Map([["hidden", value(true)], ["expireAfterSeconds", value(60n)]]),
    );
    assert.equal(index.isUsable, false);
    const expected = '{ v: 2, key: { a: 1 }, name: "a_1", hidden: true, expireAfterSeconds: 60 }';
    assert.equal(text(index.spec.document), expected);
    await engine.close();
    engine = await openHome(path);
    assert.equal(text(engine.catalog.collection("db.c")!.index("a_1")!.spec.document), expected);
    await engine.close();
  });
});

Deno.test("only create makes a clustered index", async () => {
  await withEngine(async (engine) => {
    const clustered = doc({ key: { _id: 1 }, name: "x", unique: true, clustered: true });
    await assert.rejects(
      engine.indexes.create("db.new", [clustered]),
      /Cannot implicitly create a new collection with createIndex 'clustered' option/,
    );
    engine.definitions.ensureCollection("db.c");
    await assert.rejects(engine.indexes.create("db.c", [clustered]), /clustered/);
  });
});
