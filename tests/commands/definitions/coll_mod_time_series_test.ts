import assert from "node:assert/strict";
import type { Document } from "bson";
import { withServer } from "../harness.ts";

const HOUR = 3_600_000;

Deno.test("collMod makes buckets wider and changes when they expire", async () => {
  await withServer(async (h) => {
    const start = Date.UTC(2024, 0, 1);
    const at = (ms: number, v: number): Document => ({ t: new Date(start + ms), m: 1, v });
    const listed = { listCollections: 1, filter: { name: "s" } };
    const modify = (more: Document): Document => ({ collMod: "s", ...more });
    const range = { t: { $gte: new Date(start + 9 * HOUR), $lt: new Date(start + 11 * HOUR) } };
    await h.check("t", [
      [{ create: "s", timeseries: { timeField: "t", metaField: "m" } }, {}],
      [{ insert: "s", documents: [at(0, 1), at(10 * HOUR, 2)] }, { n: 2 }],
      [modify({ timeseries: { granularity: "minutes" }, expireAfterSeconds: 100_000_000 }), {}],
      [{ insert: "s", documents: [at(0, 3), at(10 * HOUR, 4)] }, { n: 2 }],
      // The new bucket began ten hours before what is asked for.
      [{ find: "s", filter: range, sort: { v: 1 } }, {
        cursor: { firstBatch: [{ v: 2 }, { v: 4 }] },
      }],
      [{ count: "system.buckets.s" }, { n: 3 }],
      [listed, {
        cursor: {
          firstBatch: [{
            options: {
              expireAfterSeconds: 100_000_000,
              timeseries: { granularity: "minutes", bucketMaxSpanSeconds: 86400 },
            },
          }],
        },
      }],
      [modify({ timeseries: { granularity: "seconds" } }), [72, /^Invalid transition/]],
      [modify({ timeseries: { bucketMaxSpanSeconds: 60 } }), [72, /alongside each other$/]],
      [modify({ timeseries: { x: 1 } }), [40415, /collMod.timeseries.x/]],
      [modify({ expireAfterSeconds: "on" }), [72, /^Invalid string value/]],
      [modify({ expireAfterSeconds: true }), [14, /collMod.expireAfterSeconds/]],
      [modify({ validator: {} }), [
        72,
        "option not supported on a time-series collection: validator",
      ]],
      [modify({ expireAfterSeconds: "off" }), {}],
      [modify({ index: { keyPattern: { m: 1, t: 1 }, hidden: true } }), { hidden_new: true }],
      [{ listIndexes: "s" }, { cursor: { firstBatch: [{ name: "m_1_t_1", hidden: true }] } }],
      [modify({ index: { name: "m_1_t_1", hidden: false } }), { hidden_old: true }],
      [modify({ index: { name: "m_1_t_1", unique: true } }), [72, /index.unique$/]],
      [modify({ index: { name: "x", hidden: true } }), [27, /cannot find index/]],
      [{ create: "c" }, {}],
      [{ collMod: "c", timeseries: {} }, [72, /only supported on a time-series/]],
    ]);
    const { cursor } = await h.command("t", listed);
    assert.deepEqual(Object.keys(cursor.firstBatch[0].options), ["timeseries"]);
  });
});
