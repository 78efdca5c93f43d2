import assert from "node:assert/strict";
import { encodeKey } from "../../src/index/key_encoding.ts";
import type { IndexRange } from "../../src/storage/index_scan.ts";
import { doc, insert, type Literal, text, texts, value, withEngine } from "./fixture.ts";

const key = (literal: Literal) => encodeKey([value(literal)]);
/** From `low` to before `high`. */
const range = (low: Literal, high: Literal): IndexRange => ({ low: key(low), high: key(high) });

Deno.test("ranges in key order, both ways", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    insert(engine, collection, ...[5, 3, 9, 1, 7, 3].map((a, _id) => doc({ _id, a })));
    const index = collection.index("a_1")!;
    const values = async (options: Parameters<typeof collection.indexScan>[1]) =>
      (await texts(collection.indexScan(index, options))).map((one) => one.match(/a: (\d)/)![1])
        .join("");
    assert.equal(await values({}), "133579");
    assert.equal(await values({ forward: false }), "975331");
    assert.equal(await values({ ranges: [range(3, 6)] }), "335");
    assert.equal(await values({ ranges: [range(1, 2), range(7, 100)] }), "179");
    assert.equal(await values({ ranges: [range(1, 2), range(7, 100)], forward: false }), "971");
    assert.equal(await values({ ranges: [] }), "");
    assert.equal(index.accesses.operations, 6);
  });
});

Deno.test("a unique index, a descending one, and key batches", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [
      doc({ key: { a: 1 }, name: "u", unique: true }),
      doc({ key: { a: -1 }, name: "down" }),
    ]);
    insert(engine, collection, ...[2, 1, 3].map((a, _id) => doc({ _id, a })));
    const recordIds = (name: string) => {
      const scan = collection.indexScan(collection.index(name)!);
      const batch = scan.nextKeys()!;
      const found = [...batch.recordIds.subarray(0, batch.count)];
      assert.equal(scan.nextKeys(), null);
      scan.close();
      return found;
    };
    assert.deepEqual(recordIds("u"), [2, 1, 3]);
    assert.deepEqual(recordIds("down"), [3, 1, 2]);
    const scan = collection.indexScan(collection.index("u")!);
    const batch = scan.nextKeys()!;
    assert.deepEqual(batch.key(0), key(1));
    scan.close();
  });
});

Deno.test("a document of a multikey index comes once", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    insert(engine, collection, doc({ _id: 1, a: [1, 2, 3] }), doc({ _id: 2, a: 2 }));
    const scan = collection.indexScan(collection.index("a_1")!);
    const batch = scan.next()!;
    assert.deepEqual(batch.documents().map((one) => text(one)), [
      "{ _id: 1, a: [ 1, 2, 3 ] }",
      "{ _id: 2, a: 2 }",
    ]);
    assert.equal(scan.next(), null);
    assert.deepEqual(
      [scan.keysExamined, scan.documentsExamined, scan.duplicatesDropped, scan.seeks],
      [4, 2, 2, 1],
    );
    scan.close();
  });
});

Deno.test("many batches, documents changing on the way", async () => {
  await withEngine(async (engine) => {
    const collection = engine.definitions.ensureCollection("db.c");
    await engine.indexes.create("db.c", [doc({ key: { a: 1 }, name: "a_1" })]);
    engine.run((t) => {
      for (let i = 0; i < 6000; i++) {
        collection.insert(t, doc({ _id: i, a: i % 100, p: "x".repeat(100) }));
      }
    });
    const scan = collection.indexScan(collection.index("a_1")!);
    scan.expect(5);
    let seen = 0;
    let removed = 0;
    for (let batch = scan.next(); batch !== null; batch = scan.next()) {
      if (seen === 0) {
        assert.equal(batch.count, 5);
        // The last entries go before the scan gets there.
        for (const recordId of [100, 200, 300]) {
          const document = collection.get(null, recordId)!;
          engine.run((t) => collection.remove(t, recordId, document));
          removed++;
        }
      }
      seen += batch.count;
    }
    assert.equal(seen, 6000 - removed);
    scan.close();
  });
});
