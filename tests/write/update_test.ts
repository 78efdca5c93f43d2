import assert from "node:assert/strict";
import { updateMany, updateOne, type UpdateRequest } from "../../src/write/update.ts";
import { doc, logged, text, value, withEngine } from "../storage/fixture.ts";
import {
  collectionOf,
  contents,
  type Fields,
  NAMESPACE,
  type QueryLiterals,
  queryOf,
  requestOf,
} from "./statements.ts";

const DOCUMENTS: readonly Fields[] = [
  { _id: 1, a: 1 },
  { _id: 2, a: 2 },
  { _id: 3, a: 2, b: [1, 2, 3] },
];

interface Case {
  readonly name: string;
  readonly many?: boolean;
  readonly filter: Fields;
  readonly update: Fields | readonly Fields[];
  readonly query?: QueryLiterals;
  readonly rest?: Partial<UpdateRequest>;
  readonly options?: Fields;
  readonly matched?: number;
  readonly modified?: number;
  readonly upserted?: string;
  /** Code of the error. */
  readonly code?: number;
  /** Documents afterwards; unchanged by default. */
  readonly after?: readonly string[];
}

const [ONE, TWO, THREE] = [
  "{ _id: 1, a: 1 }",
  "{ _id: 2, a: 2 }",
  "{ _id: 3, a: 2, b: [ 1, 2, 3 ] }",
];

const CASES: readonly Case[] = [
  {
    name: "by _id",
    filter: { _id: 1 },
    update: { $inc: { a: 5 } },
    matched: 1,
    modified: 1,
    after: ["{ _id: 1, a: 6 }", TWO, THREE],
  },
  {
    name: "the first in natural order",
    filter: { a: 2 },
    update: { $set: { x: 1 } },
    matched: 1,
    modified: 1,
    after: [ONE, "{ _id: 2, a: 2, x: 1 }", THREE],
  },
  {
    name: "the first in sort order",
    filter: {},
    query: { sort: { _id: -1 } },
    update: { $unset: { b: 1 } },
    matched: 1,
    modified: 1,
    after: [ONE, TWO, "{ _id: 3, a: 2 }"],
  },
  {
    name: "many",
    many: true,
    filter: { a: 2 },
    update: { $set: { a: 7 } },
    matched: 2,
    modified: 2,
    after: [ONE, "{ _id: 2, a: 7 }", "{ _id: 3, a: 7, b: [ 1, 2, 3 ] }"],
  },
  {
    name: "7.52 a no-op is matched and not modified",
    many: true,
    filter: { a: 2 },
    update: { $set: { a: 2 } },
    matched: 2,
    modified: 0,
  },
  {
    name: "a replacement keeps the _id",
    filter: { a: 1 },
    update: { z: 9 },
    matched: 1,
    modified: 1,
    after: ["{ _id: 1, z: 9 }", TWO, THREE],
  },
  {
    name: "a pipeline",
    filter: { _id: 2 },
    update: [{ $set: { c: { $add: ["$a", 1] } } }],
    matched: 1,
    modified: 1,
    after: [ONE, "{ _id: 2, a: 2, c: 3 }", THREE],
  },
  {
    name: "7.56 the positional $ is the element the filter matched",
    filter: { b: 2 },
    update: { $set: { "b.$": 20 } },
    matched: 1,
    modified: 1,
    after: [ONE, TWO, "{ _id: 3, a: 2, b: [ 1, 20, 3 ] }"],
  },
  {
    name: "7.56 no positional $ without an array in the filter",
    filter: { _id: 3 },
    update: { $set: { "b.$": 20 } },
    code: 2,
  },
  { name: "the _id cannot change", filter: { a: 1 }, update: { $set: { _id: 8 } }, code: 66 },
  { name: "nothing matches", filter: { a: 9 }, update: { $set: { x: 1 } } },
  {
    name: "7.58 an upsert takes the filter's equalities",
    filter: { a: 9, "n.m": { $eq: 1 }, q: { $gt: 1 }, _id: 4 },
    update: { $set: { x: 1 }, $setOnInsert: { y: 2 } },
    rest: { upsert: true },
    upserted: "{ _id: 4, a: 9, n: { m: 1 }, x: 1, y: 2 }",
    after: [ONE, TWO, THREE, "{ _id: 4, a: 9, n: { m: 1 }, x: 1, y: 2 }"],
  },
  {
    name: "7.58 a replacement upsert takes only the _id",
    filter: { _id: 4, a: 9 },
    update: { z: 1 },
    rest: { upsert: true },
    upserted: "{ _id: 4, z: 1 }",
    after: [ONE, TWO, THREE, "{ _id: 4, z: 1 }"],
  },
  {
    name: "7.58 two values for one path",
    filter: { $and: [{ a: 9 }, { a: 8 }] },
    update: { $set: { x: 1 } },
    rest: { upsert: true },
    code: 54,
  },
  {
    name: "many and upsert",
    many: true,
    filter: { _id: 4 },
    update: { $set: { x: 1 } },
    rest: { upsert: true },
    upserted: "{ _id: 4, x: 1 }",
    after: [ONE, TWO, THREE, "{ _id: 4, x: 1 }"],
  },
  {
    name: "a supplied document",
    filter: { _id: 4 },
    update: [{ $set: { x: 1 } }],
    rest: { upsert: true, suppliedDocument: doc({ _id: 4, s: 1 }) },
    upserted: "{ _id: 4, s: 1 }",
    after: [ONE, TWO, THREE, "{ _id: 4, s: 1 }"],
  },
  {
    name: "an upsert onto an _id that is taken",
    filter: { a: 99 },
    update: { $set: { _id: 1 } },
    rest: { upsert: true },
    code: 11000,
  },
  {
    name: "a validator",
    filter: { _id: 1 },
    update: { $set: { a: "x" } },
    options: { validator: { a: { $type: "int" } } },
    code: 121,
  },
  {
    name: "a validator at an upsert",
    filter: { _id: 8 },
    update: { $set: { a: "x" } },
    rest: { upsert: true },
    options: { validator: { a: { $type: "int" } } },
    code: 121,
  },
  {
    name: "a validator bypassed",
    filter: { _id: 1 },
    update: { $set: { a: "x" } },
    rest: { bypassDocumentValidation: true },
    options: { validator: { a: { $type: "int" } } },
    matched: 1,
    modified: 1,
    after: ['{ _id: 1, a: "x" }', TWO, THREE],
  },
  {
    name: "many stop at the first that fails; what came before stays",
    many: true,
    filter: {},
    update: { $push: { b: 4 } },
    options: { validator: { _id: { $ne: 2 } } },
    code: 121,
    after: ["{ _id: 1, a: 1, b: [ 4 ] }", TWO, THREE],
  },
];

