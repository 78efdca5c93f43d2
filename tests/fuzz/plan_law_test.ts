// A short run of the planner's law; `deno task fuzz` runs more.

import { fuzzPlanLaw } from "./plan_law.ts";

Deno.test("every plan gives the answer of a collection scan", async () => {
  await fuzzPlanLaw(1, 600);
});
