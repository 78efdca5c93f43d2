import assert from "node:assert/strict";
import { isCollectionless } from "../../src/aggregation/namespaces.ts";
import { contextOf } from "./fixture.ts";

Deno.test("a pipeline without a collection", () => {
  assert.equal(isCollectionless(contextOf()), false);
  assert.ok(isCollectionless({ ...contextOf(), namespace: "t.$cmd.aggregate" }));
});
