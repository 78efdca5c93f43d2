import assert from "node:assert/strict";
import type { Document } from "bson";
import { withServer } from "../harness.ts";

const START = Date.UTC(2024, 0, 1);
const at = (i: number): Document => ({
  _id: i,
  t: new Date(START + i * 1000),
  m: { host: i % 2 },
  v: i,
});
const DOCUMENTS = [0, 1, 2, 3, 4, 5].map(at);
const CREATE = { create: "s", timeseries: { timeField: "t", metaField: "m" } };
const COUNT = { count: "s" };

Deno.test("the write commands on a time series", async () => {
  await withServer(async (h) => {
    await h.check("t", [
      [CREATE, {}],
      [{ insert: "s", documents: DOCUMENTS }, { n: 6 }],
      [{ insert: "s", documents: [at(6), { t: 1 }, at(7)] }, {
        n: 1,
        writeErrors: [{ index: 1, code: 2 }],
      }],
      [{ insert: "s", documents: [{}, at(7)], ordered: false }, {
        n: 1,
        writeErrors: [{ index: 0, code: 2 }],
      }],
      [COUNT, { n: 8 }],
      [{ count: "s", query: { v: { $gt: 5 } } }, { n: 2 }],
      [{ distinct: "s", key: "m.host" }, { values: [0, 1] }],
      [{ update: "s", updates: [{ q: { "m.host": 1 }, u: { $set: { m: 9 } }, multi: true }] }, {
        n: 4,
        nModified: 4,
      }],
      [{ update: "s", updates: [{ q: {}, u: { $set: { v: 1 } } }] }, {
        n: 0,
        writeErrors: [{ code: 72 }],
      }],
      [{ update: "s", updates: [{ q: {}, u: { $set: { m: 1 } }, multi: true, upsert: true }] }, {
        n: 0,
        writeErrors: [{ code: 72 }],
      }],
      [{ findAndModify: "s", query: {}, remove: true }, [
        166,
        "Namespace t.s is a timeseries collection",
      ]],
      [{
        delete: "s",
        deletes: [{ q: { m: 9, v: { $lt: 4 } }, limit: 0 }, { q: { v: 0 }, limit: 1 }],
      }, { n: 3 }],
      [{ find: "s", sort: { v: 1 }, projection: { v: 1, _id: 0 } }, {
        cursor: { firstBatch: [{ v: 2 }, { v: 4 }, { v: 5 }, { v: 6 }, { v: 7 }] },
      }],
      [{
        delete: "s",
        deletes: [{ q: { $expr: { $eq: ["$v", "$$w"] } }, limit: 0 }],
        let: { w: 6 },
      }, { n: 1 }],
      [{ find: "s", hint: { m: 1, t: 1 }, filter: { m: 9 }, sort: { v: 1 } }, {
        cursor: { firstBatch: [{ v: 5 }, { v: 7 }] },
      }],
      [{ find: "s", hint: "m_1_t_1", limit: 1 }, { cursor: { firstBatch: [{}] } }],
      [{ find: "s", hint: { v: 1 } }, [2, /hint provided does not correspond/]],
      [{ find: "s", filter: { m: 9 }, collation: { locale: "en" }, sort: { v: -1 }, limit: 1 }, {
        cursor: { firstBatch: [{ v: 7 }] },
      }],
      [{ delete: "s", deletes: [{ q: {}, limit: 0 }] }, { n: 4 }],
      [{ count: "system.buckets.s" }, { n: 0 }],
    ]);
  });
});

Deno.test("bulkWrite on a time series", async () => {
  await withServer(async (h) => {
    await h.check("t", [[CREATE, {}]]);
    const ops = [
      ...DOCUMENTS.map((document) => ({ insert: 0, document })),
      { update: 0, filter: { "m.host": 1 }, updateMods: { $set: { "m.x": 1 } }, multi: true },
      { update: 0, filter: {}, updateMods: { $set: { v: 1 } } },
      { delete: 0, filter: { v: { $gte: 2 } }, multi: true },
      { delete: 0, filter: {}, multi: false },
    ];
    await h.check("admin", [
      [{ bulkWrite: 1, ops, nsInfo: [{ ns: "t.s" }], ordered: false }, {
        nInserted: 6,
        nMatched: 3,
        nModified: 3,
        nDeleted: 5,
        nErrors: 1,
      }],
    ]);
    await h.check("t", [[COUNT, { n: 1 }]]);
  });
});

