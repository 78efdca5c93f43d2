import assert from "node:assert/strict";
import { PROFILE_FIELDS } from "../../src/session/profile_fields.ts";

Deno.test("the fields are sorted, and those of the manual are among them", () => {
  const names = [...PROFILE_FIELDS];
  assert.deepEqual(names, [...names].sort());
  for (const name of ["op", "ns", "millis", "planSummary", "execStats", "nreturned", "ts"]) {
    assert.ok(PROFILE_FIELDS.has(name), name);
  }
});
