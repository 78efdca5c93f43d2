import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import { doc, insert, logged, text, texts, value, withEngine } from "./fixture.ts";

Deno.test("documents come back byte for byte, by _id, by RecordId and by scan", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const documents = [doc({ _id: 1, a: "x" }), doc({ b: [1, 2], _id: "two" }), doc({ _id: null })];
    const recordIds = insert(engine, collection, ...documents);
    assert.deepEqual(recordIds, [1, 2, 3]);
    const found = collection.findById(null, value("two"))!;
    assert.equal(found.recordId, 2);
    assert.deepEqual(found.document, documents[1]);
    assert.equal(collection.findById(null, value("three")), null);
    assert.deepEqual(collection.get(null, 3), documents[2]);
    assert.equal(collection.get(null, 4), null);
    assert.deepEqual(await texts(collection.scan()), documents.map((one) => text(one)));
    assert.equal(collection.count, 3);
    assert.equal(collection.dataSize, documents.reduce((sum, one) => sum + one.length, 0));
  });
});

Deno.test("peekById shows the document until the next read, however large", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const documents = [doc({ _id: 1 }), doc({ _id: 2, pad: "x".repeat(100_000) })];
    insert(engine, collection, ...documents);
    for (const [i, document] of documents.entries()) {
      const peeked = collection.peekById(value(i + 1))!;
      assert.deepEqual(peeked.slice(0, document.length), document);
    }
    assert.equal(collection.peekById(value(3)), null);
    const options = doc({ collation: { locale: "en", strength: 2 } });
    engine.definitions.create("db.collated", { options });
    const collated = engine.catalog.collection("db.collated")!;
    insert(engine, collated, doc({ _id: "a" }));
    assert.deepEqual(collated.peekById(value("a")), doc({ _id: "a" }));
    assert.equal(collated.peekById(value("A")), null);
  });
});

Deno.test("numbers of other types find the same _id", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 5 }));
    assert.equal(collection.findById(null, value(5n))?.recordId, 1);
    assert.throws(() => insert(engine, collection, doc({ _id: 5n })), /E11000/);
  });
});

Deno.test("update and remove change record, counts and change log", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const padding = "p".repeat(100);
    const before = doc({ _id: 1, a: 1, padding });
    const after = doc({ _id: 1, a: 1, padding, b: true });
    insert(engine, collection, before);
    engine.run((t) => collection.update(t, 1, before, after));
    assert.equal(collection.dataSize, after.length);
    const replaced = doc({ _id: 1, z: 0 });
    engine.run((t) => collection.update(t, 1, after, replaced, { isReplacement: true }));
    engine.run((t) => collection.remove(t, 1, replaced));
    assert.equal(collection.count, 0);
    assert.equal(collection.dataSize, 0);
    assert.equal(collection.findById(null, value(1)), null);
    assert.deepEqual((await logged(engine)).slice(3), [
      '{ op: "u", ns: "db.c", ui, o: { $v: 2, diff: { i: { b: true } } }, o2: { _id: 1 }',
      '{ op: "u", ns: "db.c", ui, o: { _id: 1, z: 0 }, o2: { _id: 1 }',
      '{ op: "d", ns: "db.c", ui, o: { _id: 1 }',
    ]);
  });
});

Deno.test("fetch gives records in the order asked for and leaves missing ones out", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, ...[1, 2, 3, 4].map((_id) => doc({ _id })));
    const batch = collection.fetch(null, new Float64Array([3, 9, 1, 4]));
    assert.deepEqual([...batch.recordIds!.subarray(0, batch.count)], [3, 1, 4]);
    assert.deepEqual(batch.documents().map((one) => text(one)), [
      "{ _id: 3 }",
      "{ _id: 1 }",
      "{ _id: 4 }",
    ]);
  });
});

Deno.test("reads inside a transaction see its writes and its snapshot", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    insert(engine, collection, doc({ _id: 1 }));
    const transaction = engine.begin();
    collection.insert(transaction, doc({ _id: 2 }));
    insert(engine, collection, doc({ _id: 3 }));
    assert.deepEqual(await texts(collection.scan({ transaction })), ["{ _id: 1 }", "{ _id: 2 }"]);
    assert.equal(collection.findById(transaction, value(3)), null);
    assert.equal(collection.findById(null, value(2)), null);
    assert.equal(collection.count, 2);
    transaction.commit();
    assert.equal(collection.count, 3);
    assert.deepEqual(await texts(collection.scan()), ["{ _id: 1 }", "{ _id: 2 }", "{ _id: 3 }"]);
  });
});

Deno.test("a waiter for inserts wakes after the commit, not before", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    const { version } = collection.onInsert;
    const transaction = engine.begin();
    collection.insert(transaction, doc({ _id: 1 }));
    assert.equal(collection.onInsert.version, version);
    const waiting = collection.onInsert.wait(version, 10_000);
    transaction.commit();
    assert.equal(await waiting, true);
  });
});

Deno.test("a document without a fitting _id index entry is an error of the caller", async () => {
  await withEngine((engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    assert.throws(() => insert(engine, collection, doc({ a: 1 })), /has no _id/);
    assert.equal(collection.count, 0);
    assert.throws(
      () => insert(engine, collection, doc({ _id: 1 }), doc({ _id: 1 })),
      (error) => error instanceof CommandError && error.code === 11000,
    );
    assert.equal(collection.count, 0);
  });
});
