// A short run of the update laws; `deno task fuzz` runs more.

import { fuzzUpdates } from "./update_laws.ts";

Deno.test("laws of updates hold for generated updates", () => {
  fuzzUpdates(1, 3000);
});
