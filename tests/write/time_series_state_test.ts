import assert from "node:assert/strict";
import { seriesState } from "../../src/write/time_series_state.ts";
import { insert, withSeries } from "./series.ts";

Deno.test("a series counts what is done to its buckets", async () => {
  await withSeries({ timeField: "t", metaField: "m" }, async (engine, series) => {
    const state = seriesState(series.buckets);
    assert.equal(state, seriesState(series.buckets));
    const at = (m: number) => ({ t: new Date(1e12), m });
    await insert(engine, series, [at(1), at(2), at(1)]);
    await insert(engine, series, [at(1)]);
    const { bucketInserts, bucketUpdates, commits, measurements } = state.counts;
    assert.deepEqual([bucketInserts, bucketUpdates, commits, measurements], [2, 1, 3, 4]);
    assert.equal(state.open.groupCount, 2);
  });
});
