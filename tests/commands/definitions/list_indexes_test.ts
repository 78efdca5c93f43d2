import assert from "node:assert/strict";
import { Long } from "bson";
import { NONE, withServer } from "../harness.ts";

Deno.test("listIndexes: specifications as a cursor; 26 without a collection", async () => {
  await withServer(async (harness) => {
    const indexes = [
      { key: { a: 1 }, name: "a", unique: true, sparse: false, background: true },
      { key: { b: -1, "c.d": 1 }, name: "b", partialFilterExpression: { b: { $gt: 1 } } },
      { key: { t: 1 }, name: "t", expireAfterSeconds: 5, hidden: true },
    ];
    await harness.check("test", [
      [{ listIndexes: "c" }, [26, "ns does not exist: test.c"]],
      [{ createIndexes: "c", indexes }, {}],
      [{ listIndexes: "c" }, {
        cursor: {
          id: 0,
          ns: "test.c",
          firstBatch: [
            { v: 2, key: { _id: 1 }, name: "_id_", unique: NONE },
            { v: 2, key: { a: 1 }, name: "a", unique: true, sparse: NONE },
            { key: { b: -1, "c.d": 1 }, partialFilterExpression: { b: { $gt: 1 } } },
            { name: "t", expireAfterSeconds: 5, hidden: true },
          ],
        },
      }],
      [{ listIndexes: "c", cursor: { batchSize: "x" } }, [14, /listIndexes\.cursor\.batchSize/]],
      [{ listIndexes: "c", nope: 1 }, [40415, /unknown field/]],
      [{ listIndexes: 1 }, [73, /./]],
    ]);
    const { cursor } = await harness.command("test", {
      listIndexes: "c",
      cursor: { batchSize: 3 },
    });
    assert.equal(cursor.firstBatch.length, 3);
    const id = Long.isLong(cursor.id) ? cursor.id : Long.fromNumber(cursor.id);
    await harness.check("test", [[{ getMore: id, collection: "c" }, {
      cursor: { id: 0, nextBatch: [{ name: "t" }] },
    }]]);
  });
});

Deno.test("listIndexes: one order of fields, flags as booleans, the expiry of a clustered collection", async () => {
  await withServer(async (harness) => {
    const given = { sparse: 1, prepareUnique: true, hidden: true, background: 0, name: "a" };
    await harness.check("test", [
      [{
        createIndexes: "c",
        indexes: [{ expireAfterSeconds: 7.5, ...given, key: { a: 1 } }],
      }, {}],
      [
        { create: "k", clusteredIndex: { key: { _id: 1 }, unique: true }, expireAfterSeconds: 5 },
        {},
      ],
    ]);
    const { cursor } = await harness.command("test", { listIndexes: "c" });
    assert.equal(
      JSON.stringify(cursor.firstBatch[1]),
      '{"v":2,"key":{"a":1},"name":"a","background":false,"hidden":true,"sparse":true,' +
        '"expireAfterSeconds":7,"prepareUnique":true}',
    );
    const clustered = await harness.command("test", { listIndexes: "k" });
    assert.equal(
      JSON.stringify(clustered.cursor.firstBatch),
      '[{"v":2,"key":{"_id":1},"name":"_id_","unique":true,"expireAfterSeconds":5,"clustered":true}]',
    );
  });
});
