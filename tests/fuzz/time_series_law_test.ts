// A short run of the laws of time series; `deno task fuzz` runs more.

import { fuzzTimeSeries } from "./time_series_law.ts";

Deno.test("what is packed is unpacked, and reading fewer buckets changes no answer", async () => {
  await fuzzTimeSeries(1, 8);
});