for (const one of CASES) {
  Deno.test(`update: ${one.name}`, async () => {
    await withEngine(async (engine) => {
      const { validator, ...rest } = one.options ?? {};
      const collection = collectionOf(engine, DOCUMENTS, rest);
      if (validator !== undefined) {
        engine.definitions.modify(NAMESPACE, new Map([["validator", value(validator)]]));
      }
      const query = queryOf(collection, one.filter, one.query);
      const request = requestOf(engine, query, one.update, one.rest);
      const run = async () => await (one.many ? updateMany : updateOne)(engine, request);
      if (one.code !== undefined) {
        await assert.rejects(run(), (error: { code: number; message: string }) => {
          assert.equal(error.code, one.code, error.message);
          assert.match(error.message, /^Plan executor error during update :: caused by :: /);
          return true;
        });
      } else {
        const outcome = await run();
        assert.equal(outcome.matched, one.matched ?? 0);
        assert.equal(outcome.modified, one.modified ?? 0);
        assert.equal(outcome.upserted && text(outcome.upserted), one.upserted);
      }
      assert.deepEqual(await contents(collection), one.after ?? [ONE, TWO, THREE]);
    });
  });
}

Deno.test("7.52 a no-op is not logged", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, DOCUMENTS);
    const before = (await logged(engine)).length;
    await updateMany(engine, requestOf(engine, queryOf(collection, {}), { $set: { _id: 1 } }))
      .catch(() => {});
    await updateMany(
      engine,
      requestOf(engine, queryOf(collection, { a: 2 }), { $set: { a: 2 } }),
    );
    assert.equal((await logged(engine)).length, before);
  });
});

Deno.test("a single update shows the document before and after", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine, DOCUMENTS);
    const outcome = await updateOne(
      engine,
      requestOf(engine, queryOf(collection, { _id: 1 }), { $inc: { a: 1 } }),
    );
    assert.equal(text(outcome.before!), ONE);
    assert.equal(text(outcome.after!), "{ _id: 1, a: 2 }");
  });
});

Deno.test("a document is changed once although the change moves it forward in the index", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(
      engine,
      Array.from({ length: 2000 }, (_, i) => ({ _id: i, a: i })),
    );
    await engine.indexes.create(NAMESPACE, [doc({ key: { a: 1 }, name: "a_1" })]);
    const query = queryOf(collection, { a: { $gte: 0 } }, { hint: "a_1" });
    const outcome = await updateMany(engine, requestOf(engine, query, { $inc: { a: 1000 } }));
    assert.deepEqual([outcome.matched, outcome.modified], [2000, 2000]);
    assert.equal((await contents(collection))[0], "{ _id: 0, a: 1000 }");
  });
});

Deno.test("clients that take the first open job take different ones", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(
      engine,
      Array.from({ length: 20 }, (_, i) => ({ _id: i, open: true })),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 25 }, () =>
        updateOne(
          engine,
          requestOf(engine, queryOf(collection, { open: true }, { sort: { _id: 1 } }), {
            $set: { open: false },
          }),
        )),
    );
    const taken = outcomes.flatMap(({ before }) => before === undefined ? [] : [text(before)]);
    assert.equal(new Set(taken).size, 20);
    assert.equal(taken.length, 20);
  });
});

Deno.test("clients that upsert the same key at once make one document", async () => {
  await withEngine(async (engine) => {
    const collection = collectionOf(engine);
    await engine.indexes.create(NAMESPACE, [doc({ key: { k: 1 }, name: "k_1", unique: true })]);
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () =>
        updateOne(
          engine,
          requestOf(engine, queryOf(collection, { k: 1 }), { $inc: { n: 1 } }, { upsert: true }),
        )),
    );
    assert.equal(outcomes.filter(({ upserted }) => upserted !== undefined).length, 1);
    assert.match((await contents(collection))[0], /k: 1, n: 5 }$/);
  });
});

Deno.test("an upsert creates the collection; without one nothing is made", async () => {
  await withEngine(async (engine) => {
    const query = queryOf(undefined, { _id: 1 });
    await updateOne(engine, requestOf(engine, query, { $set: { a: 1 } }));
    assert.equal(engine.catalog.collection(NAMESPACE), undefined);
    await updateOne(engine, requestOf(engine, query, { $set: { a: 1 } }, { upsert: true }));
    assert.deepEqual(await contents(engine.catalog.collection(NAMESPACE)!), ["{ _id: 1, a: 1 }"]);
    const wrong = requestOf(engine, queryOf(undefined, { $nope: 1 }), { $set: { a: 1 } });
    assert.throws(() => updateOne(engine, wrong), { code: 2 });
  });
});
