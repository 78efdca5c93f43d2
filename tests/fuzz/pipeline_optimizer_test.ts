// A short run of the optimizer's law; `deno task fuzz` runs more.

import { fuzzPipelineOptimizer } from "./pipeline_optimizer.ts";

Deno.test("the optimizer changes no answer", async () => {
  await fuzzPipelineOptimizer(1, 600);
});
