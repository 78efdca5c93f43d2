// A short run of the comparison with mingo; `deno task fuzz` runs more.

import assert from "node:assert/strict";
import { EXCEPTIONS, filterDifferential } from "./filter_differential.ts";

Deno.test("our filters agree with mingo on generated cases", () => {
  const { mismatches, skipped, cases } = filterDifferential(1, 5000);
  assert.deepEqual(mismatches, []);
  const left = cases - [...skipped.values()].reduce((sum, count) => sum + count, 0);
  assert(left > cases / 3, `only ${left} of ${cases} cases were compared`);
});

Deno.test("every exception is still met", () => {
  const { skipped } = filterDifferential(2, 5000);
  for (const { reason } of EXCEPTIONS) assert((skipped.get(reason) ?? 0) > 0, reason);
});
