import assert from "node:assert/strict";
import type { Document } from "bson";
import { BsonType } from "../../src/bson/type.ts";
import type { TimeSeries } from "../../src/storage/catalog.ts";
import type { StorageEngine } from "../../src/storage/engine.ts";
import { UNPACED } from "../../src/stream/pacer.ts";
import { updateMeasurements } from "../../src/write/time_series_update.ts";
import type { UpdateOutcome } from "../../src/write/update.ts";
import { bson, insert, measurementsOf, withSeries } from "./series.ts";

const START = Date.UTC(2024, 0, 1);
const DOCUMENTS: readonly Document[] = Array.from({ length: 9 }, (_, i) => ({
  _id: i,
  t: new Date(START + i * 1000),
  m: { host: i % 3, tag: "x" },
  v: i,
}));

function update(
  engine: StorageEngine,
  series: TimeSeries,
  filter: Document,
  change: Document,
  options: { multi?: boolean; upsert?: boolean } = {},
): Promise<UpdateOutcome> {
  const type = Array.isArray(change) ? BsonType.Array : BsonType.Document;
  return updateMeasurements(engine, series, {
    filter: bson(filter),
    update: { bytes: bson({ ...change }), type, at: 0 },
    multi: true,
    upsert: false,
    ...options,
    context: { now: 0n },
    collation: undefined,
    arrayFilters: undefined,
    hint: undefined,
    nextTimestamp: () => 1n,
    pacer: UNPACED,
  });
}

Deno.test("the meta value changes for all measurements of the group", async () => {
  await withSeries({ timeField: "t", metaField: "m" }, async (engine, series) => {
    await insert(engine, series, DOCUMENTS);
    const outcome = await update(engine, series, { "m.host": { $gte: 1 } }, {
      $set: { "m.tag": "y" },
      $inc: { "m.host": 10 },
    });
    assert.deepEqual([outcome.matched, outcome.modified], [6, 6]);
    const nothing = await update(engine, series, { "m.host": 0 }, { $set: { "m.tag": "x" } });
    assert.deepEqual([nothing.matched, nothing.modified], [3, 0]);
    const renamed = await update(engine, series, {}, { $rename: { "m.tag": "m.label" } });
    assert.equal(renamed.modified, 9);
    // Inserts go on with the groups as they are now.
    await insert(engine, series, [{
      _id: 9,
      t: new Date(START),
      m: { host: 0, label: "x" },
      v: 9,
    }]);
    const groups = (await measurementsOf(series)).map(({ m }) => `${m.host}${m.label}`).sort();
    assert.deepEqual(groups, ["0x", "0x", "0x", "0x", "11y", "11y", "11y", "12y", "12y", "12y"]);
  });
});

const META = "that is not the metaField 'm'";

Deno.test("every other update is refused", async () => {
  await withSeries({ timeField: "t", metaField: "m" }, async (engine, series) => {
    await insert(engine, series, DOCUMENTS);
    const set = { $set: { "m.tag": 1 } };
    const cases: readonly (readonly [Document, Document, Document, RegExp])[] = [
      [{}, set, { multi: false }, /non-multi update/],
      [{}, set, { upsert: true }, /an upsert on a time-series/],
      [{ v: 1 }, set, {}, new RegExp(`querying on a field ${META}`)],
      [{ $or: [{ m: 1 }, { t: 1 }] }, set, {}, new RegExp(`querying on a field ${META}`)],
      [{ $expr: { $eq: ["$m", 1] } }, set, {}, /Cannot use \$expr/],
      [{}, { $set: { v: 1 } }, {}, new RegExp(`updates a field ${META}`)],
      [{}, { $rename: { "m.tag": "v" } }, {}, new RegExp(`updates a field ${META}`)],
      [{}, { m: 1 }, {}, /a replacement document/],
      [{}, [{ $set: { m: 1 } }], {}, /a pipeline update/],
    ];
    for (const [filter, change, options, message] of cases) {
      await assert.rejects(update(engine, series, filter, change, options), { code: 72, message });
    }
  });
  await withSeries({ timeField: "t" }, async (engine, series) => {
    await assert.rejects(update(engine, series, {}, { $set: { m: 1 } }), {
      code: 72,
      message: /does not have a metaField/,
    });
  });
});
