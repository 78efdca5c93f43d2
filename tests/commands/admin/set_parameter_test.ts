import assert from "node:assert/strict";
import { TestServer } from "../../server/test_server.ts";

Deno.test("setParameter changes a value and tells the old one", async () => {
  await using test = new TestServer();
  assert.equal((await test.command({ setParameter: 1, notablescan: true })).was, false);
  assert.equal((await test.command({ getParameter: 1, notablescan: 1 })).notablescan, true);
  assert.equal((await test.command({ setParameter: 1, nothing: 1 })).code, 72);
  assert.equal((await test.command({ setParameter: 1 })).code, 72);
});
