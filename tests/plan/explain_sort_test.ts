import assert from "node:assert/strict";
import { BSON } from "bson";
import { sortPattern } from "../../src/plan/explain_sort.ts";
import { parseSort } from "../../src/query/sort_spec.ts";
import { bson } from "./fixture.ts";

Deno.test("sortPattern writes a sort as it was given", () => {
  for (const spec of [{ a: 1, "b.c": -1 }, { $natural: -1 }, { score: { $meta: "textScore" } }]) {
    assert.deepEqual(BSON.deserialize(sortPattern(parseSort(bson(spec)))), spec);
  }
});
