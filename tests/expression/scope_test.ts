// The scope of evaluation.

import assert from "node:assert/strict";
import { Scope } from "../../src/expression/scope.ts";
import { doc, show } from "./evaluation.ts";

Deno.test("the root follows setRoot, also inside a larger buffer", () => {
  const scope = new Scope();
  assert.equal(show(scope.root), "{}");
  const first = doc({ a: 1 });
  const batch = new Uint8Array([...first, ...doc({ b: 2 })]);
  scope.setRoot(batch, 0);
  assert.equal(show(scope.root), "{a: 1}");
  assert.equal(scope.root, scope.root);
  scope.setRoot(batch, first.length);
  assert.equal(show(scope.root), "{b: 2}");
  scope.setRoot(first);
  assert.equal(scope.root, first);
});
