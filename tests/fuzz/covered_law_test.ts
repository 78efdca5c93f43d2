// A short run of the law of covered plans; `deno task fuzz` runs more.

import assert from "node:assert/strict";
import { fuzzCoveredLaw } from "./covered_law.ts";
import { freshSeed } from "./generate.ts";

Deno.test("covered plans give what the documents give", async () => {
  const { covered, documents, fetched } = await fuzzCoveredLaw(freshSeed(), 400);
  assert.ok(covered > 50, `only ${covered} plans were covered`);
  assert.ok(fetched < documents, "most values come from keys");
});
