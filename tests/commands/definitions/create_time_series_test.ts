import assert from "node:assert/strict";
import type { Document } from "bson";
import { ANY, NONE, withServer } from "../harness.ts";

const SERIES = { timeField: "t", metaField: "m" };
const COMPLETE = { ...SERIES, granularity: "seconds", bucketMaxSpanSeconds: 3600 };

Deno.test("create makes a time series once, and says what is wrong with it", async () => {
  await withServer(async (h) => {
    const create = (more: Document): Document => ({ create: "s", ...more });
    await h.check("t", [
      [create({ timeseries: SERIES, expireAfterSeconds: 60 }), {}],
      [create({ timeseries: SERIES, expireAfterSeconds: 60 }), {}],
      [create({ timeseries: COMPLETE, expireAfterSeconds: 60 }), {}],
      [create({ timeseries: SERIES }), [48, /^namespace t.s already exists/]],
      [create({ timeseries: { timeField: "t" } }), [48, /already exists/]],
      [create({}), [48, /already exists/]],
      [{ create: "x", timeseries: 1 }, [14, /timeseries/]],
      [{ create: "x", timeseries: {} }, [40414, /timeField/]],
      [
        { create: "x", timeseries: { timeField: "a.b" } },
        [72, "t.x: 'timeField' must be a top-level field and not contain a '.'"],
      ],
      [
        { create: "x", timeseries: SERIES, validator: { a: 1 } },
        [72, "t.x: 'timeseries' is not allowed with 'validator'"],
      ],
      [
        { create: "x", timeseries: SERIES, capped: true, size: 100 },
        [72, "t.x: 'timeseries' is not allowed with 'capped'"],
      ],
      [
        { create: "x", timeseries: SERIES, viewOn: "y" },
        [72, "t.x: 'timeseries' is not allowed with 'viewOn'"],
      ],
      [
        { create: "x", timeseries: SERIES, clusteredIndex: { key: { _id: 1 }, unique: true } },
        [72, "t.x: 'timeseries' is not allowed with 'clusteredIndex'"],
      ],
      [{ create: "x", timeseries: SERIES, expireAfterSeconds: -1 }, [72, /less than 0/]],
      [{ insert: "plain", documents: [{}] }, {}],
      [{ create: "plain", timeseries: SERIES }, [48, /already exists/]],
      [{ listCollections: 1, filter: { name: "x" } }, { cursor: { firstBatch: [] } }],
    ]);
  });
});

Deno.test("listCollections, listIndexes, drop, and the buckets' own name", async () => {
  await withServer(async (h) => {
    await h.check("t", [
      // As a restore of a dump makes it.
      [{
        create: "system.buckets.s",
        timeseries: SERIES,
        clusteredIndex: true,
        validator: { a: 1 },
        expireAfterSeconds: 60,
      }, {}],
      [{ listCollections: 1, filter: { type: "timeseries" } }, {
        cursor: {
          firstBatch: [{
            name: "s",
            type: "timeseries",
            options: { expireAfterSeconds: ANY, timeseries: COMPLETE },
            info: { readOnly: false },
            idIndex: NONE,
          }],
        },
      }],
      [{ listCollections: 1, filter: { name: "system.buckets.s" } }, {
        cursor: {
          firstBatch: [{
            type: "collection",
            options: { clusteredIndex: true, timeseries: COMPLETE, validator: ANY },
            info: { readOnly: false, uuid: ANY },
            idIndex: NONE,
          }],
        },
      }],
      [{ listIndexes: "s" }, {
        cursor: { firstBatch: [{ key: { m: 1, t: 1 }, name: "m_1_t_1" }] },
      }],
      [{ createIndexes: "s", indexes: [{ key: { "m.h": 1, v: -1 }, name: "x" }] }, {
        numIndexesBefore: 2,
        numIndexesAfter: 3,
      }],
      [{ createIndexes: "s", indexes: [{ key: { v: 1 }, name: "y", unique: true }] }, [
        72,
        /^Uniq/,
      ]],
      [{ dropIndexes: "s", index: { m: 1, t: 1 } }, { nIndexesWas: 3 }],
      [{ listIndexes: "s" }, { cursor: { firstBatch: [{ key: { "m.h": 1, v: -1 } }] } }],
      [{ dropIndexes: "s", index: "x" }, {}],
      [{ dropIndexes: "s", index: { zz: 1 } }, [27, /can't find index/]],
      [{ validate: "s" }, { valid: true }],
      [{ collStats: "s" }, { timeseries: { bucketsNs: "t.system.buckets.s", bucketCount: 0 } }],
      [{ collStats: "system.buckets.s" }, { timeseries: NONE }],
      [{ drop: "s" }, { ns: "t.s" }],
      [{ listCollections: 1 }, { cursor: { firstBatch: [] } }],
      [{ create: "s", timeseries: SERIES }, {}],
      [{ drop: "system.buckets.s" }, {}],
      [{ listCollections: 1 }, { cursor: { firstBatch: [] } }],
    ]);
    const rename = (from: string, to: string) => h.command("admin", { renameCollection: from, to });
    await h.command("t", { create: "s", timeseries: SERIES });
    await h.command("t", { create: "c" });
    for (const [from, to] of [["t.s", "t.x"], ["t.c", "t.s"], ["t.system.buckets.s", "t.x"]]) {
      assert.equal((await rename(from, to)).code, 166, `${from} to ${to}`);
    }
  });
});