Deno.test("what is told about a time series, by its own names", async () => {
  await withServer(async (h) => {
    const aggregate = (name: string, stage: Document, more: Document = {}): Document => ({
      aggregate: name,
      cursor: {},
      pipeline: [stage],
      ...more,
    });
    const onBuckets = { meta: 1, "control.min.t": 1, "control.max.t": 1 };
    await h.check("t", [
      [CREATE, {}],
      [{ insert: "s", documents: DOCUMENTS }, {}],
      [aggregate("s", { $indexStats: {} }), {
        cursor: { firstBatch: [{ name: "m_1_t_1", key: { m: 1, t: 1 } }] },
      }],
      [aggregate("s", { $count: "n" }, { hint: { m: 1, t: 1 } }), {
        cursor: { firstBatch: [{ n: 6 }] },
      }],
      [aggregate("system.buckets.s", { $count: "n" }, { hint: onBuckets }), {
        cursor: { firstBatch: [{ n: 2 }] },
      }],
      // The latest few, of all and of a group.
      [{ find: "s", sort: { t: -1 }, limit: 3 }, {
        cursor: { firstBatch: [{ v: 5 }, { v: 4 }, { v: 3 }] },
      }],
      [{ find: "s", filter: { "m.host": 0 }, sort: { t: -1 }, skip: 1, limit: 2 }, {
        cursor: { firstBatch: [{ v: 2 }, { v: 0 }] },
      }],
      [{ explain: { delete: "s", deletes: [{ q: {}, limit: 0 }] } }, [115, /time-series/]],
      [{ explain: { find: "s", filter: { v: 1 } }, verbosity: "queryPlanner" }, {}],
    ]);
  });
});

Deno.test("a bucket that grows while it is read comes once", async () => {
  await withServer(async (h) => {
    const groups = Array.from({ length: 2000 }, (_, m) => m);
    const at = (m: number, v: number): Document => ({ t: new Date(START), m, v });
    const insert = (documents: Document[]): [Document, Document] => [
      { insert: "s", documents },
      { n: documents.length },
    ];
    await h.check("t", [
      [CREATE, {}],
      [{ createIndexes: "s", indexes: [{ key: { v: 1 }, name: "v_1" }] }, {}],
      insert(groups.map((m) => at(m, 0))),
      insert(groups.map((m) => at(m, m))),
    ]);
    const { cursor } = await h.command("t", { find: "s", hint: "v_1", batchSize: 1 });
    // In the index on v every bucket moves behind those that were not read yet.
    await h.check("t", [insert(groups.map((m) => at(m, 10_000 + m)))]);
    const found: Document[] = [...cursor.firstBatch];
    for (let id = cursor.id; Number(id) !== 0;) {
      const next = await h.command("t", { getMore: id, collection: "s", batchSize: 1000 });
      found.push(...next.cursor.nextBatch);
      id = next.cursor.id;
    }
    assert.ok(found.length >= 4000, `${found.length}`);
    assert.equal(new Set(found.map(({ _id }) => String(_id))).size, found.length);
    assert.equal((await h.command("t", COUNT)).n, 6000);
  });
});

Deno.test("a time series inside other pipelines", async () => {
  await withServer(async (h) => {
    const join = (from: string, more: Document): Document => ({
      aggregate: from,
      cursor: {},
      pipeline: [{
        $lookup: { from: "s", localField: "host", foreignField: "m.host", as: "all", ...more },
      }, { $project: { _id: 0, n: { $size: "$all" } } }],
    });
    await h.check("t", [
      [CREATE, {}],
      [{ insert: "s", documents: DOCUMENTS }, {}],
      [{ insert: "c", documents: [{ host: 0 }, { host: 5 }] }, {}],
      [join("c", {}), { cursor: { firstBatch: [{ n: 3 }, { n: 0 }] } }],
      [join("c", { pipeline: [{ $match: { v: { $gt: 1 } } }] }), {
        cursor: { firstBatch: [{ n: 2 }, { n: 0 }] },
      }],
      [{ create: "v", viewOn: "s", pipeline: [{ $match: { "m.host": 1 } }] }, {}],
      [{ count: "v" }, { n: 3 }],
      [{ find: "v", filter: { t: { $gte: new Date(START + 3000) } }, sort: { t: 1 } }, {
        cursor: { firstBatch: [{ v: 3 }, { v: 5 }] },
      }],
      [{ aggregate: "c", cursor: {}, pipeline: [{ $unionWith: "s" }, { $count: "n" }] }, {
        cursor: { firstBatch: [{ n: 8 }] },
      }],
      [{
        aggregate: "s",
        cursor: {},
        pipeline: [{ $collStats: { storageStats: {}, count: {} } }, {
          $project: { b: "$storageStats.timeseries.bucketCount" },
        }],
      }, { cursor: { firstBatch: [{ b: 2 }] } }],
    ]);
  });
});
