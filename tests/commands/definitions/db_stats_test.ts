import assert from "node:assert/strict";
import { ANY, NONE, withServer } from "../harness.ts";

Deno.test("dbStats: counts and sizes of a database", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ insert: "a", documents: [{ _id: 1 }, { _id: 2 }] }, {}],
      [{ insert: "b", documents: [{ _id: 1 }] }, {}],
      [{ create: "v", viewOn: "a" }, {}],
      [{ dbStats: 1 }, {
        db: "test",
        collections: 2,
        views: 1,
        objects: 3,
        avgObjSize: 14,
        dataSize: 42,
        storageSize: ANY,
        indexes: 2,
        indexSize: ANY,
        totalSize: ANY,
        scaleFactor: 1,
        freeStorageSize: NONE,
      }],
      [{ dbStats: 1, scale: 2, freeStorage: 1 }, {
        dataSize: 21,
        scaleFactor: 2,
        freeStorageSize: ANY,
      }],
    ]);
    await harness.check("none", [[{ dbstats: 1 }, { db: "none", collections: 0, objects: 0 }]]);
    const refused = await harness.command("test", { dbStats: 1, scale: -1 });
    assert.equal(refused.ok, 0);
    assert.ok([2, 51024].includes(refused.code));
  });
});
