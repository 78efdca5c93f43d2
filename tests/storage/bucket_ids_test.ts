import assert from "node:assert/strict";
import { idsOrderByTime } from "../../src/storage/bucket_ids.ts";
import { insert, withSeries } from "../write/series.ts";

Deno.test("buckets can be found by _id until one holds times outside 1970 to 2038", async () => {
  for (
    const [time, expected] of [[0, true], [2 ** 31 * 1000 - 1, true], [-1, false], [2 ** 42, false]]
  ) {
    await withSeries({ timeField: "t" }, async (engine, series) => {
      assert.ok(idsOrderByTime(series.buckets));
      await insert(engine, series, [{ t: new Date(1e12) }, { t: new Date(Number(time)) }]);
      assert.equal(idsOrderByTime(series.buckets), expected, String(time));
    });
  }
});
