import assert from "node:assert/strict";
import { UNPACED } from "../../src/stream/pacer.ts";
import { deleteMany, deleteOne } from "../../src/write/delete.ts";
import { text, withEngine } from "../storage/fixture.ts";
import { collectionOf, contents, type Fields, type QueryLiterals, queryOf } from "./statements.ts";

const DOCUMENTS: readonly Fields[] = [
  { _id: 1, a: 1 },
  { _id: 2, a: 2 },
  { _id: 3, a: 2 },
  { _id: 4, a: "x" },
];

/** [one or many, filter, options, ids left] */
const CASES: readonly (readonly ["one" | "many", Fields, QueryLiterals, readonly number[]])[] = [
  ["one", { _id: 2 }, {}, [1, 3, 4]],
  ["one", { _id: 9 }, {}, [1, 2, 3, 4]],
  ["one", { a: 2 }, {}, [1, 3, 4]],
  ["one", { a: 2 }, { sort: { _id: -1 } }, [1, 2, 4]],
  ["one", {}, { hint: "_id_" }, [2, 3, 4]],
  ["many", { a: 2 }, {}, [1, 4]],
  ["many", {}, {}, []],
  ["many", { _id: { $gte: 3 } }, {}, [1, 2]],
  ["many", { a: "X" }, { collation: { locale: "en", strength: 2 } }, [1, 2, 3]],
  ["many", { a: 7 }, {}, [1, 2, 3, 4]],
];

Deno.test("deletes one or all that match", async () => {
  for (const [how, filter, options, left] of CASES) {
    await withEngine(async (engine) => {
      const collection = collectionOf(engine, DOCUMENTS);
      const query = queryOf(collection, filter, options);
      const run = how === "one" ? deleteOne : deleteMany;
      const outcome = await run(engine, query, UNPACED);
      const row = JSON.stringify([how, filter, options]);
      assert.equal(outcome.deleted, DOCUMENTS.length - left.length, row);
      assert.deepEqual(
        (await contents(collection)).map((one) => Number(/_id: (\d)/.exec(one)![1])),
        left,
        row,
      );
    });
  }
});

Deno.test("a single delete gives the document as it was", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, DOCUMENTS);
    const byId = await deleteOne(engine, queryOf(collection, { _id: 1 }), UNPACED);
    assert.equal(text(byId.before!), "{ _id: 1, a: 1 }");
    const byFilter = await deleteOne(engine, queryOf(collection, { a: "x" }), UNPACED);
    assert.equal(text(byFilter.before!), '{ _id: 4, a: "x" }');
  });
});

Deno.test("without a collection nothing is deleted, but a wrong filter is told", async () => {
  await withEngine(async (engine) => {
    assert.equal((await deleteOne(engine, queryOf(undefined, { a: 1 }), UNPACED)).deleted, 0);
    assert.equal((await deleteMany(engine, queryOf(undefined, { a: 1 }), UNPACED)).deleted, 0);
    const wrong = queryOf(undefined, { $nope: 1 });
    assert.throws(() => deleteOne(engine, wrong, UNPACED), { code: 2 });
    await assert.rejects(deleteMany(engine, wrong, UNPACED), { code: 2 });
  });
});

Deno.test("two clients that delete the first match delete different documents", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, DOCUMENTS);
    const outcomes = await Promise.all(
      [0, 1, 2].map(() => deleteOne(engine, queryOf(collection, { a: 2 }), UNPACED)),
    );
    assert.deepEqual(outcomes.map(({ deleted }) => deleted), [1, 1, 0]);
    assert.equal(collection.count, 2);
  });
});
