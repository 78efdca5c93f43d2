import assert from "node:assert/strict";
import { encodeValue } from "../../src/bson/encode.ts";
import { UNPACED } from "../../src/stream/pacer.ts";
import { insertDocuments } from "../../src/write/insert.ts";
import { checkPrepareUnique } from "../../src/write/prepare_unique.ts";
import { updateOne } from "../../src/write/update.ts";
import type { Collection } from "../../src/storage/collection.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { doc, withEngine } from "../storage/fixture.ts";
import { collectionOf, type Fields, NAMESPACE, queryOf, requestOf } from "./statements.ts";

async function prepared(engine: StorageEngine, documents: readonly Fields[]): Promise<Collection> {
  const collection = collectionOf(engine, documents);
  await engine.indexes.create(NAMESPACE, [doc({ key: { a: 1 }, name: "a_1" })]);
  engine.indexes.modify(
    collection,
    collection.index("a_1")!,
    new Map([["prepareUnique", encodeValue(true)]]),
  );
  return collection;
}

Deno.test("an index that is being made unique takes no further duplicates", async () => {
  await withEngine(async (engine) => {
    const collection = await prepared(engine, [
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
      { _id: 3, a: [5, 6] },
    ]);
    const check = (fields: Fields): void =>
      engine.run((t) => checkPrepareUnique(t, collection, doc(fields)));
    check({ _id: 9, a: 2 });
    const before = doc({ _id: 2, a: 1 });
    engine.run((t) => {
      const changed = { recordId: 2, before };
      checkPrepareUnique(t, collection, doc({ _id: 2, a: 1, b: 1 }), changed);
      checkPrepareUnique(t, collection, doc({ _id: 2, a: [1, 8] }), changed);
      assert.throws(
        () => checkPrepareUnique(t, collection, doc({ _id: 2, a: [1, 5] }), changed),
        { code: 11000 },
      );
    });
    check({ _id: 9 });
    for (const fields of [{ _id: 9, a: 1 }, { _id: 9, a: 6 }, { _id: 9, a: [7, 5] }]) {
      assert.throws(() => check(fields), { code: 11000 }, JSON.stringify(fields));
    }
    assert.throws(() => check({ _id: 9, a: 1 }), {
      message: "E11000 duplicate key error collection: test.c index: a_1 dup key: { a: 1 }",
    });
  });
});

Deno.test("inserts, updates and upserts ask", async () => {
  await withEngine(async (engine) => {
    const collection = await prepared(engine, [{ _id: 1, a: 1 }, { _id: 2, a: 2 }]);
    const outcome = await insertDocuments(engine, collection, () => doc({ _id: 3, a: 1 }), 1, {
      ordered: true,
      bypassDocumentValidation: false,
      pacer: UNPACED,
      warn: () => {},
    });
    assert.deepEqual(outcome.failures.map(({ error }) => error.code), [11000]);
    const update = requestOf(engine, queryOf(collection, { _id: 2 }), { $set: { a: 1 } });
    assert.throws(() => updateOne(engine, update), { code: 11000 });
    const same = requestOf(engine, queryOf(collection, { _id: 2 }), { $set: { b: 1 } });
    assert.equal((await updateOne(engine, same)).modified, 1);
    const upsert = requestOf(engine, queryOf(collection, { _id: 7 }), { $set: { a: 2 } }, {
      upsert: true,
    });
    assert.throws(() => updateOne(engine, upsert), { code: 11000 });
  });
});
