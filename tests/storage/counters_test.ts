import assert from "node:assert/strict";
import { Counters } from "../../src/storage/counters.ts";

Deno.test("new counters are empty and clean", () => {
  const counters = new Counters("collection-1");
  assert.deepEqual(
    [
      counters.ident,
      counters.documents,
      counters.bytes,
      counters.isDirty,
      counters.inserts.version,
    ],
    ["collection-1", 0, 0, false, 0],
  );
});
