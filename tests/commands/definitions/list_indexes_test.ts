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
