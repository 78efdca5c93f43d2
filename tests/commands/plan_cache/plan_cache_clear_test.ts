import assert from "node:assert/strict";
import { type Harness, withServer } from "../harness.ts";

async function cachedQueries(harness: Harness): Promise<unknown[]> {
  const reply = await harness.command("t", {
    aggregate: "c",
    pipeline: [{ $planCacheStats: {} }],
    cursor: {},
  });
  assert.equal(reply.ok, 1, reply.errmsg);
  return reply.cursor.firstBatch.map((row: { createdFromQuery: { query: unknown } }) =>
    row.createdFromQuery.query
  );
}

async function ask(harness: Harness): Promise<void> {
  await harness.check("t", [
    [{ find: "c", filter: { a: 1, b: 1 } }, {}],
    [{ find: "c", filter: { a: 1, b: { $gt: 1 } } }, {}],
  ]);
}

const SHAPES = [
  { $and: [{ a: { $eq: 1 } }, { b: { $eq: 1 } }] },
  { $and: [{ a: { $eq: 1 } }, { b: { $gt: 1 } }] },
];

Deno.test("planCacheClear forgets one shape, or all; changes of indexes and a drop forget all", async () => {
  await withServer(async (harness) => {
    const documents = Array.from({ length: 300 }, (_, i) => ({ a: i % 2, b: i }));
    const indexes = [{ key: { a: 1 }, name: "a_1" }, { key: { b: 1 }, name: "b_1" }];
    await harness.check("t", [
      [{ planCacheClear: "c" }, {}],
      [{ insert: "c", documents }, {}],
      [{ createIndexes: "c", indexes }, {}],
    ]);
    await ask(harness);
    assert.deepEqual(await cachedQueries(harness), SHAPES);
    await harness.check("t", [[{ planCacheClear: "c", query: { a: 7, b: 8 } }, {}]]);
    assert.deepEqual(await cachedQueries(harness), [SHAPES[1]]);
    await harness.check("t", [
      [{ planCacheClear: "c", query: 1 }, [2, "required field query must be an object"]],
      [{ planCacheClear: "c", query: { $x: 1 } }, [2, /unknown top level operator/]],
      [
        { planCacheClear: "c", projection: {} },
        [2, "sort, projection, or collation provided without query"],
      ],
      [{ planCacheClear: "c" }, {}],
    ]);
    assert.deepEqual(await cachedQueries(harness), []);
    const changes = [
      { createIndexes: "c", indexes: [{ key: { z: 1 }, name: "z_1" }] },
      { collMod: "c", index: { name: "z_1", hidden: true } },
      { dropIndexes: "c", index: "z_1" },
    ];
    for (const change of changes) {
      await ask(harness);
      assert.equal((await cachedQueries(harness)).length, 2);
      await harness.check("t", [[change, {}]]);
      assert.deepEqual(await cachedQueries(harness), [], JSON.stringify(change));
    }
  });
});
