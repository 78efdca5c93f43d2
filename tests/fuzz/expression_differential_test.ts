// A short run of the comparison with mingo; `deno task fuzz` runs more.

import assert from "node:assert/strict";
import { EXCEPTIONS, expressionDifferential } from "./expression_differential.ts";

Deno.test("our expressions agree with mingo on generated cases", () => {
  const { mismatches, compared, cases } = expressionDifferential(1, 4000);
  assert.deepEqual(mismatches, []);
  assert(compared > cases * 0.8, `only ${compared} of ${cases} cases were compared`);
});

Deno.test("every exception is still met", () => {
  const { skipped } = expressionDifferential(2, 20_000);
  for (const { reason } of EXCEPTIONS) assert((skipped.get(reason) ?? 0) > 0, reason);
});
