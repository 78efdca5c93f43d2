// A short run of both regular expression engines; `deno task fuzz` runs more.

import { fuzzPatternEngines } from "./pattern_engines.ts";

Deno.test("both engines agree on generated patterns", () => {
  fuzzPatternEngines(7, 2000);
});
