import assert from "node:assert/strict";
import { ANY, NONE, type Row, withServer } from "../harness.ts";

const ROWS: readonly Row[] = [
  [{ collStats: "c" }, {
    ns: "test.c",
    size: 63,
    count: 3,
    avgObjSize: 21,
    storageSize: ANY,
    capped: false,
    max: NONE,
    nindexes: 2,
    indexSizes: { _id_: ANY, a: ANY },
    totalIndexSize: ANY,
    totalSize: ANY,
    scaleFactor: 1,
  }],
  [{ collStats: "c", scale: 10 }, { size: 6, scaleFactor: 10 }],
  [{ collStats: "capped" }, { capped: true, max: 7, maxSize: 1024, count: 0, avgObjSize: NONE }],
  [{ collStats: "none" }, { ns: "test.none", count: 0, size: 0, nindexes: 0 }],
];

Deno.test("collStats: counts and sizes", async () => {
  await withServer(async (harness) => {
    await harness.check("test", [
      [{ insert: "c", documents: [{ _id: 1, a: 1 }, { _id: 2, a: 2 }, { _id: 3, a: 3 }] }, {}],
      [{ createIndexes: "c", indexes: [{ key: { a: 1 }, name: "a" }] }, {}],
      [{ create: "capped", capped: true, size: 1000, max: 7 }, {}],
    ]);
    await harness.check("test", ROWS);
    const refused = await harness.command("test", { collStats: "c", scale: 0 });
    assert.equal(refused.ok, 0);
    assert.ok([2, 51024].includes(refused.code));
  });
});
