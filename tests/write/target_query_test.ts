import assert from "node:assert/strict";
import { doc, texts, withEngine } from "../storage/fixture.ts";
import { collectionOf, type Fields, queryOf } from "./statements.ts";

/** [filter, collation, is looked up by _id] */
const EXPRESS: readonly (readonly [Fields, Fields | undefined, boolean])[] = [
  [{ _id: 1 }, undefined, true],
  [{ _id: { $eq: "a" } }, undefined, true],
  [{ _id: null }, undefined, false],
  [{ _id: { $gt: 1 } }, undefined, false],
  [{ _id: 1, a: 1 }, undefined, false],
  [{ a: 1 }, undefined, false],
  [{ _id: 1 }, { locale: "en", strength: 2 }, true],
  [{ _id: "a" }, { locale: "en", strength: 2 }, false],
  [{ _id: "a" }, { locale: "simple" }, true],
  [{ _id: "a" }, {}, true],
];

Deno.test("only an equality on _id that is one key goes straight to the record", async () => {
  await withEngine((engine) => {
    const collection = collectionOf(engine);
    for (const [filter, collation, isExpress] of EXPRESS) {
      const query = queryOf(collection, filter, collation === undefined ? {} : { collation });
      assert.equal(query.id !== undefined, isExpress, JSON.stringify([filter, collation]));
    }
  });
});

Deno.test("the collection's collation applies unless the statement has its own", async () => {
  await withEngine((engine) => {
    const collection = collectionOf(engine, [], { collation: { locale: "en", strength: 2 } });
    const document = doc({ _id: 1, a: "X" });
    assert.equal(queryOf(collection, { a: "x" }).stillMatches(document), true);
    assert.equal(
      queryOf(collection, { a: "x" }, { collation: { locale: "simple" } }).stillMatches(document),
      false,
    );
  });
});

Deno.test("open gives documents with their RecordIds, sorted, hinted, limited", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, [{ _id: 1, a: 3 }, { _id: 2, a: 1 }, { _id: 3, a: 2 }]);
    const sorted = queryOf(collection, {}, { sort: { a: 1 } });
    assert.deepEqual(await texts(sorted.open(2)), ["{ _id: 2, a: 1 }", "{ _id: 3, a: 2 }"]);
    const stream = queryOf(collection, { a: 2 }).open();
    const batch = await stream.next();
    assert.equal(batch!.count, 1);
    assert.deepEqual(collection.get(undefined, batch!.recordIds![0]), doc({ _id: 3, a: 2 }));
    stream.close();
    assert.throws(() => queryOf(collection, {}, { hint: "nope" }).open(), { code: 2 });
    assert.deepEqual(await texts(queryOf(undefined, { a: 1 }).open()), []);
  });
});

Deno.test("check finds errors without a collection", () => {
  assert.throws(() => queryOf(undefined, { a: { $nope: 1 } }).check(), { code: 2 });
  assert.throws(() => queryOf(undefined, {}, { sort: { a: 5 } }).check(), { code: 15975 });
  queryOf(undefined, { a: 1 }, { sort: { a: 1 } }).check();
});
