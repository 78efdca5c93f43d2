import assert from "node:assert/strict";
import type { Document } from "bson";
import { compileQuery } from "../../src/query/filter.ts";
import { UNPACED } from "../../src/stream/pacer.ts";
import { deleteMeasurements } from "../../src/write/time_series_delete.ts";
import { bson, bucketsOf, insert, measurementsOf, withSeries } from "./series.ts";

const START = Date.UTC(2024, 0, 1);
const DOCUMENTS: readonly Document[] = Array.from({ length: 12 }, (_, i) => ({
  _id: i,
  t: new Date(START + i * 600_000),
  m: i % 2 === 0 ? { host: "a" } : { host: "b" },
  v: i,
}));

/** [filter, all or one, deleted, buckets left] */
const CASES: readonly (readonly [Document, boolean, number, number])[] = [
  [{ "m.host": "a" }, true, 6, 2],
  [{}, true, 12, 0],
  [{ v: { $lt: 3 } }, true, 3, 4],
  [{ t: { $gte: new Date(START + 3_600_000) } }, true, 6, 2],
  [{ "m.host": "b", v: { $gte: 6 } }, true, 3, 3],
  [{ v: 99 }, true, 0, 4],
  [{ v: { $gte: 5 } }, false, 1, 4],
  [{}, false, 1, 4],
  [{ "m.host": "a" }, false, 1, 4],
];

Deno.test("measurements that match go, buckets with nothing left go with them", async () => {
  for (const [filter, isMany, deleted, bucketCount] of CASES) {
    await withSeries({ timeField: "t", metaField: "m" }, async (engine, series) => {
      await insert(engine, series, DOCUMENTS);
      const query = compileQuery(bson(filter), { now: 0n });
      const outcome = await deleteMeasurements(engine, series, {
        filter: query,
        collation: undefined,
        isSingle: !isMany,
      }, UNPACED);
      const row = JSON.stringify(filter);
      assert.equal(outcome.deleted, deleted, row);
      assert.equal((await bucketsOf(series)).length, bucketCount, row);
      const left = (await measurementsOf(series)).map(({ _id }) => _id).sort((a, b) => a - b);
      assert.equal(left.length, DOCUMENTS.length - deleted, row);
      if (isMany) {
        const expected = DOCUMENTS.filter((one) => !query.matches(bson(one), 0));
        assert.deepEqual(left, expected.map(({ _id }) => _id), row);
      }
      // What stays in a bucket has its extremes told anew, and the bucket its id and earliest time.
      for (const { control, data, _id } of await bucketsOf(series)) {
        const values = Object.values<number>(data.v);
        assert.deepEqual([control.min.v, control.max.v], [
          Math.min(...values),
          Math.max(...values),
        ]);
        assert.equal(_id.getTimestamp().getTime(), control.min.t.getTime());
      }
    });
  }
});
