import assert from "node:assert/strict";
import { randomRecords } from "../../src/aggregation/random_records.ts";
import { documentsOf, withCollection } from "../plan/collection.ts";
import { testDatabase } from "./database.ts";

const DOCUMENTS = Array.from({ length: 400 }, (_, _id) => ({ _id }));

Deno.test("random records: a small part of many", async () => {
  await withCollection(DOCUMENTS, [], async (collection) => {
    assert.equal(randomRecords(collection, 21), undefined);
    const seen = new Array(400).fill(0);
    for (let i = 0; i < 400; i++) {
      const picked = (await documentsOf(randomRecords(collection, 20)!)).map(({ _id }) => _id);
      assert.equal(new Set(picked).size, 20);
      for (const _id of picked) seen[_id]++;
    }
    // 20 each are expected, with a standard deviation of about 4.4.
    assert.ok(seen.every((count) => count > 0 && count < 50), seen.join());
  });
});

Deno.test("random records: not of few, and not where hardly any are left", async () => {
  await withCollection(DOCUMENTS.slice(0, 100), [], (collection) => {
    assert.equal(randomRecords(collection, 1), undefined);
  });
  const many = Array.from({ length: 3000 }, (_, _id) => ({ _id }));
  await withCollection(many, [], (collection, engine) => {
    engine.run((transaction) => {
      for (let recordId = 2; recordId < 2880; recordId++) {
        collection.remove(transaction, recordId, collection.get(transaction, recordId)!);
      }
    });
    assert.equal(collection.count, 122);
    assert.equal(randomRecords(collection, 1), undefined);
  });
});

testDatabase("$sample gives different documents in both ways", async (database) => {
  await database.insert("c", DOCUMENTS);
  for (const size of [1, 20, 21, 400, 500]) {
    const found = await database.results("c", [{ $sample: { size } }]);
    assert.equal(found.length, Math.min(size, 400));
    assert.equal(new Set(found.map(({ _id }) => _id)).size, found.length);
  }
  const some = await database.results("c", [{ $match: { _id: { $lt: 3 } } }, {
    $sample: { size: 2 },
  }]);
  assert.ok(some.every(({ _id }) => _id < 3));
});
