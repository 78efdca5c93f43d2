import assert from "node:assert/strict";
import { OperationRegistry } from "../../src/session/operation_registry.ts";

Deno.test("operations are found while they run", () => {
  const registry = new OperationRegistry();
  const first = registry.begin(undefined);
  const second = registry.begin(undefined);
  assert.notEqual(first.id, second.id);
  assert.equal(registry.find(second.id), second);
  assert.deepEqual([...registry.list()], [first, second]);
  registry.end(first);
  assert.equal(registry.find(first.id), undefined);
  assert.equal(registry.size, 1);
});

Deno.test("killForSession() spares the one that asks and other sessions", () => {
  const registry = new OperationRegistry();
  const [asking, other, foreign] = [1, 2, 3].map(() => registry.begin(undefined));
  asking.sessionKey = other.sessionKey = "a";
  foreign.sessionKey = "b";
  registry.killForSession("a", asking);
  assert.deepEqual([asking, other, foreign].map(({ killed }) => killed), [false, true, false]);
  registry.killAll(11600);
  assert.deepEqual([asking, other, foreign].map(({ killed }) => killed), [true, true, true]);
});
